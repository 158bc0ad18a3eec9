import { orderPortOf, type RadiusNas } from "@foyer/contract";
import { INTERIM_SECONDS } from "../vendors/standard.ts";
import type { NasHealth } from "./counters.ts";
import type { SecretKind } from "./sight.ts";
import { CLOCK_OFFSET_SECONDS_MAX } from "./status-rules.ts";
import type { Stranger } from "./strangers.ts";

/** One thing about a NAS that venue IT should know. */
export type Finding =
  | { kind: "source-unreadable"; source: string }
  | { kind: "radsec-off" }
  /** So many connections of it were closed while all places were taken, one of them of late. */
  | { kind: "radsec-no-room"; connections: number }
  | {
      kind: "never-seen";
      uptimeSeconds: number;
      nasIdentifier: string;
      /** It is known by its certificate's name alone. */
      isRadsec: boolean;
      /** Who asks and is in no setting: those that call themselves like it, else all. */
      candidates: (Pick<Stranger, "address" | "nasIdentifier" | "through"> & {
        isAlike: boolean;
      })[];
    }
  | { kind: "seen"; secondsAgo: number; through: "udp" | "radsec" }
  | { kind: "secret-other"; of: SecretKind; inARow: number; secondsAgo: number; isRadsec: boolean }
  | { kind: "secret-unproved" }
  | { kind: "secret-right" }
  | { kind: "unsigned"; dropped: number }
  | { kind: "unsigned-as-set" }
  | { kind: "signed" }
  | { kind: "accounting-on-auth-port"; authPort: number; acctPort: number }
  | { kind: "log-in-on-acct-port"; authPort: number; acctPort: number }
  | { kind: "no-accounting"; accepts: number }
  | { kind: "accounting-unusable"; reason: string; records: number }
  | { kind: "accounting"; secondsAgo: number }
  | { kind: "no-interims"; sessions: number }
  | { kind: "interims"; secondsAgo: number }
  | { kind: "clock-off"; offsetSeconds: number }
  | { kind: "clock-right" }
  | { kind: "disconnect-none" }
  | { kind: "disconnect-untried"; portNumber: number }
  | { kind: "disconnect-silent"; portNumber: number }
  | { kind: "disconnect-refused"; portNumber: number; outcome: string }
  | { kind: "disconnect-right"; portNumber: number }
  /** It ends sessions by order, and does not answer orders that change one. */
  | { kind: "change-silent"; portNumber: number }
  | { kind: "change-refused"; portNumber: number; outcome: string }
  | { kind: "change-right" }
  | { kind: "latency"; p50Milliseconds: number; p99Milliseconds: number; answers: number };

export type Level = "right" | "note" | "wrong";

/** What was found out about one NAS. */
export type NasCase = {
  nas: RadiusNas;
  isSourceReadable: boolean;
  /** Null: nothing came from it since the server started. */
  health: NasHealth | null;
  now: Date;
  startedAt: Date;
  ports: { authPort: number; acctPort: number; radsecPort: number | null };
  strangers: readonly Stranger[];
  /** When each session that goes on was last reported. */
  sessionsReportedAt: readonly Date[];
};

/** A record follows its log-in within seconds; then, or from so many log-ins on, it is missed. */
const ACCOUNTING_DUE_SECONDS = 30;
const LOG_INS_WITHOUT_ACCOUNTING_MAX = 3;
/** Two reports that were asked for did not come. */
const SILENT_SECONDS = 2 * INTERIM_SECONDS + 60;
/** How long a NAS must have been well since its connection was closed for want of room. */
const CROWDED_OUT_SECONDS = 24 * 60 * 60;
const CANDIDATES_MAX = 5;
/** RFC 5176 §3.5: it knows no such session, and by saying so proves that it listens. */
const NOT_FOUND = "refused 503";

/** The questions put to every NAS, in the order in which an answer helps. */
const questions: readonly ((nasCase: NasCase & { health: NasHealth }) => Finding[])[] = [
  judgeContact,
  judgeSecret,
  judgePorts,
  judgeSignature,
  judgeAccounting,
  judgeInterims,
  judgeClock,
  judgeOrders,
  judgeLatency,
];

/** What is right and what is wrong with a NAS, by what it sent since the server started. */
export function judgeNas(nasCase: NasCase): Finding[] {
  const { nas, health, isSourceReadable, ports } = nasCase;
  const findings: Finding[] = [];
  if (!isSourceReadable) findings.push({ kind: "source-unreadable", source: nas.source });
  if (nas.radsecName && ports.radsecPort === null) findings.push({ kind: "radsec-off" });
  const crowdedOut = health ? judgeRoom(health) : [];
  findings.push(...crowdedOut);
  // Why nothing came of it is told already where it was crowded out.
  if (!health?.seen.lastRequestAt)
    return crowdedOut.length > 0 ? findings : [...findings, neverSeen(nasCase)];
  return [...findings, ...questions.flatMap((judge) => judge({ ...nasCase, health }))];
}

const LEVELS: Partial<Record<Finding["kind"], Level>> = {
  seen: "right",
  "secret-right": "right",
  "secret-unproved": "note",
  "unsigned-as-set": "note",
  signed: "right",
  accounting: "right",
  interims: "right",
  "clock-right": "right",
  "disconnect-none": "note",
  "disconnect-untried": "note",
  "disconnect-right": "right",
  "change-right": "right",
  latency: "note",
};

export function levelOf({ kind }: Finding): Level {
  return LEVELS[kind] ?? "wrong";
}

function neverSeen({ nas, now, startedAt, strangers }: NasCase): Finding {
  const { nasIdentifier, name, radsecName = "", source } = nas;
  const isRadsec = radsecName !== "" && source === "";
  const own = [nasIdentifier, name, radsecName].filter((each) => each !== "").map(fold);
  const possible = strangers
    .filter(({ through }) => !isRadsec || through === "radsec")
    .map(({ address, nasIdentifier: claimed, through }) => ({
      ...{ address, nasIdentifier: claimed, through },
      isAlike: claimed !== null && own.includes(fold(claimed)),
    }));
  const alike = possible.filter(({ isAlike }) => isAlike);
  return {
    kind: "never-seen",
    ...{ uptimeSeconds: secondsBetween(startedAt, now), nasIdentifier, isRadsec },
    candidates: (alike.length > 0 ? alike : possible).slice(0, CANDIDATES_MAX),
  };
}

/** Told until the NAS has been heard of for a day since. */
function judgeRoom({ seen, drops }: NasHealth): Finding[] {
  const { lastCrowdedOutAt, lastRequestAt } = seen;
  if (lastCrowdedOutAt === null) return [];
  const secondsWell = lastRequestAt ? secondsSince(lastCrowdedOutAt, new Date(lastRequestAt)) : 0;
  if (secondsWell >= CROWDED_OUT_SECONDS) return [];
  return [{ kind: "radsec-no-room", connections: drops["radsec-no-room"] ?? 0 }];
}

function judgeContact({ health: { seen }, now }: NasCase & { health: NasHealth }): Finding[] {
  const { lastRequestAt, lastThrough } = seen;
  if (!lastRequestAt || !lastThrough) return [];
  return [{ kind: "seen", secondsAgo: secondsSince(lastRequestAt, now), through: lastThrough }];
}

function judgeSecret({ health: { seen }, now }: NasCase & { health: NasHealth }): Finding[] {
  const { access, accounting } = seen.secrets;
  const isRadsec = seen.lastThrough === "radsec";
  const wrong = (["access", "accounting"] as const).flatMap((of): Finding[] => {
    const { state, wrongInARow: inARow, lastWrongAt } = seen.secrets[of];
    if (state !== "other" || !lastWrongAt) return [];
    const secondsAgo = secondsSince(lastWrongAt, now);
    return [{ kind: "secret-other", ...{ of, inARow, secondsAgo, isRadsec } }];
  });
  if (wrong.length > 0) return wrong;
  const isProved = access.state === "right" || accounting.state === "right";
  return [{ kind: isProved ? "secret-right" : "secret-unproved" }];
}

function judgePorts({ health: { seen }, ports }: NasCase & { health: NasHealth }): Finding[] {
  const { authPort, acctPort } = ports;
  const { lastAccountingOnAuthPortAt, lastLogInOnAcctPortAt, lastLogInAt } = seen;
  const findings: Finding[] = [];
  if (isNewer(lastAccountingOnAuthPortAt, lastRecordAt(seen)))
    findings.push({ kind: "accounting-on-auth-port", authPort, acctPort });
  if (isNewer(lastLogInOnAcctPortAt, lastLogInAt))
    findings.push({ kind: "log-in-on-acct-port", authPort, acctPort });
  return findings;
}

/** CVE-2024-3596: whoever stands between can turn a refusal of an unsigned log-in into a yes. */
function judgeSignature({ nas, health }: NasCase & { health: NasHealth }): Finding[] {
  const { lastSignedAt, lastUnsignedAt } = health.seen;
  const { drops } = health;
  if (isNewer(lastUnsignedAt, lastSignedAt)) {
    if (nas.messageAuthenticator === "no") return [{ kind: "unsigned-as-set" }];
    const dropped = (drops["unsigned-nas-signs"] ?? 0) + (drops["no-message-authenticator"] ?? 0);
    return [{ kind: "unsigned", dropped }];
  }
  return lastSignedAt ? [{ kind: "signed" }] : [];
}

function judgeAccounting({ health, now }: NasCase & { health: NasHealth }): Finding[] {
  const { seen, accepts, passedOver, stored } = health;
  const [reason, records = 0] =
    Object.entries(passedOver).find(([each]) => UNUSABLE.has(each)) ?? [];
  if (reason !== undefined && stored === 0)
    return [{ kind: "accounting-unusable", reason, records }];
  const last = lastRecordAt(seen);
  if (last !== null) return [{ kind: "accounting", secondsAgo: secondsSince(last, now) }];
  // Why none arrives is told already.
  const isKnownWhy =
    seen.lastAccountingOnAuthPortAt !== null || seen.secrets.accounting.state === "other";
  if (accepts === 0 || isKnownWhy || seen.lastLogInAt === null) return [];
  const isDue =
    accepts >= LOG_INS_WITHOUT_ACCOUNTING_MAX ||
    secondsSince(seen.lastLogInAt, now) >= ACCOUNTING_DUE_SECONDS;
  return isDue ? [{ kind: "no-accounting", accepts }] : [];
}

/** What no session can be made of; other kinds of record are nobody's fault. */
const UNUSABLE: ReadonlySet<string> = new Set(["no-session-id", "no-device"]);

/** After a start of the server, silence counts from then: nothing was heard while it was down. */
function judgeInterims(nasCase: NasCase & { health: NasHealth }): Finding[] {
  const { health, now, startedAt, sessionsReportedAt } = nasCase;
  const { lastInterimAt } = health.seen;
  const isSilent = (since: Date) => secondsBetween(since, now) >= SILENT_SECONDS;
  const silent = sessionsReportedAt.filter(isSilent).length;
  const isMissed = silent > 0 && isSilent(lastInterimAt ? new Date(lastInterimAt) : startedAt);
  if (isMissed) return [{ kind: "no-interims", sessions: silent }];
  return lastInterimAt ? [{ kind: "interims", secondsAgo: secondsSince(lastInterimAt, now) }] : [];
}

function judgeClock({ health: { seen } }: NasCase & { health: NasHealth }): Finding[] {
  if (!seen.clock) return [];
  const { offsetSeconds } = seen.clock;
  return Math.abs(offsetSeconds) > CLOCK_OFFSET_SECONDS_MAX
    ? [{ kind: "clock-off", offsetSeconds }]
    : [{ kind: "clock-right" }];
}

/** One port takes both orders: to end a session, and to hold it to other limits (RFC 5176 §2). */
function judgeOrders({ nas, health }: NasCase & { health: NasHealth }): Finding[] {
  const portNumber = orderPortOf(nas);
  if (portNumber === null) return [{ kind: "disconnect-none" }];
  const ended = health.disconnects.last?.outcome ?? null;
  const changed = health.changes.last?.outcome ?? null;
  // Where nothing has answered yet, the port is at fault and not the order.
  if ([ended, changed].every((outcome) => outcome === null || outcome === SILENT)) {
    const isSilent = ended === SILENT || changed === SILENT;
    return [{ kind: isSilent ? "disconnect-silent" : "disconnect-untried", portNumber }];
  }
  return [...judgeDisconnect(ended, portNumber), ...judgeChange(changed, portNumber)];
}

const SILENT = "timed-out";

function judgeDisconnect(outcome: string | null, portNumber: number): Finding[] {
  if (outcome === SILENT) return [{ kind: "disconnect-silent", portNumber }];
  if (isAnswered(outcome)) return [{ kind: "disconnect-right", portNumber }];
  const errorCause = findErrorCause(outcome);
  if (errorCause === null) return [];
  return [{ kind: "disconnect-refused", portNumber, outcome: errorCause }];
}

function judgeChange(outcome: string | null, portNumber: number): Finding[] {
  if (outcome === SILENT) return [{ kind: "change-silent", portNumber }];
  if (isAnswered(outcome)) return [{ kind: "change-right" }];
  const errorCause = findErrorCause(outcome);
  return errorCause === null ? [] : [{ kind: "change-refused", portNumber, outcome: errorCause }];
}

const isAnswered = (outcome: string | null) => outcome === "acknowledged" || outcome === NOT_FOUND;

/** Null: it did not refuse. */
const findErrorCause = (outcome: string | null) =>
  outcome?.startsWith("refused ") ? outcome.slice("refused ".length) : null;

function judgeLatency({ health }: NasCase & { health: NasHealth }): Finding[] {
  const { count: answers, p50Milliseconds, p99Milliseconds } = health.latency.access;
  if (p50Milliseconds === null || p99Milliseconds === null) return [];
  return [{ kind: "latency", p50Milliseconds, p99Milliseconds, answers }];
}

function lastRecordAt({ lastStartAt, lastInterimAt, lastStopAt }: NasHealth["seen"]) {
  const moments = [lastStartAt, lastInterimAt, lastStopAt].filter((each) => each !== null);
  return moments.toSorted().at(-1) ?? null;
}

/** Moments as ISO texts, which sort as they follow each other. */
const isNewer = (moment: string | null, other: string | null) =>
  moment !== null && (other === null || moment > other);

const fold = (name: string) => name.trim().toLowerCase();

const secondsBetween = (from: Date, to: Date) =>
  Math.max(0, Math.round((to.getTime() - from.getTime()) / 1000));

const secondsSince = (moment: string, now: Date) => secondsBetween(new Date(moment), now);
