import { findRow, listRows, run, sql, type TenantTransaction } from "../../platform/db.ts";
import type { Purge } from "../../platform/purge-events.ts";

/** Forgets MACs that were not seen since a moment; one that a phone made up goes by its own. */
export async function purgeMacs(
  tx: TenantTransaction,
  { before, madeUpBefore, limit }: Purge & { madeUpBefore: Date },
): Promise<number> {
  const gone = await listRows(
    tx,
    sql`update devices set mac = null
        where tenant_id = ${tx.tenantId} and mac is not null and id in (
          select id from devices
          where tenant_id = ${tx.tenantId} and mac is not null
            and last_seen_at < case when randomised then ${madeUpBefore}::timestamptz
              else ${before}::timestamptz end
          limit ${limit})
        returning id`,
  );
  return gone.length;
}

/** Proof that somebody had agreed goes so long after they were forgotten. */
export async function purgeConsents(
  tx: TenantTransaction,
  { before, limit }: Purge,
): Promise<number> {
  const { tenantId } = tx;
  const due = await listRows(
    tx,
    sql<{ id: string }>`
      select acts.event_id as id from customer_consents as acts
      join erased_guests as gone on gone.tenant_id = ${tenantId} and gone.guest_id = acts.guest_id
      join events on events.tenant_id = ${tenantId} and events.position = gone.position
      where acts.tenant_id = ${tenantId} and events.received_at < ${before} limit ${limit}`,
  );
  await run(
    tx,
    sql`delete from customer_consents
        where tenant_id = ${tenantId} and event_id = any(${due.map(({ id }) => id)}::uuid[])`,
  );
  return due.length;
}

export type ExpiredGuest = { guestId: string; customerId: string | null; branchId: string };

/** A box that was silent for so long may hold news of its guests. */
const SILENT_MILLISECONDS = 2 * 24 * 60 * 60 * 1000;

/**
 * That nothing was heard of a guest since a moment: by what boxes say of when it was, and, of whoever
 * has just been told of, by when the cloud heard it, since a box's clock may stand in another year.
 */
function isSilentSince(tx: TenantTransaction, before: Date) {
  const { tenantId } = tx;
  return sql`
    greatest(guests.first_seen_at, guests.registered_at, guests.last_verified_at) < ${before}
    and not exists (
      select from guest_devices as linked
      where linked.tenant_id = ${tenantId} and linked.guest_id = guests.id
        and linked.last_at >= ${before})
    and not exists (
      select from guest_requests as asked
      where asked.tenant_id = ${tenantId} and asked.guest_id = guests.id
        and asked.asked_at >= ${before})
    and not exists (
      select from customer_consents as acts
      where acts.tenant_id = ${tenantId} and acts.guest_id = guests.id and acts.at >= ${before})
    and not exists (
      select from boxes
      where boxes.tenant_id = ${tenantId} and boxes.branch_id = guests.branch_id
        and boxes.removed_at is null and boxes.last_contact_at >= ${before}
        and boxes.last_contact_at < ${new Date(tx.now.getTime() - SILENT_MILLISECONDS)})`;
}

/** That nothing was heard of any guest of a customer, however they may have come. */
function isCustomerSilentSince(tx: TenantTransaction, before: Date) {
  const { tenantId } = tx;
  return sql`
    customers.erased_position is null and customers.last_seen_at < ${before}
    and not exists (
      select from events
      where events.tenant_id = ${tenantId} and events.position = customers.changed_position
        and events.received_at >= ${before})
    and not exists (
      select from guests
      where guests.tenant_id = ${tenantId} and guests.customer_id = customers.id
        and not (${isSilentSince(tx, before)}))`;
}

/** Guests, and customers by a guest of theirs, who were not heard of since a moment. */
export async function listExpiredGuests(
  tx: TenantTransaction,
  { before, limit }: Purge,
): Promise<ExpiredGuest[]> {
  const { tenantId } = tx;
  return await listRows(
    tx,
    sql<ExpiredGuest>`
      (select distinct on (customers.id) guests.id as "guestId", customers.id as "customerId",
         guests.branch_id as "branchId"
       from customers
       join guests on guests.tenant_id = ${tenantId} and guests.customer_id = customers.id
       where customers.tenant_id = ${tenantId} and ${isCustomerSilentSince(tx, before)}
       order by customers.id, guests.id limit ${limit})
      union all
      (select guests.id, null, guests.branch_id
       from guests
       where guests.tenant_id = ${tenantId} and guests.customer_id is null
         and ${isSilentSince(tx, before)}
         and not exists (
           select from erased_guests as gone
           where gone.tenant_id = ${tenantId} and gone.guest_id = guests.id)
       limit ${limit})`,
  );
}

/** Whether that is still so: somebody may have signed in since it was found. */
export async function isStillExpired(
  tx: TenantTransaction,
  { guestId, before }: { guestId: string; before: Date },
): Promise<{ customerId: string | null; branchId: string } | null> {
  const { tenantId } = tx;
  return await findRow(
    tx,
    sql<{ customerId: string | null; branchId: string }>`
      select guests.customer_id as "customerId", guests.branch_id as "branchId"
      from guests
      left join customers on customers.tenant_id = ${tenantId}
        and customers.id = guests.customer_id
      where guests.tenant_id = ${tenantId} and guests.id = ${guestId}
        and ${isSilentSince(tx, before)}
        and (customers.id is null or (${isCustomerSilentSince(tx, before)}))`,
  );
}
