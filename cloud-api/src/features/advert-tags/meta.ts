import { createHash } from "node:crypto";
import type { OutboundAnswer } from "../../platform/outbound.ts";

/** Meta takes 1,000 a call. So many fit a call of a second, and a refused call is soon halved. */
export const BATCH_EVENTS = 200;
/** The Graph API's version is part of its address. */
export const META_API_URL = "https://graph.facebook.com/v25.0";

export type MetaEvent = {
  id: string;
  name: string;
  occurredAt: Date;
  /** E.164. */
  phone: string | null;
  email: string | null;
};

/** The Conversions API's body: what a shop was told of, and whose visit it was, as hashes. */
export function writeMetaBody(events: readonly MetaEvent[], now: Date): string {
  return JSON.stringify({
    data: events.map(({ id, name, occurredAt, phone, email }) => ({
      event_name: name,
      // A box's clock may be ahead: Meta takes nothing from the future.
      event_time: Math.floor(Math.min(occurredAt.getTime(), now.getTime()) / 1000),
      event_id: id,
      action_source: "physical_store",
      user_data: {
        ...(email !== null && { em: [hash(email.trim().toLowerCase())] }),
        ...(phone !== null && { ph: [hash(phone.replace(/\D/g, ""))] }),
      },
    })),
  });
}

const hash = (text: string): string => createHash("sha256").update(text).digest("hex");

export type MetaFault = "token" | "address" | "unreachable";
export type MetaVerdict =
  | { kind: "taken" }
  /** Nothing is wrong with what was sent: later again, all of it. */
  | { kind: "later"; fault: MetaFault }
  /** Something in it is no good, and all of it was refused for that. */
  | { kind: "refused" };

/** Graph API errors of a token, of its rights, and of an object it may not see. */
const TOKEN_CODES = new Set([10, 102, 190, 200, 803]);
/** Of Meta itself, and of calling too often. */
const LATER_CODES = new Set([1, 2, 4, 17, 341, 613, 80003, 80004]);

/** What came of a call with so many events. */
export function judgeMetaAnswer(answer: OutboundAnswer, count: number): MetaVerdict {
  if (answer.kind === "forbidden") return { kind: "later", fault: "address" };
  if (answer.kind !== "answered") return { kind: "later", fault: "unreachable" };
  const { status, text } = answer;
  const reply = readReply(text);
  if (status === 200)
    return reply.received === count ? { kind: "taken" } : { kind: "later", fault: "unreachable" };
  if (reply.code !== null && TOKEN_CODES.has(reply.code)) return { kind: "later", fault: "token" };
  if (status === 401 || status === 403) return { kind: "later", fault: "token" };
  if (reply.code === null || LATER_CODES.has(reply.code) || status === 429 || status >= 500)
    return { kind: "later", fault: status === 404 ? "address" : "unreachable" };
  return { kind: "refused" };
}

function readReply(text: string): { received: number | null; code: number | null } {
  try {
    const reply = JSON.parse(text) as { events_received?: unknown; error?: { code?: unknown } };
    return { received: numberOf(reply.events_received), code: numberOf(reply.error?.code) };
  } catch {
    // Whoever answers there is not Meta, or something stands before it.
    return { received: null, code: null };
  }
}

const numberOf = (value: unknown): number | null => (typeof value === "number" ? value : null);

const MINUTE_MILLISECONDS = 60_000;
const REST_MINUTES_MAX = 60;

/** When to try again after so many failures in a row: twice as long each time, up to an hour. */
export function restUntil(failures: number, now: Date): Date {
  const minutes = Math.min(2 ** Math.min(failures - 1, 10), REST_MINUTES_MAX);
  return new Date(now.getTime() + minutes * MINUTE_MILLISECONDS);
}
