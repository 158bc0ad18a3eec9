import { writePlainArray } from "../../platform/columns.ts";
import { listRows, run, sql, type TenantTransaction } from "../../platform/db.ts";
import type { LogEvent } from "../../platform/events.ts";
import { WAY_IN_MINUTES } from "./rules.ts";

/** A device was let online at a branch. */
export type WayIn = {
  eventId: string;
  branchId: string;
  deviceId: string;
  /** Null: an old box told of none. */
  guestId: string | null;
  at: string;
  method: string;
};

export function readWaysIn(events: readonly LogEvent[]): WayIn[] {
  return events.flatMap(({ id, type, branchId, occurredAt, payload }) => {
    const { deviceId, guestId, method } = payload;
    if (type !== "guest.connected" || branchId === null) return [];
    if (typeof deviceId !== "string" || typeof method !== "string") return [];
    const whose = { deviceId, guestId: typeof guestId === "string" ? guestId : null };
    return [{ eventId: id, branchId, ...whose, at: occurredAt.toISOString(), method }];
  });
}

const COLUMNS = sql`"eventId" uuid, "branchId" uuid, "deviceId" uuid, "guestId" uuid,
  at timestamptz, method text`;
const WITHIN = sql`make_interval(mins => ${sql.lit(WAY_IN_MINUTES)})`;

/** The day and hour of their branch's clock, as signing in is counted. */
export const dayByClock = (of: "told" | "ways") => sql`((${sql.ref(`${of}.at`)}
  at time zone clocks.time_zone) - make_interval(hours => clocks.day_starts_hour))::date`;
export const hourByClock = (of: "told" | "ways") =>
  sql`extract(hour from ${sql.ref(`${of}.at`)} at time zone clocks.time_zone)::smallint`;

/** Keeps them, and names the visits that may have come by one of them. */
export async function keepWaysIn(tx: TenantTransaction, ways: readonly WayIn[]): Promise<string[]> {
  if (ways.length === 0) return [];
  const { tenantId } = tx;
  const told = sql`jsonb_to_recordset(${JSON.stringify(ways)}::jsonb) as told (${COLUMNS})`;
  await run(
    tx,
    sql`insert into report_ways_in (tenant_id, event_id, branch_id, device_id, guest_id, at, day,
          hour, method)
        select ${tenantId}::uuid, told."eventId", told."branchId", told."deviceId",
          told."guestId", told.at, ${dayByClock("told")}, ${hourByClock("told")}, told.method
        from ${told}
        left join report_clocks as clocks
          on clocks.tenant_id = ${tenantId} and clocks.branch_id = told."branchId"
        on conflict (tenant_id, event_id) do nothing`,
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

/** Counted visits whose devices were told otherwise than they are by now, of some devices. */
export async function listVisitsOfDevices(
  tx: TenantTransaction,
  deviceIds: readonly string[],
): Promise<string[]> {
  if (deviceIds.length === 0) return [];
  const rows = await listRows(
    tx,
    sql<{ id: string }>`
      select visits.id from visits
      join report_visits as counted
        on counted.tenant_id = ${tx.tenantId} and counted.visit_id = visits.id
      ${joinDevices(tx)}
      where visits.tenant_id = ${tx.tenantId}
        and visits.device_id = any(${writePlainArray(deviceIds)}::uuid[])
        and (counted.device_kind, counted.system, counted.form) is distinct from (${ADDRESS}, ${SYSTEM}, ${FORM})`,
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

/** The device of a visit or a way in, if anything was told of it. */
export const joinDevices = (tx: TenantTransaction, of: "visits" | "ways" = "visits") => sql`
  left join devices
    on devices.tenant_id = ${tx.tenantId} and devices.id = ${sql.ref(`${of}.device_id`)}`;

/** Whether its device has an address of its own, or one that it has made up. */
const ADDRESS = sql`case when devices.id is null then 'unknown'
  when devices.randomised then 'made-up' else 'given' end`;
const SYSTEM = sql`coalesce(devices.system, 'unknown')`;
const FORM = sql`coalesce(devices.form, 'unknown')`;

/** What is counted of a visit's device, as columns of a select. */
export const DEVICE_COLUMNS = sql`${ADDRESS} as device_kind, ${SYSTEM} as system, ${FORM} as form`;

export function forgetWaysIn(tx: TenantTransaction): Promise<void> {
  return run(tx, sql`delete from report_ways_in where tenant_id = ${tx.tenantId}`);
}
