import type { RawBuilder } from "kysely";
import { writePlainArray } from "../../platform/columns.ts";
import { findRow, listRows, run, sql, type TenantTransaction } from "../../platform/db.ts";

/** A stretch of a branch's guests by their customers' ids: behind `after`, up to and with `upTo`. */
export type Walked = { branchId: string; after: string; upTo: string };

/** Whose guests a branch's boxes are told of; the company's own id stands for no brand. */
export const toldBrandOf = (tx: TenantTransaction, branchId: string | RawBuilder<unknown>) => sql`
  coalesce((select branches.told_brand_id from branches
    where branches.tenant_id = ${tx.tenantId} and branches.id = ${branchId}), ${tx.tenantId}::uuid)`;

/** A branch that is on its way to another brand counts for both. */
const BRANDS = sql`(values (coalesce(branches.told_brand_id, guests.tenant_id)),
  (branches.coming_brand_id)) as counted (brand_id)`;

type Look = { walked: readonly Walked[]; position: number };

/** So many customers at once, where all are looked at. */
const STRETCH_CUSTOMERS = 5000;
/** Before every customer's id. */
const BEFORE_ALL = "00000000-0000-0000-0000-000000000000";

/**
 * Works out anew whom the branches of each brand know, of all who changed up to a position; of everybody
 * where the customers were read again since. What came of it stands at that position.
 */
export async function settleBrandCustomers(tx: TenantTransaction, look: Look): Promise<void> {
  const { position: since, isOutlived } = await findLastLook(tx, look);
  if (isOutlived) await noteEverybody(tx, look);
  else await noteEach(tx, { ...look, customerIds: await listLookedAt(tx, { ...look, since }) });
  await run(
    tx,
    sql`insert into brand_customers_read (tenant_id, position)
        values (${tx.tenantId}, ${look.position})
        on conflict (tenant_id) do update set
          position = greatest(brand_customers_read.position, excluded.position)`,
  );
}

type LastLook = {
  position: number;
  /** A replay of the customers has ended since: whoever it changed stands at older positions. */
  isOutlived: boolean;
};

async function findLastLook(tx: TenantTransaction, { position }: Look): Promise<LastLook> {
  const row = await findRow(
    tx,
    sql<LastLook>`
      select position, exists (select from cursors
          where cursors.tenant_id = ${tx.tenantId} and feature = 'customers' and replay_until > 0
            and replay_until >= brand_customers_read.position and replay_until < ${position}
        ) as "isOutlived"
      from brand_customers_read where tenant_id = ${tx.tenantId}`,
  );
  return row ?? { position: 0, isOutlived: false };
}

async function noteEverybody(tx: TenantTransaction, { position }: Look): Promise<void> {
  let customerIds: string[];
  let after = BEFORE_ALL;
  do {
    customerIds = await listStretch(tx, after);
    await noteEach(tx, { customerIds, position });
    after = customerIds.at(-1) ?? after;
  } while (customerIds.length === STRETCH_CUSTOMERS);
}

/** The next customers there are, or whom a brand is said to know, in the order of their ids. */
async function listStretch(tx: TenantTransaction, after: string): Promise<string[]> {
  const { tenantId } = tx;
  const rows = await listRows(
    tx,
    sql<{ id: string }>`
      (select id from customers where tenant_id = ${tenantId} and id > ${after}
        order by id limit ${STRETCH_CUSTOMERS})
      union
      (select distinct customer_id from brand_customers
        where tenant_id = ${tenantId} and customer_id > ${after}
        order by customer_id limit ${STRETCH_CUSTOMERS})
      order by id limit ${STRETCH_CUSTOMERS}`,
  );
  return rows.map(({ id }) => id);
}

/**
 * Customers who changed since the last look, or came somewhere, and those of the stretches. Asked on its
 * own: by the ids themselves PostgreSQL knows how few they are.
 */
async function listLookedAt(
  tx: TenantTransaction,
  { walked, since, position }: Look & { since: number },
): Promise<string[]> {
  const { tenantId } = tx;
  const rows = await listRows(
    tx,
    sql<{ id: string }>`
      -- With those of the last position: an event that is tried again is told as of the next one.
      select id from customers
      where tenant_id = ${tenantId} and changed_position >= ${since}
        and changed_position <= ${position}
      union
      select customer_id from branch_customers
      where tenant_id = ${tenantId} and changed_position >= ${since}
        and changed_position <= ${position}
      union
      select guests.customer_id
      from unnest(${walked.map(({ branchId }) => branchId)}::uuid[],
        ${walked.map(({ after }) => after)}::uuid[], ${walked.map(({ upTo }) => upTo)}::uuid[])
        as stretch (branch_id, after_id, up_to)
      join guests on guests.tenant_id = ${tenantId} and guests.branch_id = stretch.branch_id
        and guests.customer_id > stretch.after_id and guests.customer_id <= stretch.up_to`,
  );
  return rows.map(({ id }) => id);
}

type LookedAt = { customerIds: readonly string[]; position: number };

async function noteEach(tx: TenantTransaction, looked: LookedAt): Promise<void> {
  if (looked.customerIds.length === 0) return;
  await noteKnown(tx, looked);
  await noteUnknown(tx, looked);
}

/**
 * Of these, each is known to the brands at whose branches they are a guest. Where they came is looked up
 * guest by guest: a table that grew faster than PostgreSQL counts is thought empty, and joined whole.
 */
function noteKnown(tx: TenantTransaction, { customerIds, position }: LookedAt): Promise<void> {
  const { tenantId } = tx;
  return run(
    tx,
    sql`insert into brand_customers
          (tenant_id, brand_id, customer_id, is_known, seen_at, changed_position)
        with known as (
          select counted.brand_id, guests.customer_id,
            max(greatest(guests.first_seen_at, guests.last_verified_at, here.last_visit_at)) as seen_at
          from unnest(${writePlainArray(customerIds)}::uuid[]) as asked (id)
          join guests on guests.tenant_id = ${tenantId} and guests.customer_id = asked.id
          left join branches
            on branches.tenant_id = ${tenantId} and branches.id = guests.branch_id
          cross join lateral ${BRANDS}
          left join lateral (select branch_customers.last_visit_at from branch_customers
            where branch_customers.tenant_id = ${tenantId}
              and branch_customers.branch_id = guests.branch_id
              and branch_customers.customer_id = guests.customer_id offset 0) as here on true
          where counted.brand_id is not null
          group by counted.brand_id, guests.customer_id
        )
        select ${tenantId}::uuid, brand_id, customer_id, true, seen_at, ${position}::bigint
        from known order by brand_id, customer_id
        on conflict (tenant_id, brand_id, customer_id) do update set is_known = true,
          seen_at = excluded.seen_at,
          changed_position = case when brand_customers.is_known and brand_customers.changed_position > 0
            then brand_customers.changed_position else excluded.changed_position end
        where not brand_customers.is_known or brand_customers.changed_position = 0
          or brand_customers.seen_at <> excluded.seen_at`,
  );
}

/** Of these, each is known no more to the brands at none of whose branches they are a guest. */
function noteUnknown(tx: TenantTransaction, { customerIds, position }: LookedAt): Promise<void> {
  const { tenantId } = tx;
  return run(
    tx,
    sql`update brand_customers set is_known = false, changed_position = ${position}
        from unnest(${writePlainArray(customerIds)}::uuid[]) as asked (id)
        where brand_customers.tenant_id = ${tenantId} and brand_customers.customer_id = asked.id
          and brand_customers.is_known and not exists (
            select from guests
            left join branches
              on branches.tenant_id = ${tenantId} and branches.id = guests.branch_id
            cross join lateral ${BRANDS}
            where guests.tenant_id = ${tenantId} and guests.customer_id = asked.id
              and counted.brand_id = brand_customers.brand_id)`,
  );
}

/**
 * Whoever stands before a box of another brand and was asked for is told of to it from now on, until they
 * change and have still not become a guest there.
 */
export async function holdForBrand(
  tx: TenantTransaction,
  { branchId, customerIds }: { branchId: string; customerIds: readonly string[] },
): Promise<void> {
  if (customerIds.length === 0) return;
  await run(
    tx,
    sql`insert into brand_customers
          (tenant_id, brand_id, customer_id, is_known, seen_at, changed_position)
        select ${tx.tenantId}::uuid, ${toldBrandOf(tx, branchId)}, asked.id, true, ${tx.now}::timestamptz, 0
        from unnest(${customerIds.toSorted()}::uuid[]) as asked (id)
        on conflict (tenant_id, brand_id, customer_id) do update set is_known = true,
          seen_at = excluded.seen_at, changed_position = 0
        where not brand_customers.is_known`,
  );
}

/** Empties what was worked out. */
export async function forgetBrandCustomers(tx: TenantTransaction): Promise<void> {
  const { tenantId } = tx;
  await run(tx, sql`delete from brand_customers where tenant_id = ${tenantId}`);
  await run(tx, sql`delete from brand_customers_read where tenant_id = ${tenantId}`);
}
