import type { RawBuilder } from "kysely";
import { sql, type TenantTransaction } from "../../platform/db.ts";
import { isWithin } from "./figure-queries.ts";
import type { Filter } from "./filter.ts";
import { REACHED_QUARTERS, slotByClock } from "./hour-queries.ts";
import { PRESENT_DAYS_MAX } from "./rules.ts";
import { selectReaching } from "./source-queries.ts";

/** What a list tells of a visit, but for the day and hour that it is listed by. */
const COLUMNS = sql`there.tenant_id, there.visit_id, there.branch_id, there.customer_id,
  there.number, there.number_at_branch, there.started_at, there.ended_at,
  there.connected_seconds, there.upload_bytes, there.download_bytes`;

/** Visits that ended on the days and in the hours asked about, each by those in which it did. */
export function selectDeparted(tx: TenantTransaction, filter: Filter): RawBuilder<unknown> {
  const ended = slotByClock(sql`ended_at`);
  const { from, to } = filter.period;
  return sql`
    select told.* from (
      select ${COLUMNS}, ${ended.day} as day, ${ended.hour} as hour
      from (${selectReaching(tx, filter)}) as there
      where there.ended_at >= (${from}::date - 2)::timestamp at time zone 'UTC'
        and there.ended_at < (${to}::date + 3)::timestamp at time zone 'UTC'
    ) as told where ${isWithin("told", filter)}`;
}

/** Visits that are over and were there in the hours asked about: one row for each of these hours. */
export function selectThere(tx: TenantTransaction, filter: Filter): RawBuilder<unknown> {
  const { at, quarters } = REACHED_QUARTERS;
  const reached = slotByClock(at);
  const { from } = filter.period;
  return sql`
    select told.* from (
      select distinct ${COLUMNS}, ${reached.day} as day, ${reached.hour} as hour
      from (${selectReaching(tx, filter)}) as there
      cross join lateral ${quarters}
      where there.ended_at is not null
        and there.day >= ${from}::date - ${sql.lit(PRESENT_DAYS_MAX + 2)}
    ) as told where ${isWithin("told", filter)}`;
}
