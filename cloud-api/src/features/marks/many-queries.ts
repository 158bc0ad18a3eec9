import type { RawBuilder } from "kysely";
import { listRows, sql, type TenantTransaction } from "../../platform/db.ts";
import type { ManyChange } from "./many.ts";
import { type MarkKind, TAGS_OF_CUSTOMER_MAX } from "./rules.ts";

type Held = { customerId: string; id: string; name: string; kind: MarkKind };

/** Every mark of some customers, by name. */
export async function listMarksOf(
  tx: TenantTransaction,
  customerIds: readonly string[],
): Promise<ReadonlyMap<string, readonly Held[]>> {
  const rows = await listRows(
    tx,
    sql<Held>`
      select customer_marks.customer_id as "customerId", marks.id, marks.name, marks.kind
      from customer_marks
      join marks on marks.tenant_id = customer_marks.tenant_id
        and marks.id = customer_marks.mark_id
      where customer_marks.tenant_id = ${tx.tenantId}
        and customer_marks.customer_id = any(${customerIds}::uuid[])
      order by marks.name, marks.id`,
  );
  return Map.groupBy(rows, ({ customerId }) => customerId);
}

/** Whether the customer of the row `customers` is not yet as a change would have them. */
export function needsChange(tx: TenantTransaction, change: ManyChange): RawBuilder<boolean> {
  const held = sql`exists (select from customer_marks as held
    where held.tenant_id = ${tx.tenantId} and held.customer_id = customers.id`;
  switch (change.kind) {
    case "add-tag":
      return sql<boolean>`(not ${held} and held.mark_id = ${change.tagId}))`;
    case "remove-tag":
      return sql<boolean>`${held} and held.mark_id = ${change.tagId} and not held.by_rule)`;
    case "set-group":
      return change.groupId === null
        ? sql<boolean>`${held} and held.kind = 'group')`
        : sql<boolean>`(not ${held} and held.mark_id = ${change.groupId}))`;
  }
}

type Locked = { id: string; isRestricted: boolean };

/** Those of some customers who can be marked; their marks are changed by nobody else until the commit. */
export function lockCustomers(tx: TenantTransaction, ids: readonly string[]): Promise<Locked[]> {
  return listRows(
    tx,
    sql<Locked>`
      select id, restricted_at is not null as "isRestricted" from customers
      where tenant_id = ${tx.tenantId} and id = any(${ids}::uuid[])
        and merged_into is null and erased_position is null
      order by id for update`,
  );
}

type OfMany = { customerIds: readonly string[]; markId: string };

/** Which of some customers have a mark. */
export function listHolders(
  tx: TenantTransaction,
  { customerIds, markId }: OfMany,
): Promise<{ customerId: string }[]> {
  return listRows(
    tx,
    sql<{ customerId: string }>`
      select customer_id as "customerId" from customer_marks
      where tenant_id = ${tx.tenantId} and customer_id = any(${customerIds}::uuid[])
        and mark_id = ${markId}`,
  );
}

/** Gives a tag to some who have it not, as far as a box takes in as many. Gives to whom. */
export function insertTagOfMany(
  tx: TenantTransaction,
  { customerIds, markId }: OfMany,
): Promise<{ customerId: string }[]> {
  const { tenantId } = tx;
  return listRows(
    tx,
    sql<{ customerId: string }>`
      insert into customer_marks (tenant_id, customer_id, mark_id, kind)
      select ${tenantId}, asked.id, ${markId}, 'tag'
      from unnest(${customerIds}::uuid[]) as asked (id)
      where (select count(*) from customer_marks as held
        where held.tenant_id = ${tenantId} and held.customer_id = asked.id
          and held.kind = 'tag') < ${TAGS_OF_CUSTOMER_MAX}::integer
      on conflict (tenant_id, customer_id, mark_id) do nothing
      returning customer_id as "customerId"`,
  );
}

/** Takes a tag from some; what a rule gave is the rule's to take. Gives from whom. */
export function deleteTagOfMany(
  tx: TenantTransaction,
  { customerIds, markId }: OfMany,
): Promise<{ customerId: string }[]> {
  return listRows(
    tx,
    sql<{ customerId: string }>`
      delete from customer_marks
      where tenant_id = ${tx.tenantId} and customer_id = any(${customerIds}::uuid[])
        and mark_id = ${markId} and not by_rule
      returning customer_id as "customerId"`,
  );
}

/** The main groups of some customers; who has none is not among them. */
export function listGroupsOfMany(
  tx: TenantTransaction,
  customerIds: readonly string[],
): Promise<{ customerId: string; groupId: string }[]> {
  return listRows(
    tx,
    sql<{ customerId: string; groupId: string }>`
      select customer_id as "customerId", mark_id as "groupId" from customer_marks
      where tenant_id = ${tx.tenantId} and customer_id = any(${customerIds}::uuid[])
        and kind = 'group'`,
  );
}

/** Takes some out of their group. */
export async function deleteGroupsOfMany(
  tx: TenantTransaction,
  customerIds: readonly string[],
): Promise<void> {
  await listRows(
    tx,
    sql`delete from customer_marks
        where tenant_id = ${tx.tenantId} and customer_id = any(${customerIds}::uuid[])
          and kind = 'group'`,
  );
}

/** Puts some who are in no group into one. */
export async function insertGroupOfMany(
  tx: TenantTransaction,
  { customerIds, markId }: OfMany,
): Promise<void> {
  await listRows(
    tx,
    sql`insert into customer_marks (tenant_id, customer_id, mark_id, kind)
        select ${tx.tenantId}, asked.id, ${markId}, 'group'
        from unnest(${customerIds}::uuid[]) as asked (id)
        on conflict (tenant_id, customer_id, mark_id) do nothing returning mark_id`,
  );
}
