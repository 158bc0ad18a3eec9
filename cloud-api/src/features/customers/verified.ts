import type { TenantTransaction } from "../../platform/db.ts";
import type { BoxEvent, NewEvent } from "../../platform/events.ts";
import { claimEmail, findCustomerByEmail, hasPhone } from "./email-queries.ts";
import { mergeByMachine } from "./merges.ts";
import { findHolder, notePreviousHolder, passNumberOn } from "./number-holders-queries.ts";
import { claimPhone, deleteCustomer, findCustomerByPhone, insertCustomer } from "./queries.ts";

export type Verified = {
  /** Whose guest it is from now on. */
  customerId: string;
  /** Whose number it was before. */
  previous: string | null;
  /** What comes of it where two records turned out to be one person. */
  events: NewEvent[];
};

type Place = Pick<
  BoxEvent<"guest.verified">,
  "id" | "branchId" | "occurredAt" | "receivedAt" | "position"
>;

/**
 * Whose guest somebody is who proved a number. `before` is whose they were: one who is known by an
 * address alone is given the number, or is one with whoever has the number.
 */
export async function findByPhone(
  tx: TenantTransaction,
  place: Place,
  { phone, isNewHolder, before }: { phone: string; isNewHolder: boolean; before: string | null },
): Promise<Verified> {
  if (isNewHolder) return await makeNewHolder(tx, place, phone);
  const at = place.occurredAt;
  const unnumbered = before !== null && !(await hasPhone(tx, before)) ? before : null;
  const known = await findHolder(tx, { phone, at });
  if (known) {
    const events =
      unnumbered && unnumbered !== known
        ? await mergeByMachine(tx, place, { keptId: known, goneId: unnumbered })
        : [];
    return { customerId: known, previous: null, events };
  }
  if (unnumbered && (await claimPhone(tx, { phone, customerId: unnumbered })))
    return { customerId: unnumbered, previous: null, events: [] };
  return { customerId: await makeByPhone(tx, place, phone), previous: null, events: [] };
}

/**
 * Whose guest somebody is who proved an address. Two customers with a number each are never taken for
 * one: the guest stays whose they are, and the address whose it was.
 */
export async function findByEmail(
  tx: TenantTransaction,
  place: Place,
  { email, before }: { email: string; before: string | null },
): Promise<Verified> {
  const owner = await findCustomerByEmail(tx, email);
  const own = before !== null && (await hasPhone(tx, before)) ? before : null;
  if (owner === null) {
    const customerId = before ?? (await make(tx, place));
    if (!(await claimEmail(tx, { email, customerId })))
      throw new Error("An address was claimed at the same moment: try again.");
    return { customerId, previous: null, events: [] };
  }
  if (own === null || own === owner) return { customerId: owner, previous: null, events: [] };
  const events = (await hasPhone(tx, owner))
    ? []
    : await mergeByMachine(tx, place, { keptId: own, goneId: owner });
  return { customerId: own, previous: null, events };
}

async function make(tx: TenantTransaction, place: Place): Promise<string> {
  const { id, branchId, occurredAt: at, position } = place;
  await insertCustomer(tx, { id, branchId, at, position });
  return id;
}

async function makeByPhone(tx: TenantTransaction, place: Place, phone: string): Promise<string> {
  const at = place.occurredAt;
  const id = await make(tx, place);
  if (await claimPhone(tx, { phone, customerId: id })) return id;
  // Verified before a new holder who was told of first: theirs, until the number passed on.
  if ((await findHolder(tx, { phone, at })) === null) {
    await notePreviousHolder(tx, { phone, customerId: id });
    return id;
  }
  await deleteCustomer(tx, id);
  const winner = await findCustomerByPhone(tx, phone);
  if (!winner) throw new Error("A phone was claimed and is nobody's: try again.");
  return winner.customerId;
}

/** A number was given to somebody new: their record begins empty, and the other's goes on without it. */
async function makeNewHolder(
  tx: TenantTransaction,
  place: Place,
  phone: string,
): Promise<Verified> {
  const customerId = await make(tx, place);
  const since = place.occurredAt;
  return { customerId, previous: await passNumberOn(tx, { phone, customerId, since }), events: [] };
}
