import type { Arrival } from "./nas/index.ts";
import type { PageContext } from "./page-context.ts";

/**
 * The order in which a page carries the values of its context: their names would be half of it. Those
 * that are seldom there stand at the end and are left out. A new one goes to the very end, so that
 * pages that lie open while the box is upgraded go on.
 */
const CONTEXT_FIELDS = [
  ...(["flowId", "issuedAt", "remoteAddress", "arrival", "deviceId", "proof", "page"] as const),
  ...(["knownGuestId", "codeId", "contact", "terms", "admitted", "onlineUntil"] as const),
  ...(["language", "accessCode", "filledIn", "provedPhone", "isSomebodyElse"] as const),
  ...(["wantsOtherNumber", "codeUnsent", "privacyGuestId"] as const),
];
const ARRIVAL_FIELDS = [
  ...(["nasId", "nasKind", "mac", "ip", "proof", "state", "handBack"] as const),
  ...(["failure", "originalUrl"] as const),
];
const FLAGS = new Set<string>(["isSomebodyElse", "wantsOtherNumber", "codeUnsent"]);

export function packContext(context: PageContext): unknown[] {
  const values: unknown[] = CONTEXT_FIELDS.map((field) => context[field] || null);
  values[CONTEXT_FIELDS.indexOf("arrival")] = packArrival(context.arrival);
  return withoutNullsAtEnd(values);
}

const packArrival = (arrival: Arrival): unknown[] =>
  withoutNullsAtEnd(ARRIVAL_FIELDS.map((field) => arrival[field]));

function withoutNullsAtEnd(values: unknown[]): unknown[] {
  while (values.length > 0 && values.at(-1) === null) values.pop();
  return values;
}

/** Null: it was packed by the release before, or is something else that this portal has sealed. */
export function unpackContext(packed: unknown): PageContext | null {
  if (!Array.isArray(packed)) return null;
  const context: Record<string, unknown> = {};
  for (const [at, field] of CONTEXT_FIELDS.entries())
    context[field] = packed[at] ?? (FLAGS.has(field) ? false : null);
  const arrival: Record<string, unknown> = {};
  for (const [at, field] of ARRIVAL_FIELDS.entries())
    arrival[field] = (context.arrival as unknown[])[at] ?? null;
  return { ...context, arrival } as PageContext;
}
