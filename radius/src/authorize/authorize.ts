import {
  type AccessRefusal,
  type CodeEnd,
  choosePolicy,
  isPageDue,
  type Limits,
  limitsOf,
  remainingLimits,
} from "@foyer/admission";
import {
  type AccessCodeRefusal,
  type Granted,
  judgeTicket,
  type TicketRefusal,
} from "@foyer/branch-store";
import type { AccessPolicy, BranchSettings, SignInMethod } from "@foyer/contract";
import { type AccessRequest, provesPassword, provesSecret } from "./access-request.ts";
import {
  type DeviceFacts,
  FIRST_TIMER,
  type HolderFacts,
  type MemberFacts,
  type TicketFacts,
} from "./facts.ts";

export type RejectReason =
  | "no-settings"
  | "not-signed"
  | "no-calling-station"
  | "device-mismatch"
  | "unknown-device"
  | "page-due"
  | "wrong-password"
  | "blocked"
  | "credential-unknown"
  | `ticket-${TicketRefusal}`
  | `code-${AccessCodeRefusal}`
  | CodeEnd
  | "no-policy"
  | "store-failed"
  | AccessRefusal;

export type Decision =
  | {
      kind: "accept";
      policyId: string;
      /** What is left: what the NAS is told. */
      limits: Limits;
      /** What may change while the session goes on, and what must not. */
      granted: Granted;
    }
  | { kind: "reject"; reason: RejectReason };

/** Where and when somebody asks. */
export type Place = { settings: BranchSettings; nasId: string; now: Date };

/** An Access-Request whose NAS was found and whose authenticators were verified. */
export type Asked = Place & { request: AccessRequest };

/** A decision, and how far it came: what was learnt on the way is kept whichever way it ends. */
export type Judgement = {
  decision: Decision;
  /** The policy that decided, whose quotas may ask for facts of this very moment. */
  policy: AccessPolicy | null;
  /** The requester is who they say: their ticket is spent, or their device is here. */
  isProved: boolean;
};

/** A request on its way through the steps; each fills in what it finds. */
type Attempt = Place & {
  request: AccessRequest | null;
  ticket: TicketFacts | null;
  device: DeviceFacts | null;
  holder: HolderFacts | null;
  method: SignInMethod;
  /** What the portal granted; null: chosen now. */
  grantedPolicyId: string | null;
  /** When an access code's minutes are over; null: none was used. */
  endsAt: Date | null;
  accessCodeId: string | null;
  /** The member's credential that was proved; null: none was. */
  credential: string | null;
  policy: AccessPolicy | null;
  limits: Limits | null;
};

/** Null goes on to the next step. */
type Step = (attempt: Attempt) => RejectReason | null;

const ticketSteps: readonly Step[] = [checkPassword, useTicket, findPolicy, findLimits];
const waitingSteps: readonly Step[] = [useTicket, findPolicy, findLimits];
const deviceSteps: readonly Step[] = [recognise, findPolicy, findLimits];
const memberSteps: readonly Step[] = [checkMember, findPolicy, findLimits];

/** Of a request with a ticket; null: nobody has that ticket. */
export function judgeByTicket(asked: Asked, ticket: TicketFacts | null): Judgement {
  const attempt = begin(asked);
  attempt.request = asked.request;
  attempt.ticket = ticket;
  return follow(ticketSteps, attempt);
}

/**
 * Of a request about a device that passed `findDoorFault` and was given this ticket at the portal: its
 * NAS has named the device over its secret, which is what a password would prove.
 */
export function judgeByWaitingTicket(asked: Asked, ticket: TicketFacts): Judgement {
  const attempt = begin(asked);
  attempt.request = asked.request;
  attempt.ticket = ticket;
  return follow(waitingSteps, attempt);
}

/** Of a request about a device that passed `findDoorFault`, or that an access code was used on. */
export function judgeByDevice(place: Place, device: DeviceFacts): Judgement {
  const attempt = begin(place);
  attempt.device = device;
  return follow(deviceSteps, attempt);
}

/** Of a device that has proved a member's credential; null: it was revoked since. */
export function judgeMember(place: Place, member: MemberFacts | null): Judgement {
  const attempt = begin(place);
  attempt.holder = member;
  attempt.credential = member?.credential ?? null;
  return follow(memberSteps, attempt);
}

const begin = ({ settings, nasId, now }: Place): Attempt => ({
  settings,
  nasId,
  now,
  request: null,
  ticket: null,
  device: null,
  holder: null,
  method: "returning",
  grantedPolicyId: null,
  endsAt: null,
  accessCodeId: null,
  credential: null,
  policy: null,
  limits: null,
});

function follow(steps: readonly Step[], attempt: Attempt): Judgement {
  for (const step of steps) {
    const reason = step(attempt);
    if (reason === null) continue;
    const { policy, holder } = attempt;
    return { decision: { kind: "reject", reason }, policy, isProved: holder !== null };
  }
  const { policy, limits } = attempt;
  if (!policy || !limits) throw new Error("a request passed every step without a policy");
  const { endsAt, accessCodeId, credential } = attempt;
  const by = { ...(accessCodeId !== null && { accessCodeId }), ...(credential && { credential }) };
  const granted = { limits: limitsOf(policy), endsAt, ...by };
  const decision = { kind: "accept", policyId: policy.id, limits, granted } as const;
  return { decision, policy, isProved: true };
}

/**
 * What is wrong with a request about a device before anything is said of the device, or noted: to
 * somebody without the secret each device is alike. The MAC must be the NAS's word, not the guest's:
 * on a NAS with a log-in form of its own, anybody can type another's MAC as name and password, but
 * not change Calling-Station-Id.
 */
export function findDoorFault(request: AccessRequest): RejectReason | null {
  if (!provesSecret(request)) return "not-signed";
  const { namedMac: named } = request;
  if (request.mac === null) return request.isCallCheck && named ? null : "no-calling-station";
  return named === null || named === request.mac ? null : "device-mismatch";
}

/** The device that a request which passed `findDoorFault` asks about. */
export function deviceOf({ mac, namedMac }: AccessRequest): string {
  const device = mac ?? namedMac;
  if (device === null) throw new Error("a request without a device passed the door");
  return device;
}

/** A wrong password spends nothing: whoever knows only the name cannot burn the ticket. */
function checkPassword({ ticket, request }: Attempt): RejectReason | null {
  if (!ticket || !request) return "ticket-unknown";
  return provesPassword(request.proof, ticket.ticket.password) ? null : "wrong-password";
}

function useTicket(attempt: Attempt): RejectReason | null {
  const { ticket: facts, request, nasId, now } = attempt;
  if (!facts || !request) throw new Error("a ticket is used before it was found");
  // A ticket is bound to a device; a NAS that does not name one cannot use it.
  if (request.mac === null) return "no-calling-station";
  const use = judgeTicket(facts.ticket, { nasId, mac: request.mac, at: now });
  if (use.kind === "refused") return `ticket-${use.reason}`;
  // Asked again within its moment, a ticket gets the answer it got: its session is ended instead.
  if (use.kind === "used" && facts.codeEnd) return facts.codeEnd;
  attempt.accessCodeId = facts.ticket.accessCodeId;
  attempt.holder = facts.holder;
  attempt.method = facts.ticket.method;
  attempt.grantedPolicyId = facts.ticket.policyId;
  attempt.endsAt = facts.ticket.endsAt;
  return null;
}

function recognise(attempt: Attempt): RejectReason | null {
  const { device, settings, now } = attempt;
  if (!device?.holder) return "unknown-device";
  if (device.pass) {
    attempt.holder = device.holder;
    attempt.method = "access-code";
    attempt.grantedPolicyId = device.pass.policyId;
    attempt.endsAt = device.pass.endsAt;
    attempt.accessCodeId = device.pass.accessCodeId;
    return null;
  }
  if (!device.viewer) throw new Error("a device is its holder's and nobody is to be greeted");
  const isDue = isPageDue({
    pages: settings.pages,
    greet: settings.signIn.greet,
    viewer: device.viewer,
    lastPageAt: device.pageShownAt,
    hasOpenVisit: device.hasOpenVisit,
    now,
    timeZone: settings.branch.timeZone,
  });
  if (isDue) return "page-due";
  attempt.holder = device.holder;
  return null;
}

function checkMember({ holder }: Attempt): RejectReason | null {
  return holder ? null : "credential-unknown";
}

/** The policy the portal granted; chosen here for a device, or where it has gone from the settings. */
function findPolicy(attempt: Attempt): RejectReason | null {
  const { settings, holder, method, grantedPolicyId } = attempt;
  if (!holder) throw new Error("a policy is looked for before anybody was admitted");
  // Only settings that changed this very moment ask for a standing that was not read.
  const { visitNumber, marks } = holder.standing ?? FIRST_TIMER;
  attempt.policy =
    settings.policies.find(({ id }) => id === grantedPolicyId) ??
    choosePolicy(settings.policies, { method, visitNumber, marks });
  return attempt.policy ? null : "no-policy";
}

/** What is left of the policy for this guest: a reconnect gives nothing back. */
function findLimits(attempt: Attempt): RejectReason | null {
  const { settings, holder, policy, endsAt: until, now } = attempt;
  if (!holder || !policy) throw new Error("limits are looked for before a policy was found");
  const { usage, otherDevices } = holder;
  const { timeZone } = settings.branch;
  const remaining = remainingLimits({ policy, usage, otherDevices, until, now, timeZone });
  if (remaining.kind === "refused") return remaining.reason;
  attempt.limits = remaining.limits;
  return null;
}
