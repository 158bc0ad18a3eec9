import type { TenantTransaction } from "../../platform/db.ts";
import { erasePersonal } from "../../platform/erase-events.ts";
import type { BoxEvent, EventHandlers } from "../../platform/events.ts";
import { forget, insertRequest, isForgotten, isNumberForgotten } from "./forget-queries.ts";
import { findCustomerOfGuest, noteGuest } from "./queries.ts";

/** What guests ask for at a branch: shown on their page, and carried out where a program can. */
export const requestHandlers: EventHandlers = {
  "guest.copy-requested": async (tx, event) => {
    if (!(await isForgotten(tx, event.payload.guestId))) await keepRequest(tx, event, "copy");
    return [];
  },

  "guest.deletion-requested": async (tx, event) => {
    const { guestId } = event.payload;
    const { branchId, position, occurredAt: at } = event;
    await noteGuest(tx, { guestId, branchId, at });
    const customerId = await keepRequest(tx, event, "deletion");
    await forget(tx, { guestId, branchId, customerId, at, position });
    return [];
  },
};

async function keepRequest(
  tx: TenantTransaction,
  event: BoxEvent<"guest.copy-requested" | "guest.deletion-requested">,
  kind: "copy" | "deletion",
): Promise<string | null> {
  const { requestId: id, guestId, language } = event.payload;
  const customerId = await findCustomerOfGuest(tx, guestId);
  const place = { branchId: event.branchId, askedAt: event.occurredAt };
  await insertRequest(tx, { id, kind, guestId, customerId, language, ...place });
  return customerId;
}

/**
 * Whether an event is of somebody who was forgotten, by the guest's id, or by a number that was proved
 * before its holder was: a branch may have been offline for weeks. What it says of a person goes.
 */
export async function isLateWord(
  tx: TenantTransaction,
  event: BoxEvent<
    | "guest.registered"
    | "guest.recognised"
    | "guest.verified"
    | "consent.given"
    | "consent.withdrawn"
  >,
): Promise<boolean> {
  const { guestId } = event.payload;
  const { branchId, occurredAt: at, position } = event;
  const phone = "phone" in event.payload ? event.payload.phone : undefined;
  const isKnown = await isForgotten(tx, guestId);
  if (!isKnown && !(phone && (await isNumberForgotten(tx, { phone, at })))) return false;
  await erasePersonal(tx, event.id);
  // The first that is heard of a guest elsewhere whose number was: all they told there goes, too.
  if (!isKnown) {
    await noteGuest(tx, { guestId, branchId, at });
    const customerId = await findCustomerOfGuest(tx, guestId);
    await forget(tx, { guestId, branchId, customerId, at, position });
  }
  return true;
}
