import { findRow, listRows, sql, type TenantTransaction } from "../../platform/db.ts";
import { isHeard } from "./page-queries.ts";
import type { Usage } from "./rules.ts";
import { GOES_ON } from "./session-queries.ts";

/** Whose sessions, and of when: as for visits, the moments enclose the days in every time zone. */
export type UseFilter = {
  customerId: string;
  deviceId: string | null;
  from: string | null;
  to: string | null;
  after: Date | null;
  before: Date | null;
};

/** A session is the customer's whose visit it is part of, so that both add up to the same. */
function selectSessions(tx: TenantTransaction, filter: UseFilter) {
  const { tenantId } = tx;
  const { customerId, deviceId, from, to, after, before } = filter;
  // A session that only its interim was told of began no sooner than its visit.
  const startedAt = sql`coalesce(sessions.started_at, visits.started_at)`;
  const device = sql`coalesce(sessions.device_id, visits.device_id)`;
  const day = sql`(${startedAt} at time zone branches.time_zone)::date`;
  const conditions = [
    sql`visits.tenant_id = ${tenantId} and visits.customer_id = ${customerId}`,
    sql`sessions.tenant_id = ${tenantId}`,
  ];
  if (deviceId) conditions.push(sql`${device} = ${deviceId}`);
  if (after) conditions.push(sql`${startedAt} >= ${after}`);
  if (before) conditions.push(sql`${startedAt} < ${before}`);
  if (from) conditions.push(sql`${day} >= ${from}::date`);
  if (to) conditions.push(sql`${day} <= ${to}::date`);
  return sql`
    select sessions.id, sessions.visit_id, ${startedAt} as started_at, ${device} as device_id,
      case when ${GOES_ON} then null else sessions.ended_at end as ended_at,
      case when ${GOES_ON} then null else sessions.cause end as cause,
      ${GOES_ON} and visits.ended_at is null and ${isHeard(tx)} as is_open,
      visits.branch_id, branches.name as branch_name, sessions.nas_id, sessions.policy_id,
      sessions.connected_seconds, sessions.upload_bytes, sessions.download_bytes
    from visits
    join sessions on sessions.tenant_id = visits.tenant_id and sessions.visit_id = visits.id
    left join branches
      on branches.tenant_id = visits.tenant_id and branches.id = visits.branch_id
    where ${sql.join(conditions, sql` and `)}`;
}

export type UseSessionRow = Usage & {
  id: string;
  visitId: string;
  startedAt: Date;
  endedAt: Date | null;
  isOpen: boolean;
  branchId: string;
  branchName: string | null;
  nasId: string | null;
  deviceId: string;
  deviceMac: string | null;
  randomised: boolean;
  cause: string | null;
  policyId: string | null;
};

/** The newest first. */
export async function listUseSessions(
  tx: TenantTransaction,
  question: { filter: UseFilter; after: { at: string; id: string } | null; limit: number },
): Promise<UseSessionRow[]> {
  const { filter, after, limit } = question;
  const page = after
    ? sql`where (used.started_at, used.id) < (${after.at}::timestamptz, ${after.id}::uuid)`
    : sql``;
  return await listRows(
    tx,
    sql<UseSessionRow>`
      select used.id, used.visit_id as "visitId", used.started_at as "startedAt",
        used.ended_at as "endedAt", used.is_open as "isOpen", used.branch_id as "branchId",
        used.branch_name as "branchName", used.nas_id as "nasId", used.device_id as "deviceId",
        devices.mac as "deviceMac", coalesce(devices.randomised, false) as randomised, used.cause,
        used.policy_id as "policyId", used.connected_seconds as "connectedSeconds",
        used.upload_bytes as "uploadBytes", used.download_bytes as "downloadBytes"
      from (${selectSessions(tx, filter)}) as used
      left join devices on devices.tenant_id = ${tx.tenantId} and devices.id = used.device_id
      ${page} order by used.started_at desc, used.id desc limit ${limit}`,
  );
}

export async function countUseSessions(tx: TenantTransaction, filter: UseFilter): Promise<number> {
  const row = await findRow(
    tx,
    sql<{ total: number }>`
      select count(*) as total from (${selectSessions(tx, filter)}) as used`,
  );
  return row?.total ?? 0;
}

export type DeviceUse = Usage & {
  deviceId: string;
  deviceMac: string | null;
  randomised: boolean;
  sessions: number;
  lastStartedAt: Date;
};

/** What each device has used, the one that was used last first. */
export async function sumUseByDevice(
  tx: TenantTransaction,
  filter: UseFilter,
): Promise<DeviceUse[]> {
  return await listRows(
    tx,
    sql<DeviceUse>`
      select summed.device_id as "deviceId", devices.mac as "deviceMac",
        coalesce(devices.randomised, false) as randomised, summed.sessions,
        summed.last_started_at as "lastStartedAt",
        summed.connected_seconds as "connectedSeconds", summed.upload_bytes as "uploadBytes",
        summed.download_bytes as "downloadBytes"
      from (
        select device_id, count(*) as sessions, max(started_at) as last_started_at,
          sum(connected_seconds)::bigint as connected_seconds,
          sum(upload_bytes)::bigint as upload_bytes, sum(download_bytes)::bigint as download_bytes
        from (${selectSessions(tx, filter)}) as used group by device_id
      ) as summed
      left join devices on devices.tenant_id = ${tx.tenantId} and devices.id = summed.device_id
      order by summed.last_started_at desc, summed.device_id`,
  );
}
