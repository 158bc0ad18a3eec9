import type { RawBuilder } from "kysely";
import { listRows, run, sql, type TenantTransaction } from "../../platform/db.ts";
import type { CheckedDay } from "./check-queries.ts";
import { selectPeaksOfBranch, selectPeaksOfDays } from "./crowd-queries.ts";
import { isKept, takeDue } from "./due-queries.ts";
import { LAST, STARTED, slotByClock } from "./hour-queries.ts";
import { type Period, PRESENT_DAYS_MAX } from "./rules.ts";

/**
 * Notes on which days visits are there otherwise than they were, from rows of visits with their sign and
 * clock. What a visit used, and whose it is, moves no peak.
 */
export function notePeaksDue(tx: TenantTransaction, source: RawBuilder<unknown>): Promise<void> {
  const { day } = slotByClock(sql`to_timestamp(greatest(${LAST} - 1, ${STARTED}))`);
  return run(
    tx,
    sql`insert into report_peaks_due (tenant_id, branch_id, day)
        select distinct ${tx.tenantId}::uuid, moved.branch_id,
          least(moved.first_day, moved.last_day) + reached.days
        from (
          select branch_id, day as first_day, ${day} as last_day
          from (${source}) as told where ended_at is not null
          group by visit_id, branch_id, day, started_at, ended_at, time_zone, day_starts_hour
          having sum(sign) <> 0
        ) as moved
        cross join lateral generate_series(0, abs(moved.last_day - moved.first_day))
          as reached (days)
        on conflict (tenant_id, branch_id, day) do nothing`,
  );
}

/** Keeps the peaks of so many days of branches that wait for it; says of how many. */
export async function keepPeaksDue(tx: TenantTransaction, limit: number): Promise<number> {
  const { days, taken } = await takeDue(tx, "report_peaks", limit);
  await run(tx, insertPeaks(tx, selectPeaksOfDays(tx, days)));
  return taken;
}

/** Keeps those of all visits of a branch, of which none are kept. */
export const keepPeaksOfBranch = (tx: TenantTransaction, branchId: string): Promise<void> =>
  run(tx, insertPeaks(tx, selectPeaksOfBranch(tx, branchId)));

const insertPeaks = (tx: TenantTransaction, peaks: RawBuilder<unknown>) => sql`
  insert into report_peaks (tenant_id, branch_id, day, hour, peak, at_second)
  select ${tx.tenantId}::uuid, found.branch_id, found.day, found.hour, found.peak, found.at_second
  from (${peaks}) as found
  on conflict (tenant_id, branch_id, day, hour) do nothing`;

/** What is kept of days that wait for nothing: the peaks of their hours, added up. */
export function listKeptPeaks(tx: TenantTransaction, { from, to }: Period): Promise<CheckedDay[]> {
  const { tenantId } = tx;
  return listRows(
    tx,
    sql<CheckedDay>`
      select kept.branch_id as "branchId", kept.day::text as day,
        jsonb_build_object('peaks', sum(kept.peak)) as numbers
      from report_peaks as kept
      where kept.tenant_id = ${tenantId} and kept.day >= ${from}::date and kept.day <= ${to}::date
        and ${isKept(tx, "report_peaks", "kept")}
      group by kept.branch_id, kept.day`,
  );
}

/**
 * The same of the visits themselves: in each quarter of an hour by itself, whoever reached into it comes and
 * leaves in turn. Of a crowd each visit is looked at once a quarter, however many are there with it.
 */
export function listRawPeaks(tx: TenantTransaction, { from, to }: Period): Promise<CheckedDay[]> {
  const { tenantId } = tx;
  const second = (column: string) => sql`floor(extract(epoch from ${sql.ref(column)}))::bigint`;
  const { day, hour } = slotByClock(sql`to_timestamp(fullest.quarter * 900)`);
  return listRows(
    tx,
    sql<CheckedDay>`
      with spans as (
        select visits.branch_id, ${second("visits.started_at")} as begins,
          least(${second("visits.ended_at")}, ${second("visits.started_at")}
            + ${sql.lit(PRESENT_DAYS_MAX * 86_400)}) as ends
        from visits
        where visits.tenant_id = ${tenantId} and visits.ended_at >= ${from}::date - 2
          and visits.started_at < ${to}::date + 3
          and visits.started_at >= ${from}::date - ${sql.lit(PRESENT_DAYS_MAX + 2)}
      ), reached as materialized (
        select spans.*, begun.quarter from spans
        cross join lateral generate_series(begins / 900, (ends - 1) / 900) as begun (quarter)
        where ends > begins
      ), steps as (
        select branch_id, quarter, greatest(begins, quarter * 900) as at, 1 as step from reached
        union all
        select branch_id, quarter, ends, -1 from reached where ends < (quarter + 1) * 900
      ), counted as (
        -- Of one second all at once: whoever leaves in it is gone by then.
        select branch_id, quarter,
          sum(step) over (partition by branch_id, quarter order by at) as guests
        from steps
      ), fullest as (
        select branch_id, quarter, max(guests) as guests from counted group by 1, 2
      ), peaks as (
        select fullest.branch_id, ${day} as day, ${hour} as hour, max(fullest.guests) as peak
        from fullest
        join report_clocks as clocks
          on clocks.tenant_id = ${tenantId} and clocks.branch_id = fullest.branch_id
        group by 1, 2, 3
      )
      select peaks.branch_id as "branchId", peaks.day::text as day,
        jsonb_build_object('peaks', sum(peaks.peak)) as numbers
      from peaks
      where peaks.day >= ${from}::date and peaks.day <= ${to}::date and ${isKept(tx, "report_peaks", "peaks")}
      group by peaks.branch_id, peaks.day`,
  );
}
