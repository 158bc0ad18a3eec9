import type { RawBuilder } from "kysely";
import { findRow, getRow, listRows, run, sql, type TenantTransaction } from "../../platform/db.ts";
import { toJson } from "../../platform/events.ts";
import { listNamesBy } from "../../platform/record-names.ts";
import { selectMembers } from "./compile-queries.ts";
import { SAMPLE_MAX } from "./rules.ts";
import type { Tree } from "./schema.ts";
import type { Trees } from "./tree.ts";

export type SegmentRow = {
  id: string;
  name: string;
  tree: Tree;
  changedAt: Date;
  /** How many customers are in it: what stands, while everybody is judged anew. */
  members: number;
};

/** Every segment by name. */
export function listSegments(tx: TenantTransaction): Promise<SegmentRow[]> {
  return listRows(
    tx,
    sql<SegmentRow>`
      select id, name, tree, changed_at as "changedAt", members from segments
      where tenant_id = ${tx.tenantId} order by name, id`,
  );
}

/** All of them in one order: whoever changes one knows what the others name, until the commit. */
export function lockSegments(tx: TenantTransaction): Promise<SegmentRow[]> {
  return listRows(
    tx,
    sql<SegmentRow>`
      select id, name, tree, changed_at as "changedAt", members from segments
      where tenant_id = ${tx.tenantId} order by id for update`,
  );
}

type Written = { id: string; name: string; tree: Tree };

/** False when another one has the name already. */
export async function insertSegment(
  tx: TenantTransaction,
  { id, name, tree }: Written,
): Promise<boolean> {
  const row = await findRow(
    tx,
    sql`insert into segments (tenant_id, id, name, tree, created_at, changed_at)
        values (${tx.tenantId}, ${id}, ${name}, ${toJson(tree)}::jsonb, ${tx.now}, ${tx.now})
        on conflict (tenant_id, name) do nothing returning id`,
  );
  return row !== null;
}

/** Fails with 23505 when another one has the name already. */
export function updateSegment(tx: TenantTransaction, { id, name, tree }: Written): Promise<void> {
  return run(
    tx,
    sql`update segments set name = ${name}, tree = ${toJson(tree)}::jsonb, changed_at = ${tx.now}
        where tenant_id = ${tx.tenantId} and id = ${id}`,
  );
}

export function deleteSegment(tx: TenantTransaction, id: string): Promise<void> {
  return run(tx, sql`delete from segments where tenant_id = ${tx.tenantId} and id = ${id}`);
}

/** How many customers fit each of the trees, as of one moment. */
export async function countMembers(
  tx: TenantTransaction,
  { wanted, trees }: { wanted: readonly Tree[]; trees: Trees },
): Promise<number[]> {
  if (wanted.length === 0) return [];
  // Each with conditions of its own, which the planner joins: a filter would look up row by row.
  const counts = wanted.map(
    (tree) =>
      sql`(select count(*)::integer from (${selectMembers(tree, { tx, trees })}) as fitting)`,
  );
  const row = await getRow(
    tx,
    sql<{ counts: number[] }>`
      select array[${sql.join(counts)}] as counts`,
  );
  return row.counts;
}

export type MemberRow = {
  id: string;
  name: string | null;
  phone: string | null;
  visits: number;
  lastVisitAt: Date | null;
  sourceBranchId: string;
};

type Asked = { tree: Tree; trees: Trees };

/** The most recently seen of those who fit. */
export function listSample(tx: TenantTransaction, { tree, trees }: Asked): Promise<MemberRow[]> {
  return listRows(
    tx,
    sql<MemberRow>`
      select customers.id, customers.name, customers.phone, customers.visits,
        customers.last_visit_at as "lastVisitAt", customers.source_branch_id as "sourceBranchId"
      from customers
      where customers.tenant_id = ${tx.tenantId} and customers.id in (
        ${selectMembers(tree, { tx, trees })})
      order by customers.last_seen_at desc, customers.id desc limit ${SAMPLE_MAX}`,
  );
}

/** The ids of all who fit. */
export async function listMemberIds(
  tx: TenantTransaction,
  { tree, trees }: Asked,
): Promise<string[]> {
  const rows = await listRows(tx, selectMembers(tree, { tx, trees }));
  return rows.map(({ id }) => id);
}

/** The customers in a segment, for an "in" of another feature's list; nobody where there is none. */
export async function selectSegmentCustomers(
  tx: TenantTransaction,
  segmentId: string,
): Promise<RawBuilder<unknown>> {
  const id = segmentId.toLowerCase();
  const live = await selectLiveMembers(tx, id);
  if (live) return live;
  // While everybody is judged anew, those who are in it are so by two definitions.
  const trees = new Map((await listSegments(tx)).map((each) => [each.id, each.tree]));
  const tree = trees.get(id);
  return tree ? selectMembers(tree, { tx, trees }) : sql`select null::uuid where false`;
}

/** Who is kept as a segment's members; null while everybody is judged anew, or where there is none. */
export async function selectLiveMembers(
  tx: TenantTransaction,
  segmentId: string,
): Promise<RawBuilder<{ id: string }> | null> {
  const row = await findRow(
    tx,
    sql`select id from segments
        where tenant_id = ${tx.tenantId} and id = ${segmentId} and not exists (
          select from segment_judgings as judging
          where judging.tenant_id = ${tx.tenantId} and judging.segment_id = segments.id)`,
  );
  if (!row) return null;
  return sql<{ id: string }>`select customer_id as id from segment_members
    where tenant_id = ${tx.tenantId} and segment_id = ${segmentId}`;
}

export type GuestMoment = {
  eventId: string;
  guestId: string;
  event: string;
  detail: string | null;
  branchId: string;
  occurredAt: Date;
};

/** One that is told twice is one. */
export function keepMoment(tx: TenantTransaction, moment: GuestMoment): Promise<void> {
  return run(
    tx,
    sql`insert into guest_moments (tenant_id, event_id, guest_id, event, detail, branch_id,
          occurred_at)
        values (${tx.tenantId}, ${moment.eventId}, ${moment.guestId}, ${moment.event},
          ${moment.detail}, ${moment.branchId}, ${moment.occurredAt})
        on conflict (tenant_id, event_id) do nothing`,
  );
}

/** Empties what the handlers made. What staff wrote stays. */
export function forgetMoments(tx: TenantTransaction): Promise<void> {
  return run(tx, sql`delete from guest_moments where tenant_id = ${tx.tenantId}`);
}

/** What they are called, by id. */
export const nameSegments = listNamesBy(
  (tx, ids) => sql`
    select id, name from segments
    where tenant_id = ${tx.tenantId} and id = any(${ids}::uuid[])`,
);
