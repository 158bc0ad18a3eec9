import type { TenantTransaction } from "../../platform/db.ts";
import type { BoxEvent, NewEvent } from "../../platform/events.ts";
import { listByNumber, standFor } from "./by-number-queries.ts";
import { resolveCustomer } from "./edit-queries.ts";
import { noteLateGuest } from "./merge-queries.ts";
import { normalisePhone } from "./phone-numbers.ts";
import { isKnown } from "./queries.ts";

/**
 * Whose number somebody gave. Several of whom the company says that it is theirs: nobody knows whose it
 * is. Whoever asked that nothing be done with what is known of them is not tied to anything new.
 */
export type ByNumber =
  | { state: "found"; id: string; name: string | null }
  | { state: "not-a-number" | "unknown" | "several" | "restricted" };

/** Of those whom the transaction reaches; `country`: as people there write numbers. */
export async function findByNumber(
  tx: TenantTransaction,
  { typed, country }: { typed: string; country: string },
): Promise<ByNumber> {
  const phone = normalisePhone(typed, country);
  if (phone === null) return { state: "not-a-number" };
  const [found, ...others] = await listByNumber(tx, phone);
  if (!found) return { state: "unknown" };
  if (others.length > 0) return { state: "several" };
  if (found.isRestricted) return { state: "restricted" };
  return { state: "found", id: found.id, name: found.name };
}

/**
 * An answer that the cloud itself took of somebody known, filled in by staff or by a link, stands as of
 * the customer's own guest.
 */
export async function noteAnswering(
  tx: TenantTransaction,
  { payload: { guestId }, occurredAt: at, origin }: BoxEvent<"survey.answered">,
): Promise<NewEvent[]> {
  // Of a box's own guests it is known whose they are.
  if (guestId === null || origin !== null) return [];
  const owner = await resolveCustomer(tx, guestId);
  if (owner === null || !(await isKnown(tx, owner))) return [];
  await standFor(tx, { customerId: guestId, owner, at });
  // Part of another record since staff looked it up: should the two part, it goes back with them.
  if (owner !== guestId) await noteLateGuest(tx, { guestId, customerId: guestId });
  return [];
}
