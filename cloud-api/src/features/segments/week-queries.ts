import type { RawBuilder } from "kysely";
import { sql } from "../../platform/db.ts";
import { readMinutes } from "./rules.ts";
import type { VisitFilter } from "./schema.ts";

const DAY_MINUTES = 1440;
const WEEK_MINUTES = 7 * DAY_MINUTES;
/** 1970-01-01 was a Thursday. */
const EPOCH_MINUTES = 3 * DAY_MINUTES;

type Slots = { [Part in "weekdays" | "hours"]: VisitFilter[Part] | undefined };

/** The minutes of a week that are meant, a bit each, from Monday's midnight on. */
export function drawWeek({ weekdays, hours }: Slots): Buffer {
  const week = Buffer.alloc(WEEK_MINUTES / 8);
  const from = hours ? readMinutes(hours.from) : 0;
  const to = hours ? readMinutes(hours.to) : DAY_MINUTES;
  for (let minute = 0; minute < WEEK_MINUTES; minute += 1) {
    const [day, clock] = [Math.floor(minute / DAY_MINUTES) + 1, minute % DAY_MINUTES];
    const isMeant = from < to ? clock >= from && clock < to : clock >= from || clock < to;
    if (isMeant && (weekdays?.includes(day) ?? true))
      week.writeUInt8(week.readUInt8(minute >> 3) | (1 << (minute & 7)), minute >> 3);
  }
  return week;
}

/**
 * Whether a moment is in one of those minutes on a clock. The clock is asked once for each row: asking it
 * for the day, the hour and the minute took most of the time over millions of visits.
 */
export function isInWeek(
  { at, zone }: { at: RawBuilder<unknown>; zone: RawBuilder<string> },
  slots: Slots,
): RawBuilder<boolean> {
  const minute = sql`floor(date_part('epoch', ${at} at time zone ${zone}) / 60)::bigint`;
  const ofWeek = sql`mod(${minute} + ${sql.lit(EPOCH_MINUTES)}, ${sql.lit(WEEK_MINUTES)})`;
  // Before 1970 it is negative: of a clock that was never set.
  const place = sql`mod(${ofWeek} + ${sql.lit(WEEK_MINUTES)}, ${sql.lit(WEEK_MINUTES)})`;
  return sql<boolean>`get_bit(${drawWeek(slots)}::bytea, ${place}) = 1`;
}
