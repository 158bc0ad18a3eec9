import type { RawBuilder } from "kysely";
import { getRow, listRows, sql, type TenantTransaction } from "../../platform/db.ts";
import { isWithin } from "./figure-queries.ts";
import type { Filter } from "./filter.ts";
import type { SessionEnd } from "./rules.ts";
import { isAmong } from "./source-queries.ts";
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

/** RFC 2866 §5.10, and what a box says of a session whose access controller it hears no more of. */
const LOST = [
  ...["Lost-Carrier", "Lost-Service", "Lost-Contact", "NAS-Error", "NAS-Request", "NAS-Reboot"],
  ...["Admin-Reboot", "Port-Error", "Service-Unavailable"],
];
const TIMED_OUT = "Session-Timeout";
const SHORT_SECONDS = 60;

const ENDED: Readonly<Record<SessionEnd, RawBuilder<unknown>>> = {
  "timed-out": sql`sessions.cause = ${TIMED_OUT}`,
  going: sql`sessions.ended_at is null`,
  lost: sql`sessions.cause = any(${LOST}::text[])`,
  short: sql`extract(epoch from sessions.ended_at - sessions.started_at) < ${SHORT_SECONDS}`,
};

/** Sessions stand where their visit does. The row of a branch and an id, and one of all together. */
export function sumUse(
  tx: TenantTransaction,
  { filter, by }: { filter: Filter; by: "policy_id" | "nas_id" },
): Promise<UseRow[]> {
  const id = sql.ref(`sessions.${by}`);
  const ended = (end: SessionEnd) => sql`(count(*) filter (where ${ENDED[end]}))::integer`;
  return listRows(
    tx,
    sql<UseRow>`
      select told.branch_id as "branchId", ${id} as id, count(*)::integer as sessions,
        count(distinct told.customer_id)::integer as customers,
        coalesce(sum(sessions.connected_seconds), 0)::bigint as "connectedSeconds",
        coalesce(sum(sessions.upload_bytes), 0)::bigint as "uploadBytes",
        coalesce(sum(sessions.download_bytes), 0)::bigint as "downloadBytes",
        ${ended("timed-out")} as "timedOut", ${ended("going")} as going,
        ${ended("lost")} as lost, ${ended("short")} as short,
        max(sessions.started_at) as "lastStartedAt"
      from report_visits as told
      join sessions on sessions.tenant_id = ${tx.tenantId} and sessions.visit_id = told.visit_id
      where told.tenant_id = ${tx.tenantId} and ${isWithin("told", filter)}
        and ${isAmong("told", filter)}
      group by grouping sets ((told.branch_id, ${id}), ())
      order by sessions desc, 1, 2`,
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

/** The sessions that a number counts, by the day of their visit. */
export function listSessions(
  tx: TenantTransaction,
  { cell, after, limit }: { cell: SessionCell; after: Place | null; limit: number },
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

export async function countSessions(tx: TenantTransaction, cell: SessionCell): Promise<number> {
  const row = await getRow(
    tx,
    sql<{ total: number }>`
      select count(*)::integer as total from (${selectSessions(tx, cell)}) as told
      where told.tenant_id = ${tx.tenantId}`,
  );
  return row.total;
}
