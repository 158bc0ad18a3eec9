import { listRows, sql, type TenantTransaction } from "../../platform/db.ts";
import { isHeard } from "./page-queries.ts";
import { GOES_ON } from "./session-queries.ts";

export type OnlineSession = {
  id: string;
  visitId: string;
  customerId: string | null;
  customerName: string | null;
  customerPhone: string | null;
  deviceId: string;
  deviceMac: string | null;
  randomised: boolean;
  nasId: string | null;
  policyId: string | null;
  startedAt: Date;
  /** Null: it goes on. */
  endedAt: Date | null;
  cause: string | null;
  /** When its box last said anything of its visit. */
  toldAt: Date;
  connectedSeconds: number;
  uploadBytes: number;
  downloadBytes: number;
};

/**
 * Sessions of a branch that go on, and of these devices those that ended since a moment, as far as
 * their visit is not over: the newest first.
 */
export function listOnlineSessions(
  tx: TenantTransaction,
  question: { branchId: string; alsoOf: readonly string[]; endedSince: Date; limit: number },
): Promise<OnlineSession[]> {
  const { tenantId } = tx;
  const { branchId, alsoOf, endedSince, limit } = question;
  const isOpen = sql`(${isHeard(tx)} and ${GOES_ON})`;
  const device = sql`coalesce(sessions.device_id, visits.device_id)`;
  return listRows(
    tx,
    sql<OnlineSession>`
      select sessions.id, visits.id as "visitId", visits.customer_id as "customerId",
        customers.name as "customerName", customers.phone as "customerPhone",
        ${device} as "deviceId", devices.mac as "deviceMac",
        coalesce(devices.randomised, false) as randomised, sessions.nas_id as "nasId",
        sessions.policy_id as "policyId",
        coalesce(sessions.started_at, visits.started_at) as "startedAt",
        case when ${isOpen} then null else sessions.ended_at end as "endedAt",
        case when ${isOpen} then null else sessions.cause end as cause,
        visits.last_told_at as "toldAt", sessions.connected_seconds as "connectedSeconds",
        sessions.upload_bytes as "uploadBytes", sessions.download_bytes as "downloadBytes"
      from visits
      join sessions on sessions.tenant_id = ${tenantId} and sessions.visit_id = visits.id
      left join customers
        on customers.tenant_id = ${tenantId} and customers.id = visits.customer_id
      left join devices on devices.tenant_id = ${tenantId} and devices.id = ${device}
      where visits.tenant_id = ${tenantId} and visits.branch_id = ${branchId}
        and visits.ended_at is null
        and (${isOpen} or (${device} = any(${alsoOf}::uuid[]) and sessions.ended_at >= ${endedSince}))
      order by "startedAt" desc, sessions.id desc limit ${limit}`,
  );
}
