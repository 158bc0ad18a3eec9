import type { RawBuilder } from "kysely";
import { listRows, sql, type TenantTransaction } from "../../platform/db.ts";
import { isKept, selectDue } from "./due-queries.ts";
import { isInSlots, isWithin } from "./figure-queries.ts";
import type { Filter } from "./filter.ts";
import { slotByClock } from "./hour-queries.ts";
import { PRESENT_DAYS_MAX } from "./rules.ts";
import { selectReaching } from "./source-queries.ts";

/** Whole seconds; whoever leaves in the second in which somebody comes is gone by then. */
const BEGINS = sql`floor(extract(epoch from there.started_at))::bigint`;
const ENDS = sql`least(floor(extract(epoch from there.ended_at))::bigint,
  ${BEGINS} + ${sql.lit(PRESENT_DAYS_MAX * 86_400)})`;
/** When a visit that is over was there, by the clock of which branch. */
const SPAN = sql`there.branch_id, clocks.time_zone, clocks.day_starts_hour, ${BEGINS} as begins,
  ${ENDS} as ends`;

/** A quarter of an hour of UTC lies within one hour of any clock on Earth, and each hour begins with one. */
const QUARTER = sql.lit(900);

/** More seconds than since 1970 until the year 2500. */
const SECONDS = sql.lit(2 ** 34);
/** Of two moments the fuller one, and of two as full the earlier, is the greater number. */
const fullnessOf = (peak: RawBuilder<unknown>, second: RawBuilder<unknown>) =>
  sql`(${peak}::bigint * ${SECONDS} - ${second})`;
const peakOf = (fullness: RawBuilder<unknown>) =>
  sql`((${fullness} + ${SECONDS} - 1) / ${SECONDS})`;
const secondOf = (fullness: RawBuilder<unknown>) =>
  sql`(${peakOf(fullness)} * ${SECONDS} - ${fullness})`;

/**
 * How many were at each branch at once, at most, in each hour that any of some visits reached into:
 * branch_id, day, hour, peak and at_second, the first second of it.
 */
const selectPeaks = (spans: RawBuilder<unknown>): RawBuilder<unknown> => {
  const { day, hour } = slotByClock(sql`to_timestamp(counted.at)`);
  const fullest = sql`slots.fullness`;
  return sql`
    with spans as materialized (${spans}), steps as (
      select branch_id, time_zone, day_starts_hour, begins as at, 1 as step from spans
      union all
      select branch_id, time_zone, day_starts_hour, ends, -1 from spans
      union all
      (select distinct branch_id, time_zone, day_starts_hour, quarter * ${QUARTER}, 0
      from spans cross join lateral generate_series(begins / ${QUARTER} + 1,
        (ends - 1) / ${QUARTER}) as reached (quarter))
    ), counted as (
      select steps.*, sum(step) over (partition by branch_id order by at) as there from steps
    ), slots as (
      select counted.branch_id, ${day} as day, ${hour} as hour,
        max(${fullnessOf(sql`counted.there`, sql`counted.at`)}) as fullness
      from counted where counted.there > 0 group by 1, 2, 3
    )
    select slots.branch_id, slots.day, slots.hour, ${peakOf(fullest)}::integer as peak,
      ${secondOf(fullest)} as at_second
    from slots`;
};

/** The same of all visits of a branch. */
export const selectPeaksOfBranch = (tx: TenantTransaction, branchId: string) =>
  selectPeaks(sql`
    select ${SPAN} from report_visits as there
    join report_clocks as clocks
      on clocks.tenant_id = ${tx.tenantId} and clocks.branch_id = there.branch_id
    where there.tenant_id = ${tx.tenantId} and there.branch_id = ${branchId}
      and there.ended_at is not null`);

/** The same in the hours of some branches' days: a select of branch_id and day. */
export function selectPeaksOfDays(tx: TenantTransaction, days: RawBuilder<unknown>) {
  const spansOf = (came: RawBuilder<unknown>) => sql`
    select there.visit_id, ${SPAN}
    from (${days}) as meant
    join report_clocks as clocks
      on clocks.tenant_id = ${tx.tenantId} and clocks.branch_id = meant.branch_id
    join report_visits as there
      on there.tenant_id = ${tx.tenantId} and there.branch_id = meant.branch_id
    where there.ended_at is not null and ${came}`;
  // Of a day's guests none came after it, and few before yesterday; clocks and calendars may jump in between.
  return sql`
    select found.* from (${selectPeaks(sql`
      ${spansOf(sql`there.day >= meant.day - 2 and there.day <= meant.day + 1`)}
      union
      ${spansOf(sql`there.day >= meant.day - ${sql.lit(PRESENT_DAYS_MAX + 2)}
        and there.day < meant.day - 2 and there.ended_at - there.started_at > interval '1 day'`)}`)}) as found
    join (${days}) as asked on asked.branch_id = found.branch_id and asked.day = found.day`;
}

/** What is kept, and what is not kept right yet found of the visits. */
const selectKept = (tx: TenantTransaction, filter: Filter): RawBuilder<unknown> => sql`
  select kept.branch_id, kept.hour, kept.peak, kept.at_second from report_peaks as kept
  where kept.tenant_id = ${tx.tenantId} and ${isWithin("kept", filter)}
    and ${isKept(tx, "report_peaks", "kept")}
  union all
  select made.branch_id, made.hour, made.peak, made.at_second
  from (${selectPeaksOfDays(tx, selectDue(tx, "report_peaks", filter))}) as made
  where ${isInSlots("made", { ...filter, weekdays: null })}`;

/** Of visits that nothing is kept of. */
const selectMade = (tx: TenantTransaction, filter: Filter): RawBuilder<unknown> => sql`
  select made.branch_id, made.hour, made.peak, made.at_second
  from (${selectPeaks(sql`
    select there.branch_id, there.time_zone, there.day_starts_hour, ${BEGINS} as begins,
      ${ENDS} as ends
    from (${selectReaching(tx, filter)}) as there where there.ended_at is not null`)}) as made
  where ${isWithin("made", filter)}`;

/** `at`: the first moment of the hour at which so many were there. */
export type PeakRow = { branchId: string; day: string; hour: number; peak: number; at: Date };
/** The fullest moment in each hour of the day, at whichever branch it was, and at each branch. */
export type Peaks = { hours: PeakRow[]; branches: PeakRow[] };

/** Visits that are over, by the moments at which the most of them were at a branch. */
export async function findPeaks(tx: TenantTransaction, filter: Filter): Promise<Peaks> {
  const fullest = sql`chosen.fullness`;
  const { day } = slotByClock(sql`to_timestamp(${secondOf(fullest)})`);
  const rows = await listRows(
    tx,
    sql<PeakRow & { isOfHour: boolean }>`
      with fullest as materialized (
        select told.branch_id, told.hour,
          max(${fullnessOf(sql`told.peak`, sql`told.at_second`)}) as fullness
        from (${filter.narrowed ? selectMade(tx, filter) : selectKept(tx, filter)}) as told
        group by told.branch_id, told.hour
      ), chosen as (
        (select distinct on (hour) true as is_of_hour, branch_id, hour, fullness from fullest
        order by hour, fullness desc, branch_id)
        union all
        (select distinct on (branch_id) false, branch_id, hour, fullness from fullest
        order by branch_id, fullness desc)
      )
      select chosen.is_of_hour as "isOfHour", chosen.branch_id as "branchId", chosen.hour,
        ${day}::text as day, ${peakOf(fullest)}::integer as peak,
        to_timestamp(${secondOf(fullest)}) as at
      from chosen
      join report_clocks as clocks
        on clocks.tenant_id = ${tx.tenantId} and clocks.branch_id = chosen.branch_id`,
  );
  return {
    hours: rows.filter(({ isOfHour }) => isOfHour),
    branches: rows.filter(({ isOfHour }) => !isOfHour),
  };
}

/** The visits that are counted at one moment: those that are over and were there. */
export function selectPresent(
  tx: TenantTransaction,
  { filter, at }: { filter: Filter; at: Date },
): RawBuilder<unknown> {
  const second = Math.floor(at.getTime() / 1000);
  return sql`
    select there.* from (${selectReaching(tx, filter)}) as there
    where there.ended_at is not null and ${BEGINS} <= ${second}::bigint
      and ${ENDS} > ${second}::bigint`;
}
