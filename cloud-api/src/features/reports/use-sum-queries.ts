import type { RawBuilder } from "kysely";
import { listRows, run, sql, type TenantTransaction } from "../../platform/db.ts";
import type { CheckedDay } from "./check-queries.ts";
import { isKept, selectDue, takeDue } from "./due-queries.ts";
import { isWithin } from "./figure-queries.ts";
import type { Filter } from "./filter.ts";
import { type Period, SESSION_ENDS, type SessionEnd } from "./rules.ts";
import { isAmong } from "./source-queries.ts";

/** RFC 2866 §5.10, and what a box says of a session whose access controller it hears no more of. */
const LOST = [
  ...["Lost-Carrier", "Lost-Service", "Lost-Contact", "NAS-Error", "NAS-Request", "NAS-Reboot"],
  ...["Admin-Reboot", "Port-Error", "Service-Unavailable"],
];
const TIMED_OUT = "Session-Timeout";
const SHORT_SECONDS = 60;

export const ENDED: Readonly<Record<SessionEnd, RawBuilder<unknown>>> = {
  "timed-out": sql`sessions.cause = ${TIMED_OUT}`,
  going: sql`sessions.ended_at is null`,
  lost: sql`sessions.cause = any(${LOST}::text[])`,
  short: sql`extract(epoch from sessions.ended_at - sessions.started_at) < ${SHORT_SECONDS}`,
};

/** In place of an id that is not told: no key holds a null. */
export const NOT_TOLD = sql`'00000000-0000-0000-0000-000000000000'::uuid`;
/** The hour of a row that is of all of a day. */
const WHOLE_DAY = sql`-1::smallint`;

const SUMS = sql`sessions, connected_seconds, upload_bytes, download_bytes, timed_out, going, lost, short,
  last_started_at, customer_ids`;

const endedBy = (end: SessionEnd) => sql`(count(*) filter (where ${ENDED[end]}))::integer`;
const SUMMED = sql`count(*)::integer as sessions,
  sum(sessions.connected_seconds)::bigint as connected_seconds,
  sum(sessions.upload_bytes)::bigint as upload_bytes,
  sum(sessions.download_bytes)::bigint as download_bytes,
  ${endedBy("timed-out")} as timed_out, ${endedBy("going")} as going, ${endedBy("lost")} as lost,
  ${endedBy("short")} as short, max(sessions.started_at) as last_started_at,
  coalesce(array_agg(distinct sessions.customer_id)
    filter (where sessions.customer_id is not null), '{}') as customer_ids`;

/** The sessions of visits, a select of rows of `report_visits`: they stand where their visit does. */
const selectSessionsOf = (tx: TenantTransaction, visits: RawBuilder<unknown>) => sql`
  select told.branch_id, told.day, told.hour, told.customer_id,
    coalesce(sessions.policy_id, ${NOT_TOLD}) as policy_id,
    coalesce(sessions.nas_id, ${NOT_TOLD}) as nas_id, sessions.started_at, sessions.ended_at,
    sessions.cause, sessions.connected_seconds, sessions.upload_bytes, sessions.download_bytes
  from (${visits}) as told
  join sessions on sessions.tenant_id = ${tx.tenantId} and sessions.visit_id = told.visit_id`;

const KEYS = sql`sessions.branch_id, sessions.day, sessions.policy_id, sessions.nas_id`;

/** What visits used on each of their days. */
const selectMade = (tx: TenantTransaction, visits: RawBuilder<unknown>) => sql`
  select ${KEYS}, ${SUMMED} from (${selectSessionsOf(tx, visits)}) as sessions group by ${KEYS}`;

const selectVisitsOfDays = (tx: TenantTransaction, days: RawBuilder<unknown>) => sql`
  select came.* from (${days}) as asked
  join report_visits as came on came.tenant_id = ${tx.tenantId}
    and came.branch_id = asked.branch_id and came.day = asked.day`;

/**
 * What was used in the days and hours that are asked about, by branch, day, policy and access controller: what
 * is kept, and what is not kept right yet, or narrowed by guests, made of the visits.
 */
export function selectUse(tx: TenantTransaction, filter: Filter): RawBuilder<unknown> {
  if (filter.narrowed)
    return selectMade(
      tx,
      sql`select came.* from report_visits as came
        where came.tenant_id = ${tx.tenantId} and ${isWithin("came", filter)}
          and ${isAmong("came", filter)}`,
    );
  const due = sql`select came.* from (${selectVisitsOfDays(tx, selectDue(tx, "report_use", filter))})
    as came where ${isWithin("came", filter)}`;
  return sql`
    select kept.branch_id, kept.day, kept.policy_id, kept.nas_id, ${SUMS} from report_use as kept
    where kept.tenant_id = ${tx.tenantId} and ${isWithin("kept", filter)}
      and ${filter.hours ? sql`true` : sql`kept.hour = ${WHOLE_DAY}`}
      and ${isKept(tx, "report_use", "kept")}
    union all
    select made.branch_id, made.day, made.policy_id, made.nas_id, ${SUMS}
    from (${selectMade(tx, due)}) as made`;
}

const insertUse = (tx: TenantTransaction, visits: RawBuilder<unknown>) => sql`
  insert into report_use (tenant_id, branch_id, day, policy_id, nas_id, hour, ${SUMS})
  select ${tx.tenantId}::uuid, ${KEYS}, coalesce(sessions.hour, ${WHOLE_DAY}), ${SUMMED}
  from (${selectSessionsOf(tx, visits)}) as sessions
  group by grouping sets ((${KEYS}, sessions.hour), (${KEYS}))
  on conflict (tenant_id, branch_id, day, hour, policy_id, nas_id) do nothing`;

/** Keeps what was used on so many days of branches that wait for it; says of how many. */
export async function keepUseDue(tx: TenantTransaction, limit: number): Promise<number> {
  const { days, taken } = await takeDue(tx, "report_use", limit);
  await run(tx, insertUse(tx, selectVisitsOfDays(tx, days)));
  return taken;
}

/** Keeps that of all visits of a branch, of which nothing is kept. */
export const keepUseOfBranch = (tx: TenantTransaction, branchId: string): Promise<void> =>
  run(
    tx,
    insertUse(
      tx,
      sql`select came.* from report_visits as came
        where came.tenant_id = ${tx.tenantId} and came.branch_id = ${branchId}`,
    ),
  );

/** Notes on which days visits are otherwise than they were, from rows of visits with their sign. */
export const noteUseMoved = (tx: TenantTransaction, source: RawBuilder<unknown>): Promise<void> =>
  noteUseDue(
    tx,
    sql`select branch_id, day from (${source}) as told
      group by visit_id, branch_id, day, hour, customer_id having sum(sign) <> 0`,
  );

/** The same of visits of which some session is otherwise, or gone. */
export const noteUseOf = (tx: TenantTransaction, visitIds: readonly string[]): Promise<void> =>
  noteUseDue(
    tx,
    sql`select came.branch_id, came.day from report_visits as came
      where came.tenant_id = ${tx.tenantId} and came.visit_id = any(${visitIds}::uuid[])`,
  );

const noteUseDue = (tx: TenantTransaction, days: RawBuilder<unknown>): Promise<void> =>
  run(
    tx,
    sql`insert into report_use_due (tenant_id, branch_id, day)
        select distinct ${tx.tenantId}::uuid, moved.branch_id, moved.day from (${days}) as moved
        on conflict (tenant_id, branch_id, day) do nothing`,
  );

/** What is kept of days that wait for nothing, policies and access controllers added up. */
export function listKeptUse(tx: TenantTransaction, { from, to }: Period): Promise<CheckedDay[]> {
  const isDay = sql`kept.hour = ${WHOLE_DAY}`;
  return listRows(
    tx,
    sql<CheckedDay>`
      select kept.branch_id as "branchId", kept.day::text as day, jsonb_build_object(
        'sessions', sum(sessions) filter (where ${isDay}),
        'sessionsByHour', sum(sessions) filter (where not (${isDay})),
        'sessionSeconds', sum(connected_seconds) filter (where ${isDay}),
        'sessionBytes', sum(upload_bytes + download_bytes) filter (where ${isDay}),
        'sessionsEnded', sum(timed_out + going + lost + short) filter (where ${isDay}),
        'sessionCustomers', sum(cardinality(customer_ids)) filter (where ${isDay})) as numbers
      from report_use as kept
      where kept.tenant_id = ${tx.tenantId} and kept.day >= ${from}::date
        and kept.day <= ${to}::date and ${isKept(tx, "report_use", "kept")}
      group by kept.branch_id, kept.day`,
  );
}

/** The same of the sessions themselves, one by one. */
export function listRawUse(tx: TenantTransaction, { from, to }: Period): Promise<CheckedDay[]> {
  const { tenantId } = tx;
  const ends = SESSION_ENDS.map((end) => sql`coalesce((${ENDED[end]})::integer, 0)`);
  return listRows(
    tx,
    sql<CheckedDay>`
      with used as (
        select visits.branch_id, ((visits.started_at at time zone clocks.time_zone)
            - make_interval(hours => clocks.day_starts_hour))::date as day, visits.customer_id,
          sessions.policy_id, sessions.nas_id, sessions.connected_seconds, sessions.upload_bytes,
          sessions.download_bytes, ${sql.join(ends, sql` + `)} as ends
        from visits
        join report_clocks as clocks
          on clocks.tenant_id = ${tenantId} and clocks.branch_id = visits.branch_id
        join sessions on sessions.tenant_id = ${tenantId} and sessions.visit_id = visits.id
        where visits.tenant_id = ${tenantId} and visits.started_at >= ${from}::date - 2
          and visits.started_at < ${to}::date + 3
      )
      select used.branch_id as "branchId", used.day::text as day, jsonb_build_object(
        'sessions', count(*), 'sessionsByHour', count(*),
        'sessionSeconds', sum(used.connected_seconds),
        'sessionBytes', sum(used.upload_bytes + used.download_bytes),
        'sessionsEnded', sum(used.ends),
        'sessionCustomers', count(distinct (used.policy_id, used.nas_id, used.customer_id))
          filter (where used.customer_id is not null)) as numbers
      from used
      where used.day >= ${from}::date and used.day <= ${to}::date
        and ${isKept(tx, "report_use", "used")}
      group by used.branch_id, used.day`,
  );
}
