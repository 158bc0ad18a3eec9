import { getRow, listRows, run, sql, type TenantTransaction } from "../../platform/db.ts";
import { toJson } from "../../platform/events.ts";
import { nameSums } from "./device-sum-queries.ts";
import type { Period } from "./rules.ts";
import { DEVICE_COLUMNS, joinDevices } from "./way-in-queries.ts";

/**
 * Whether what is counted is to be that of the visits and their devices as they are: all have read the log
 * as far as each other, and no branch waits to be counted anew.
 */
export async function isEven(tx: TenantTransaction): Promise<boolean> {
  const row = await getRow(
    tx,
    sql<{ isEven: boolean }>`
      select count(distinct cursors.position) = 1 and count(*) = 3
          and bool_and(cursors.position >= cursors.replay_until)
          and not exists (select from report_recounts as waiting
            where waiting.tenant_id = ${tx.tenantId}) as "isEven"
      from cursors
      where cursors.tenant_id = ${tx.tenantId} and cursors.feature in ('customers', 'visits', 'reports')`,
  );
  return row.isEven;
}

/** The numbers of a branch's day by their names. */
export type DayNumbers = Record<string, number>;
export type CheckedDay = { branchId: string; day: string; numbers: DayNumbers };

/** What the reports say of days. */
export function listCountedDays(
  tx: TenantTransaction,
  { from, to }: Period,
): Promise<CheckedDay[]> {
  const { tenantId } = tx;
  return listRows(
    tx,
    sql<CheckedDay>`
      select days.branch_id as "branchId", days.day::text as day, jsonb_build_object(
        'visits', days.visits, 'anonymous', days.visits_0, 'ended', days.ended,
        'dwellSeconds', days.dwell_seconds, 'connectedSeconds', days.connected_seconds,
        'uploadBytes', days.upload_bytes, 'downloadBytes', days.download_bytes,
        'departures', days.departures, ${nameSums((_, sum) => sql.ref(`days.${sum}`))},
        'hours', (select sum(hours.visits) from report_hours as hours
          where hours.tenant_id = ${tenantId} and hours.branch_id = days.branch_id
            and hours.day = days.day),
        'customers', (select count(*) from report_day_customers as came
          where came.tenant_id = ${tenantId} and came.branch_id = days.branch_id
            and came.day = days.day),
        'newCustomers', (select count(*) from report_branch_customers as known
          where known.tenant_id = ${tenantId} and known.branch_id = days.branch_id
            and known.first_day = days.day)) as numbers
      from report_days as days
      where days.tenant_id = ${tenantId} and days.day >= ${from}::date and days.day <= ${to}::date`,
  );
}

/** What the visits themselves say of the same days, in the plainest way. */
export function listRawDays(tx: TenantTransaction, { from, to }: Period): Promise<CheckedDay[]> {
  const { tenantId } = tx;
  const local = (column: string) => sql`((${sql.ref(column)} at time zone clocks.time_zone)
    - make_interval(hours => clocks.day_starts_hour))::date`;
  // A day of any clock on Earth, and the hour it begins at, are within two days of UTC's.
  const isNear = (column: string) => sql`${sql.ref(column)} >= ${from}::date - 2
    and ${sql.ref(column)} < ${to}::date + 3`;
  return listRows(
    tx,
    sql<CheckedDay>`
      with began as (
        select ${local("visits.started_at")} as day, visits.*, ${DEVICE_COLUMNS}
        from visits
        join report_clocks as clocks
          on clocks.tenant_id = ${tenantId} and clocks.branch_id = visits.branch_id
        ${joinDevices(tx)}
        where visits.tenant_id = ${tenantId} and ${isNear("visits.started_at")}
      ), left_on as (
        select visits.branch_id, ${local("visits.ended_at")} as day, count(*) as departures
        from visits
        join report_clocks as clocks
          on clocks.tenant_id = ${tenantId} and clocks.branch_id = visits.branch_id
        where visits.tenant_id = ${tenantId} and ${isNear("visits.ended_at")}
        group by 1, 2
      ), days as (
        select branch_id, day from began union select branch_id, day from left_on
      )
      select days.branch_id as "branchId", days.day::text as day, jsonb_build_object(
        'visits', count(began.id), 'hours', count(began.id),
        'anonymous', count(began.id) filter (where began.customer_id is null),
        'ended', count(began.ended_at),
        'dwellSeconds', coalesce(sum(floor(extract(epoch from began.ended_at))
          - floor(extract(epoch from began.started_at))), 0),
        'connectedSeconds', coalesce(sum(began.connected_seconds), 0),
        'uploadBytes', coalesce(sum(began.upload_bytes), 0),
        'downloadBytes', coalesce(sum(began.download_bytes), 0),
        'departures', coalesce(max(left_on.departures), 0),
        ${nameSums((isOne) => sql`count(began.id) filter (where ${isOne("began")})`)},
        'customers', count(distinct began.customer_id),
        'newCustomers', count(distinct began.customer_id)
          filter (where began.number_at_branch = 1)) as numbers
      from days
      left join began on began.branch_id = days.branch_id and began.day = days.day
      left join left_on on left_on.branch_id = days.branch_id and left_on.day = days.day
      where days.day >= ${from}::date and days.day <= ${to}::date
      group by days.branch_id, days.day`,
  );
}

export type Fault = {
  branchId: string;
  day: string;
  numbers: Record<string, { report: number; visits: number }>;
};

/** How many of a branch's days were counted again, and how many of these differed. */
export type CheckedBranch = { branchId: string; days: number; faults: number };

export async function insertCheck(
  tx: TenantTransaction,
  check: Period & { branches: readonly CheckedBranch[]; faults: readonly Fault[] },
): Promise<void> {
  const { from, to, branches, faults } = check;
  const branchDays = branches.reduce((sum, { days }) => sum + days, 0);
  await run(
    tx,
    sql`insert into report_checks (tenant_id, checked_at, first_day, last_day, branch_days, faults,
          is_by_branch)
        values (${tx.tenantId}, ${tx.now}, ${from}::date, ${to}::date, ${branchDays},
          ${faults.length}, true)
        on conflict (tenant_id, checked_at, first_day) do nothing`,
  );
  await run(
    tx,
    sql`insert into report_check_branches (tenant_id, checked_at, first_day, branch_id, branch_days,
          faults)
        select ${tx.tenantId}::uuid, ${tx.now}::timestamptz, ${from}::date, told."branchId",
          told.days, told.faults
        from jsonb_to_recordset(${JSON.stringify(branches)}::jsonb)
          as told ("branchId" uuid, days integer, faults integer)
        on conflict (tenant_id, checked_at, first_day, branch_id) do nothing`,
  );
  for (const { branchId, day, numbers } of faults)
    await run(
      tx,
      sql`insert into report_faults (tenant_id, branch_id, day, found_at, numbers)
          values (${tx.tenantId}, ${branchId}, ${day}::date, ${tx.now},
            ${toJson(numbers)}::jsonb)
          on conflict (tenant_id, branch_id, day, found_at) do nothing`,
    );
}

export type CheckRow = {
  checkedAt: Date;
  firstDay: string;
  lastDay: string;
  branchDays: number;
  faults: number;
};

/** The newest first. Whoever reaches some branches alone is told what was found at these. */
export function listChecks(tx: TenantTransaction, limit: number): Promise<CheckRow[]> {
  const days = sql`checks.checked_at as "checkedAt", checks.first_day::text as "firstDay",
    checks.last_day::text as "lastDay"`;
  const order = sql`order by checks.checked_at desc, checks.first_day desc limit ${limit}`;
  if (tx.branchIds === null)
    return listRows(
      tx,
      sql<CheckRow>`
        select ${days}, checks.branch_days as "branchDays", checks.faults
        from report_checks as checks where checks.tenant_id = ${tx.tenantId} ${order}`,
    );
  return listRows(
    tx,
    sql<CheckRow>`
      select ${days}, coalesce(sum(own.branch_days), 0)::integer as "branchDays",
        coalesce(sum(own.faults), 0)::integer as faults
      from report_checks as checks
      left join report_check_branches as own
        on own.tenant_id = ${tx.tenantId} and own.checked_at = checks.checked_at
          and own.first_day = checks.first_day
      where checks.tenant_id = ${tx.tenantId} and checks.is_by_branch
      group by checks.checked_at, checks.first_day, checks.last_day ${order}`,
  );
}

export type FaultRow = Fault & {
  branchName: string | null;
  foundAt: Date;
  mendedAt: Date | null;
};

export function listFaults(tx: TenantTransaction, limit: number): Promise<FaultRow[]> {
  return listRows(
    tx,
    sql<FaultRow>`
      select faults.branch_id as "branchId", branches.name as "branchName",
        faults.day::text as day, faults.numbers, faults.found_at as "foundAt",
        faults.mended_at as "mendedAt"
      from report_faults as faults
      left join branches
        on branches.tenant_id = ${tx.tenantId} and branches.id = faults.branch_id
      where faults.tenant_id = ${tx.tenantId}
      order by faults.found_at desc, faults.day desc, faults.branch_id limit ${limit}`,
  );
}

/** Checks are forgotten after a while; faults that were mended as well. */
export async function purgeChecks(tx: TenantTransaction, before: Date): Promise<void> {
  await run(
    tx,
    sql`delete from report_checks where tenant_id = ${tx.tenantId} and checked_at < ${before}`,
  );
  await run(
    tx,
    sql`delete from report_check_branches
        where tenant_id = ${tx.tenantId} and checked_at < ${before}`,
  );
  await run(
    tx,
    sql`delete from report_faults where tenant_id = ${tx.tenantId} and mended_at < ${before}`,
  );
}
