import type { RawBuilder } from "kysely";
import { listRows, sql, type TenantTransaction } from "../../platform/db.ts";
import { isWithin } from "./figure-queries.ts";
import type { Filter } from "./filter.ts";
import type { DaySessions, SessionEnd } from "./rules.ts";
import { isAmong } from "./source-queries.ts";
import { ENDED, NOT_TOLD, selectUse } from "./use-sum-queries.ts";
import type { Place } from "./visit-list-queries.ts";

export type UseRow = {
  /** Null: of all branches together. */
  branchId: string | null;
  /** Of the policy or access controller; null: not told, or all together. */
  id: string | null;
  sessions: number;
  customers: number;
  connectedSeconds: number;
  uploadBytes: number;
  downloadBytes: number;
  timedOut: number;
  going: number;
  lost: number;
  short: number;
  lastStartedAt: Date | null;
};

/** The row of a branch and an id, and one of all together. */
export function sumUse(
  tx: TenantTransaction,
  { filter, by }: { filter: Filter; by: "policy_id" | "nas_id" },
): Promise<UseRow[]> {
  const id = sql.ref(`told.${by}`);
  const sum = (column: string) => sql`coalesce(sum(${sql.ref(`told.${column}`)}), 0)`;
  const isSame = (column: string) => sql`coalesce(${sql.ref(`counts.${column}`)}, ${NOT_TOLD})
    = coalesce(${sql.ref(`sums.${column}`)}, ${NOT_TOLD})`;
  return listRows(
    tx,
    sql<UseRow>`
      with told as materialized (${selectUse(tx, filter)}), sums as (
        select told.branch_id, ${id} as id, ${sum("sessions")}::integer as sessions,
          ${sum("connected_seconds")}::bigint as "connectedSeconds",
          ${sum("upload_bytes")}::bigint as "uploadBytes",
          ${sum("download_bytes")}::bigint as "downloadBytes",
          ${sum("timed_out")}::integer as "timedOut", ${sum("going")}::integer as going,
          ${sum("lost")}::integer as lost, ${sum("short")}::integer as short,
          max(told.last_started_at) as "lastStartedAt"
        from told group by grouping sets ((told.branch_id, ${id}), ())
      ), came as materialized (
        select distinct told.branch_id, ${id} as id, whose.customer_id
        from told cross join lateral unnest(told.customer_ids) as whose (customer_id)
      ), counts as (
        select came.branch_id, came.id, count(*)::integer as customers
        from came group by came.branch_id, came.id
        union all
        select null, null, count(*)::integer
        from (select distinct came.customer_id from came) as everybody
      )
      select sums.branch_id as "branchId", nullif(sums.id, ${NOT_TOLD}) as id, sums.sessions,
        coalesce(counts.customers, 0) as customers, sums."connectedSeconds", sums."uploadBytes",
        sums."downloadBytes", sums."timedOut", sums.going, sums.lost, sums.short,
        sums."lastStartedAt"
      from sums left join counts on ${isSame("branch_id")} and ${isSame("id")}
      order by sums.sessions desc, 1, 2`,
  );
}

/** Which of the sessions of a report's visits a number counts. */
export type SessionsOf = {
  /** Through this access controller and under this policy; null: not told. Absent: whichever. */
  nasId?: string | null;
  policyId?: string | null;
  /** Null: however they ended. */
  end: SessionEnd | null;
};
export type SessionCell = { filter: Filter; of: SessionsOf };

/** Sessions, each with the day and the customer of its visit. */
export function selectSessions(
  tx: TenantTransaction,
  { filter, of: { nasId, policyId, end } }: SessionCell,
): RawBuilder<unknown> {
  const conditions = [isWithin("told", filter), isAmong("told", filter)];
  if (nasId !== undefined)
    conditions.push(sql`sessions.nas_id is not distinct from ${nasId}::uuid`);
  if (policyId !== undefined)
    conditions.push(sql`sessions.policy_id is not distinct from ${policyId}::uuid`);
  if (end) conditions.push(ENDED[end]);
  return sql`
    select sessions.tenant_id, sessions.id, sessions.nas_id, sessions.policy_id,
      sessions.started_at, sessions.ended_at, sessions.ended, sessions.cause,
      sessions.connected_seconds, sessions.upload_bytes, sessions.download_bytes,
      told.branch_id, told.customer_id, told.day
    from report_visits as told
    join sessions on sessions.tenant_id = ${tx.tenantId} and sessions.visit_id = told.visit_id
    where told.tenant_id = ${tx.tenantId} and ${sql.join(conditions, sql` and `)}`;
}

export type CountedSession = {
  id: string;
  customerId: string | null;
  customerName: string | null;
  branchId: string;
  branchName: string | null;
  day: string;
  nasId: string | null;
  policyId: string | null;
  startedAt: Date | null;
  endedAt: Date | null;
  isOpen: boolean;
  cause: string | null;
  connectedSeconds: number;
  uploadBytes: number;
  downloadBytes: number;
};

export type SessionPage = { cell: SessionCell; after: Place | null; limit: number };

/** The sessions that a number counts, by the day of their visit. */
export function listSessions(
  tx: TenantTransaction,
  { cell, after, limit }: SessionPage,
): Promise<CountedSession[]> {
  const { tenantId } = tx;
  const page = after
    ? sql`and (told.day, told.id) < (${after.day}::date, ${after.id}::uuid)`
    : sql``;
  return listRows(
    tx,
    sql<CountedSession>`
      select told.id, told.customer_id as "customerId", customers.name as "customerName",
        told.branch_id as "branchId", branches.name as "branchName", told.day::text as day,
        told.nas_id as "nasId", told.policy_id as "policyId", told.started_at as "startedAt",
        told.ended_at as "endedAt", not told.ended as "isOpen", told.cause,
        told.connected_seconds as "connectedSeconds", told.upload_bytes as "uploadBytes",
        told.download_bytes as "downloadBytes"
      from (${selectSessions(tx, cell)}) as told
      left join branches on branches.tenant_id = ${tenantId} and branches.id = told.branch_id
      left join customers on customers.tenant_id = ${tenantId} and customers.id = told.customer_id
      where told.tenant_id = ${tenantId} ${page}
      order by told.day desc, told.id desc limit ${limit}`,
  );
}

const COUNTED: Readonly<Record<SessionEnd, string>> = {
  ...{ "timed-out": "timed_out", going: "going", lost: "lost", short: "short" },
};

/** Which rows of `selectUse` are meant. */
function isOfCell({ nasId, policyId }: SessionsOf): RawBuilder<unknown> {
  const conditions = [sql`true`];
  if (nasId !== undefined)
    conditions.push(sql`told.nas_id = coalesce(${nasId}::uuid, ${NOT_TOLD})`);
  if (policyId !== undefined)
    conditions.push(sql`told.policy_id = coalesce(${policyId}::uuid, ${NOT_TOLD})`);
  return sql.join(conditions, sql` and `);
}

/** How many sessions a number counts on each day that has any, the last day first. */
export function countSessionsByDay(
  tx: TenantTransaction,
  { filter, of }: SessionCell,
): Promise<DaySessions[]> {
  const count = sql`sum(${sql.ref(`told.${of.end ? COUNTED[of.end] : "sessions"}`)})`;
  return listRows(
    tx,
    sql<DaySessions>`
      select told.day::text as day, ${count}::integer as sessions
      from (${selectUse(tx, filter)}) as told where ${isOfCell(of)}
      group by told.day having ${count} > 0 order by told.day desc`,
  );
}

/** Whose sessions a number counts, however these ended, as often as they are counted. */
export const selectUsers = (tx: TenantTransaction, { filter, of }: SessionCell) => sql`
  select whose.customer_id from (${selectUse(tx, filter)}) as told
  cross join lateral unnest(told.customer_ids) as whose (customer_id)
  where ${isOfCell(of)}`;
