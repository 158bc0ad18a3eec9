import { randomBytes } from "node:crypto";
import { vendorOf } from "@foyer/contract";
import type { Admissions } from "../account/admissions.ts";
import { readRecord } from "../account/record.ts";
import { type AccessRequest, readAccessRequest } from "../authorize/access-request.ts";
import { type Decision, deviceOf } from "../authorize/authorize.ts";
import type { Authorizer, Verdict } from "../authorize/authorizer.ts";
import { mschapAcceptAttributes, rejectAttributes } from "../authorize/mschap-reply.ts";
import type { Stays } from "../disconnect/stays.ts";
import type { Eap } from "../eap/eap.ts";
import type { Logger } from "../log.ts";
import { encodeReply } from "../protocol/authenticator.ts";
import { codes } from "../protocol/dictionary.ts";
import { MSCHAP_CHALLENGE_BYTES } from "../protocol/mschap.ts";
import { decodePacket, type Packet, type RawAttribute } from "../protocol/packet.ts";
import { findValue, hasAttribute } from "../protocol/values.ts";
import type { BoxStore } from "../store/box-store.ts";
import { findAuditSessionId, redirectAttributes } from "../vendors/cisco-cwa.ts";
import { writeGrant } from "../vendors/grant.ts";
import { answerEap, type EapExchange } from "./answer-eap.ts";
import { findFault } from "./checks.ts";
import type { Counters, DropReason } from "./counters.ts";
import type { Arrival, Door } from "./door.ts";
import { type DoorNotes, readVisitor, type Visitor, visitorOf } from "./door-notes.ts";
import { createFaultLog } from "./fault-log.ts";
import { nameRequest, requestKeyOf } from "./name-request.ts";
import { hostOf, type KnownNas, type NasTable, plainAddress } from "./nas-table.ts";
import type { RejectDelay } from "./reject-delay.ts";
import type { CacheEntry, ReplyCache } from "./reply-cache.ts";
import type { Signing } from "./signing.ts";
import type { SeenStranger } from "./strangers.ts";

/**
 * RFC 6613 §2.6.4: in a stream that arrives whole these are no accident, and the connection is
 * closed.
 */
const CLOSING: ReadonlySet<DropReason> = new Set<DropReason>([
  ...(["unknown-nas", "attribute-overrun", "wrong-authenticator"] as const),
  "wrong-message-authenticator",
]);

export type ReceiverOptions = {
  /** The NAS list in force now. */
  nasTable: () => NasTable;
  authorizer: Authorizer;
  /** Completes what NAS account for. */
  admissions: Pick<Admissions, "complete">;
  writer: BoxStore["writer"];
  cache: ReplyCache;
  eap: Eap;
  rejectDelay: RejectDelay;
  signing: Signing;
  stays: Stays;
  counters: Counters;
  doorNotes: DoorNotes;
  clock: () => Date;
  log: Logger;
};

/** A valid request that was not seen before, and where its answer goes. */
type Request = {
  arrival: Arrival;
  /** By `performance.now()`, which no clock that is set moves. */
  arrivedAt: number;
  known: KnownNas;
  packet: Packet;
  entry: CacheEntry;
};

/** Makes the way of a packet: find its NAS → decode → verify → retransmission? → decide → answer. */
export function createReceiver(options: ReceiverOptions): Door {
  const { counters, clock, nasTable } = options;
  const faults = createFaultLog(options.log);
  const tell = (reason: DropReason, sender: string, known: KnownNas | null) => {
    const nasId = known?.nas.id ?? null;
    if (nasId === null) counters.countUnknown(reason);
    else counters.countReason(nasId, "drops", reason);
    const isNetwork = known !== null && hostOf(known.nas) === null;
    faults.tell({ reason, address: plainAddress(sender), nasId, isNetwork, at: clock() });
  };
  const seeStranger = (sender: string, seen: Pick<SeenStranger, "nasIdentifier" | "through">) =>
    counters.seeStranger({ ...seen, address: plainAddress(sender), at: clock() });
  return {
    isKnown: (names) => nasTable().findByNames(names) !== null,
    turnAway: ({ reason, address, names }) => {
      const known = nasTable().findByNames(names);
      if (!known) seeStranger(address, { nasIdentifier: names[0] ?? null, through: "radsec" });
      if (known && reason === "radsec-no-room") counters.crowdOut(known.nas.id, clock());
      tell(reason, address, known);
    },
    receive: (arrival) => {
      const { radsec, address } = arrival;
      const table = nasTable();
      const known = radsec
        ? table.findByNames(radsec.names)
        : table.find(address, () => findClaimedName(arrival.bytes));
      if (!known) {
        const through = radsec ? "radsec" : "udp";
        seeStranger(address, { nasIdentifier: findClaimedName(arrival.bytes), through });
        const { packet } = { packet: null, ...decodePacket(arrival.bytes) };
        const sender = { nasId: null, address: plainAddress(address) };
        if (packet) options.doorNotes.noteSilence(sender, packet, "unknown-nas");
      }
      const fault = known ? take(options, arrival, known) : "unknown-nas";
      if (fault === null) return;
      tell(fault, address, known);
      if (CLOSING.has(fault)) radsec?.refuse();
    },
  };
}

/** Why the packet is met with silence; null: it is answered, now or later. */
function take(options: ReceiverOptions, arrival: Arrival, known: KnownNas): DropReason | null {
  const { counters, cache, clock, signing } = options;
  const { port, radsec } = arrival;
  // RFC 768: the sender awaits no answer, and a socket cannot send to it.
  if (arrival.remotePort === 0) return "no-reply-port";
  const decoded = decodePacket(arrival.bytes);
  if (decoded.kind === "malformed") return decoded.reason;
  const { packet } = decoded;
  const isProtected = radsec !== undefined;
  const isSignatureDemanded = isProtected
    ? known.nas.messageAuthenticator === "yes"
    : signing.isDemanded(known.nas);
  const fault = findFault({ port, packet, key: known.key, isSignatureDemanded, isProtected });
  const at = clock();
  counters.see(known.nas.id, { port, packet, fault, isRadsec: isProtected, at });
  if (fault) {
    options.doorNotes.noteSilence({ nasId: known.nas.id }, packet, fault);
    return fault;
  }
  if (!isProtected && isSignedLogIn(packet)) signing.learn(known.nas);
  const name = nameRequest(arrival, packet);
  const cached = cache.enter(name, packet.authenticator, at.getTime());
  if (cached.kind === "in-progress") return "still-working";
  if (cached.kind === "answered") {
    counters.count(known.nas.id, "retransmits");
    arrival.send(cached.entry.reply as Buffer, arrival);
    return null;
  }
  counters.count(known.nas.id, "requests");
  const arrivedAt = performance.now();
  handle(options, { arrival, arrivedAt, known, packet, entry: cached.entry });
  return null;
}

/** What a sender calls itself; not one octet of its packet is checked yet. */
function findClaimedName(bytes: Buffer): string | null {
  const decoded = decodePacket(bytes);
  return decoded.kind === "packet" ? findValue(decoded.packet, "NAS-Identifier") : null;
}

/** RFC 3579 §3.1 demands a signature of EAP: that it is there tells nothing of the NAS. */
function isSignedLogIn(packet: Packet): boolean {
  if (packet.code !== codes.accessRequest || hasAttribute(packet, "EAP-Message")) return false;
  return hasAttribute(packet, "Message-Authenticator");
}

function handle(options: ReceiverOptions, request: Request): void {
  switch (request.packet.code) {
    case codes.statusServer:
      answerStatus(options, request);
      return;
    case codes.accessRequest:
      if (hasAttribute(request.packet, "EAP-Message")) startEap(options, request);
      else answerAccess(options, request);
      return;
    default:
      answerAccounting(options, request);
  }
}

/** RFC 5997 §4.2: Access-Accept on the one port, Accounting-Response on the other. */
function answerStatus(options: ReceiverOptions, request: Request): void {
  options.counters.count(request.known.nas.id, "status");
  const isAuth = request.arrival.port === "auth";
  answer(request, isAuth ? codes.accessAccept : codes.accountingResponse, []);
}

function answerAccess(options: ReceiverOptions, request: Request): void {
  const { known, packet } = request;
  const nasId = known.nas.id;
  const read = readAccessRequest(packet, known.key);
  // Through TLS nobody but the NAS can have asked.
  const access = request.arrival.radsec ? { ...read, isSigned: true } : read;
  const question = { nasId, request: access, nameRequest: () => requestKeyOf(request) };
  const answered = (verdict: Verdict) => answerVerdict(options, request, { access, verdict });
  const verdict = options.authorizer.authorize(question);
  if (!(verdict instanceof Promise)) {
    answered(verdict);
    return;
  }
  verdict.then(answered).catch((error: unknown) => {
    // The guest is told soon and can try again; a NAS may wait 50 seconds for a silent server.
    logFailure(options, nasId, error);
    reject(options, request, { reason: "store-failed", access });
  });
}

function answerVerdict(
  options: ReceiverOptions,
  request: Request,
  { access, verdict }: { access: AccessRequest; verdict: Verdict },
): void {
  switch (verdict.kind) {
    case "accept": {
      const { packet, known } = request;
      const keys = { authenticator: packet.authenticator, secret: known.key.bytes };
      const attributes = mschapAcceptAttributes(access, verdict.password ?? null, keys);
      accept(options, request, { decision: verdict, attributes, visitor: visitorOf(access) });
      return;
    }
    case "reject":
      reject(options, request, { reason: verdict.reason, access });
      return;
    case "too-busy":
      stayStill(options, request, "too-busy");
  }
}

function accept(
  { counters, doorNotes, log }: ReceiverOptions,
  request: Request,
  granted: {
    decision: Decision & { kind: "accept" };
    attributes: readonly RawAttribute[];
    visitor: Visitor;
  },
): void {
  const { nas } = request.known;
  const { decision, attributes, visitor } = granted;
  counters.count(nas.id, "accepts");
  observe(counters, request);
  const { policyId } = decision;
  log.info({ nasId: nas.id, policyId }, "access accepted");
  doorNotes.note(nas.id, visitor, { answer: "let-in", reason: null, policyId });
  const written = writeGrant(vendorOf(nas), decision);
  answer(request, codes.accessAccept, attributes, written);
}

/**
 * Reply-Message, or MS-CHAP-Error, is the reason in a word: CoovaChilli hands it to the portal, which
 * has the words a guest reads. Nothing else goes into a reject: a NAS may act on it.
 */
function reject(
  options: ReceiverOptions,
  request: Request,
  { reason, access }: { reason: string; access: AccessRequest },
): void {
  if (leadToPortal(options, request, { reason, access })) return;
  const challenge = randomBytes(MSCHAP_CHALLENGE_BYTES);
  const attributes = rejectAttributes(access.proof, { reason, challenge });
  tellReject(options, request, { reason, attributes, visitor: visitorOf(access) });
}

/** Cisco's central web authentication turns no device away: its guest reads at the portal why. */
function leadToPortal(
  { counters, clock, stays, doorNotes, log }: ReceiverOptions,
  request: Request,
  { reason, access }: { reason: string; access: AccessRequest },
): boolean {
  const { known, packet, arrival } = request;
  const { nas } = known;
  if (nas.kind !== "cisco-cwa") return false;
  const attributes = redirectAttributes(nas, { request: access, packet, reason, now: clock() });
  if (!attributes) return false;
  const stay = {
    auditSessionId: findAuditSessionId(packet),
    nasAddress: plainAddress(arrival.address),
  };
  stays.note({ nasId: nas.id, mac: deviceOf(access) }, stay);
  counters.countReason(nas.id, "rejects", reason);
  observe(counters, request);
  log.info({ nasId: nas.id, reason }, "device led to the portal");
  // The access controller was told yes, and its guest is told why not by the page.
  doorNotes.note(nas.id, visitorOf(access), { answer: "told", reason, policyId: null });
  answer(request, codes.accessAccept, attributes);
  return true;
}

/** EAP takes several requests, and each waits for TLS a turn of the event loop. */
function startEap(options: ReceiverOptions, request: Request): void {
  const { authorizer, counters, eap, log } = options;
  const { nas, key } = request.known;
  const visitor = readVisitor(request.packet);
  const exchange: EapExchange = {
    ...{ packet: request.packet, nasId: nas.id, key },
    logFailure: (error) => logFailure(options, nas.id, error),
    challenge: (attributes) => {
      counters.count(nas.id, "challenges");
      observe(counters, request);
      answer(request, codes.accessChallenge, attributes);
    },
    accept: (decision, attributes) => accept(options, request, { decision, attributes, visitor }),
    reject: (reason, attributes) => tellReject(options, request, { reason, attributes, visitor }),
    stayStill: (reason) => stayStill(options, request, reason),
  };
  answerEap({ eap, authorizer }, exchange).catch((error: unknown) =>
    log.error({ nasId: nas.id, err: error }, "an answer could not be told"),
  );
}

/** A retransmission that comes during the delay finds its request still being worked on. */
function tellReject(
  { counters, doorNotes, log, rejectDelay }: ReceiverOptions,
  request: Request,
  refused: { reason: string; attributes: readonly RawAttribute[]; visitor: Visitor },
): void {
  const { reason, attributes, visitor } = refused;
  const nasId = request.known.nas.id;
  counters.countReason(nasId, "rejects", reason);
  observe(counters, request);
  log.info({ nasId, reason }, "access rejected");
  doorNotes.note(nasId, visitor, { answer: "refused", reason, policyId: null });
  rejectDelay.hold(request.arrivedAt, () => answer(request, codes.accessReject, attributes));
}

function answerAccounting(options: ReceiverOptions, request: Request): void {
  const { counters, clock } = options;
  const { nas } = request.known;
  const nasId = nas.id;
  const read = readRecord(request.packet, {
    ...{ nasId, nasAddress: plainAddress(request.arrival.address) },
    ...{ isNetwork: hostOf(nas) === null, arrivedAt: clock() },
  });
  if (read.kind === "passed-over") {
    // Never storable, so silence would only make the NAS ask for ever and take us for dead.
    counters.countReason(nasId, "passedOver", read.reason);
    observe(counters, request);
    answer(request, codes.accountingResponse, []);
    return;
  }
  const record = options.admissions.complete(nasId, read.record);
  const stored = options.writer.ask("account", { nasId, record });
  if (stored === null) {
    stayStill(options, request, "too-busy");
    return;
  }
  stored
    .then(() => {
      counters.count(nasId, "stored");
      observe(counters, request);
      answer(request, codes.accountingResponse, []);
    })
    .catch((error: unknown) => {
      // RFC 2866 §4.1: no answer for what was not recorded.
      logFailure(options, nasId, error);
      stayStill(options, request, "store-failed");
    });
}

/** How long its answer took to make; that of a reject is told before it is kept back. */
function observe(counters: Counters, { known, packet, arrivedAt }: Request): void {
  const kind = packet.code === codes.accountingRequest ? "accounting" : "access";
  counters.observe(known.nas.id, kind, performance.now() - arrivedAt);
}

function logFailure({ log }: ReceiverOptions, nasId: string, error: unknown): void {
  log.error({ nasId, err: error }, "a request could not be worked on");
}

/** The NAS will ask again, and is listened to again. */
function stayStill(
  { counters, doorNotes, cache }: ReceiverOptions,
  { known, packet, entry }: Request,
  reason: DropReason,
): void {
  counters.countReason(known.nas.id, "drops", reason);
  doorNotes.noteSilence({ nasId: known.nas.id }, packet, reason);
  cache.forget(entry);
}

function answer(
  request: Request,
  code: number,
  attributes: readonly RawAttribute[],
  written?: Uint8Array,
): void {
  const { packet, known, entry, arrival } = request;
  const isSigned = code !== codes.accountingResponse;
  const reply = encodeReply({ code, attributes, isSigned, written }, packet, known.key);
  entry.reply = reply;
  arrival.send(reply, arrival);
}
