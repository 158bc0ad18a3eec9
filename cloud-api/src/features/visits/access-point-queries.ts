import { listRows, sql, type TenantTransaction } from "../../platform/db.ts";
import { isHeard } from "./page-queries.ts";
import { GOES_ON } from "./session-queries.ts";

export type AccessPointRow = { nasId: string; lastGuestAt: Date; guestsOnline: number };

/** Of these access controllers, those that somebody came through: when last, and how many are there. */
export function listAccessPoints(
  tx: TenantTransaction,
  { branchId, nasIds }: { branchId: string; nasIds: readonly string[] },
): Promise<AccessPointRow[]> {
  const { tenantId } = tx;
  return listRows(
    tx,
    sql<AccessPointRow>`
      with online as (
        select sessions.nas_id, count(*)::integer as count
        from visits
        join sessions
          on sessions.tenant_id = visits.tenant_id and sessions.visit_id = visits.id
        where visits.tenant_id = ${tenantId} and visits.branch_id = ${branchId}
          and visits.ended_at is null and ${isHeard(tx)} and ${GOES_ON}
        group by sessions.nas_id
      )
      select nas.id as "nasId", latest.started_at as "lastGuestAt",
        coalesce(online.count, 0) as "guestsOnline"
      from unnest(${nasIds}::uuid[]) as nas (id)
      cross join lateral (
        select sessions.started_at from sessions
        where sessions.tenant_id = ${tenantId} and sessions.branch_id = ${branchId}
          and sessions.nas_id = nas.id and sessions.started_at is not null
        order by sessions.started_at desc limit 1
      ) as latest
      left join online on online.nas_id = nas.id
      order by nas.id`,
  );
}
