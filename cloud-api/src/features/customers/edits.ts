import { noteChange } from "../../platform/audit.ts";
import { newId } from "../../platform/clock.ts";
import type { TenantTransaction } from "../../platform/db.ts";
import { erasePersonal } from "../../platform/erase-events.ts";
import { refuse } from "../../platform/errors.ts";
import type { EventHandlers, LogEvent, NewEvent } from "../../platform/events.ts";
import { findClaimant } from "./claim-queries.ts";
import { listToldIdentifiers } from "./claim-rules.ts";
import {
  insertWord,
  keepContact,
  listContactLinks,
  listLatestValues,
  resolveCustomer,
  type StaffWord,
} from "./edit-queries.ts";
import { listOwnFields } from "./field-queries.ts";
import { BUILT_IN, normaliseValue, typeOfOwn } from "./field-rules.ts";
import { forget } from "./forget-queries.ts";
import { lockCustomer, lockCustomers } from "./lock-queries.ts";
import { insertCustomer } from "./queries.ts";
import { refresh } from "./refresh.ts";

type Edit = {
  customerId: string;
  /** Whose word it is kept as, so that it is erased with what guests told: the customer's own id. */
  guestId: string;
  by: "staff" | "customer";
  staffId: string | null;
  fields: string[];
  /** Absent: erased since. */
  values?: Record<string, string>;
};

declare module "../../platform/events.ts" {
  interface CloudEvents {
    /** Staff made a customer. */
    "customer.added": Edit;
    /** Staff, or the customer on their own page, changed what is known of them. */
    "customer.edited": Edit;
    "customer.contact-set": {
      companyId: string;
      contactId: string;
      /** Null: they are none any more. */
      role: string | null;
      staffId: string;
    };
  }
}

type Values = Readonly<Record<string, string | null>>;
type Who = { by: "staff" | "customer"; staffId: string | null };

/** Makes a customer out of what staff know. */
export async function addCustomer(
  tx: TenantTransaction,
  added: { branchId: string; country: string; values: Values; staffId: string },
): Promise<{ customerId: string; events: NewEvent[] }> {
  const { branchId, country, staffId } = added;
  const customerId = newId();
  const values = await checkValues(tx, { values: added.values, country });
  await refuseTaken(tx, { values, customerId: null });
  const filled = Object.fromEntries(Object.entries(values).filter(([, value]) => value !== ""));
  if (!["name", "phone", "email"].some((field) => filled[field]))
    throw refuse("invalid", "A customer needs a name, a phone number or an e-mail address.", {
      field: "/values/name",
    });
  const word = { customerId, branchId, by: "staff" as const, staffId, values: filled };
  const event = toEvent(tx, "customer.added", word);
  await insertCustomer(tx, { id: customerId, branchId, at: tx.now, position: 0 });
  await keepWord(tx, { ...word, eventId: event.id, at: tx.now }, 0);
  noteChange(tx, { kind: "customers", id: customerId, customerId, before: null, after: filled });
  return { customerId, events: [event] };
}

/** Changes fields of a customer. Gives the event; none where everything stays as it was. */
export async function editCustomer(
  tx: TenantTransaction,
  edited: Who & { customerId: string; values: Values },
): Promise<NewEvent[]> {
  const { customerId, by, staffId } = edited;
  const customer = await getCustomer(tx, customerId);
  const { country, sourceBranchId: branchId } = customer;
  const values = await checkValues(tx, { values: edited.values, country });
  // A stranger is not told who has what: there it is claimed, and suggests.
  if (by === "staff") await refuseTaken(tx, { values, customerId });
  const latest = await listLatestValues(tx, customerId);
  const changed = Object.fromEntries(
    Object.entries(values).filter(([field, value]) => (latest.get(field) ?? "") !== value),
  );
  const fields = Object.keys(changed);
  const before = Object.fromEntries(fields.map((field) => [field, latest.get(field) ?? ""]));
  noteChange(tx, { kind: "customers", id: customerId, customerId, before, after: changed });
  if (fields.length === 0) return [];
  const word = { customerId, branchId, by, staffId, values: changed };
  const event = toEvent(tx, "customer.edited", word);
  await keepWord(tx, { ...word, eventId: event.id, at: tx.now }, 0);
  return [event];
}

/** A customer who is one, and no part of another, locked. */
export async function getCustomer(tx: TenantTransaction, id: string) {
  const customer = await lockCustomer(tx, id);
  if (!customer) throw refuse("not-found", "There is no such customer.");
  if (customer.isErased) throw refuse("conflict", "This customer was forgotten.");
  if (customer.mergedInto)
    throw refuse(
      "conflict",
      `This customer is part of ${customer.mergedInto} now. Change that one.`,
    );
  return customer;
}

/** What is to be kept of what was typed; what is wrong is refused at its field. */
async function checkValues(
  tx: TenantTransaction,
  { values, country }: { values: Values; country: string },
): Promise<Record<string, string>> {
  const own = await listOwnFields(tx);
  const kept: Record<string, string> = {};
  for (const [field, typed] of Object.entries(values)) {
    const definition = own.find(({ key }) => key === field);
    const type = definition ? typeOfOwn(definition) : BUILT_IN[field];
    const at = { field: `/values/${field}` };
    if (!type) throw refuse("invalid", `There is no field ${field}. Make it first.`, at);
    const value = normaliseValue(typed ?? "", type, country);
    if (value === null) throw refuse("invalid", `${field} is no ${type.kind}.`, at);
    kept[field] = value;
  }
  return kept;
}

/** What identifies somebody is one customer's alone: whoever has it already is to be opened instead. */
async function refuseTaken(
  tx: TenantTransaction,
  { values, customerId }: { values: Record<string, string>; customerId: string | null },
): Promise<void> {
  for (const identifier of listToldIdentifiers(values, []))
    if (await findClaimant(tx, { identifier, except: customerId }))
      throw refuse("conflict", `Another customer has this ${identifier.kind} already.`, {
        field: `/values/${identifier.kind}`,
      });
}

type Word = Omit<StaffWord, "eventId" | "at">;

function toEvent(
  tx: TenantTransaction,
  type: "customer.added" | "customer.edited",
  { customerId, branchId, by, staffId, values }: Word,
): NewEvent {
  const fields = Object.keys(values);
  return {
    ...{ id: newId(), type, version: 1, occurredAt: tx.now, branchId, origin: null },
    payload: { customerId, guestId: customerId, by, staffId, fields },
    personal: { values },
  };
}

async function keepWord(tx: TenantTransaction, word: StaffWord, position: number): Promise<void> {
  const owner = (await resolveCustomer(tx, word.customerId)) ?? word.customerId;
  await insertWord(tx, { ...word, owner });
  await refresh(tx, { customerId: owner, position });
}

/**
 * The request has kept it already, where staff see it at once; here it gets its place in the log, or
 * is kept anew by a replay.
 */
async function noteEdit(
  tx: TenantTransaction,
  event: LogEvent<string, Edit>,
  isNew: boolean,
): Promise<[]> {
  const { customerId, by, staffId, values } = event.payload;
  const { branchId, occurredAt: at, position, id: eventId } = event;
  if (!values || !branchId) return [];
  if (isNew) await insertCustomer(tx, { id: customerId, branchId, at, position });
  const owner = (await resolveCustomer(tx, customerId)) ?? customerId;
  const customer = await lockCustomer(tx, owner);
  if (!customer || customer.isErased) {
    await erasePersonal(tx, eventId);
    await forget(tx, { guestId: customerId, branchId, customerId: owner, at, position });
    return [];
  }
  await keepWord(tx, { eventId, customerId, branchId, by, staffId, at, values }, position);
  return [];
}

export const editHandlers: EventHandlers = {
  "customer.added": (tx, event) => noteEdit(tx, event, true),
  "customer.edited": (tx, event) => noteEdit(tx, event, false),
  "customer.contact-set": async (tx, { id: eventId, payload, occurredAt: at }) => {
    const { companyId, contactId, role } = payload;
    await keepContact(tx, { companyId, contactId, role, eventId, at });
    return [];
  },
};

/**
 * Makes somebody a contact of a company, or takes them off it. A link that either brought along from a
 * record that is part of theirs by now is changed where it stands: it would be shown beside a new one.
 */
export async function changeContact(
  tx: TenantTransaction,
  change: { companyId: string; contactId: string; role: string | null; staffId: string },
): Promise<NewEvent[]> {
  const { companyId, contactId, staffId } = change;
  const role = change.role?.trim() ?? null;
  if (role !== null && companyId === contactId)
    throw refuse("invalid", "A company is no contact of its own.", { field: "/contactId" });
  await lockCustomers(tx, [companyId, contactId]);
  for (const id of [companyId, contactId]) await getCustomer(tx, id);
  const known = await listContactLinks(tx, { companyId, contactId });
  if (role === null && known.length === 0)
    throw refuse("not-found", "They are no contact of this company.");
  const links = known.length > 0 ? known : [{ companyId, contactId, role: null }];
  const common = { version: 1, branchId: null, origin: null, personal: {} };
  const events: NewEvent[] = [];
  const told = (each: string | null) => (each === null ? null : { companyId, role: each });
  for (const link of links) {
    const versions = { before: told(link.role), after: told(role) };
    noteChange(tx, { kind: "contacts", id: contactId, customerId: contactId, ...versions });
    const id = newId();
    const between = { companyId: link.companyId, contactId: link.contactId, role };
    await keepContact(tx, { ...between, eventId: id, at: tx.now });
    const payload = { ...between, staffId };
    events.push({ id, type: "customer.contact-set", occurredAt: tx.now, payload, ...common });
  }
  return events;
}
