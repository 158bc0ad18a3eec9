import {
  type CodeEnd,
  choosePage,
  choosePolicy,
  findBlock,
  findCodeEnd,
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
  findConsent,
  findGuest,
  findGuestMarks,
  findKnownGuestOfDevice,
  findSettings,
  findUsage,
  findViewer,
  findVisitNumber,
  issueTicket,
  keepShownPage,
  linkDevice,
  markPageShown,
  type Reader,
  recogniseDevice,
  startSession,
  type Transaction,
} from "@foyer/branch-store";
import type { AccessPolicy, DeviceRule, SignInMethod } from "@foyer/contract";
import { keepDevice } from "../arrive/keep-device.ts";
import {
  comesFromNas,
  type HandBack,
  type Grant as NasGrant,
  UNCOUNTED_SESSION_SECONDS,
} from "../nas/index.ts";
import type { Admitted } from "../page-context.ts";
import { noteStep } from "../sign-in/counts/register.ts";
import { hrefOf, type Step } from "../step.ts";
import { keepLanguage } from "../usual-language.ts";

/** The first one, and another for a guest who never reached the NAS with it. */
const FLOW_TICKETS_MAX = 2;

export type Grant =
  | { kind: "granted"; way: WayBack }
  /** Staff have blocked the device. */
  | { kind: "blocked"; block: DeviceRule }
  /** The branch has no access policy that fits this log-in. */
  | { kind: "no-policy" }
  /** The policy that fits leaves nothing for this guest just now. */
  | { kind: "refused"; policy: AccessPolicy; refusal: Extract<Remaining, { kind: "refused" }> }
  /** The access code that the guest came by was withdrawn since, or is over. */
  | { kind: "code-over"; codeEnd: CodeEnd }
  /** The page is of somebody who went online already, or lacks what the NAS wants answered. */
  | { kind: "no-way-back" };

/** How the guest gets to the NAS, and where the browser goes for that. */
export type WayBack = { handBack: HandBack; url: string };

/** A grant, and what the NAS has to be told where no browser tells it. */
type Issued = { kind: "issued"; way: WayBack; nasGrant: NasGrant; connection: Connection };

type Refusal = Exclude<Grant, { kind: "granted" }>;

/** What is stored once the guest is online. */
type Connection = { guestId: string; method: SignInMethod; policyId: string; limits: Limits };

/**
 * Lets an admitted guest online: one ticket, one event, and the way back to the NAS. Done again
 * within the same flow for a moment, it gives the same way back and issues nothing.
 */
export function grant(step: Step, admitted: Admitted): Grant {
  const { portal, context } = step;
  const given = findWayBack(step, admitted);
  if (given !== null) return { kind: "granted", way: given };
  if (!portal.adapterOf(step.nas).canHandBack(context.arrival)) return { kind: "no-way-back" };
  // It may have been forgotten while a page lay open that a look leads on from.
  keepDevice(portal, context, null);
  const { flowId, deviceId } = context;
  const tickets = portal.flowTickets.find(flowId) ?? 0;
  if (tickets >= FLOW_TICKETS_MAX) return { kind: "no-way-back" };
  const result = portal.store.transaction((tx) => grantOnce(tx, step, admitted));
  const { nasId } = context.arrival;
  const outcome = result.kind === "issued" ? "granted" : result.kind;
  portal.log.info({ nasId, deviceId, method: admitted.method, outcome }, "grant");
  noteGrant(step, result);
  if (result.kind !== "issued") return result;
  portal.handBacks.keep(actKeyOf(step, admitted), result.way);
  // Where guests share an address, whoever asks there next would be shown this guest's page.
  if (!comesFromNas(step.nas, step.remoteAddress))
    portal.landings.keep(`${nasId}/${step.remoteAddress}`, result.nasGrant.landingUrl);
  const count = () => portal.flowTickets.keep(flowId, tickets + 1);
  // Who waits is let in by the portal, or is not: such a try uses nothing up.
  if (result.way.handBack.kind === "wait") beginLetIn(step, admitted, { ...result, count });
  else count();
  return { kind: "granted", way: result.way };
}

function noteGrant({ portal, context }: Step, result: Issued | Refusal): void {
  const note = (answer: "let-in" | "refused", reason: string | null, policyId: string | null) =>
    portal.doorNotes.note(context, { asked: "go-online", answer, reason, policyId });
  if (result.kind === "issued") note("let-in", null, result.connection.policyId);
  else if (result.kind === "refused") note("refused", result.refusal.reason, result.policy.id);
  else note("refused", result.kind === "code-over" ? result.codeEnd : result.kind, null);
}

/** The way back that was given for this very act a moment ago. */
export function findWayBack(step: Step, admitted: Pick<Admitted, "method">): WayBack | null {
  return step.portal.handBacks.find(actKeyOf(step, admitted));
}

/** By method: somebody else who takes over the same device signs in by another one. */
export function actKeyOf({ context }: Step, { method }: Pick<Admitted, "method">): string {
  return `${context.flowId}/${method}`;
}

function grantOnce(tx: Transaction, step: Step, admitted: Admitted): Issued | Refusal {
  const { context, nas, portal } = step;
  const { arrival, deviceId } = context;
  const { guestId, method } = admitted;
  const { deviceRules } = findSettings(tx) ?? step.settings;
  const block = findBlock(deviceRules, { mac: arrival.mac, now: tx.now });
  if (block) return { kind: "blocked", block };
  if (!mayGoOnline(tx, guestId)) return { kind: "no-way-back" };
  const codeEnd = findEndOfCode(tx, admitted);
  if (codeEnd) return { kind: "code-over", codeEnd };
  const policy = findPolicy(tx, step, admitted);
  if (!policy) return { kind: "no-policy" };
  const endsAt = "endsAt" in admitted ? new Date(admitted.endsAt) : null;
  const remaining = findRemaining(tx, step, { guestId, policy, until: endsAt });
  if (remaining.kind === "refused") return { kind: "refused", policy, refusal: remaining };
  const { limits } = remaining;
  bindDevice(tx, step, { guestId, method });
  keepLanguage(tx, step, guestId);
  const grantee = { nasId: nas.id, deviceId, guestId, method, policyId: policy.id };
  const accessCodeId = admitted.method === "access-code" ? (admitted.accessCodeId ?? null) : null;
  const ticket = issueTicket(tx, { ...grantee, mac: arrival.mac, endsAt, accessCodeId });
  const nasGrant: NasGrant = {
    username: ticket.username,
    password: ticket.password,
    landingUrl: landingUrlOf(step, admitted, limits),
    limits,
  };
  const handBack = portal.adapterOf(nas).handBack(arrival, nas, nasGrant);
  const connection = { guestId, method, policyId: policy.id, limits };
  if (handBack.kind !== "wait") connect(tx, step, connection);
  const way = { handBack, url: urlOf(step, admitted, handBack) };
  return { kind: "issued", way, nasGrant, connection };
}

/** The page after access. */
function landingUrlOf({ portal, context, now }: Step, admitted: Admitted, limits: Limits): string {
  const landing = {
    ...context,
    // That page is good for being online, and for no second ticket.
    arrival: { ...context.arrival, state: "online" as const },
    admitted,
    codeId: null,
    contact: null,
    filledIn: null,
    terms: null,
    // It goes through the NAS, where others may read it.
    ...{ privacyGuestId: null, addressGuestId: null },
    onlineUntil: limits.sessionSeconds && now.getTime() + limits.sessionSeconds * 1000,
  };
  return `${portal.originOf()}${hrefOf(portal, "/online", landing)}`;
}

/** A NAS that no link leads back to has a page of the portal's before it. */
function urlOf({ portal, context }: Step, admitted: Admitted, handBack: HandBack): string {
  switch (handBack.kind) {
    case "redirect":
      return handBack.url;
    case "form":
      return hrefOf(portal, "/hand-back", { ...context, admitted });
    case "wait":
      return hrefOf(portal, "/connecting", { ...context, admitted });
    default:
      return assertNever(handBack);
  }
}

/** The grant is stored by now. Whoever is not let in is told so, and has not been online. */
function beginLetIn(
  step: Step,
  admitted: Admitted,
  { nasGrant, connection, count }: Issued & { count: () => void },
): void {
  const { portal, context, nas } = step;
  const { arrival } = context;
  const adapter = portal.adapterOf(nas);
  const { letIn } = adapter;
  if (!letIn) throw new Error(`The adapter of kind ${nas.kind} waits for what it does not do`);
  portal.letIns.begin(actKeyOf(step, admitted), {
    nasId: nas.id,
    tell: async (tools) => {
      const codeEnd = portal.store.read((tx) => findEndOfCode(tx, admitted));
      // Until the NAS has been told, or has asked, the code can be taken away from the guest.
      if (codeEnd && adapter.takeBack?.(arrival, nas, tools) !== false)
        return { kind: "refused", reason: codeEnd };
      return letIn(arrival, nas, nasGrant, tools);
    },
    onIn() {
      portal.store.transaction((tx) => connect(tx, step, connection));
      count();
    },
    onOut: (reason) =>
      portal.doorNotes.note(context, { asked: "nas", answer: "refused", reason: `nas-${reason}` }),
    landingUrl: nasGrant.landingUrl,
  });
}

function connect(tx: Transaction, step: Step, { limits, ...who }: Connection): void {
  const { context, nas } = step;
  const { deviceId } = context;
  connectGuest(tx, { nasId: nas.id, deviceId, ...who });
  noteStep(step, "online");
  openSession(tx, step, { limits, guestId: who.guestId, policyId: who.policyId });
  markPageShown(tx, deviceId);
  keepPages(tx, step, who.guestId);
}

/** Who was forgotten, or took back their yes to the terms, since the page was shown arrives anew. */
function mayGoOnline(tx: Transaction, guestId: string): boolean {
  const terms = findConsent(tx, { guestId, purpose: "terms" });
  return findGuest(tx, guestId) !== null && terms?.given !== false;
}

/**
 * The page that was shown is met. A device that was not proved is never shown its guest's own one, and
 * whoever chose another language goes online by another than they first met: that one counts as met
 * too, or radius would find it due for ever.
 */
function keepPages(tx: Transaction, { context, settings }: Step, guestId: string): void {
  if (context.page) keepShownPage(tx, { guestId, ...context.page });
  const isOwn = context.proof !== null && context.language === null;
  const guest = isOwn ? null : findGuest(tx, guestId);
  if (!guest) return;
  const { pages, signIn, branch } = settings;
  const viewer = findViewer(tx, guest, whatPagesAsk(pages, signIn.greet));
  const own = choosePage(pages, viewer, { now: tx.now, timeZone: branch.timeZone });
  if (own) keepShownPage(tx, { guestId, pageId: own.id, version: own.version });
}

/** As the settings have it now: where no RADIUS server asks once more, nobody does after this. */
function findEndOfCode(tx: Reader, admitted: Admitted): CodeEnd | null {
  const settings = findSettings(tx);
  if (!settings || admitted.method !== "access-code") return null;
  const { accessCodeId = null, endsAt } = admitted;
  return findCodeEnd(settings, { accessCodeId, endsAt: new Date(endsAt), now: tx.now });
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
 * access code says nothing of who holds it, and a stay ends.
 */
function bindDevice(
  tx: Transaction,
  { context }: Step,
  { guestId, method }: Pick<Admitted, "guestId" | "method">,
): void {
  const { deviceId, proof, arrival } = context;
  if (proof === null || method === "access-code" || method === "room") return;
  if (findKnownGuestOfDevice(tx, deviceId)?.id !== guestId) linkDevice(tx, { deviceId, guestId });
  if (method === "returning") recogniseDevice(tx, { deviceId, nasId: arrival.nasId, proof });
}

/** A NAS that tells of no sessions leaves it to the portal: see NasAdapter.accounting. */
function openSession(
  tx: Transaction,
  step: Step,
  { limits, guestId, policyId }: { limits: Limits; guestId: string; policyId: string },
): void {
  const { nas, context, portal } = step;
  const { arrival } = context;
  const adapter = portal.adapterOf(nas);
  const acctSessionId = adapter.sessionIdOf(arrival, context.flowId);
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

function assertNever(handBack: never): never {
  throw new Error(`unknown way back ${JSON.stringify(handBack)}`);
}
