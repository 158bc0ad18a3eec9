import type { RawBuilder } from "kysely";
import { findRow, getRow, listRows, run, sql, type TenantTransaction } from "../../platform/db.ts";
import { listNamesBy } from "../../platform/record-names.ts";
import { selectKnown } from "../customers/index.ts";
import type { MarkKind } from "./rules.ts";

export type MarkRow = { id: string; name: string; parentId: string | null; customers: number };

/** Every group, or every tag, with how many customers have it. */
export function listMarks(tx: TenantTransaction, kind: MarkKind): Promise<MarkRow[]> {
  const { tenantId } = tx;
  // Of whoever sees some customers alone, as many as their list has.
  const ofKnown = tx.seesMembers
    ? sql``
    : sql`and customer_marks.customer_id in (${selectKnown(tx)})`;
  return listRows(
    tx,
    sql<MarkRow>`
      select marks.id, marks.name, marks.parent_id as "parentId",
        (select count(*) from customer_marks
          where customer_marks.tenant_id = ${tenantId} and customer_marks.mark_id = marks.id
            ${ofKnown}
        )::integer as customers
      from marks where marks.tenant_id = ${tenantId} and marks.kind = ${kind}
      order by marks.place, marks.name, marks.id`,
  );
}

export type MarkNameRow = { id: string; kind: MarkKind; name: string; parentId: string | null };

/** What everything that customers are marked with is called; tiers in their order. */
export function listMarkNames(tx: TenantTransaction): Promise<MarkNameRow[]> {
  return listRows(
    tx,
    sql<MarkNameRow>`
      select id, kind, name, parent_id as "parentId" from marks
      where tenant_id = ${tx.tenantId} order by place, name, id`,
  );
}

export async function countMarks(tx: TenantTransaction, kind: MarkKind): Promise<number> {
  const row = await getRow(
    tx,
    sql<{ count: number }>`
      select count(*)::integer as count from marks
      where tenant_id = ${tx.tenantId} and kind = ${kind}`,
  );
  return row.count;
}

export type NewMark = { id: string; kind: MarkKind; name: string; parentId: string | null };

/** False when another of its kind has the name already. A new tier is the highest. */
export async function insertMark(tx: TenantTransaction, mark: NewMark): Promise<boolean> {
  const place = mark.kind === "tier" ? (await findLastPlace(tx)) + 1 : 0;
  const row = await findRow(
    tx,
    sql`insert into marks (tenant_id, id, kind, name, parent_id, created_at, place)
        values (${tx.tenantId}, ${mark.id}, ${mark.kind}, ${mark.name}, ${mark.parentId},
          ${tx.now}, ${place})
        on conflict (tenant_id, kind, name) do nothing returning id`,
  );
  return row !== null;
}

async function findLastPlace(tx: TenantTransaction): Promise<number> {
  const row = await getRow(
    tx,
    sql<{ place: number }>`
      select coalesce(max(place), 0)::integer as place from marks
      where tenant_id = ${tx.tenantId} and kind = 'tier'`,
  );
  return row.place;
}

/** All of a kind in their order; one change of it at a time. */
export async function lockMarks(tx: TenantTransaction, kind: MarkKind): Promise<string[]> {
  const rows = await listRows(
    tx,
    sql<{ id: string; place: number }>`
      select id, place from marks where tenant_id = ${tx.tenantId} and kind = ${kind}
      order by id for update`,
  );
  return rows.toSorted((one, other) => one.place - other.place).map((row) => row.id);
}

export type PlacedGroup = { id: string; parentId: string | null };

/** Every group and where it stands; none is moved by anybody else until the commit. */
export function lockGroups(tx: TenantTransaction): Promise<PlacedGroup[]> {
  return listRows(
    tx,
    sql<PlacedGroup>`
      select id, parent_id as "parentId" from marks
      where tenant_id = ${tx.tenantId} and kind = 'group' order by id for update`,
  );
}

/** Gives marks the places they have in this list. */
export function placeMarks(tx: TenantTransaction, ids: readonly string[]): Promise<void> {
  return run(
    tx,
    sql`update marks set place = listed.place
        from unnest(${ids}::uuid[]) with ordinality as listed (id, place)
        where marks.tenant_id = ${tx.tenantId} and marks.id = listed.id`,
  );
}

/** Fails with 23505 when another of its kind has the name already. */
export async function renameMark(
  tx: TenantTransaction,
  { id, name, parentId }: { id: string; name: string; parentId: string | null },
): Promise<void> {
  await run(
    tx,
    sql`update marks set name = ${name}, parent_id = ${parentId}
        where tenant_id = ${tx.tenantId} and id = ${id}`,
  );
}

/** Holds off policies that would come to name it, until the commit. */
export function lockMark(
  tx: TenantTransaction,
  { id, kind }: { id: string; kind: MarkKind },
): Promise<{ name: string; parentId: string | null; customers: number } | null> {
  const { tenantId } = tx;
  return findRow(
    tx,
    sql<{ name: string; parentId: string | null; customers: number }>`
      select name, parent_id as "parentId",
        (select count(*) from customer_marks
          where customer_marks.tenant_id = ${tenantId} and customer_marks.mark_id = marks.id
        )::integer as customers
      from marks where tenant_id = ${tenantId} and id = ${id} and kind = ${kind} for update`,
  );
}

/** Nobody has it from then on. */
export async function deleteMark(tx: TenantTransaction, id: string): Promise<void> {
  await run(tx, sql`delete from marks where tenant_id = ${tx.tenantId} and id = ${id}`);
}

/** Those of the ids that are marks of this kind; none of them can be removed until the commit. */
export async function holdMarks(
  tx: TenantTransaction,
  { kind, ids }: { kind: MarkKind; ids: readonly string[] },
): Promise<string[]> {
  const rows = await listRows(
    tx,
    sql<{ id: string }>`
      select id from marks
      where tenant_id = ${tx.tenantId} and kind = ${kind} and id::text = any(${ids}::text[])
      order by id for share`,
  );
  return rows.map((row) => row.id);
}

/** One change of a customer's marks at a time. False where there is none, or they are another's part. */
export async function lockCustomer(tx: TenantTransaction, customerId: string): Promise<boolean> {
  const row = await findRow(
    tx,
    sql`select id from customers
        where tenant_id = ${tx.tenantId} and id = ${customerId} and merged_into is null
        for update`,
  );
  return row !== null;
}

export type CustomerMarkRow = { id: string; name: string; kind: MarkKind; byRule: boolean };

export function listCustomerMarks(
  tx: TenantTransaction,
  customerId: string,
): Promise<CustomerMarkRow[]> {
  return listRows(
    tx,
    sql<CustomerMarkRow>`
      select marks.id, marks.name, marks.kind, customer_marks.by_rule as "byRule"
      from customer_marks
      join marks on marks.tenant_id = customer_marks.tenant_id
        and marks.id = customer_marks.mark_id
      where customer_marks.tenant_id = ${tx.tenantId}
        and customer_marks.customer_id = ${customerId}
      order by marks.name, marks.id`,
  );
}

export type CustomerMark = { customerId: string; markId: string; kind: MarkKind };

export async function insertCustomerMark(
  tx: TenantTransaction,
  { customerId, markId, kind }: CustomerMark,
): Promise<void> {
  await run(
    tx,
    sql`insert into customer_marks (tenant_id, customer_id, mark_id, kind)
        values (${tx.tenantId}, ${customerId}, ${markId}, ${kind})
        on conflict (tenant_id, customer_id, mark_id) do nothing`,
  );
}

export async function deleteCustomerMark(
  tx: TenantTransaction,
  { customerId, markId }: { customerId: string; markId: string },
): Promise<void> {
  await run(
    tx,
    sql`delete from customer_marks
        where tenant_id = ${tx.tenantId} and customer_id = ${customerId} and mark_id = ${markId}`,
  );
}

/**
 * The customers who have a mark, or one that stands below it, for an "in" of another feature's list. The
 * marks are looked up first: how many have them is then known to the planner, which otherwise takes a
 * mark of a few for one of everybody.
 */
export async function selectMarkedCustomers(
  tx: TenantTransaction,
  markId: string,
): Promise<RawBuilder<unknown>> {
  const within = await listRows(
    tx,
    sql<{ id: string }>`
      with recursive within as (
        select id from marks where tenant_id = ${tx.tenantId} and id = ${markId}
        union
        select marks.id from marks join within on marks.parent_id = within.id
        where marks.tenant_id = ${tx.tenantId}
      ) select id from within`,
  );
  return sql`select customer_id from customer_marks
    where tenant_id = ${tx.tenantId} and mark_id = any(${within.map(({ id }) => id)}::uuid[])`;
}

/** What they are called, by id. */
export const nameMarks = listNamesBy(
  (tx, ids) => sql`
    select id, name from marks
    where tenant_id = ${tx.tenantId} and id = any(${ids}::uuid[])`,
);
