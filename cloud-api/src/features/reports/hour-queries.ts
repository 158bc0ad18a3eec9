import type { RawBuilder } from "kysely";
import { listRows, run, sql, type TenantTransaction } from "../../platform/db.ts";
import { DEVICE_SUMS, sumDevices } from "./device-sum-queries.ts";
import { type Period, PRESENT_DAYS_MAX } from "./rules.ts";

/** All that is added up, hour by hour. */
export const SUMS = [
  ...["visits", "visits_0", "visits_1", "visits_2", "visits_3", "visits_6", "visits_11"],
  ...["here_1", "here_2", "here_3", "here_6", "here_11", "ended", "dwell_seconds"],
  ...["connected_seconds", "upload_bytes", "download_bytes", "departures", "present_seconds"],
  ...DEVICE_SUMS,
] as const;
export const HOUR_SUMS: readonly string[] = [...SUMS, "present"];
/** And what of it is kept of all branches together. */
const COMPANY_SUMS: readonly string[] = [
  ...["visits", "departures", "present", "present_seconds", "ended", "dwell_seconds"],
];

const columnsOf = (names: readonly string[]) => sql.join(names.map((name) => sql.ref(name)));
const sumsOf = (names: readonly string[]) =>
  sql.join(names.map((name) => sql`coalesce(sum(${sql.ref(name)}), 0) as ${sql.ref(name)}`));
/** Of rows of `selectHours`, each of an hour of its own. */
export const filled = (names: readonly string[]) =>
  sql.join(names.map((name) => sql`coalesce(${sql.ref(name)}, 0) as ${sql.ref(name)}`));
const additionsTo = (table: string, names: readonly string[]) =>
  sql.join(
    names.map(
      (name) =>
        sql`${sql.ref(name)} = ${sql.ref(`${table}.${name}`)} + ${sql.ref(`excluded.${name}`)}`,
    ),
  );

/** Within a class of how-manieth visits; an anonymous visit is in none. */
const inClass = (column: RawBuilder<unknown>, from: number, to: number | null) =>
  sql`case when customer_id is not null and coalesce(${column}, 1) >= ${sql.lit(from)}
    ${to === null ? sql`` : sql`and coalesce(${column}, 1) <= ${sql.lit(to)}`} then sign else 0 end`;

/** Whole seconds, so that the parts of a visit come to all of it. */
export const STARTED = sql`floor(extract(epoch from started_at))::bigint`;
const ENDED = sql`floor(extract(epoch from ended_at))::bigint`;
/** A quarter of an hour of UTC lies within one hour of any clock on Earth. */
const QUARTER = 900;

/** The day and hour of a moment by the clock of a row's branch. */
export const slotByClock = (at: RawBuilder<unknown>) => ({
  day: sql`((${at} at time zone time_zone) - make_interval(hours => day_starts_hour))::date`,
  hour: sql`extract(hour from ${at} at time zone time_zone)::smallint`,
});

/** When a visit is taken to have been there last. */
export const LAST = sql`least(${ENDED}, ${STARTED} + ${sql.lit(PRESENT_DAYS_MAX * 86_400)})`;
const REACHED = sql`(begun.quarter * ${sql.lit(QUARTER)})`;
/** The quarters of an hour that a visit reaches into, as rows, and when each of them begins. */
export const REACHED_QUARTERS = {
  at: sql`to_timestamp(${REACHED})`,
  quarters: sql`generate_series(${STARTED} / ${sql.lit(QUARTER)},
    greatest(${LAST} - 1, ${STARTED}) / ${sql.lit(QUARTER)}) as begun (quarter)`,
};

const HOUR = sql.lit(3600);
/** Seconds that the clock of a row's branch has shown since 1970. */
const onClock = (at: RawBuilder<unknown>) =>
  sql`floor(extract(epoch from ${at} at time zone time_zone))::bigint`;
/**
 * Of less than a day, within which the clock was neither put on nor back: the hours that such a visit reached into
 * are reckoned from when it began, and the clock is not read for each quarter of them.
 */
const IS_EVEN = sql`ends - begins < 86400 and clock_ends - clock_begins = ends - begins`;

/** When visits that are over begin and end, in seconds and by the clock of their branch. */
const TIMED = sql`
  select visit_id, sign, branch_id, told_at, time_zone, day_starts_hour, started_at, ended_at,
    ${STARTED} as begins, ${LAST} as ends, ${onClock(sql`started_at`)} as clock_begins,
    ${onClock(sql`to_timestamp(${LAST})`)} as clock_ends
  from source where ended_at is not null`;

const WITHIN = slotByClock(REACHED_QUARTERS.at);
/** Each hour that a visit reaches into, and for how long it does. */
const PIECES = sql`
  select visit_id, sign, branch_id,
    date '1970-01-01' + ((reached.hour - day_starts_hour) / 24)::integer as day,
    mod(reached.hour, 24)::smallint as hour,
    least((reached.hour + 1) * ${HOUR}, clock_ends) - greatest(reached.hour * ${HOUR}, clock_begins)
      as seconds, told_at
  from timed
  cross join lateral generate_series(clock_begins / ${HOUR},
    greatest(clock_ends - 1, clock_begins) / ${HOUR}) as reached (hour)
  where ${IS_EVEN}
  union all
  select visit_id, sign, branch_id, ${WITHIN.day} as day, ${WITHIN.hour} as hour,
    sum(least(${REACHED} + ${sql.lit(QUARTER)}, ends) - greatest(${REACHED}, begins)) as seconds,
    max(told_at) as told_at
  from timed
  cross join lateral ${REACHED_QUARTERS.quarters}
  where not (${IS_EVEN}) group by 1, 2, 3, 4, 5`;

/**
 * What visits come to in each hour of their branches, from rows of visits with their sign and clock:
 * in the hour each began in, in that it ended in, and in all that it reached into.
 */
export function selectHours(source: RawBuilder<unknown>): RawBuilder<unknown> {
  const number = sql.ref("number");
  const here = sql.ref("number_at_branch");
  const atEnd = slotByClock(sql`ended_at`);
  return sql`
    with source as materialized (${source}),
    began as (
      select branch_id, day, hour, max(told_at) as told_at, sum(sign) as visits,
        sum(case when customer_id is null then sign else 0 end) as visits_0,
        sum(${inClass(number, 1, 1)}) as visits_1, sum(${inClass(number, 2, 2)}) as visits_2,
        sum(${inClass(number, 3, 5)}) as visits_3, sum(${inClass(number, 6, 10)}) as visits_6,
        sum(${inClass(number, 11, null)}) as visits_11,
        sum(${inClass(here, 1, 1)}) as here_1, sum(${inClass(here, 2, 2)}) as here_2,
        sum(${inClass(here, 3, 5)}) as here_3, sum(${inClass(here, 6, 10)}) as here_6,
        sum(${inClass(here, 11, null)}) as here_11,
        sum(case when ended_at is null then 0 else sign end) as ended,
        sum(sign * coalesce(${ENDED} - ${STARTED}, 0)) as dwell_seconds,
        sum(sign * connected_seconds) as connected_seconds,
        sum(sign * upload_bytes) as upload_bytes, sum(sign * download_bytes) as download_bytes,
        ${sumDevices()}
      from source group by branch_id, day, hour
    ), left_in as (
      select branch_id, ${atEnd.day} as day, ${atEnd.hour} as hour, sum(sign) as departures,
        max(told_at) as told_at
      from source where ended_at is not null group by 1, 2, 3
    ), timed as materialized (
      ${TIMED}
    ), pieces as (
      ${PIECES}
    ), there as (
      select branch_id, day, hour, sum(sign) as present, sum(sign * seconds) as present_seconds,
        max(told_at) as told_at
      from pieces group by branch_id, day, hour
    ), slots as (
      select branch_id, day, hour from began
      union select branch_id, day, hour from left_in union select branch_id, day, hour from there
    )
    select slots.branch_id, slots.day, slots.hour, ${columnsOf(HOUR_SUMS)},
      greatest(began.told_at, left_in.told_at, there.told_at) as told_at
    from slots
    left join began on began.branch_id = slots.branch_id and began.day = slots.day
      and began.hour = slots.hour
    left join left_in on left_in.branch_id = slots.branch_id and left_in.day = slots.day
      and left_in.hour = slots.hour
    left join there on there.branch_id = slots.branch_id and there.day = slots.day
      and there.hour = slots.hour`;
}

/** In which nothing is left, so that counting anew ends in the same rows. */
const IS_EMPTY = sql`visits = 0 and departures = 0 and present_seconds = 0`;

/** Adds rows of what became more or less, as a piece of a statement, to the hours of all branches. */
const addCompanyHours = (tx: TenantTransaction, more: RawBuilder<unknown>) => sql`
  insert into report_company_hours (tenant_id, day, hour, ${columnsOf(COMPANY_SUMS)})
  select ${tx.tenantId}::uuid, day, hour, ${sumsOf(COMPANY_SUMS)}
  from (${more}) as more group by day, hour
  on conflict (tenant_id, day, hour)
    do update set ${additionsTo("report_company_hours", COMPANY_SUMS)}`;

/** When the last of what changed a row was told. */
const laterOf = (table: string) => sql`case
  when ${sql.ref(`${table}.changed_at`)} > excluded.changed_at then ${sql.ref(`${table}.changed_at`)}
  else excluded.changed_at end`;

/** `hour` null: of the whole day. */
type Slot = { branchId: string; day: string; hour: number | null };

/** Adds what visits come to, by hour and by day; those in which nothing is left go. */
export async function addHours(tx: TenantTransaction, source: RawBuilder<unknown>): Promise<void> {
  const emptied = await listRows(
    tx,
    sql<Slot>`
      with told as materialized (${selectHours(source)}),
      anywhere as (${addCompanyHours(tx, sql`select * from told`)}),
      days as (
        insert into report_days (tenant_id, branch_id, day, changed_at, ${columnsOf(SUMS)})
        select ${tx.tenantId}::uuid, branch_id, day, max(told_at), ${sumsOf(SUMS)}
        from told group by branch_id, day
        on conflict (tenant_id, branch_id, day) do update set
          changed_at = ${laterOf("report_days")}, ${additionsTo("report_days", SUMS)}
        returning branch_id, day, ${IS_EMPTY} as is_empty
      ), hours as (
        insert into report_hours (tenant_id, branch_id, day, hour, changed_at,
          ${columnsOf(HOUR_SUMS)})
        select ${tx.tenantId}::uuid, branch_id, day, hour, told_at, ${filled(HOUR_SUMS)}
        from told
        on conflict (tenant_id, branch_id, day, hour) do update set
          changed_at = ${laterOf("report_hours")}, ${additionsTo("report_hours", HOUR_SUMS)}
        returning branch_id, day, hour, ${IS_EMPTY} and present = 0 as is_empty
      )
      select branch_id as "branchId", day, hour from hours where is_empty
      union all select branch_id, day, null from days where is_empty`,
  );
  if (emptied.length > 0) await deleteEmptied(tx, emptied);
}

async function deleteEmptied(tx: TenantTransaction, emptied: readonly Slot[]): Promise<void> {
  const { tenantId } = tx;
  const rows = sql`unnest(${emptied.map(({ branchId }) => branchId)}::uuid[],
    ${emptied.map(({ day }) => day)}::date[],
    ${emptied.map(({ hour }) => hour)}::integer[]) as emptied (branch_id, day, hour)`;
  await run(
    tx,
    sql`delete from report_hours as hours using ${rows}
        where hours.tenant_id = ${tenantId} and hours.branch_id = emptied.branch_id
          and hours.day = emptied.day and hours.hour = emptied.hour`,
  );
  await run(
    tx,
    sql`delete from report_days as days using ${rows}
        where days.tenant_id = ${tenantId} and days.branch_id = emptied.branch_id
          and days.day = emptied.day and emptied.hour is null`,
  );
  await run(
    tx,
    sql`delete from report_company_hours
        where tenant_id = ${tenantId} and ${IS_EMPTY} and present = 0`,
  );
}

/** What a row that is counted anew holds already; `excluded` is what it is to hold. */
const isSame = (table: string, names: readonly string[]) =>
  sql.join(
    names.map((name) => sql`${sql.ref(`${table}.${name}`)} = ${sql.ref(`excluded.${name}`)}`),
    sql` and `,
  );
const replacing = (names: readonly string[]) =>
  sql.join(names.map((name) => sql`${sql.ref(name)} = ${sql.ref(`excluded.${name}`)}`));

/** The hours of a branch, counted anew of all its visits; those that stay as they were keep their time. */
export async function replaceHours(
  tx: TenantTransaction,
  { branchId, source }: { branchId: string; source: RawBuilder<unknown> },
): Promise<void> {
  const { tenantId } = tx;
  await run(
    tx,
    sql`with made as materialized (
          select branch_id, day, hour, ${filled(HOUR_SUMS)}
          from (${selectHours(source)}) as told
        ), emptied as (
          delete from report_hours as hours
          where hours.tenant_id = ${tenantId} and hours.branch_id = ${branchId}
            and not exists (select from made
              where made.day = hours.day and made.hour = hours.hour)
        ), kept as (
          insert into report_hours (tenant_id, branch_id, day, hour, changed_at,
            ${columnsOf(HOUR_SUMS)})
          select ${tenantId}::uuid, branch_id, day, hour, ${tx.now}::timestamptz,
            ${columnsOf(HOUR_SUMS)}
          from made
          on conflict (tenant_id, branch_id, day, hour) do update set
            changed_at = case when ${isSame("report_hours", HOUR_SUMS)}
              then report_hours.changed_at else excluded.changed_at end,
            ${replacing(HOUR_SUMS)}
          returning day
        )
        select count(*) from kept`,
  );
}

/** Days of which the hours of all branches together are not the sum of theirs. */
export async function listUnevenDays(
  tx: TenantTransaction,
  { from, to }: Period,
): Promise<string[]> {
  const { tenantId } = tx;
  const within = sql`day >= ${from}::date and day <= ${to}::date`;
  const rows = await listRows(
    tx,
    sql<{ day: string }>`
      with by_branch as (
        select day, hour, ${sumsOf(COMPANY_SUMS)} from report_hours
        where tenant_id = ${tenantId} and ${within} group by day, hour
      ), kept as (
        select day, hour, ${columnsOf(COMPANY_SUMS)} from report_company_hours
        where tenant_id = ${tenantId} and ${within}
      )
      select distinct differing.day::text as day from (
        (select * from by_branch except select * from kept)
        union all
        (select * from kept except select * from by_branch)
      ) as differing order by 1`,
  );
  return rows.map(({ day }) => day);
}

/** Sums the hours of all branches anew; `days`: of these alone. */
export async function sumCompanyHours(
  tx: TenantTransaction,
  days: readonly string[] | null = null,
): Promise<void> {
  const { tenantId } = tx;
  const isMeant = days === null ? sql`true` : sql`day = any(${days}::date[])`;
  await run(tx, sql`delete from report_company_hours where tenant_id = ${tenantId} and ${isMeant}`);
  await run(
    tx,
    addCompanyHours(
      tx,
      sql`select * from report_hours where tenant_id = ${tenantId} and ${isMeant}`,
    ),
  );
}

/** Sums up the hours of a branch that was counted anew; days that stay as they were keep their time. */
export async function sumDays(tx: TenantTransaction, branchId: string): Promise<void> {
  const { tenantId } = tx;
  await run(
    tx,
    sql`delete from report_days as days
        where days.tenant_id = ${tenantId} and days.branch_id = ${branchId}
          and not exists (select from report_hours as hours
            where hours.tenant_id = ${tenantId} and hours.branch_id = ${branchId}
              and hours.day = days.day)`,
  );
  await run(
    tx,
    sql`insert into report_days (tenant_id, branch_id, day, changed_at, ${columnsOf(SUMS)})
        select ${tenantId}::uuid, branch_id, day, ${tx.now}::timestamptz, ${sumsOf(SUMS)}
        from report_hours where tenant_id = ${tenantId} and branch_id = ${branchId}
        group by branch_id, day
        on conflict (tenant_id, branch_id, day) do update set
          changed_at = case when ${isSame("report_days", SUMS)}
            then report_days.changed_at else excluded.changed_at end,
          ${replacing(SUMS)}`,
  );
}
