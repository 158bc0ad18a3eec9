import { listRows, run, sql, type TenantTransaction } from "../../platform/db.ts";
import type { Purge } from "../../platform/purge-events.ts";

/** Of a row of `sessions`: it is not over, as far as was told. Says the same as `fold.ts`. */
export const GOES_ON = sql`(not sessions.ended and (sessions.over_told_at is null
  or coalesce(sessions.open_told_at > sessions.over_told_at, false)))`;

/**
 * Sessions of visits that ended before a moment go: which device was on by which access point, and
 * when. What they came to stands in their visit from then on. Says of which visits they were.
 */
export async function purgeSessions(
  tx: TenantTransaction,
  { before, limit }: Purge,
): Promise<{ removed: number; visitIds: string[] }> {
  const { tenantId } = tx;
  const due = await listRows(
    tx,
    sql<{ id: string }>`
      select visits.id from visits
      where visits.tenant_id = ${tenantId} and visits.ended_at < ${before}
        and visits.last_told_at < ${before} and exists (
          select from sessions
          where sessions.tenant_id = ${tenantId} and sessions.visit_id = visits.id)
      limit ${limit}`,
  );
  const visitIds = due.map(({ id }) => id);
  await run(
    tx,
    sql`update visits set told_seconds = connected_seconds, told_upload_bytes = upload_bytes,
          told_download_bytes = download_bytes, told_sessions = greatest(1, told_sessions, (
            select count(*)::integer from sessions
            where sessions.tenant_id = ${tenantId} and sessions.visit_id = visits.id))
        where tenant_id = ${tenantId} and id = any(${visitIds}::uuid[])`,
  );
  const gone = await listRows(
    tx,
    sql`delete from sessions
        where tenant_id = ${tenantId} and visit_id = any(${visitIds}::uuid[]) returning id`,
  );
  return { removed: gone.length, visitIds };
}
