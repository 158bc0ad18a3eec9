import { listRows, sql, type TenantTransaction } from "../../platform/db.ts";
import { isWithin } from "./figure-queries.ts";
import type { Filter } from "./filter.ts";
import { isAmong } from "./source-queries.ts";

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

/** Sessions stand where their visit does. The row of a branch and an id, and one of all together. */
export function sumUse(
  tx: TenantTransaction,
  { filter, by }: { filter: Filter; by: "policy_id" | "nas_id" },
): Promise<UseRow[]> {
  const id = sql.ref(`sessions.${by}`);
  const length = sql`extract(epoch from sessions.ended_at - sessions.started_at)`;
  return listRows(
    tx,
    sql<UseRow>`
      select told.branch_id as "branchId", ${id} as id, count(*)::integer as sessions,
        count(distinct told.customer_id)::integer as customers,
        coalesce(sum(sessions.connected_seconds), 0)::bigint as "connectedSeconds",
        coalesce(sum(sessions.upload_bytes), 0)::bigint as "uploadBytes",
        coalesce(sum(sessions.download_bytes), 0)::bigint as "downloadBytes",
        (count(*) filter (where sessions.cause = ${TIMED_OUT}))::integer as "timedOut",
        (count(*) filter (where sessions.ended_at is null))::integer as going,
        (count(*) filter (where sessions.cause = any(${LOST}::text[])))::integer as lost,
        (count(*) filter (where ${length} < ${SHORT_SECONDS}))::integer as short,
        max(sessions.started_at) as "lastStartedAt"
      from report_visits as told
      join sessions on sessions.tenant_id = ${tx.tenantId} and sessions.visit_id = told.visit_id
      where told.tenant_id = ${tx.tenantId} and ${isWithin("told", filter)}
        and ${isAmong("told", filter)}
      group by grouping sets ((told.branch_id, ${id}), ())
      order by sessions desc, 1, 2`,
  );
}
