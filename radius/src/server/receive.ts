import { account } from "../account/account.ts";
import { readRecord } from "../account/record.ts";
import { readAccessRequest } from "../authorize/access-request.ts";
import { authorize, type Decision } from "../authorize/authorize.ts";
import type { RecentGrants } from "../authorize/recent-grants.ts";
import type { Logger } from "../log.ts";
import { encodeReply } from "../protocol/authenticator.ts";
import { codes } from "../protocol/dictionary.ts";
import {
  authenticatorOf,
  decodePacket,
  type Packet,
  type RawAttribute,
} from "../protocol/packet.ts";
import { attribute, hasAttribute, listOctets } from "../protocol/values.ts";
import { limitAttributes } from "../vendors/index.ts";
import { sessionClass } from "../vendors/session-class.ts";
import { findFault, type PortKind } from "./checks.ts";
import type { Counters, DropReason } from "./counters.ts";
import { createFaultLog } from "./fault-log.ts";
import type { GroupCommit } from "./group-commit.ts";
import { type KnownNas, type NasTable, plainAddress } from "./nas-table.ts";
import type { CacheEntry, ReplyCache } from "./reply-cache.ts";

/** One datagram as the socket handed it over. */
export type Arrival = {
  port: PortKind;
  bytes: Buffer;
  address: string;
  remotePort: number;
  send: (reply: Buffer) => void;
};

export type ReceiverOptions = {
  /** The NAS list in force now. */
  nasTable: () => NasTable;
  commit: GroupCommit;
  cache: ReplyCache;
  recent: RecentGrants;
  counters: Counters;
  clock: () => Date;
  log: Logger;
};

/** A valid request that was not seen before, and where its answer goes. */
type Request = {
  arrival: Arrival;
  known: KnownNas;
  packet: Packet;
  /** Names the request: socket, source, port and id (RFC 5080 §2.2.2). */
  key: string;
  entry: CacheEntry;
};

/** Makes the way of a datagram: find its NAS → decode → verify → retransmission? → decide → answer. */
export function createReceiver(options: ReceiverOptions): (arrival: Arrival) => void {
  const { counters, cache, clock } = options;
  const faults = createFaultLog(options.log);
  return (arrival) => {
    const known = options.nasTable().find(arrival.address);
    const drop = (reason: DropReason) => {
      const nasId = known?.nas.id ?? null;
      if (nasId === null) counters.countUnknown(reason);
      else counters.countReason(nasId, "drops", reason);
      faults.tell({ reason, address: plainAddress(arrival.address), nasId, at: clock() });
    };
    if (!known) return drop("unknown-nas");
    // RFC 768: the sender awaits no answer, and a socket cannot send to it.
    if (arrival.remotePort === 0) return drop("no-reply-port");
    const decoded = decodePacket(arrival.bytes);
    if (decoded.kind === "malformed") return drop(decoded.reason);
    const { packet } = decoded;
    const fault = findFault({ port: arrival.port, packet, key: known.key });
    if (fault) return drop(fault);
    const key = `${arrival.port} ${arrival.address} ${arrival.remotePort} ${packet.identifier}`;
    const cached = cache.enter(key, authenticatorOf(packet), clock().getTime());
    if (cached.kind === "in-progress") return drop("still-working");
    if (cached.kind === "answered") {
      counters.count(known.nas.id, "retransmits");
      return arrival.send(cached.entry.reply as Buffer);
    }
    counters.count(known.nas.id, "requests");
    handle(options, { arrival, known, packet, key, entry: cached.entry });
  };
}

function handle(options: ReceiverOptions, request: Request): void {
  switch (request.packet.code) {
    case codes.statusServer:
      answerStatus(options, request);
      return;
    case codes.accessRequest:
      if (hasAttribute(request.packet, "EAP-Message")) rejectEap(options, request);
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
  const { recent } = options;
  const { known, packet, key } = request;
  const nasId = known.nas.id;
  const access = readAccessRequest(packet, known.key);
  const requestKey = `${key} ${authenticatorOf(packet).toString("hex")}`;
  const isTaken = options.commit.enqueue({
    work: (tx) => authorize(tx, { nasId, request: access, requestKey, recent }),
    done: (decision) => answerDecision(options, request, decision),
    // The guest is told at once and can try again; a NAS may wait 50 seconds for a silent server.
    failed: (error) => {
      logFailure(options, nasId, error);
      reject(options, request, "store-failed");
    },
  });
  if (!isTaken) stayStill(options, request, "too-busy");
}

function answerDecision(options: ReceiverOptions, request: Request, decision: Decision): void {
  if (decision.kind === "reject") {
    reject(options, request, decision.reason);
    return;
  }
  const { nas } = request.known;
  options.counters.count(nas.id, "accepts");
  options.log.info({ nasId: nas.id, policyId: decision.policyId }, "access accepted");
  const attributes = [...limitAttributes(nas.kind, decision.limits), sessionClass(decision.limits)];
  answer(request, codes.accessAccept, attributes);
}

/**
 * Reply-Message is the reason in a word: CoovaChilli hands it to the portal, which has the words a
 * guest reads. Nothing else goes into a reject: a NAS may act on it.
 */
function reject(options: ReceiverOptions, request: Request, reason: string): void {
  countReject(options, request, reason);
  answer(request, codes.accessReject, [attribute("Reply-Message", reason)]);
}

/** No EAP method is offered: EAP-Failure with the peer's identifier (RFC 3579 §2.6.3). */
function rejectEap(options: ReceiverOptions, request: Request): void {
  countReject(options, request, "eap-not-offered");
  const identifier = Buffer.concat(listOctets(request.packet, "EAP-Message"))[1] ?? 0;
  const failure = Buffer.of(4, identifier, 0, 4);
  answer(request, codes.accessReject, [attribute("EAP-Message", failure)]);
}

function countReject({ counters, log }: ReceiverOptions, { known }: Request, reason: string): void {
  counters.countReason(known.nas.id, "rejects", reason);
  log.info({ nasId: known.nas.id, reason }, "access rejected");
}

function answerAccounting(options: ReceiverOptions, request: Request): void {
  const { counters, clock } = options;
  const nasId = request.known.nas.id;
  const nasAddress = plainAddress(request.arrival.address);
  const read = readRecord(request.packet, { nasId, nasAddress, arrivedAt: clock() });
  if (read.kind === "passed-over") {
    // Never storable, so silence would only make the NAS ask for ever and take us for dead.
    counters.countReason(nasId, "passedOver", read.reason);
    answer(request, codes.accountingResponse, []);
    return;
  }
  const isTaken = options.commit.enqueue({
    work: (tx) => account(tx, nasId, read.record),
    done: () => {
      counters.count(nasId, "stored");
      answer(request, codes.accountingResponse, []);
    },
    // RFC 2866 §4.1: no answer for what was not recorded.
    failed: (error) => {
      logFailure(options, nasId, error);
      stayStill(options, request, "store-failed");
    },
  });
  if (!isTaken) stayStill(options, request, "too-busy");
}

function logFailure({ log }: ReceiverOptions, nasId: string, error: unknown): void {
  log.error({ nasId, err: error }, "a request could not be worked on");
}

/** The NAS will ask again, and is listened to again. */
function stayStill(
  { counters, cache }: ReceiverOptions,
  { known, key, entry }: Request,
  reason: DropReason,
): void {
  counters.countReason(known.nas.id, "drops", reason);
  cache.forget(key, entry);
}

function answer(request: Request, code: number, attributes: readonly RawAttribute[]): void {
  const { packet, known, entry, arrival } = request;
  const isSigned = code !== codes.accountingResponse;
  const reply = encodeReply({ code, attributes, isSigned }, packet, known.key);
  entry.reply = reply;
  arrival.send(reply);
}
