import { writePlainArray } from "../../platform/columns.ts";
import { listRows, sql, type TenantTransaction } from "../../platform/db.ts";
import { isWithin } from "./figure-queries.ts";
import type { Filter } from "./filter.ts";
import type { DeviceWord } from "./rules.ts";
import { isAmong } from "./source-queries.ts";
import { selectDeviceKind } from "./way-in-queries.ts";

/** The device of a visit, if anything was told of it. */
export const joinDevices = (tx: TenantTransaction) => sql`
  left join devices on devices.tenant_id = ${tx.tenantId} and devices.id = visits.device_id`;

const SYSTEM = sql`coalesce(devices.system, 'unknown')`;
const FORM = sql`coalesce(devices.form, 'unknown')`;

/** What is counted of a visit's device, as columns of a select. */
export const selectDevice = (tx: TenantTransaction) =>
  sql`${selectDeviceKind(tx)} as device_kind, ${SYSTEM} as system, ${FORM} as form`;

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
        and (counted.device_kind <> ${selectDeviceKind(tx)} or counted.system <> ${SYSTEM}
          or counted.form <> ${FORM})`,
  );
  return rows.map(({ id }) => id);
}

/** By what its browser said of it. */
export type DescribedBy = "system" | "form";
export type DescribedRow = { branchId: string; name: DeviceWord; visits: number };

/** Visits of each branch by what their device runs, or is. */
export function countDescribed(
  tx: TenantTransaction,
  { filter, by }: { filter: Filter; by: DescribedBy },
): Promise<DescribedRow[]> {
  return listRows(
    tx,
    sql<DescribedRow>`
      select told.branch_id as "branchId", ${sql.ref(`told.${by}`)} as name,
        count(*)::integer as visits
      from report_visits as told
      where told.tenant_id = ${tx.tenantId} and ${isWithin("told", filter)}
        and ${isAmong("told", filter)}
      group by 1, 2`,
  );
}
