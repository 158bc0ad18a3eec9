import { newId } from "../../platform/clock.ts";
import type { TenantTransaction } from "../../platform/db.ts";
import type { EventHandlers, NewEvent } from "../../platform/events.ts";
import type { Purge } from "../../platform/purge-events.ts";
import { forget } from "./forget-queries.ts";
import { isStillExpired, listExpiredGuests } from "./purge-queries.ts";

declare module "../../platform/events.ts" {
  interface CloudEvents {
    /** Nobody has heard of a guest, or of any other guest of the same customer, since `before`. */
    "guest.expired": { guestId: string; before: string };
  }
}

/**
 * Guests to be forgotten because they were not heard of since a moment, as events: whoever signs in
 * before it is their turn in the log stays.
 */
export async function expireGuests(tx: TenantTransaction, purge: Purge): Promise<NewEvent[]> {
  const due = await listExpiredGuests(tx, purge);
  return due.map(({ guestId, branchId }) => ({
    id: newId(),
    type: "guest.expired",
    version: 1,
    occurredAt: tx.now,
    branchId,
    origin: null,
    payload: { guestId, before: purge.before.toISOString() },
    personal: {},
  }));
}

export const expiryHandlers: EventHandlers = {
  "guest.expired": async (tx, { payload, position }) => {
    const before = new Date(payload.before);
    const { guestId } = payload;
    const expired = await isStillExpired(tx, { guestId, before });
    // What was told of them by that moment goes if it comes late; what is told of later is somebody new.
    if (expired) await forget(tx, { guestId, ...expired, at: before, position });
    return [];
  },
};
