import { listRows, run, sql, type TenantTransaction } from "../../platform/db.ts";
import type { LogEvent } from "../../platform/events.ts";
import { WAY_IN_MINUTES } from "./rules.ts";

/** A device was let online at a branch. */
export type WayIn = {
  eventId: string;
  branchId: string;
  deviceId: string;
  at: string;
  method: string;
};

export function readWaysIn(events: readonly LogEvent[]): WayIn[] {
  return events.flatMap(({ id, type, branchId, occurredAt, payload }) => {
    const { deviceId, method } = payload;
    if (type !== "guest.connected" || branchId === null) return [];
    if (typeof deviceId !== "string" || typeof method !== "string") return [];
    return [{ eventId: id, branchId, deviceId, at: occurredAt.toISOString(), method }];
  });
}

const COLUMNS = sql`"eventId" uuid, "branchId" uuid, "deviceId" uuid, at timestamptz, method text`;
const WITHIN = sql`make_interval(mins => ${sql.lit(WAY_IN_MINUTES)})`;

/** Keeps them, and names the visits that may have come by one of them. */
export async function keepWaysIn(tx: TenantTransaction, ways: readonly WayIn[]): Promise<string[]> {
  if (ways.length === 0) return [];
  const { tenantId } = tx;
  const told = sql`jsonb_to_recordset(${JSON.stringify(ways)}::jsonb) as told (${COLUMNS})`;
  await run(
    tx,
    sql`insert into report_ways_in (tenant_id, event_id, branch_id, device_id, at, method)
        select ${tenantId}::uuid, told."eventId", told."branchId", told."deviceId", told.at,
          told.method
        from ${told} on conflict (tenant_id, event_id) do nothing`,
  );
  const rows = await listRows(
    tx,
    sql<{ id: string }>`
      select visits.id from ${told}
      join visits on visits.tenant_id = ${tenantId} and visits.branch_id = told."branchId"
        and visits.device_id = told."deviceId"
        and visits.started_at >= told.at - ${WITHIN} and visits.started_at <= told.at + ${WITHIN}`,
  );
  return rows.map(({ id }) => id);
}

/** The first way by which a visit's device was let online about when it began, as a piece of a select. */
export const selectMethod = (tx: TenantTransaction) => sql`coalesce((
    select ways.method from report_ways_in as ways
    where ways.tenant_id = ${tx.tenantId} and ways.branch_id = visits.branch_id
      and ways.device_id = visits.device_id
      and ways.at >= visits.started_at - ${WITHIN} and ways.at <= visits.started_at + ${WITHIN}
    order by ways.at, ways.event_id limit 1), 'unknown')`;

/** Whether its device has an address of its own, or one that it has made up. */
export const selectDeviceKind = (tx: TenantTransaction) => sql`coalesce((
    select case when devices.randomised then 'made-up' else 'given' end from devices
    where devices.tenant_id = ${tx.tenantId} and devices.id = visits.device_id), 'unknown')`;

export function forgetWaysIn(tx: TenantTransaction): Promise<void> {
  return run(tx, sql`delete from report_ways_in where tenant_id = ${tx.tenantId}`);
}
