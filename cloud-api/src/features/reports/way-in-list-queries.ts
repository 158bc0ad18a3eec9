import type { RawBuilder } from "kysely";
import { listRows, run, sql, type TenantTransaction } from "../../platform/db.ts";
import { isWithin } from "./figure-queries.ts";
import type { Filter } from "./filter.ts";
import { selectLedVisit } from "./way-in-queries.ts";

/** Which of the times a guest came online a number counts; null: by whichever way. */
export type WayInCell = { filter: Filter; method: string | null };

/** With the day and hour of its branch's clock, as `report_sign_ins` counts it. */
const local = sql`ways.at at time zone clocks.time_zone`;
const DAY = sql`((${local}) - make_interval(hours => clocks.day_starts_hour))::date`;
const HOUR = sql`extract(hour from ${local})::smallint`;

function selectWaysIn(tx: TenantTransaction, { filter, method }: WayInCell): RawBuilder<unknown> {
  const { from, to } = filter.period;
  // A day of any clock on Earth, and the hour it begins at, are within two days of UTC's.
  return sql`
    select ways.*, ${DAY} as day, ${HOUR} as hour
    from report_ways_in as ways
    join report_clocks as clocks
      on clocks.tenant_id = ${tx.tenantId} and clocks.branch_id = ways.branch_id
    where ways.tenant_id = ${tx.tenantId}
      and ways.at >= (${from}::date - 2)::timestamp at time zone 'UTC'
      and ways.at < (${to}::date + 3)::timestamp at time zone 'UTC'
      and (${method}::text is null or ways.method = ${method}::text)`;
}

export type CountedWayIn = {
  id: string;
  at: Date;
  method: string;
  branchId: string;
  branchName: string | null;
  customerId: string | null;
  customerName: string | null;
};

/** The times a guest came online, the newest first, each with whose visit it led to. */
export function listWaysIn(
  tx: TenantTransaction,
  {
    cell,
    after,
    limit,
  }: { cell: WayInCell; after: { at: string; id: string } | null; limit: number },
): Promise<CountedWayIn[]> {
  const { tenantId } = tx;
  const page = after
    ? sql`and (told.at, told.event_id) < (${after.at}::timestamptz, ${after.id}::uuid)`
    : sql``;
  return listRows(
    tx,
    sql<CountedWayIn>`
      with page as materialized (
        select told.* from (${selectWaysIn(tx, cell)}) as told
        where told.tenant_id = ${tenantId} and ${isWithin("told", cell.filter)} ${page}
        order by told.at desc, told.event_id desc limit ${limit}
      )
      select told.event_id as id, told.at, told.method, told.branch_id as "branchId",
        branches.name as "branchName", led.customer_id as "customerId",
        customers.name as "customerName"
      from page as told
      left join lateral (${selectLedVisit(tx, "told")}) as led on true
      left join branches on branches.tenant_id = ${tenantId} and branches.id = told.branch_id
      left join customers on customers.tenant_id = ${tenantId} and customers.id = led.customer_id
      order by told.at desc, told.event_id desc`,
  );
}

/** Counts a branch's ways in anew, by the clock it has now. */
export async function recountWaysIn(tx: TenantTransaction, branchId: string): Promise<void> {
  const { tenantId } = tx;
  await run(
    tx,
    sql`delete from report_sign_ins
        where tenant_id = ${tenantId} and branch_id = ${branchId} and step = 'online'`,
  );
  await run(
    tx,
    sql`insert into report_sign_ins (tenant_id, branch_id, day, hour, step, detail, count)
        select ${tenantId}::uuid, ways.branch_id, ${DAY}, ${HOUR}, 'online', ways.method,
          count(*)::integer
        from report_ways_in as ways
        join report_clocks as clocks
          on clocks.tenant_id = ${tenantId} and clocks.branch_id = ways.branch_id
        where ways.tenant_id = ${tenantId} and ways.branch_id = ${branchId}
        group by 2, 3, 4, 6
        on conflict (tenant_id, branch_id, day, hour, step, detail) do nothing`,
  );
}
