import { findRow, getRow, listRows, run, sql, type TenantTransaction } from "../../platform/db.ts";
import { isIn, type Period } from "./report-queries.ts";
import type { CaseWork } from "./rules.ts";

export type CaseRow = CaseWork & {
  id: string;
  branchId: string;
  raisedAt: Date;
  changedAt: Date;
  /** The first visit of the customer after it was closed; null: none, or nobody knows whose it is. */
  returnedAt: Date | null;
};

const columns = (tx: TenantTransaction) => sql`cases.id, cases.branch_id as "branchId", cases.state,
  cases.owner_id as "ownerId", cases.raised_at as "raisedAt", cases.due_at as "dueAt",
  cases.closed_at as "closedAt", cases.reopened_at as "reopenedAt", cases.changed_at as "changedAt",
  (select min(visits.started_at) from survey_answers as answers
    join guests on guests.tenant_id = ${tx.tenantId} and guests.id = answers.guest_id
    join visits on visits.tenant_id = ${tx.tenantId} and visits.customer_id = guests.customer_id
    where answers.tenant_id = ${tx.tenantId} and answers.id = cases.id
      and visits.started_at > cases.closed_at) as "returnedAt"`;

export type NewCase = {
  id: string;
  branchId: string;
  answeredAt: Date;
  raisedAt: Date;
  dueAt: Date;
};

/** False when there is one of the answer already. */
export async function insertCase(tx: TenantTransaction, raised: NewCase): Promise<boolean> {
  const { id, branchId, answeredAt, raisedAt, dueAt } = raised;
  const row = await findRow(
    tx,
    sql`insert into cases (tenant_id, id, branch_id, answered_at, raised_at, due_at, state,
          changed_at)
        values (${tx.tenantId}, ${id}, ${branchId}, ${answeredAt}, ${raisedAt}, ${dueAt}, 'new',
          ${raisedAt})
        on conflict (tenant_id, id) do nothing returning id`,
  );
  return row !== null;
}

export type CaseFilter = {
  state: "open" | "closed" | "all";
  /** Those that the report of these days counts. */
  raised: Period;
  ownerId: string | null;
  /** Whose answers raised them. */
  customerId: string | null;
};

const isMeant = (tx: TenantTransaction, filter: CaseFilter) => {
  const { state, raised, ownerId, customerId } = filter;
  const isTheirs =
    customerId &&
    sql`and cases.id in (
      select answers.id from guests
      join survey_answers as answers
        on answers.tenant_id = ${tx.tenantId} and answers.guest_id = guests.id
      where guests.tenant_id = ${tx.tenantId} and guests.customer_id = ${customerId}::uuid)`;
  return sql`
  (${state}::text = 'all' or (cases.state = 'closed') = (${state}::text = 'closed'))
  and ${isIn(tx, raised)}
  and (${ownerId}::uuid is null or cases.owner_id = ${ownerId}::uuid) ${isTheirs ?? sql``}`;
};

export type CasePlace = { at: string; id: string };

/** Open ones by the time they are due, others the newest first. */
export function listCases(
  tx: TenantTransaction,
  { limit, after, ...filter }: CaseFilter & { limit: number; after: CasePlace | null },
): Promise<CaseRow[]> {
  const isOpen = filter.state === "open";
  const place = after && sql`(${after.at}::timestamptz, ${after.id}::uuid)`;
  const onwards = isOpen
    ? sql`and (cases.due_at, cases.id) > ${place}`
    : sql`and (cases.raised_at, cases.id) < ${place}`;
  return listRows(
    tx,
    sql<CaseRow>`
      select ${columns(tx)} from cases
      where cases.tenant_id = ${tx.tenantId} and ${isMeant(tx, filter)} ${place ? onwards : sql``}
      order by ${isOpen ? sql`cases.due_at, cases.id` : sql`cases.raised_at desc, cases.id desc`}
      limit ${limit}`,
  );
}

export async function countCases(
  tx: TenantTransaction,
  filter: CaseFilter,
): Promise<{ total: number; late: number }> {
  return getRow(
    tx,
    sql<{ total: number; late: number }>`
      select count(*)::int as total,
        (count(*) filter (where coalesce(cases.closed_at, ${tx.now}) > cases.due_at))::int as late
      from cases where cases.tenant_id = ${tx.tenantId} and ${isMeant(tx, filter)}`,
  );
}

export function findCase(tx: TenantTransaction, id: string): Promise<CaseRow | null> {
  return findRow(
    tx,
    sql<CaseRow>`
      select ${columns(tx)} from cases where cases.tenant_id = ${tx.tenantId} and cases.id = ${id}`,
  );
}

export type LockedCase = CaseWork & { branchId: string; changedAt: Date };

/** One change of it at a time. */
export function lockCase(tx: TenantTransaction, id: string): Promise<LockedCase | null> {
  return findRow(
    tx,
    sql<LockedCase>`
      select branch_id as "branchId", state, owner_id as "ownerId", due_at as "dueAt",
        closed_at as "closedAt", reopened_at as "reopenedAt", changed_at as "changedAt"
      from cases where tenant_id = ${tx.tenantId} and id = ${id} for update`,
  );
}

export function updateCase(
  tx: TenantTransaction,
  { id, state, ownerId, dueAt, closedAt, reopenedAt }: CaseWork & { id: string },
): Promise<void> {
  return run(
    tx,
    sql`update cases set state = ${state}, owner_id = ${ownerId}, due_at = ${dueAt},
          closed_at = ${closedAt}, reopened_at = ${reopenedAt}, changed_at = ${tx.now}
        where tenant_id = ${tx.tenantId} and id = ${id}`,
  );
}
