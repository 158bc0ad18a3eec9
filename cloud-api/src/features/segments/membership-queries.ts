import { findRow, getRow, listRows, run, sql, type TenantTransaction } from "../../platform/db.ts";
import type { Touch } from "./touches.ts";

/** When the alarm of the tenant is set for; null: for no moment. */
export type Alarm = { dueAt: Date | null };

/**
 * One judges the members of a tenant's segments at a time, to the commit: so whoever judges later has
 * seen all that was known to whoever judged before.
 */
export async function lockMembers(tx: TenantTransaction): Promise<Alarm> {
  const read = () =>
    findRow(
      tx,
      sql<Alarm>`
        select due_at as "dueAt" from segment_alarms where tenant_id = ${tx.tenantId} for update`,
    );
  const alarm = await read();
  if (alarm) return alarm;
  await run(
    tx,
    sql`insert into segment_alarms (tenant_id) values (${tx.tenantId})
        on conflict (tenant_id) do nothing`,
  );
  return (await read()) ?? { dueAt: null };
}

export function writeAlarm(tx: TenantTransaction, { dueAt }: Alarm): Promise<void> {
  return run(tx, sql`update segment_alarms set due_at = ${dueAt} where tenant_id = ${tx.tenantId}`);
}

/** Whose each guest and each visit is that something was told of: key as `keyOf` makes it → customer. */
export async function listOwners(
  tx: TenantTransaction,
  whos: readonly Touch["who"][],
): Promise<Map<string, string[]>> {
  const idsOf = (kind: string) => whos.filter((who) => who.kind === kind).map(({ id }) => id);
  const rows = await listRows(
    tx,
    sql<{ key: string; customerId: string }>`
      select 'guest ' || id as key, customer_id as "customerId" from guests
      where tenant_id = ${tx.tenantId} and id = any(${idsOf("guest")}::uuid[])
        and customer_id is not null
      union all
      select 'visit ' || id, customer_id from visits
      where tenant_id = ${tx.tenantId} and id = any(${idsOf("visit")}::uuid[])
        and customer_id is not null
      union
      select 'device ' || device_id, customer_id from visits
      where tenant_id = ${tx.tenantId} and device_id = any(${idsOf("device")}::uuid[])
        and customer_id is not null`,
  );
  const owners = new Map<string, string[]>();
  for (const { key, customerId } of rows) owners.set(key, [...(owners.get(key) ?? []), customerId]);
  return owners;
}

/** Who was forgotten by events at these positions, whoever the events were of. */
export async function listForgotten(
  tx: TenantTransaction,
  { from, to }: { from: number; to: number },
): Promise<string[]> {
  const rows = await listRows(
    tx,
    sql<{ id: string }>`
      select id from customers
      where tenant_id = ${tx.tenantId} and erased_position >= ${from} and erased_position <= ${to}`,
  );
  return rows.map(({ id }) => id);
}

export type Membership = { segmentId: string; customerId: string };

/** Which segments these customers are in. */
export function listMemberships(
  tx: TenantTransaction,
  customerIds: readonly string[],
): Promise<Membership[]> {
  return listRows(
    tx,
    sql<Membership>`
      select segment_id as "segmentId", customer_id as "customerId" from segment_members
      where tenant_id = ${tx.tenantId} and customer_id = any(${customerIds}::uuid[])`,
  );
}

export async function insertMembers(
  tx: TenantTransaction,
  entered: readonly Membership[],
): Promise<void> {
  if (entered.length === 0) return;
  await run(
    tx,
    sql`insert into segment_members (tenant_id, segment_id, customer_id, since)
        select ${tx.tenantId}, entered.segment_id, entered.customer_id, ${tx.now}::timestamptz
        from unnest(${entered.map(({ segmentId }) => segmentId)}::uuid[],
          ${entered.map(({ customerId }) => customerId)}::uuid[])
          as entered (segment_id, customer_id)
        on conflict (tenant_id, segment_id, customer_id) do nothing returning segment_id`,
  );
}

export async function deleteMembers(
  tx: TenantTransaction,
  left: readonly Membership[],
): Promise<void> {
  if (left.length === 0) return;
  await run(
    tx,
    sql`delete from segment_members using unnest(
          ${left.map(({ segmentId }) => segmentId)}::uuid[],
          ${left.map(({ customerId }) => customerId)}::uuid[])
          as gone (segment_id, customer_id)
        where segment_members.tenant_id = ${tx.tenantId}
          and segment_members.segment_id = gone.segment_id
          and segment_members.customer_id = gone.customer_id`,
  );
}

/** Adds to the counts of segments, by their ids. */
export async function addToCounts(
  tx: TenantTransaction,
  changes: ReadonlyMap<string, number>,
): Promise<void> {
  const changed = [...changes].filter(([, change]) => change !== 0).toSorted();
  if (changed.length === 0) return;
  await run(
    tx,
    sql`update segments set members = segments.members + changed.change
        from unnest(${changed.map(([id]) => id)}::uuid[],
          ${changed.map(([, change]) => change)}::integer[]) as changed (id, change)
        where segments.tenant_id = ${tx.tenantId} and segments.id = changed.id`,
  );
}

export type Due = { customerId: string; dueAt: Date };

/** The earlier of what stands and what is found now. */
export async function hastenDue(tx: TenantTransaction, due: readonly Due[]): Promise<void> {
  if (due.length === 0) return;
  await run(
    tx,
    sql`insert into segment_due (tenant_id, customer_id, due_at)
        select ${tx.tenantId}, due.customer_id, due.due_at
        from unnest(${due.map(({ customerId }) => customerId)}::uuid[],
          ${due.map(({ dueAt }) => dueAt.toISOString())}::timestamptz[])
          as due (customer_id, due_at)
        on conflict (tenant_id, customer_id) do update set
          due_at = least(segment_due.due_at, excluded.due_at)
        returning customer_id`,
  );
}

/** Nothing is awaited of these any more. */
export async function deleteDue(
  tx: TenantTransaction,
  customerIds: readonly string[],
): Promise<void> {
  if (customerIds.length === 0) return;
  await run(
    tx,
    sql`delete from segment_due
        where tenant_id = ${tx.tenantId} and customer_id = any(${customerIds}::uuid[])`,
  );
}

/** Whose moment has come, the longest ago first. */
export async function listDue(tx: TenantTransaction, limit: number): Promise<string[]> {
  const rows = await listRows(
    tx,
    sql<{ id: string }>`
      select customer_id as id from segment_due
      where tenant_id = ${tx.tenantId} and due_at <= ${tx.now}
      order by due_at, customer_id limit ${limit}`,
  );
  return rows.map(({ id }) => id);
}

export async function findEarliestDue(tx: TenantTransaction): Promise<Date | null> {
  const row = await getRow(
    tx,
    sql<{ dueAt: Date | null }>`
      select min(due_at) as "dueAt" from segment_due where tenant_id = ${tx.tenantId}`,
  );
  return row.dueAt;
}

/** Branches whose clock is in another zone than the one their calendar was read by last. */
export async function noteZones(tx: TenantTransaction): Promise<{ changed: number }> {
  const changed = await listRows(
    tx,
    sql<{ id: string; known: boolean }>`
      select branches.id, known.branch_id is not null as known
      from branches
      left join segment_zones as known
        on known.tenant_id = ${tx.tenantId} and known.branch_id = branches.id
      where branches.tenant_id = ${tx.tenantId}
        and branches.time_zone is distinct from known.time_zone`,
  );
  if (changed.length === 0) return { changed: 0 };
  await run(
    tx,
    sql`insert into segment_zones (tenant_id, branch_id, time_zone)
        select tenant_id, id, time_zone from branches
        where tenant_id = ${tx.tenantId} and id = any(${changed.map(({ id }) => id)}::uuid[])
        on conflict (tenant_id, branch_id) do update set time_zone = excluded.time_zone
        returning branch_id`,
  );
  return { changed: changed.filter(({ known }) => known).length };
}
