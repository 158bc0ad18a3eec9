import type { BranchSettings } from "@foyer/contract";
import type { LateWrite, LateWrites } from "../store/late-writes.ts";
import type { Reads } from "../store/reads.ts";
import type { StoreThread } from "../store/thread.ts";
import type { Writes } from "../store/writes.ts";
import { type AccessRequest, isMacAuthentication } from "./access-request.ts";
import {
  type Asked,
  type Decision,
  deviceOf,
  findDoorFault,
  type Judgement,
  judgeByDevice,
  judgeByTicket,
  judgeByWaitingTicket,
  judgeMember,
  type RejectReason,
} from "./authorize.ts";
import { type CodeRequest, readCodeRequest } from "./code-request.ts";
import { findBlock, judgeAllowed } from "./device-rules.ts";
import { type DeviceFacts, isCounting, type TicketFacts } from "./facts.ts";
import type { KnownDevices } from "./known-devices.ts";
import type { KnownTickets } from "./known-tickets.ts";
import { unpackTicket, unreadHolder } from "./packed-ticket.ts";
import type { RecentCodes } from "./recent-codes.ts";
import type { RecentGrants, Told } from "./recent-grants.ts";
import type { SpentTickets } from "./spent-tickets.ts";

export type AuthorizerOptions = {
  /** The branch settings in force; null before the first. */
  settings: () => BranchSettings | null;
  reader: Pick<StoreThread<Reads>, "ask">;
  writer: Pick<StoreThread<Writes>, "ask">;
  late: Pick<LateWrites, "add" | "addIfRoom" | "mayTouch">;
  devices: KnownDevices;
  tickets: KnownTickets;
  spent: SpentTickets;
  recent: RecentGrants;
  recentCodes: RecentCodes;
  clock: () => Date;
};

export type Question = {
  nasId: string;
  request: AccessRequest;
  /** Names the request for tracing: source, port, id and authenticator. */
  nameRequest: () => string;
};

/** `userName`: the credential that was proved. */
export type MemberQuestion = Omit<Question, "nameRequest"> & { userName: string };

/**
 * What comes of a question; `too-busy` is met with silence, and the NAS asks again. The password of
 * a ticket or an access code is what the server proves in turn where MS-CHAPv2 asks for it.
 */
export type Verdict = (Decision & { password?: string }) | { kind: "too-busy" };

export type Authorizer = {
  /** Decides on an Access-Request whose authenticators were verified; at once where memory tells. */
  authorize: (question: Question) => Verdict | Promise<Verdict>;
  /** Decides on a device that has proved this credential inside EAP. */
  authorizeMember: (question: MemberQuestion) => Promise<Verdict>;
  /** Resolves when nothing is being decided. */
  settle: () => Promise<void>;
};

/** A NAS asks again after some seconds: a store that is slower than this is not waited for. */
const LOOK_UP_MILLISECONDS = 1500;

const TOO_BUSY = { kind: "too-busy" } as const;
const reject = (reason: RejectReason): Decision => ({ kind: "reject", reason });

/**
 * Decides who gets in, from memory where that says yes. No is said only by the store itself: a
 * ticket is milliseconds old when its NAS asks. What follows from a decision is written after it.
 */
export function createAuthorizer(options: AuthorizerOptions): Authorizer {
  const underWay = new Set<Promise<Verdict>>();
  const follow = (verdict: Promise<Verdict>) => {
    underWay.add(verdict);
    const forget = () => underWay.delete(verdict);
    verdict.then(forget, forget);
    return verdict;
  };
  const begin = ({ nasId, request }: Omit<Question, "nameRequest">): Asked | null => {
    const settings = options.settings();
    return settings && { settings, nasId, request, now: options.clock() };
  };
  return {
    authorize: (question) => {
      const asked = begin(question);
      if (!asked) return reject("no-settings");
      const blocked = findBlock(asked);
      if (blocked) return reject(blocked);
      const verdict = !isMacAuthentication(question.request)
        ? authorizeTicket(options, question, asked)
        : isToldOfTickets(asked)
          ? authorizeWaiting(options, question, asked)
          : authorizeDevice(options, question, asked);
      return verdict instanceof Promise ? follow(verdict) : verdict;
    },
    authorizeMember: async (question) => {
      const asked = begin(question);
      if (!asked) return reject("no-settings");
      const blocked = findBlock(asked);
      return blocked ? reject(blocked) : follow(authorizeMember(options, question, asked));
    },
    settle: async () => {
      while (underWay.size > 0) await Promise.allSettled(underWay);
    },
  };
}

function authorizeTicket(
  options: AuthorizerOptions,
  question: Question,
  asked: Asked,
): Verdict | Promise<Verdict> {
  const ticket = options.tickets.find(question.request.userName);
  if (!ticket) return askStoreForTicket(options, question, asked);
  const { guestId, policyId } = ticket;
  const facts = options.spent.correct({ ticket, holder: unreadHolder(guestId), codeEnd: null });
  const judged = judgeByTicket(asked, facts);
  // A policy that was chosen now asks for what is not known of the guest here.
  if (!isCertain(judged) || judged.policy?.id !== policyId)
    return askStoreForTicket(options, question, asked);
  return spend(options, question, { facts, decision: judged.decision, now: asked.now });
}

async function askStoreForTicket(
  options: AuthorizerOptions,
  question: Question,
  asked: Asked,
): Promise<Verdict> {
  const { request } = question;
  const { reader, spent, recentCodes } = options;
  const username = request.userName;
  const looked = await lookUp(reader.ask("findTicketFacts", { username }));
  // The ticket stays good, and a guest who is told soon can try again.
  if (looked.kind !== "found") return unanswered(looked);
  const facts = looked.facts && spent.correct(unpackTicket(looked.facts));
  const byCode = facts ? null : readCodeRequest(request, asked.settings);
  if (byCode?.kind === "refused") return reject(byCode.reason);
  if (byCode) {
    const { nasId, now, settings } = asked;
    const ask = { ...byCode, nasId, settingsVersion: settings.version, at: now };
    const verdict = await recentCodes.answer(ask, () => authorizeCode(options, byCode, asked));
    return verdict.kind === "accept" ? { ...verdict, password: byCode.password } : verdict;
  }
  const { decision, isProved } = judgeByTicket(asked, facts);
  if (!facts || !isProved) return decision;
  return spend(options, question, { facts, decision, now: asked.now });
}

/** Keeps that a ticket was used; one whose use cannot be kept is not. */
function spend(
  { devices, late, spent, tickets }: AuthorizerOptions,
  { request, nameRequest }: Question,
  used: { facts: TicketFacts; decision: Decision; now: Date },
): Verdict {
  const { ticket } = used.facts;
  const { row, username, password, nasId, deviceId, guestId, method, usedAt } = ticket;
  const mac = deviceOf(request);
  const told = { ...used.decision, password };
  // Asked again within a moment: its use is kept already, or waits to be.
  if (usedAt) return told;
  const input = { row, username, nasId, deviceId, guestId, method, requestKey: nameRequest() };
  // The device is its guest's from here on, whoever's it was.
  const mistrust = () => devices.mistrustMac(mac);
  const noteKept = () => {
    mistrust();
    // That it was used is the store's to say, for longer than it is remembered here.
    tickets.forget(username);
  };
  if (!late.add({ name: "keepTicketUse", input }, noteKept)) return TOO_BUSY;
  mistrust();
  spent.spend(username, used.now);
  return told;
}

/** Whether nobody brings this NAS a ticket: it asks about devices, again when their guests have one. */
const isToldOfTickets = ({ settings, nasId }: Asked) =>
  settings.nas.some(({ id, kind }) => id === nasId && kind === "cisco-cwa");

/** A device whose guest has signed in at the portal comes in by that; any other by what is known of it. */
async function authorizeWaiting(
  options: AuthorizerOptions,
  question: Question,
  asked: Asked,
): Promise<Verdict> {
  const fault = findDoorFault(question.request);
  if (fault) return reject(fault);
  const { nasId, request } = question;
  const ask = { nasId, mac: deviceOf(request) };
  const looked = await lookUp(options.reader.ask("findWaitingTicketFacts", ask));
  if (looked.kind !== "found") return unanswered(looked);
  const facts = looked.facts && options.spent.correct(unpackTicket(looked.facts));
  if (!facts) return authorizeDevice(options, question, asked);
  const { decision, isProved } = judgeByWaitingTicket(asked, facts);
  // Used or over: it says nothing of the device any more.
  if (!isProved) return authorizeDevice(options, question, asked);
  return spend(options, question, { facts, decision, now: asked.now });
}

/**
 * A use is counted before it is answered, by the thread that writes: two devices may ask for the
 * last one. A NAS that was not answered in time asks again, and its device has its use by then.
 */
async function authorizeCode(
  options: AuthorizerOptions,
  { code, mac }: CodeRequest & { kind: "entry" },
  { nasId, now }: Asked,
): Promise<Verdict> {
  const looked = await lookUp(options.writer.ask("enterAccessCode", { code, mac, nasId }));
  if (looked.kind !== "found") return unanswered(looked);
  const { decision, guestId } = looked.facts;
  if (decision.kind === "reject" || guestId === null) return decision;
  // Told already, where it has just come in by its MAC.
  const told = { nasId, mac, what: decision.kind, guestId, at: now };
  if (options.recent.isRepeat(told)) return decision;
  const input = { mac, nasId, policyId: decision.policyId, guestId };
  return settle(options, told, { decision, write: { name: "admitByAccessCode", input } });
}

function authorizeDevice(
  options: AuthorizerOptions,
  question: Question,
  asked: Asked,
): Verdict | Promise<Verdict> {
  const fault = findDoorFault(question.request);
  if (fault) return reject(fault);
  const allowed = judgeAllowed(asked);
  if (allowed) return settleAllowed(options, asked, allowed);
  const known = options.devices.findFresh(deviceOf(question.request), asked.now);
  // What is left of a code is counted by the second.
  const judged = known && !known.pass ? judgeByDevice(asked, known) : null;
  if (known && judged && isCertain(judged))
    return settleDevice(options, question, { asked, facts: known, judged });
  return askStoreForDevice(options, question, asked);
}

/** It is nobody's: that it was here is noted, as of any device. */
function settleAllowed(
  { late, recent }: AuthorizerOptions,
  { nasId, request, now }: Asked,
  decision: Decision,
): Verdict {
  const mac = deviceOf(request);
  const told = { nasId, mac, what: decision.kind, guestId: null, at: now };
  if (recent.isRepeat(told)) return decision;
  late.addIfRoom({ name: "meetDevice", input: { mac, nasId } });
  recent.note(told);
  return decision;
}

/** A yes that counts nothing: only that may come from memory. */
const isCertain = ({ decision, policy }: Judgement) =>
  decision.kind === "accept" && policy !== null && !isCounting(policy);

async function askStoreForDevice(
  options: AuthorizerOptions,
  question: Question,
  asked: Asked,
): Promise<Verdict> {
  const { reader, devices } = options;
  const mac = deviceOf(question.request);
  const looked = await lookUp(reader.ask("findDeviceFacts", { mac }));
  if (looked.kind === "found") {
    const { deviceId, facts } = looked.facts;
    if (deviceId !== null) devices.keep({ deviceId, mac, facts, now: asked.now });
    return settleDevice(options, question, { asked, facts, judged: judgeByDevice(asked, facts) });
  }
  const remembered = devices.findUncontradicted(mac, asked.now);
  const judged = remembered && !remembered.pass ? judgeByDevice(asked, remembered) : null;
  if (!remembered || !judged || !isCertain(judged)) return unanswered(looked);
  return settleDevice(options, question, { asked, facts: remembered, judged });
}

function settleDevice(
  options: AuthorizerOptions,
  { nasId, request }: Question,
  { asked, facts, judged }: { asked: Asked; facts: DeviceFacts; judged: Judgement },
): Verdict {
  const { decision, isProved } = judged;
  const mac = deviceOf(request);
  // Many NAS ask again and again: the second time within a moment says nothing new.
  const holderId = facts.holder?.guestId ?? null;
  const told = { nasId, mac, what: decision.kind, guestId: holderId, at: asked.now };
  if (options.recent.isRepeat(told)) return decision;
  if (!isProved) {
    // Nothing hangs on it: that a stranger was here is forgotten before a guest waits.
    options.late.addIfRoom({ name: "meetDevice", input: { mac, nasId } });
    options.recent.note(told);
    return decision;
  }
  const policyId = decision.kind === "accept" ? decision.policyId : null;
  const admitted = { mac, nasId, policyId };
  const write: LateWrite =
    facts.pass && holderId !== null
      ? { name: "admitByAccessCode", input: { ...admitted, guestId: holderId } }
      : { name: "admitDevice", input: admitted };
  return settle(options, told, { decision, write });
}

async function authorizeMember(
  options: AuthorizerOptions,
  { nasId, userName, request }: MemberQuestion,
  asked: Asked,
): Promise<Verdict> {
  const { mac } = request;
  if (mac === null) return reject("no-calling-station");
  // Asked again: it may have been revoked since the password was looked up.
  const looked = await lookUp(options.reader.ask("findMemberFacts", { userName, mac }));
  if (looked.kind !== "found") return unanswered(looked);
  const { decision, isProved } = judgeMember(asked, looked.facts);
  if (!isProved) return decision;
  const guestId = looked.facts?.guestId ?? null;
  const told = { nasId, mac, what: decision.kind, guestId, at: asked.now };
  const isTold = options.recent.isRepeat(told);
  // It may have come in otherwise a moment ago: by what it does now is news.
  const byKey = { ...told, what: `${decision.kind} ${userName}` };
  const isKept = isTold && options.recent.isRepeat(byKey);
  // A device that roams logs in again and again, and what followed from that is kept already.
  if (isKept && looked.facts?.isTheirs && !options.late.mayTouch(mac)) return decision;
  const accepted = decision.kind === "accept" ? decision : null;
  const granted = accepted && {
    ...{ userName: request.userName, policyId: accepted.policyId },
    granted: { ...accepted.granted, credential: userName },
  };
  const policyId = isTold ? null : (accepted?.policyId ?? null);
  const input = { mac, nasId, userName, policyId, granted };
  options.devices.mistrustMac(mac);
  const verdict = settle(options, told, { decision, write: { name: "admitMember", input } });
  if (verdict === decision) options.recent.note(byKey);
  return verdict;
}

/** Keeps what follows; a decision whose consequences cannot be kept is none. */
function settle(
  { late, recent, devices }: AuthorizerOptions,
  told: Told,
  { decision, write }: { decision: Decision; write: LateWrite },
): Verdict {
  const isOthersNow = write.name === "admitMember";
  const isTaken = late.add(write, isOthersNow ? () => devices.mistrustMac(told.mac) : undefined);
  if (!isTaken) return TOO_BUSY;
  recent.note(told);
  return decision;
}

/** What a look-up gave; `late`: nothing within the time there was, or a store that failed. */
type LookedUp<T> = { kind: "found"; facts: T } | { kind: "late" } | typeof TOO_BUSY;

const unanswered = ({ kind }: { kind: "late" | "too-busy" }): Verdict =>
  kind === "late" ? reject("store-failed") : TOO_BUSY;

/** Waits for a look-up as long as a NAS can be kept waiting. Never rejects. */
function lookUp<T>(asked: Promise<T> | null): Promise<LookedUp<T>> {
  if (asked === null) return Promise.resolve(TOO_BUSY);
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, LOOK_UP_MILLISECONDS, { kind: "late" });
    const end = (looked: LookedUp<T>) => {
      clearTimeout(timer);
      resolve(looked);
    };
    asked.then(
      (facts) => end({ kind: "found", facts }),
      () => end({ kind: "late" }),
    );
  });
}
