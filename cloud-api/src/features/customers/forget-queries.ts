import { eraseAudit } from "../../platform/audit.ts";
import { findRow, listRows, run, sql, type TenantTransaction } from "../../platform/db.ts";
import { erasePaths, erasePersonalOf } from "../../platform/erase-events.ts";
import { forgetContacts } from "../channels/index.ts";
import { forgetUnread } from "../ingest/index.ts";
import { forgetClaims } from "./claim-queries.ts";
import { toldPath } from "./imported.ts";
import { lockCustomers } from "./lock-queries.ts";
import { refresh } from "./refresh.ts";
import { hashContact } from "./request-rules.ts";

export type GuestRequest = {
  id: string;
  kind: "copy" | "deletion";
  guestId: string;
  customerId: string | null;
  branchId: string;
  language: string;
  askedAt: Date;
};

/** False for a request that is kept already. */
export async function insertRequest(tx: TenantTransaction, asked: GuestRequest): Promise<boolean> {
  const row = await findRow(
    tx,
    sql`insert into guest_requests (tenant_id, id, kind, guest_id, customer_id, branch_id, language,
          asked_at, finished_at, outcome, law)
        select ${tx.tenantId}, ${asked.id}, ${asked.kind}::text, ${asked.guestId},
          ${asked.customerId}::uuid, ${asked.branchId}, ${asked.language}, ${asked.askedAt},
          ${asked.kind === "deletion" ? tx.now : null}::timestamptz,
          ${asked.kind === "deletion" ? "done" : null}::text,
          coalesce((select law from privacy_laws where tenant_id = ${tx.tenantId}), 'vn')
        on conflict (tenant_id, id) do nothing returning id`,
  );
  return row !== null;
}

/** A customer's own guest, whom no box ever met, is forgotten with them though nothing stood as of it yet. */
export async function isForgotten(tx: TenantTransaction, guestId: string): Promise<boolean> {
  const row = await findRow(
    tx,
    sql`select guest_id as id from erased_guests
        where tenant_id = ${tx.tenantId} and guest_id = ${guestId}
        union all
        select id from customers
        where tenant_id = ${tx.tenantId} and id = ${guestId} and erased_position is not null
        limit 1`,
  );
  return row !== null;
}

/** Whether a guest is another branch's: each box gives its guests ids of its own. */
export async function isOfOtherBranch(
  tx: TenantTransaction,
  { guestId, branchId }: { guestId: string; branchId: string },
): Promise<boolean> {
  const row = await findRow(
    tx,
    sql`select id from guests
        where tenant_id = ${tx.tenantId} and id = ${guestId} and branch_id <> ${branchId}`,
  );
  return row !== null;
}

/**
 * Whether the holder of a number or address was forgotten after it was told at that moment: whoever
 * tells it later is somebody new. `proved` null: also where it was told and never proved.
 */
export async function isContactForgotten(
  tx: TenantTransaction,
  { contact, at, proved = true }: { contact: string; at: Date; proved?: true | null },
): Promise<boolean> {
  const row = await findRow(
    tx,
    sql`select hash from erased_numbers
        where tenant_id = ${tx.tenantId} and hash = ${hashContact(contact, tx.tenantId)}
          and erased_at >= ${at} and (proved or ${proved}::boolean is null)`,
  );
  return row !== null;
}

/** When a guest asked to be forgotten; null: they did not. */
export async function findAskedAt(tx: TenantTransaction, guestId: string): Promise<Date | null> {
  const row = await findRow(
    tx,
    sql<{ at: Date | null }>`select max(asked_at) as at from guest_requests
      where tenant_id = ${tx.tenantId} and guest_id = ${guestId} and kind = 'deletion'`,
  );
  return row?.at ?? null;
}

/** Whose number or address it is, where they have proved nothing since a moment. */
export async function findSilentHolder(
  tx: TenantTransaction,
  { contact, since }: { contact: string; since: Date },
): Promise<string | null> {
  const { tenantId } = tx;
  const row = await findRow(
    tx,
    sql<{ id: string }>`
      select customer_id as id from customer_identifiers as held
      where held.tenant_id = ${tenantId} and held.value = ${contact} and not exists (
        select from guests
        where guests.tenant_id = ${tenantId} and guests.customer_id = held.customer_id
          and guests.last_verified_at > ${since})`,
  );
  return row?.id ?? null;
}

export type Forgetting = {
  guestId: string;
  branchId: string;
  /** All guests of theirs are forgotten with them; null: the guest was no customer. */
  customerId: string | null;
  at: Date;
  position: number;
};

/**
 * Erases what was told by a guest, and by every guest of the same customer. Rows that only count stay:
 * the customer's, blank, and consents without an address, of a device without a MAC. Done again, it changes nothing.
 */
export async function forget(tx: TenantTransaction, forgetting: Forgetting): Promise<void> {
  const { tenantId } = tx;
  const { customerId, position } = forgetting;
  if (customerId) await lockCustomers(tx, [customerId]);
  const guests = await listGuests(tx, forgetting);
  const guestIds = guests.map(({ id }) => id);
  const told = await listContacts(tx, { customerId, guestIds });
  await keepTombstones(tx, { guests, contacts: told, forgetting });
  const deviceIds = await listDevices(tx, guestIds);
  const contacts = told.filter(({ proved }) => proved).map(({ value }) => value);
  await erasePersonalOf(tx, { guestIds, deviceIds, contacts });
  await erasePaths(tx, guestIds.map(toldPath));
  // What staff wrote of a record that was merged since is a guest's of that record's id.
  const recordIds = customerId === null ? guestIds : [customerId, ...guestIds];
  await eraseAudit(tx, recordIds);
  await run(
    tx,
    sql`insert into erased_devices (tenant_id, device_id)
        select ${tenantId}, gone.id from unnest(${deviceIds}::uuid[]) as gone (id)
        on conflict (tenant_id, device_id) do nothing returning device_id`,
  );
  // A box's clock may be ahead, and what is asked for from now on is somebody new's.
  const at = new Date(Math.min(forgetting.at.getTime(), tx.now.getTime()));
  await forgetContacts(tx, { contacts, at });
  await forgetUnread(tx, [...contacts, ...guestIds]);
  if (customerId) await forgetClaims(tx, customerId);
  for (const statement of [
    sql`delete from customer_fields
        where tenant_id = ${tenantId} and guest_id = any(${guestIds}::uuid[])`,
    sql`delete from member_codes
        where tenant_id = ${tenantId} and guest_id = any(${guestIds}::uuid[])`,
    sql`update devices set mac = null
        where tenant_id = ${tenantId} and id = any(${deviceIds}::uuid[])`,
    sql`delete from device_tokens
        where tenant_id = ${tenantId} and device_id = any(${deviceIds}::uuid[])`,
    // There is nothing left to hand over.
    sql`update guest_requests set finished_at = coalesce(finished_at, ${tx.now}),
          outcome = coalesce(outcome, 'done'), note = null
        where tenant_id = ${tenantId} and guest_id = any(${guestIds}::uuid[])`,
    sql`delete from guest_devices
        where tenant_id = ${tenantId} and guest_id = any(${guestIds}::uuid[])`,
    sql`update customer_consents set ip = null
        where tenant_id = ${tenantId} and guest_id = any(${guestIds}::uuid[])`,
    sql`delete from customer_words where tenant_id = ${tenantId} and customer_id = ${customerId}`,
    sql`delete from customer_identifiers
        where tenant_id = ${tenantId} and customer_id = ${customerId}`,
    sql`update customers set name = null, phone = null, email = null, birthday = null,
          language = null, erased_position = ${position},
          changed_position = greatest(changed_position, ${position}::bigint)
        where tenant_id = ${tenantId} and id = ${customerId} and erased_position is null`,
  ])
    await run(tx, statement);
  for (const other of await takeTyped(tx, { contacts, customerId }))
    await refresh(tx, { customerId: other, position });
}

/**
 * Followers of a Zalo account may have typed what somebody else had who is forgotten now: it was hidden as
 * that one's, and would be shown as theirs from here on. Gives who stands without it.
 */
async function takeTyped(
  tx: TenantTransaction,
  { contacts, customerId }: { contacts: readonly string[]; customerId: string | null },
): Promise<string[]> {
  if (contacts.length === 0) return [];
  const { tenantId } = tx;
  const rows = await listRows(
    tx,
    sql<{ id: string }>`
      with claiming as materialized (
        select distinct customer_id as id from customer_claims
        where tenant_id = ${tenantId} and kind in ('phone', 'email')
          and value = any(${contacts}::text[]) and customer_id is distinct from ${customerId}::uuid
      ), taken as (
        delete from customer_fields using claiming, guests
        where guests.tenant_id = ${tenantId} and guests.customer_id = claiming.id
          and customer_fields.tenant_id = ${tenantId} and customer_fields.guest_id = guests.id
          and customer_fields.given_by = 'zalo' and customer_fields.field in ('phone', 'email')
          and case when customer_fields.field = 'email' then lower(customer_fields.value)
            else customer_fields.value end = any(${contacts}::text[])
        returning claiming.id
      )
      select distinct id from taken order by id`,
  );
  return rows.map(({ id }) => id);
}

type GuestRow = { id: string; branchId: string };

async function listGuests(
  tx: TenantTransaction,
  { guestId, branchId, customerId }: Forgetting,
): Promise<GuestRow[]> {
  const rows = await listRows(
    tx,
    sql<GuestRow>`select id, branch_id as "branchId" from guests
      where tenant_id = ${tx.tenantId} and customer_id = ${customerId}`,
  );
  return rows.some(({ id }) => id === guestId) ? rows : [...rows, { id: guestId, branchId }];
}

type ContactRow = { value: string; proved: boolean };

/**
 * Numbers, addresses and codes they hold or once told, and whether they proved them. One that is another
 * customer's by now is left alone.
 */
async function listContacts(
  tx: TenantTransaction,
  { customerId, guestIds }: { customerId: string | null; guestIds: readonly string[] },
): Promise<ContactRow[]> {
  return await listRows(
    tx,
    sql<ContactRow>`
      select said.value, bool_or(said.proved) as proved
      from (
        select case when told.field = 'email' then lower(told.value)
            when told.field in ('card', 'posId') then upper(regexp_replace(told.value, '\\s', '', 'g'))
            else told.value end as value,
          coalesce(events.type = 'guest.verified', false) as proved
        from customer_fields as told
        left join events on events.tenant_id = ${tx.tenantId} and events.id = told.event_id
        where told.tenant_id = ${tx.tenantId} and told.guest_id = any(${guestIds}::uuid[])
          and told.field in ('phone', 'email', 'card', 'posId') and told.value <> ''
        union all
        select value, true from customer_identifiers
        where tenant_id = ${tx.tenantId} and customer_id = ${customerId}
      ) as said
      where not exists (
        select 1 from customer_identifiers as held
        where held.tenant_id = ${tx.tenantId} and held.value = said.value
          and held.customer_id is distinct from ${customerId}::uuid)
      group by said.value order by said.value`,
  );
}

/** Keeps out what is told late of guests, and of numbers and addresses up to a moment. */
export async function keepTombstones(
  tx: TenantTransaction,
  told: {
    guests: readonly GuestRow[];
    contacts: readonly ContactRow[];
    forgetting: Forgetting;
  },
): Promise<void> {
  const { guests, contacts } = told;
  const { at, position } = told.forgetting;
  await run(
    tx,
    sql`insert into erased_guests (tenant_id, guest_id, branch_id, position)
        select ${tx.tenantId}, gone.id, gone.branch_id, ${position}::bigint
        from unnest(${guests.map(({ id }) => id)}::uuid[],
          ${guests.map(({ branchId }) => branchId)}::uuid[]) as gone (id, branch_id)
        on conflict (tenant_id, guest_id) do nothing returning guest_id`,
  );
  for (const { value, proved } of contacts)
    await run(
      tx,
      sql`insert into erased_numbers (tenant_id, hash, erased_at, position, proved)
          values (${tx.tenantId}, ${hashContact(value, tx.tenantId)}, ${at}, ${position}, ${proved})
          on conflict (tenant_id, hash) do update set
            erased_at = greatest(erased_numbers.erased_at, excluded.erased_at),
            proved = erased_numbers.proved or excluded.proved`,
    );
}

async function listDevices(tx: TenantTransaction, guestIds: readonly string[]): Promise<string[]> {
  const rows = await listRows(
    tx,
    sql<{ id: string }>`select distinct device_id as id from guest_devices
      where tenant_id = ${tx.tenantId} and guest_id = any(${guestIds}::uuid[])`,
  );
  return rows.map(({ id }) => id);
}

/** Whom a branch's boxes have to forget, told since a position. */
export async function listForgotten(
  tx: TenantTransaction,
  { branchId, after, upTo }: { branchId: string; after: number; upTo: number },
): Promise<{ removed: string[]; erasedGuestIds: string[] }> {
  const customers = await listRows(
    tx,
    sql<{ id: string }>`select id from customers
      where tenant_id = ${tx.tenantId} and erased_position > ${after}
        and erased_position <= ${upTo} order by id`,
  );
  const guests = await listRows(
    tx,
    sql<{ id: string }>`select guest_id as id from erased_guests
      where tenant_id = ${tx.tenantId} and branch_id = ${branchId} and position > ${after}
        and position <= ${upTo} order by guest_id`,
  );
  return { removed: customers.map(({ id }) => id), erasedGuestIds: guests.map(({ id }) => id) };
}
