import type { RawBuilder } from "kysely";
import { findRow, getRow, listRows, sql, type TenantTransaction } from "../../platform/db.ts";
import { type CustomerFilter, havingFilter } from "../customers/index.ts";

/** Whom an action is about. */
export type Targets = {
  filter: CustomerFilter;
  /** Of them only these; null: all. */
  chosen: readonly string[] | null;
};

/** Who can be sorted at all, is meant, and is known at a branch that the transaction reaches. */
function meant(tx: TenantTransaction, { filter, chosen }: Targets) {
  const among = chosen === null ? sql`` : sql`and customers.id = any(${chosen}::uuid[])`;
  const reached =
    tx.branchIds === null
      ? sql``
      : sql`and exists (
          select from guests
          where guests.tenant_id = ${tx.tenantId} and guests.customer_id = customers.id
            and guests.branch_id = any(${tx.branchIds}::uuid[]))`;
  return sql`customers.merged_into is null and customers.erased_position is null ${among} ${reached} ${havingFilter(tx, filter)}`;
}

/** How many are meant, and how many of them a condition holds for. */
export function countTargets(
  tx: TenantTransaction,
  targets: Targets,
  condition: RawBuilder<boolean>,
): Promise<{ customers: number; changing: number }> {
  return getRow(
    tx,
    sql<{ customers: number; changing: number }>`
      select count(*)::integer as customers,
        (count(*) filter (where ${condition}))::integer as changing
      from customers
      where customers.tenant_id = ${tx.tenantId} and ${meant(tx, targets)}`,
  );
}

/** The highest id of the company's customers: who is made later comes after it. */
export async function findLastId(tx: TenantTransaction): Promise<string | null> {
  const row = await findRow(
    tx,
    sql<{ id: string }>`
      select id from customers where tenant_id = ${tx.tenantId} order by id desc limit 1`,
  );
  return row?.id ?? null;
}

export type Stretch = { after: string; through: string };

/** Where a stretch of so many customers ends, whoever they are. */
export async function findWindowEnd(
  tx: TenantTransaction,
  { after, through, window }: Stretch & { window: number },
): Promise<string> {
  const row = await findRow(
    tx,
    sql<{ id: string }>`
      select id from customers
      where tenant_id = ${tx.tenantId} and id > ${after}::uuid and id <= ${through}::uuid
      order by id limit 1 offset ${window - 1}::integer`,
  );
  return row?.id ?? through;
}

/**
 * Those who are meant of a stretch of ids, at most `limit`. The bounds go into every select that the
 * list is narrowed by as well: each reads its own stretch of an index, not all of it at each step.
 */
export async function listTargets(
  tx: TenantTransaction,
  { targets, after, through, limit }: Stretch & { targets: Targets; limit: number },
): Promise<string[]> {
  const bounds = (id: RawBuilder<unknown>) =>
    sql`${id} > ${after}::uuid and ${id} <= ${through}::uuid`;
  const among = targets.filter.among.map(
    (select) => sql`select among.id from (${select}) as among (id) where ${bounds(sql`among.id`)}`,
  );
  const bounded = { ...targets, filter: { ...targets.filter, among } };
  const rows = await listRows(
    tx,
    sql<{ id: string }>`
      select customers.id from customers
      where customers.tenant_id = ${tx.tenantId} and ${meant(tx, bounded)}
        and ${bounds(sql`customers.id`)}
      order by customers.id limit ${limit}::integer`,
  );
  return rows.map(({ id }) => id);
}

/** Which of some customers the transaction reaches. */
export async function listReached(
  tx: TenantTransaction,
  customerIds: readonly string[],
): Promise<string[]> {
  if (tx.branchIds === null) return [...customerIds];
  const rows = await listRows(
    tx,
    sql<{ id: string }>`
      select distinct customer_id as id from guests
      where tenant_id = ${tx.tenantId} and customer_id = any(${customerIds}::uuid[])
        and branch_id = any(${tx.branchIds}::uuid[])`,
  );
  return rows.map(({ id }) => id);
}
