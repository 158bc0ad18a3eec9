import type { RawBuilder } from "kysely";
import { listRows, sql, type TenantTransaction } from "../../platform/db.ts";
import { isWithin } from "./figure-queries.ts";
import type { Filter } from "./filter.ts";
import { PRESENT_DAYS_MAX } from "./rules.ts";
import { selectReaching } from "./source-queries.ts";

/** `at`: the first moment of the hour at which so many were there. */
export type PeakRow = { branchId: string; day: string; hour: number; peak: number; at: Date };

/** Whole seconds; whoever leaves in the second in which somebody comes is gone by then. */
const BEGINS = sql`floor(extract(epoch from there.started_at))::bigint`;
const ENDS = sql`least(floor(extract(epoch from there.ended_at))::bigint,
  ${BEGINS} + ${sql.lit(PRESENT_DAYS_MAX * 86_400)})`;

/** A quarter of an hour of UTC lies within one hour of any clock on Earth, and each hour begins with one. */
const QUARTER = sql.lit(900);

/**
 * How many visits that are over were at each branch at once, at most, in each hour that any reached
 * into.
 */
export function listPeaks(tx: TenantTransaction, filter: Filter): Promise<PeakRow[]> {
  const local = sql`to_timestamp(counted.at) at time zone counted.time_zone`;
  return listRows(
    tx,
    sql<PeakRow>`
      with spans as materialized (
        select there.branch_id, there.time_zone, there.day_starts_hour,
          ${BEGINS} as begins, ${ENDS} as ends
        from (${selectReaching(tx, filter)}) as there where there.ended_at is not null
      ), steps as (
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
        select counted.branch_id, (${local}
            - make_interval(hours => counted.day_starts_hour))::date as day,
          extract(hour from ${local})::integer as hour,
          max(array[counted.there, -counted.at]) as fullest
        from counted group by 1, 2, 3
      )
      select slots.branch_id as "branchId", slots.day::text as day, slots.hour,
        slots.fullest[1]::integer as peak, to_timestamp(-slots.fullest[2]) as at
      from slots where slots.fullest[1] > 0 and ${isWithin("slots", filter)}
      order by 4 desc, slots.day, slots.hour, slots.branch_id`,
  );
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
