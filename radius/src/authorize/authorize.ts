import { type AccessRefusal, choosePolicy, isPageDue, type Limits } from "@foyer/admission";
import {
  connectGuest,
  findGuestMarks,
  findKnownGuestOfDevice,
  findOpenVisit,
  findSettings,
  findTicket,
  findVisitNumber,
  recogniseDevice,
  seeDevice,
  type TicketRefusal,
  type Transaction,
  useTicket,
} from "@foyer/branch-store";
import type { AccessPolicy, BranchSettings, SignInMethod } from "@foyer/contract";
import {
  type AccessRequest,
  isMacAuthentication,
  provesPassword,
  provesSecret,
} from "./access-request.ts";
import { parseMac } from "./mac.ts";
import type { RecentGrants } from "./recent-grants.ts";
import { findRemaining } from "./remaining.ts";

export type RejectReason =
  | "no-settings"
  | "not-signed"
  | "no-calling-station"
  | "device-mismatch"
  | "unknown-device"
  | "page-due"
  | "wrong-password"
  | "credential-unknown"
  | `ticket-${TicketRefusal}`
  | "no-policy"
  | AccessRefusal;

export type Decision =
  | { kind: "accept"; policyId: string; limits: Limits }
  | { kind: "reject"; reason: RejectReason };

/** Who is asked about, once that is proved. */
type Admission = {
  guestId: string;
  deviceId: string;
  method: SignInMethod;
  /** Null: chosen now. */
  policyId: string | null;
};

/** One Access-Request on its way through the steps; each fills in what it finds. */
type Attempt = {
  tx: Transaction;
  settings: BranchSettings;
  nasId: string;
  request: AccessRequest;
  /** Names the request for tracing: source, port, id and authenticator. */
  requestKey: string;
  recent: RecentGrants;
  admission: Admission | null;
  policy: AccessPolicy | null;
  limits: Limits | null;
};

/** Null goes on to the next step. */
type Step = (attempt: Attempt) => RejectReason | null;

const ticketSteps: readonly Step[] = [checkPassword, spendTicket, findPolicy, findLimits];
const macSteps: readonly Step[] = [
  checkSecret,
  checkDevice,
  recognise,
  findPolicy,
  findLimits,
  tellConnection,
];

export type AuthorizeOptions = Pick<Attempt, "nasId" | "request" | "requestKey" | "recent">;

/**
 * Decides an Access-Request whose NAS was found and whose authenticators were verified. What it
 * writes (a spent ticket, a seen device) is kept whichever way it decides.
 */
export function authorize(tx: Transaction, options: AuthorizeOptions): Decision {
  const settings = findSettings(tx);
  if (!settings) return { kind: "reject", reason: "no-settings" };
  const attempt: Attempt = {
    tx,
    settings,
    ...options,
    admission: null,
    policy: null,
    limits: null,
  };
  for (const step of isMacAuthentication(options.request) ? macSteps : ticketSteps) {
    const reason = step(attempt);
    if (reason) return { kind: "reject", reason };
  }
  const { policy, limits } = attempt;
  if (!policy || !limits) throw new Error("a request passed every step without a policy");
  return { kind: "accept", policyId: policy.id, limits };
}

/** A wrong password spends nothing: whoever knows only the name cannot burn the ticket. */
function checkPassword({ tx, request }: Attempt): RejectReason | null {
  const ticket = findTicket(tx, request.userName);
  if (!ticket) return "ticket-unknown";
  return provesPassword(request.proof, ticket.password) ? null : "wrong-password";
}

function spendTicket(attempt: Attempt): RejectReason | null {
  const { tx, request, nasId, requestKey } = attempt;
  // A ticket is bound to a device; a NAS that does not name one cannot use it.
  if (request.mac === null) return "no-calling-station";
  const use = useTicket(tx, { username: request.userName, nasId, mac: request.mac, requestKey });
  if (use.kind === "refused") return `ticket-${use.reason}`;
  const { guestId, deviceId, method, policyId } = use.ticket;
  attempt.admission = { guestId, deviceId, method, policyId };
  return null;
}

/** Before anything is said of a device or noted: to somebody else each device is alike. */
function checkSecret({ request }: Attempt): RejectReason | null {
  return provesSecret(request) ? null : "not-signed";
}

/**
 * The MAC must be the NAS's word, not the guest's: on a NAS with a log-in form of its own, anybody
 * can type another's MAC as name and password, but not change Calling-Station-Id.
 */
function checkDevice({ request }: Attempt): RejectReason | null {
  const named = parseMac(request.userName);
  if (request.mac === null) return request.isCallCheck && named ? null : "no-calling-station";
  return named === null || named === request.mac ? null : "device-mismatch";
}

/** The MAC of a request that passed checkDevice. */
function deviceOf({ mac, userName }: AccessRequest): string {
  const device = mac ?? parseMac(userName);
  if (device === null) throw new Error("a request without a device passed checkDevice");
  return device;
}

function recognise(attempt: Attempt): RejectReason | null {
  const { tx, settings, nasId, request } = attempt;
  const device = seeDevice(tx, { mac: deviceOf(request), nasId, by: "radius" });
  const guest = findKnownGuestOfDevice(tx, device.id);
  if (!guest) return "unknown-device";
  const visit = findOpenVisit(tx, { deviceId: device.id, guestId: guest.id, at: tx.now });
  const isDue = isPageDue({
    greet: settings.signIn.greet,
    lastPageAt: device.pageShownAt,
    hasOpenVisit: visit !== null,
    now: tx.now,
    timeZone: settings.branch.timeZone,
  });
  if (isDue) return "page-due";
  recogniseDevice(tx, { deviceId: device.id, nasId, proof: "radius" });
  attempt.admission = {
    guestId: guest.id,
    deviceId: device.id,
    method: "returning",
    policyId: null,
  };
  return null;
}

/** The policy the portal granted; chosen here for a MAC, or where it has gone from the settings. */
function findPolicy(attempt: Attempt): RejectReason | null {
  const { tx, settings, admission } = attempt;
  if (!admission) throw new Error("a policy is looked for before anybody was admitted");
  const { guestId, method, policyId } = admission;
  attempt.policy =
    settings.policies.find((policy) => policy.id === policyId) ??
    choosePolicy(settings.policies, {
      method,
      visitNumber: findVisitNumber(tx, guestId),
      marks: findGuestMarks(tx, guestId),
    });
  return attempt.policy ? null : "no-policy";
}

/** What is left of the policy for this guest: a reconnect gives nothing back. */
function findLimits(attempt: Attempt): RejectReason | null {
  const { tx, settings, admission, policy } = attempt;
  if (!admission || !policy) throw new Error("limits are looked for before a policy was found");
  const { timeZone } = settings.branch;
  const remaining = findRemaining(tx, { ...admission, policy, timeZone });
  if (remaining.kind === "refused") return remaining.reason;
  attempt.limits = remaining.limits;
  return null;
}

/** A ticket's connection was told by the portal that issued it; a MAC's is told here, once. */
function tellConnection(attempt: Attempt): RejectReason | null {
  const { tx, nasId, request, requestKey, recent, admission, policy } = attempt;
  if (!admission || !policy) throw new Error("a connection is told before it was granted");
  const { guestId, deviceId, method } = admission;
  if (!recent.isRepeat({ nasId, mac: deviceOf(request), requestKey, at: tx.now }))
    connectGuest(tx, { guestId, deviceId, nasId, method, policyId: policy.id });
  return null;
}
