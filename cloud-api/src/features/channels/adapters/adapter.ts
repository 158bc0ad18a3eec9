import type { Contact, Language } from "@foyer/contract";
import type { Outbound, OutboundAnswer } from "../../../platform/outbound.ts";
import type { Reason } from "../rules.ts";

/** One message with a code, ready to be handed over. */
export type Outgoing = {
  contact: Contact;
  code: string;
  /** What the guest reads, the code in it. */
  text: string;
  subject: string;
  language: Language;
  branchName: string;
  /** Our own name for it, the same however often it is tried: providers know a double by it. */
  reference: string;
};

export type Sending =
  | { kind: "accepted"; providerId: string | null }
  /** Not taken, and it will not be: by this sender, in this form, to this contact. */
  | { kind: "rejected"; reason: Reason; detail: string }
  /** Surely not taken, and it may be after so long. */
  | { kind: "retry"; afterSeconds: number; reason: Reason; detail: string }
  /** It may have been taken: nobody sends it again by itself. */
  | { kind: "unknown"; detail: string };

/** A sender's fields as staff typed them, secrets opened. */
export type Configured = Readonly<Record<string, string>>;

/** Access tokens that a provider gives for a refresh token. */
export type Tokens = {
  /** One that still works; `spent` is one that was just refused, never given again. */
  find: (spent: string | null) => Promise<TokenAnswer>;
};
export type TokenAnswer =
  | { kind: "token"; accessToken: string }
  | { kind: "none"; sending: Extract<Sending, { kind: "rejected" | "retry" }> };

export type Tools = {
  outbound: Outbound;
  tokens: Tokens;
  /** Ends the call. */
  signal: AbortSignal;
};

/**
 * Hands one message to a provider. Never throws. A `detail` is shown to staff: the provider's own
 * code and words, without number, code or address.
 */
export type Adapter = (sender: Configured, message: Outgoing, tools: Tools) => Promise<Sending>;

export const RETRY_SECONDS = 2;
const RETRY_SECONDS_MAX = 600;
const DETAIL_LENGTH_MAX = 200;

export function reject(reason: Reason, detail: string): Sending {
  return { kind: "rejected", reason, detail: shorten(detail) };
}

export function retryLater(detail: string, afterSeconds = RETRY_SECONDS): Sending {
  return { kind: "retry", afterSeconds, reason: "transient", detail: shorten(detail) };
}

/** Providers like to quote what they were sent: digits of a number or a code are left out. */
export function shorten(detail: string): string {
  return detail
    .replaceAll(/[^\s@]+@[^\s@]+/g, "•")
    .replaceAll(/\d{6,}/g, "•")
    .slice(0, DETAIL_LENGTH_MAX);
}

/** What every answer without a success means by HTTP alone (RFC 9110 §15, RFC 6585 §4). */
export function judgeFailure(answer: OutboundAnswer): Sending {
  if (answer.kind === "forbidden") return reject("content", `address refused: ${answer.reason}`);
  if (answer.kind === "unmade") return retryLater(`no connection: ${answer.reason}`);
  if (answer.kind === "lost") return { kind: "unknown", detail: answer.reason };
  const { status, headers } = answer;
  const detail = `status ${status}`;
  if (status === 429) {
    const asked = Number(headers["retry-after"]);
    const seconds = asked > 0 ? Math.min(asked, RETRY_SECONDS_MAX) : RETRY_SECONDS;
    return { kind: "retry", afterSeconds: seconds, reason: "quota", detail };
  }
  if (status === 401 || status === 403) return reject("auth", detail);
  if (status >= 400 && status < 500) return reject("content", detail);
  if (status >= 300 && status < 400) return reject("content", `${detail}: it leads elsewhere`);
  // A 5xx may come from what stands before a provider that has taken the message.
  return { kind: "unknown", detail };
}

/** The answer as a JSON object, or null: then nobody knows what it says. */
export function readJson(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null;
  } catch {
    return null;
  }
}

export const textOf = (value: unknown): string =>
  typeof value === "string" || typeof value === "number" ? String(value) : "";

/** 84912345678, as Vietnamese providers write numbers. */
export const digitsOf = ({ value }: Contact): string => value.replace("+", "");

export const joinUrl = (base: string, path: string): string => `${base.replace(/\/+$/, "")}${path}`;
