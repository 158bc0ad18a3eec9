import type { CredentialEnd } from "@foyer/contract";
import { findRow, listRows, run, sql, type TenantTransaction } from "../../platform/db.ts";
import type { Purge } from "../../platform/purge-events.ts";

export type NewKey = {
  /** That of the event that told of it. */
  id: string;
  branchId: string;
  boxId: string;
  guestId: string;
  deviceId: string;
  issuedAt: Date;
};

/** One that is told twice is one. */
export function insertKey(tx: TenantTransaction, key: NewKey): Promise<void> {
  const { id, branchId, boxId, guestId, deviceId, issuedAt } = key;
  return run(
    tx,
    sql`insert into member_keys (tenant_id, id, branch_id, box_id, guest_id, device_id, issued_at)
        values (${tx.tenantId}, ${id}, ${branchId}, ${boxId}, ${guestId}, ${deviceId}, ${issuedAt})
        on conflict (tenant_id, id) do nothing`,
  );
}

export type KeyEnd = {
  eventId: string;
  guestId: string;
  deviceId: string;
  at: Date;
  by: CredentialEnd | null;
};

/** A device has one key at a time: whatever of its guest's it still has ends. */
export function endKeysOf(tx: TenantTransaction, end: KeyEnd): Promise<void> {
  const { eventId, guestId, deviceId, at, by } = end;
  return run(
    tx,
    sql`update member_keys set ended_at = ${at}, end_event_id = ${eventId}, ended_by = ${by}
        where tenant_id = ${tx.tenantId} and guest_id = ${guestId} and device_id = ${deviceId}
          and ended_at is null`,
  );
}

export function forgetKeys(tx: TenantTransaction): Promise<void> {
  return run(tx, sql`delete from member_keys where tenant_id = ${tx.tenantId}`);
}

export type KeyRow = {
  id: string;
  deviceId: string;
  mac: string | null;
  randomised: boolean;
  branchId: string;
  branchName: string;
  issuedAt: Date;
  endedAt: Date | null;
  endedBy: CredentialEnd | null;
  boxRemovedAt: Date | null;
  /** The last word of staff that it is to end; null: they have said nothing. */
  orderedAt: Date | null;
  orderedBy: string | null;
  expiresAt: Date | null;
  /** What the box says became of that; null: it has not said. */
  outcome: string | null;
  finishedAt: Date | null;
};

/** The keys of a customer's devices, the newest first. */
export function listKeysOf(tx: TenantTransaction, customerId: string): Promise<KeyRow[]> {
  const { tenantId } = tx;
  return listRows(
    tx,
    sql<KeyRow>`
      select held.id, held.device_id as "deviceId", devices.mac,
        coalesce(devices.randomised, false) as randomised, held.branch_id as "branchId",
        branches.name as "branchName", held.issued_at as "issuedAt", held.ended_at as "endedAt",
        held.ended_by as "endedBy", boxes.removed_at as "boxRemovedAt",
        asked.ordered_at as "orderedAt", asked.staff_id as "orderedBy",
        asked.expires_at as "expiresAt", answered.outcome, answered.finished_at as "finishedAt"
      from guests
      join member_keys as held on held.tenant_id = ${tenantId} and held.guest_id = guests.id
      join branches on branches.tenant_id = ${tenantId} and branches.id = held.branch_id
      join boxes on boxes.tenant_id = ${tenantId} and boxes.id = held.box_id
      left join devices on devices.tenant_id = ${tenantId} and devices.id = held.device_id
      left join lateral (
        select command_id, staff_id, ordered_at, expires_at from member_key_orders as orders
        where orders.tenant_id = ${tenantId} and orders.key_id = held.id
        order by orders.ordered_at desc limit 1
      ) as asked on true
      left join command_answers as answered on answered.tenant_id = ${tenantId}
        and answered.command_id = asked.command_id and answered.box_id = held.box_id
      where guests.tenant_id = ${tenantId} and guests.customer_id = ${customerId}
      order by held.issued_at desc, held.id desc limit ${KEYS_LISTED_MAX}`,
  );
}
const KEYS_LISTED_MAX = 100;

export type LockedKey = {
  branchId: string;
  boxId: string;
  deviceId: string;
  endedAt: Date | null;
  boxRemovedAt: Date | null;
};

/** Held to the commit, so that two of the staff at once order once. Null: the customer has no such key. */
export async function lockKey(
  tx: TenantTransaction,
  { customerId, keyId }: { customerId: string; keyId: string },
): Promise<LockedKey | null> {
  const { tenantId } = tx;
  const locked = await findRow(
    tx,
    sql`select id from member_keys where tenant_id = ${tenantId} and id = ${keyId} for update`,
  );
  if (!locked) return null;
  return await findRow(
    tx,
    sql<LockedKey>`
      select held.branch_id as "branchId", held.box_id as "boxId", held.device_id as "deviceId",
        held.ended_at as "endedAt", boxes.removed_at as "boxRemovedAt"
      from member_keys as held
      join guests on guests.tenant_id = ${tenantId} and guests.id = held.guest_id
        and guests.customer_id = ${customerId}
      join boxes on boxes.tenant_id = ${tenantId} and boxes.id = held.box_id
      where held.tenant_id = ${tenantId} and held.id = ${keyId}`,
  );
}

/** Whether an order to end a key waits for its box, or was carried out. */
export async function isEnding(tx: TenantTransaction, keyId: string): Promise<boolean> {
  const { tenantId } = tx;
  const row = await findRow(
    tx,
    sql`select asked.command_id as id
        from member_key_orders as asked
        left join command_answers as answered on answered.tenant_id = ${tenantId}
          and answered.command_id = asked.command_id
        where asked.tenant_id = ${tenantId} and asked.key_id = ${keyId}
          and (answered.outcome = 'done'
            or (answered.outcome is null and asked.expires_at > ${tx.now}))
        limit 1`,
  );
  return row !== null;
}

export type NewKeyOrder = {
  commandId: string;
  keyId: string;
  branchId: string;
  staffId: string;
  expiresAt: Date;
};

export function insertKeyOrder(tx: TenantTransaction, order: NewKeyOrder): Promise<void> {
  const { commandId, keyId, branchId, staffId, expiresAt } = order;
  return run(
    tx,
    sql`insert into member_key_orders (tenant_id, command_id, key_id, branch_id, staff_id,
          ordered_at, expires_at)
        values (${tx.tenantId}, ${commandId}, ${keyId}, ${branchId}, ${staffId}, ${tx.now},
          ${expiresAt})`,
  );
}

/** Keys that ended before a moment go, with who asked for it. */
export async function purgeKeys(tx: TenantTransaction, { before, limit }: Purge): Promise<number> {
  const gone = await listRows(
    tx,
    sql<{ id: string }>`
      delete from member_keys
      where tenant_id = ${tx.tenantId} and id in (
        select id from member_keys
        where tenant_id = ${tx.tenantId} and ended_at < ${before} order by ended_at limit ${limit})
      returning id`,
  );
  await deleteOrders(tx, gone);
  return gone.length;
}

/** The same of whoever was forgotten: their box ends them by itself as soon as it hears of that. */
export async function forgetKeysOfForgotten(tx: TenantTransaction): Promise<void> {
  const gone = await listRows(
    tx,
    sql<{ id: string }>`
      delete from member_keys
      where tenant_id = ${tx.tenantId} and exists (
        select from erased_guests
        where erased_guests.tenant_id = ${tx.tenantId}
          and erased_guests.guest_id = member_keys.guest_id)
      returning id`,
  );
  await deleteOrders(tx, gone);
}

async function deleteOrders(tx: TenantTransaction, keys: readonly { id: string }[]): Promise<void> {
  if (keys.length === 0) return;
  await run(
    tx,
    sql`delete from member_key_orders
        where tenant_id = ${tx.tenantId} and key_id = any(${keys.map(({ id }) => id)}::uuid[])`,
  );
}
