import { spellCode } from "@foyer/contract";

export { spellCode };

/** A sheet that one person prints and cuts; more is another batch. */
export const BATCH_CODES_MAX = 500;
export const DEVICES_MAX = 1000;
/** A year. */
export const MINUTES_MAX = 525_600;

/**
 * What the QR code of a printed code says: a link at the portal's own address that fills the code
 * in; the code itself where nobody knows that address.
 */
export function linkOfCode(code: string, portalUrl: string | null): string {
  return portalUrl === null ? spellCode(code) : `${portalUrl}/?code=${code}`;
}

export type BatchState = "waiting" | "active" | "expired" | "archived";

/** Both ends of a batch are moments; null is none. Its first day has not come while it waits. */
type Span = { validFrom: string | null; validUntil: string | null; archivedAt: string | null };

export function stateOf({ validFrom, validUntil, archivedAt }: Span, now: Date): BatchState {
  if (archivedAt !== null) return "archived";
  if (validUntil !== null && Date.parse(validUntil) <= now.getTime()) return "expired";
  return validFrom !== null && Date.parse(validFrom) > now.getTime() ? "waiting" : "active";
}
