import {
  choosePage,
  choosePolicy,
  type Limits,
  type Remaining,
  remainingLimits,
  startOfDay,
  startOfWeek,
  whatPagesAsk,
} from "@foyer/admission";
import {
  connectGuest,
  countOtherDevices,
  findGuest,
  findGuestMarks,
  findKnownGuestOfDevice,
  findUsage,
  findViewer,
  findVisitNumber,
  issueTicket,
  keepShownPage,
  linkDevice,
  listConsents,
  markPageShown,
  recogniseDevice,
  startSession,
  type Transaction,
} from "@foyer/branch-store";
import type { AccessPolicy } from "@foyer/contract";
import { adapterOf, comesFromNas } from "../nas/index.ts";
import type { Admitted } from "../page-context.ts";
import { hrefOf, type Step } from "../step.ts";

/**
 * How long a session is taken to last at most on a NAS that neither counts nor says when it ends,
 * under a policy without a limit.
 */
const UNCOUNTED_SESSION_SECONDS = 4 * 60 * 60;

/** The first one, and another for a guest who never reached the NAS with it. */
const FLOW_TICKETS_MAX = 2;

export type Grant =
  | { kind: "granted"; url: string }
  /** The branch has no access policy that fits this log-in. */
  | { kind: "no-policy" }
  /** The policy that fits leaves nothing for this guest just now. */
  | { kind: "refused"; policy: AccessPolicy; refusal: Extract<Remaining, { kind: "refused" }> }
  /** The page is of somebody who went online already, or lacks what the NAS wants answered. */
  | { kind: "no-way-back" };

/**
 * Lets an admitted guest online: one ticket, one event, and the way back to the NAS. Done again
 * within the same flow for a moment, it gives the same way back and issues nothing.
 */
export function grant(step: Step, admitted: Admitted): Grant {
  const { portal, context } = step;
  const given = findHandBack(step, admitted);
  if (given !== null) return { kind: "granted", url: given };
  if (!adapterOf(step.nas).canHandBack(context.arrival)) return { kind: "no-way-back" };
  const { flowId } = context;
  const tickets = portal.flowTickets.find(flowId) ?? 0;
  if (tickets >= FLOW_TICKETS_MAX) return { kind: "no-way-back" };
  const result = portal.store.transaction((tx) => grantOnce(tx, step, admitted));
  const { nasId } = context.arrival;
  const { deviceId } = context;
  if (result.kind === "granted") {
    portal.handBacks.keep(keyOf(step, admitted), result.url);
    portal.flowTickets.keep(flowId, tickets + 1);
  }
  portal.log.info({ nasId, deviceId, method: admitted.method, outcome: result.kind }, "grant");
  return result;
}

/** The way back that was given for this very act a moment ago. */
export function findHandBack(step: Step, admitted: Pick<Admitted, "method">): string | null {
  return step.portal.handBacks.find(keyOf(step, admitted));
}

/** By method: somebody else who takes over the same device signs in by another one. */
function keyOf({ context }: Step, { method }: Pick<Admitted, "method">): string {
  return `${context.flowId}/${method}`;
}

function grantOnce(tx: Transaction, step: Step, admitted: Admitted): Grant {
  const { context, nas, portal } = step;
  const { arrival, deviceId } = context;
  const { guestId, method } = admitted;
  if (!mayGoOnline(tx, guestId)) return { kind: "no-way-back" };
  const policy = findPolicy(tx, step, admitted);
  if (!policy) return { kind: "no-policy" };
  const endsAt = admitted.method === "access-code" ? new Date(admitted.endsAt) : null;
  const remaining = findRemaining(tx, step, { guestId, policy, until: endsAt });
  if (remaining.kind === "refused") return { kind: "refused", policy, refusal: remaining };
  const { limits } = remaining;
  bindDevice(tx, step, { guestId, method });
  const policyId = policy.id;
  const grantee = { nasId: nas.id, deviceId, guestId, method, policyId };
  const ticket = issueTicket(tx, { ...grantee, mac: arrival.mac, endsAt });
  connectGuest(tx, grantee);
  openSession(tx, step, { limits, guestId, policyId });
  markPageShown(tx, deviceId);
  keepPages(tx, step, guestId);
  const landing = {
    ...context,
    // That page is good for being online, and for no second ticket.
    arrival: { ...arrival, state: "online" as const },
    admitted,
    codeId: null,
    phone: null,
    terms: null,
    onlineUntil: limits.sessionSeconds && tx.now.getTime() + limits.sessionSeconds * 1000,
  };
  const url = adapterOf(nas).handBackUrl(arrival, nas, {
    username: ticket.username,
    password: ticket.password,
    landingUrl: `${portal.originOf()}${hrefOf(portal, "/online", landing)}`,
    limits,
  });
  return { kind: "granted", url };
}

/** Who was forgotten, or took back their yes to the terms, since the page was shown arrives anew. */
function mayGoOnline(tx: Transaction, guestId: string): boolean {
  const terms = listConsents(tx, guestId).find(({ purpose }) => purpose === "terms");
  return findGuest(tx, guestId) !== null && terms?.given !== false;
}

/**
 * The page that was shown is met. A device that was not proved is never shown its guest's own one:
 * that counts as met too, or radius would find it due for ever.
 */
function keepPages(tx: Transaction, { context, settings }: Step, guestId: string): void {
  if (context.page) keepShownPage(tx, { guestId, ...context.page });
  const guest = context.proof === null ? findGuest(tx, guestId) : null;
  if (!guest) return;
  const { pages, signIn, branch } = settings;
  const viewer = findViewer(tx, guest, whatPagesAsk(pages, signIn.greet));
  const own = choosePage(pages, viewer, { now: tx.now, timeZone: branch.timeZone });
  if (own) keepShownPage(tx, { guestId, pageId: own.id, version: own.version });
}

/** The policy of the access code, where it names one of the branch's; else the first that fits. */
function findPolicy(
  tx: Transaction,
  { settings: { policies } }: Step,
  admitted: Admitted,
): AccessPolicy | null {
  const policyId = admitted.method === "access-code" ? admitted.policyId : null;
  const { guestId, method } = admitted;
  const visitNumber = findVisitNumber(tx, guestId);
  const marks = findGuestMarks(tx, guestId);
  return (
    policies.find((policy) => policy.id === policyId) ??
    choosePolicy(policies, { method, visitNumber, marks })
  );
}

/** What radius will say in a moment; asked here already, since a page can say why not. */
function findRemaining(
  tx: Transaction,
  { settings, context }: Step,
  { guestId, policy, until }: { guestId: string; policy: AccessPolicy; until: Date | null },
): Remaining {
  const { now } = tx;
  const { timeZone } = settings.branch;
  const device = { guestId, deviceId: context.deviceId };
  const dayStart = startOfDay(now, timeZone);
  const weekStart = startOfWeek(now, timeZone);
  return remainingLimits({
    policy,
    usage: findUsage(tx, { ...device, dayStart, weekStart }),
    otherDevices: countOtherDevices(tx, device),
    until,
    now,
    timeZone,
  });
}

/**
 * A proved device belongs to the guest who goes online with it, though its MAC may be new; but an
 * access code says nothing of who holds it.
 */
function bindDevice(
  tx: Transaction,
  { context }: Step,
  { guestId, method }: Pick<Admitted, "guestId" | "method">,
): void {
  const { deviceId, proof, arrival } = context;
  if (proof === null || method === "access-code") return;
  if (findKnownGuestOfDevice(tx, deviceId)?.id !== guestId) linkDevice(tx, { deviceId, guestId });
  if (method === "returning") recogniseDevice(tx, { deviceId, nasId: arrival.nasId, proof });
}

/** A NAS that tells of no sessions leaves it to the portal: see NasAdapter.accounting. */
function openSession(
  tx: Transaction,
  step: Step,
  { limits, guestId, policyId }: { limits: Limits; guestId: string; policyId: string },
): void {
  const { nas, context } = step;
  const { arrival } = context;
  const adapter = adapterOf(nas);
  const acctSessionId = adapter.sessionIdOf(arrival);
  if (adapter.accounting !== "portal" || acctSessionId === null) return;
  const seconds = limits.sessionSeconds ?? UNCOUNTED_SESSION_SECONDS;
  startSession(tx, {
    nasId: nas.id,
    acctSessionId,
    mac: arrival.mac,
    at: tx.now,
    // The MAC may be another guest's, whose visit this is not.
    guestId,
    policyId,
    expectedEndAt: new Date(tx.now.getTime() + seconds * 1000),
    ...(isIpKnown(step) ? { ip: step.remoteAddress } : {}),
  });
}

/** A guest's word for their address is taken only where they were seen at it, and it is no one else's. */
function isIpKnown({ context, nas, remoteAddress }: Step): boolean {
  return context.arrival.ip === remoteAddress && !comesFromNas(nas, remoteAddress);
}
