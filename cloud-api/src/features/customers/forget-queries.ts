import { findRow, listRows, run, sql, type TenantTransaction } from "../../platform/db.ts";
import { erasePaths, erasePersonalOf } from "../../platform/erase-events.ts";
import { toldPath } from "./imported.ts";
import { hashNumber } from "./request-rules.ts";

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
          asked_at, finished_at)
        values (${tx.tenantId}, ${asked.id}, ${asked.kind}, ${asked.guestId}, ${asked.customerId},
          ${asked.branchId}, ${asked.language}, ${asked.askedAt},
          ${asked.kind === "deletion" ? tx.now : null})
        on conflict (tenant_id, id) do nothing returning id`,
  );
  return row !== null;
}

export async function isForgotten(tx: TenantTransaction, guestId: string): Promise<boolean> {
  const row = await findRow(
    tx,
    sql`select guest_id from erased_guests
        where tenant_id = ${tx.tenantId} and guest_id = ${guestId}`,
  );
  return row !== null;
}

/** The forgetting that a sign-in with this number came before; null when it is of somebody new. */
export async function isNumberForgotten(
  tx: TenantTransaction,
  { phone, at }: { phone: string; at: Date },
): Promise<boolean> {
  const row = await findRow(
    tx,
    sql`select hash from erased_numbers
        where tenant_id = ${tx.tenantId} and hash = ${hashNumber(phone, tx.tenantId)}
          and erased_at >= ${at}`,
  );
  return row !== null;
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
  const guests = await listGuests(tx, forgetting);
  const guestIds = guests.map(({ id }) => id);
  const phones = await listPhones(tx, { customerId, guestIds });
  await keepTombstones(tx, { guests, phones, forgetting });
  const deviceIds = await listDevices(tx, guestIds);
  await erasePersonalOf(tx, { guestIds, deviceIds, phones });
  await erasePaths(tx, guestIds.map(toldPath));
  for (const statement of [
    sql`delete from customer_fields
        where tenant_id = ${tenantId} and guest_id = any(${guestIds}::uuid[])`,
    sql`update devices set mac = null
        where tenant_id = ${tenantId} and id = any(${deviceIds}::uuid[])`,
    // There is nothing left to hand over.
    sql`update guest_requests set finished_at = ${tx.now}
        where tenant_id = ${tenantId} and guest_id = any(${guestIds}::uuid[])
          and finished_at is null`,
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

/** Those they hold or once told. One that is another customer's by now is left alone. */
async function listPhones(
  tx: TenantTransaction,
  { customerId, guestIds }: { customerId: string | null; guestIds: readonly string[] },
): Promise<string[]> {
  const rows = await listRows(
    tx,
    sql<{ phone: string }>`
      select told.value as phone from customer_fields as told
      where told.tenant_id = ${tx.tenantId} and told.guest_id = any(${guestIds}::uuid[])
        and told.field = 'phone' and not exists (
          select 1 from customer_identifiers as held
          where held.tenant_id = ${tx.tenantId} and held.kind = 'phone'
            and held.value = told.value and held.customer_id is distinct from ${customerId}::uuid)`,
  );
  return [...new Set(rows.map(({ phone }) => phone))];
}

async function keepTombstones(
  tx: TenantTransaction,
  told: { guests: readonly GuestRow[]; phones: readonly string[]; forgetting: Forgetting },
): Promise<void> {
  const { guests, phones } = told;
  const { at, position } = told.forgetting;
  await run(
    tx,
    sql`insert into erased_guests (tenant_id, guest_id, branch_id, position)
        select ${tx.tenantId}, gone.id, gone.branch_id, ${position}::bigint
        from unnest(${guests.map(({ id }) => id)}::uuid[],
          ${guests.map(({ branchId }) => branchId)}::uuid[]) as gone (id, branch_id)
        on conflict (tenant_id, guest_id) do nothing returning guest_id`,
  );
  for (const phone of phones)
    await run(
      tx,
      sql`insert into erased_numbers (tenant_id, hash, erased_at, position)
          values (${tx.tenantId}, ${hashNumber(phone, tx.tenantId)}, ${at}, ${position})
          on conflict (tenant_id, hash) do update set
            erased_at = greatest(erased_numbers.erased_at, excluded.erased_at)`,
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

export type RequestRow = {
  id: string;
  kind: "copy" | "deletion";
  askedAt: Date;
  finishedAt: Date | null;
  branchId: string;
  branchName: string | null;
  timeZone: string | null;
};

/** What a customer asked for, the newest first. */
export async function listRequests(
  tx: TenantTransaction,
  customerId: string,
): Promise<RequestRow[]> {
  return await listRows(
    tx,
    sql<RequestRow>`
      select asked.id, asked.kind, asked.asked_at as "askedAt", asked.finished_at as "finishedAt",
        asked.branch_id as "branchId", branches.name as "branchName",
        branches.time_zone as "timeZone"
      from guest_requests as asked
      left join branches on branches.tenant_id = asked.tenant_id and branches.id = asked.branch_id
      where asked.tenant_id = ${tx.tenantId} and asked.customer_id = ${customerId}
      order by asked.asked_at desc, asked.id desc`,
  );
}

/** Notes that staff have handed a copy over. False where there is no such open request. */
export async function finishRequest(
  tx: TenantTransaction,
  { id, customerId }: { id: string; customerId: string },
): Promise<boolean> {
  const row = await findRow(
    tx,
    sql`update guest_requests set finished_at = ${tx.now}
        where tenant_id = ${tx.tenantId} and id = ${id} and customer_id = ${customerId}
          and finished_at is null returning id`,
  );
  return row !== null;
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
