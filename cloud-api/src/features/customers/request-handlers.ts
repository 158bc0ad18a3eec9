import { type Contact, normaliseEmail } from "@foyer/contract";
import type { TenantTransaction } from "../../platform/db.ts";
import { erasePersonal } from "../../platform/erase-events.ts";
import { type BoxEvent, type EventHandlers, eraseFields } from "../../platform/events.ts";
import {
  findAskedAt,
  findSilentHolder,
  forget,
  insertRequest,
  isContactForgotten,
  isForgotten,
  isOfOtherBranch,
  keepTombstones,
} from "./forget-queries.ts";
import { findCustomerOfGuest, noteGuest } from "./queries.ts";

/** What guests ask for at a branch: shown on their page, and carried out where a program can. */
export const requestHandlers: EventHandlers = {
  "guest.copy-requested": async (tx, event) => {
    if (await isOfOtherBranch(tx, { ...event.payload, branchId: event.branchId })) return [];
    if (!(await isForgotten(tx, event.payload.guestId))) await keepRequest(tx, event, "copy");
    return [];
  },

  "guest.deletion-requested": async (tx, event) => {
    const { guestId } = event.payload;
    const { branchId, position, occurredAt: at } = event;
    // A box is told the ids of other branches' guests, and has none of them before it.
    if (await isOfOtherBranch(tx, { guestId, branchId })) return [];
    await noteGuest(tx, { guestId, branchId, at });
    const customerId = await keepRequest(tx, event, "deletion");
    await forget(tx, { guestId, branchId, customerId, at, position });
    return [];
  },

  // Read by `channels` before, which sends what is to be sent.
  "code.requested": async (tx, { id, occurredAt: at, payload }) => {
    // Boxes of the first version tell a number by itself.
    const first = payload as { contact?: Contact; phone?: string };
    const value = first.contact?.value ?? first.phone;
    const contact = first.contact?.kind === "email" ? normaliseEmail(value ?? "") : value;
    if (contact && (await isContactForgotten(tx, { contact, at }))) await erasePersonal(tx, id);
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
 * A guest was forgotten before it was told what they had proved: whoever the cloud has taken them for
 * since, by the same number or address, is forgotten too, unless they came again after they had asked.
 */
async function forgetHolder(tx: TenantTransaction, event: GuestWord): Promise<void> {
  const { guestId } = event.payload;
  const { branchId, position } = event;
  const contact = findProved(event);
  const at = contact === null ? null : await findAskedAt(tx, guestId);
  if (contact === null || at === null || event.occurredAt > at) return;
  const guests = [{ id: guestId, branchId }];
  const forgetting = { guestId, branchId, customerId: null, at, position };
  await keepTombstones(tx, { guests, contacts: [{ value: contact, proved: true }], forgetting });
  const customerId = await findSilentHolder(tx, { contact, since: at });
  if (customerId) await forget(tx, { ...forgetting, customerId });
}

type GuestWord = BoxEvent<
  | "guest.registered"
  | "guest.recognised"
  | "guest.verified"
  | "member-code.issued"
  | "consent.given"
  | "consent.withdrawn"
>;

/** The number or address that an event proves; null: none. */
function findProved({ payload }: GuestWord): string | null {
  if ("phone" in payload && payload.phone) return payload.phone;
  return "email" in payload && payload.email ? normaliseEmail(payload.email) : null;
}

/**
 * Takes an address off what a guest told of themselves, where whoever had told it elsewhere was
 * forgotten since. The rest is theirs: nobody has proved that the two are one.
 */
export async function leaveForgottenOut(
  tx: TenantTransaction,
  { id: eventId, occurredAt: at, payload }: BoxEvent<"guest.registered">,
): Promise<BoxEvent<"guest.registered">["payload"]["details"]> {
  const { email, ...rest } = payload.details;
  const contact = email ? normaliseEmail(email) : null;
  if (!contact || !(await isContactForgotten(tx, { contact, at, proved: null })))
    return payload.details;
  await eraseFields(tx, { eventId, paths: ["details.email"] });
  return rest;
}

/**
 * Whether an event is of somebody who was forgotten, by the guest's id, or by a number or an address
 * that was proved before its holder was: a branch may have been offline for weeks. What it says of a person goes.
 */
export async function isLateWord(tx: TenantTransaction, event: GuestWord): Promise<boolean> {
  const { guestId } = event.payload;
  const { branchId, occurredAt: at, position } = event;
  const isKnown = await isForgotten(tx, guestId);
  const contact = isKnown ? null : findProved(event);
  if (!isKnown && !(contact && (await isContactForgotten(tx, { contact, at })))) return false;
  await erasePersonal(tx, event.id);
  if (isKnown) await forgetHolder(tx, event);
  // The first that is heard of a guest elsewhere whose number was: all they told there goes, too.
  if (!isKnown) {
    await noteGuest(tx, { guestId, branchId, at });
    const customerId = await findCustomerOfGuest(tx, guestId);
    await forget(tx, { guestId, branchId, customerId, at, position });
  }
  return true;
}
