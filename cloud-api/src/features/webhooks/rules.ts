import type { OutboundAnswer } from "../../platform/outbound.ts";

/** Every event a receiver can choose. What each holds stands in event-schema.ts. */
export const CHOSEN_TYPES = [
  "customer.created",
  "customer.updated",
  "customer.merged",
  "customer.unmerged",
  "customer.erased",
  "customer.restricted",
  "customer.unrestricted",
  "visit.started",
  "visit.ended",
  "segment.entered",
  "segment.left",
  "survey.answered",
  "consent.changed",
] as const;
export type ChosenType = (typeof CHOSEN_TYPES)[number];

/** The last is sent by a button alone. */
export const PUBLIC_TYPES = [...CHOSEN_TYPES, "webhook.test"] as const;
export type PublicType = (typeof PUBLIC_TYPES)[number];

export function isPublicType(type: string): type is PublicType {
  return (PUBLIC_TYPES as readonly string[]).includes(type);
}

export const DELIVERY_STATES = ["waiting", "delivered", "failed", "withheld"] as const;
export type DeliveryState = (typeof DELIVERY_STATES)[number];

const SECOND = 1000;
const HOUR = 3600 * SECOND;
const DAY = 24 * HOUR;

/** For how long a message is tried. */
export const RETRY_MILLISECONDS = DAY;
/** Both secrets sign for so long after a change. */
export const OLD_SECRET_MILLISECONDS = DAY;
/** How long messages, and what became of them, are kept. */
export const KEPT_DAYS = 30;

/** The pause after the first failed attempt, the second …; the last one goes on to the deadline. */
const PAUSE_SECONDS = [5, 30, 120, 600, 1800, 3600, 7200, 14_400, 21_600, 39_600] as const;
/** Each pause is longer or shorter by up to a fifth, so that what failed together does not return so. */
const JITTER = 0.2;

type Failed = {
  /** How many attempts there were, this one included. */
  attempts: number;
  deadlineAt: Date;
  now: Date;
  /** From 0 up to 1. */
  random: number;
  /** Not before this time, as the receiver asked. */
  notBefore: Date | null;
};

/** When a message is tried again; null: it never is. The last attempt stands at the deadline. */
export function nextAttempt({ attempts, deadlineAt, now, random, notBefore }: Failed): Date | null {
  if (now >= deadlineAt) return null;
  const seconds = PAUSE_SECONDS[Math.min(attempts, PAUSE_SECONDS.length) - 1] ?? PAUSE_SECONDS[0];
  const pause = seconds * SECOND * (1 - JITTER + 2 * JITTER * random);
  const wanted = Math.max(now.getTime() + pause, notBefore?.getTime() ?? 0);
  return new Date(Math.min(wanted, deadlineAt.getTime()));
}

/** RFC 9110 §10.2.3: seconds, or a date. Null: it says nothing, or a time that has passed. */
export function readRetryAfter(value: string | undefined, now: Date): Date | null {
  if (value === undefined) return null;
  const text = value.trim();
  const at = /^\d{1,9}$/.test(text) ? now.getTime() + Number(text) * SECOND : Date.parse(text);
  return Number.isNaN(at) || at <= now.getTime() ? null : new Date(at);
}

export type Reason = "status" | "forbidden" | "unmade" | "lost";

/** What came of an attempt. */
export type Outcome =
  | { kind: "delivered"; status: number }
  /** The receiver wants nothing any more (Standard Webhooks: 410 Gone). */
  | { kind: "gone"; status: number; text: string }
  | {
      kind: "failed";
      status: number | null;
      reason: Reason;
      text: string;
      notBefore: Date | null;
      /** It says something of the receiver as a whole, and not of this message. */
      isTrouble: boolean;
    };

const TROUBLE_STATUS = new Set([408, 425, 429]);

export function judgeAnswer(answer: OutboundAnswer, now: Date): Outcome {
  if (answer.kind !== "answered") {
    const nothing = { status: null, text: "", notBefore: null, isTrouble: true };
    return { kind: "failed", reason: answer.kind, ...nothing };
  }
  const { status, headers, text } = answer;
  if (status >= 200 && status < 300) return { kind: "delivered", status };
  if (status === 410) return { kind: "gone", status, text };
  const notBefore = readRetryAfter(headers["retry-after"], now);
  const isTrouble = status >= 500 || TROUBLE_STATUS.has(status) || notBefore !== null;
  return { kind: "failed", reason: "status", status, text, notBefore, isTrouble };
}

const REST_SECONDS_FIRST = 5;
const REST_SECONDS_MAX = 600;

/** How long a receiver in trouble is left alone, at the first, second … time in a row. */
export function restUntil(rests: number, now: Date, notBefore: Date | null): Date {
  const seconds = Math.min(REST_SECONDS_FIRST * 2 ** Math.min(rests, 20), REST_SECONDS_MAX);
  const latest = now.getTime() + RETRY_MILLISECONDS;
  const asked = Math.min(notBefore?.getTime() ?? 0, latest);
  return new Date(Math.max(now.getTime() + seconds * SECOND, asked));
}

const DISABLED_AFTER_MILLISECONDS = 3 * DAY;
const DISABLED_AFTER_FAILURES = 10;

/** Whether nothing has gone well for so long, and so often, that it is not tried any more. */
export function isHopeless(
  { failingSince, failures }: { failingSince: Date | null; failures: number },
  now: Date,
): boolean {
  if (failingSince === null || failures < DISABLED_AFTER_FAILURES) return false;
  return now.getTime() - failingSince.getTime() >= DISABLED_AFTER_MILLISECONDS;
}

const RESPONSE_CHARACTERS_MAX = 300;

/**
 * The beginning of what a receiver answered, without what it was sent of somebody: it may have said it
 * back. Null: there is nothing.
 */
export function shortenAnswer(text: string, personal: readonly string[]): string | null {
  // Longest first: a name may hold another.
  const said = personal.filter((each) => each.length > 1).toSorted((a, b) => b.length - a.length);
  let shown = text;
  for (const each of said) shown = shown.replaceAll(each, "•••");
  const plain = shown.replace(/[\p{Cc}\p{Cf}]+/gu, " ").trim();
  if (plain === "") return null;
  if (plain.length <= RESPONSE_CHARACTERS_MAX) return plain;
  return `${plain.slice(0, RESPONSE_CHARACTERS_MAX).toWellFormed()}…`;
}

/** Why a message about somebody is not sent, or no more. */
export type Withheld = "erased" | "restricted" | "merged";

/** How a customer stands when a message about them is about to be sent; null: there is none. */
export type Standing = { isErased: boolean; isRestricted: boolean; isMerged: boolean } | null;

/** They tell of a person's own wishes, or that a record is another: ids, and nothing to use. */
export const ALWAYS_SENT: ReadonlySet<string> = new Set([
  "customer.erased",
  "customer.merged",
  "customer.unmerged",
  "customer.restricted",
  "customer.unrestricted",
  "consent.changed",
  "webhook.test",
]);
/** They hold the record itself. */
const WHOLE_RECORD = new Set(["customer.created", "customer.updated"]);

export function findWithheld(type: string, standing: Standing): Withheld | null {
  if (ALWAYS_SENT.has(type)) return null;
  if (standing === null) return WHOLE_RECORD.has(type) ? "erased" : null;
  if (standing.isErased) return "erased";
  if (standing.isRestricted) return "restricted";
  // The other record has a message of its own.
  return standing.isMerged && WHOLE_RECORD.has(type) ? "merged" : null;
}
