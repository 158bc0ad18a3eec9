import { createHash } from "node:crypto";
import { isVolumeUsedUp, remainingLimits, startOfDay, startOfWeek } from "@foyer/admission";
import {
  countOtherDevices,
  endSession,
  findDeviceByMac,
  findSessionOfNas,
  findSettings,
  findUsage,
  type Session,
  startSession,
  type Ticket,
  type Transaction,
  updateSession,
  useTicket,
} from "@foyer/branch-store";
import type { WifidogNas } from "@foyer/contract";
import { UNCOUNTED_SESSION_SECONDS } from "../adapter.ts";
import { normaliseMac } from "../mac.ts";

/** A gateway tells of its guests every minute or so; after this long it has lost them. */
const SILENT_AFTER_SECONDS = 10 * 60;

/** What a gateway asks of a token. */
export type GatewayQuestion = {
  stage: "login" | "counters" | "logout";
  token: string;
  /** AA-BB-CC-DD-EE-FF. */
  mac: string;
  ip: string | null;
  downloadBytes: number;
  uploadBytes: number;
};

/** Reads the query of /auth; null when it is none. */
export function readGatewayQuestion(query: URLSearchParams): GatewayQuestion | null {
  const stage = STAGES.find((each) => each === query.get("stage"));
  const mac = normaliseMac(query.get("mac") ?? "");
  const token = query.get("token") ?? "";
  if (!stage || mac === null || !/^[\w-]{1,64}$/.test(token)) return null;
  const count = (name: string) => {
    const text = query.get(name) ?? "";
    return /^\d{1,15}$/.test(text) ? Number(text) : 0;
  };
  // As the guest sees it: incoming is what they downloaded.
  const bytes = { downloadBytes: count("incoming"), uploadBytes: count("outgoing") };
  return { stage, token, mac, ip: query.get("ip"), ...bytes };
}

const STAGES = ["login", "counters", "logout"] as const;

/**
 * Whether the guest may be let through, or go on. A token is checked again at each heartbeat: it is
 * worth something as long as the session that it began goes on.
 */
export function answerGateway(
  tx: Transaction,
  nas: WifidogNas,
  question: GatewayQuestion,
): boolean {
  switch (question.stage) {
    case "login":
      return beginByToken(tx, nas, question);
    case "counters":
      return goOn(tx, nas, question);
    case "logout":
      return logOut(tx, nas, question);
    default:
      return assertNever(question.stage);
  }
}

/** The store keeps a token that lets somebody in nowhere but in its ticket. */
export function sessionIdOfToken(token: string): string {
  return createHash("sha256").update(token).digest("hex").slice(0, 32);
}

function beginByToken(
  tx: Transaction,
  nas: WifidogNas,
  { token, mac, ip }: GatewayQuestion,
): boolean {
  const acctSessionId = sessionIdOfToken(token);
  const use = useTicket(tx, { username: token, nasId: nas.id, mac, requestKey: acctSessionId });
  if (use.kind === "refused") return false;
  // Asked again within half a minute, it is the same session and the same answer.
  if (use.kind === "repeated") return findOwn(tx, nas, { token, mac })?.endedAt === null;
  const { ticket } = use;
  const granted = findGranted(tx, ticket);
  if (!granted) return false;
  const { limits, policy } = granted;
  const seconds = limits.sessionSeconds ?? UNCOUNTED_SESSION_SECONDS;
  startSession(tx, {
    nasId: nas.id,
    acctSessionId,
    mac,
    at: tx.now,
    guestId: ticket.guestId,
    policyId: policy.id,
    expectedEndAt: new Date(tx.now.getTime() + seconds * 1000),
    silentAfterSeconds: SILENT_AFTER_SECONDS,
    // The gateway holds nobody to a volume: its counters are held to what was granted.
    granted: { limits, endsAt: ticket.endsAt },
    ...(ip !== null && { ip }),
  });
  return true;
}

/** What is left for the ticket's guest just now; null: nothing, or no policy any more. */
function findGranted(tx: Transaction, ticket: Ticket) {
  const settings = findSettings(tx);
  const policy = settings?.policies.find(({ id }) => id === ticket.policyId);
  if (!settings || !policy) return null;
  const { timeZone } = settings.branch;
  const { guestId, deviceId, endsAt } = ticket;
  const dayStart = startOfDay(tx.now, timeZone);
  const weekStart = startOfWeek(tx.now, timeZone);
  const remaining = remainingLimits({
    policy,
    usage: findUsage(tx, { guestId, deviceId, dayStart, weekStart }),
    otherDevices: countOtherDevices(tx, { guestId, deviceId }),
    until: endsAt,
    now: tx.now,
    timeZone,
  });
  return remaining.kind === "limits" ? { limits: remaining.limits, policy } : null;
}

function goOn(tx: Transaction, nas: WifidogNas, question: GatewayQuestion): boolean {
  const known = findOwn(tx, nas, question);
  // Ended by the guest, by staff or by its limit. Silence alone is a guess, and was a wrong one.
  if (!known || (known.endedAt !== null && known.cause !== "Lost-Contact")) return false;
  const session = updateSession(tx, reportOf(tx, nas, question));
  if (session.endedAt !== null) return false;
  const cause = findEnd(session, tx.now);
  if (cause === null) return true;
  endSession(tx, { ...reportOf(tx, nas, question), cause });
  return false;
}

function findEnd(session: Session, now: Date): string | null {
  if (session.disconnect) return session.disconnect.cause;
  if (session.expectedEndAt !== null && session.expectedEndAt <= now) return "Session-Timeout";
  const { granted } = session;
  return granted && isVolumeUsedUp(session, granted.limits) ? "volume-used-up" : null;
}

function logOut(tx: Transaction, nas: WifidogNas, question: GatewayQuestion): boolean {
  const known = findOwn(tx, nas, question);
  if (known) endSession(tx, { ...reportOf(tx, nas, question), cause: "User-Request" });
  return false;
}

function findOwn(
  tx: Transaction,
  nas: WifidogNas,
  { token, mac }: Pick<GatewayQuestion, "token" | "mac">,
): Session | null {
  const device = findDeviceByMac(tx, mac);
  const acctSessionId = sessionIdOfToken(token);
  return device && findSessionOfNas(tx, { nasId: nas.id, acctSessionId, deviceId: device.id });
}

function reportOf(tx: Transaction, nas: WifidogNas, question: GatewayQuestion) {
  const { token, mac, uploadBytes, downloadBytes } = question;
  const acctSessionId = sessionIdOfToken(token);
  return { nasId: nas.id, acctSessionId, mac, at: tx.now, uploadBytes, downloadBytes };
}

function assertNever(stage: never): never {
  throw new Error(`unknown stage ${stage}`);
}
