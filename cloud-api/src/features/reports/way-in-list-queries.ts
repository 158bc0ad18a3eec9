import type { RawBuilder } from "kysely";
import { listRows, run, sql, type TenantTransaction } from "../../platform/db.ts";
import { isWithin } from "./figure-queries.ts";
import type { Filter } from "./filter.ts";
import { isAmong } from "./source-queries.ts";
import { DEVICE_COLUMNS, dayByClock, hourByClock, joinDevices } from "./way-in-queries.ts";

/** Which of the times a guest came online a number counts; null: by whichever way. */
export type WayInCell = { filter: Filter; method: string | null };

/** The ways in that are counted. Whose one was is told by its guest, as of now. */
export function selectWaysIn(tx: TenantTransaction, filter: Filter): RawBuilder<unknown> {
  const { from, to } = filter.period;
  // A day of any clock on Earth, and the hour it begins at, are within two days of UTC's.
  return sql`
    select told.* from (
      select ways.*, guests.customer_id, ${DEVICE_COLUMNS}
      from report_ways_in as ways
      ${joinDevices(tx, "ways")}
      left join guests on guests.tenant_id = ${tx.tenantId} and guests.id = ways.guest_id
      where ways.tenant_id = ${tx.tenantId}
        and ways.at >= (${from}::date - 2)::timestamp at time zone 'UTC'
        and ways.at < (${to}::date + 3)::timestamp at time zone 'UTC'
    ) as told
    where ${isWithin("told", filter)} and ${isAmong("told", filter)}`;
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

/** The times a guest came online, the newest first. */
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
        select told.* from (${selectWaysIn(tx, cell.filter)}) as told
        where told.tenant_id = ${tenantId} ${page}
          and (${cell.method}::text is null or told.method = ${cell.method}::text)
        order by told.at desc, told.event_id desc limit ${limit}
      )
      select told.event_id as id, told.at, told.method, told.branch_id as "branchId",
        branches.name as "branchName", told.customer_id as "customerId",
        customers.name as "customerName"
      from page as told
      left join branches on branches.tenant_id = ${tenantId} and branches.id = told.branch_id
      left join customers on customers.tenant_id = ${tenantId} and customers.id = told.customer_id
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
    sql`update report_ways_in as ways set day = ${dayByClock("ways")}, hour = ${hourByClock("ways")}
        from report_clocks as clocks
        where ways.tenant_id = ${tenantId} and ways.branch_id = ${branchId}
          and clocks.tenant_id = ${tenantId} and clocks.branch_id = ways.branch_id`,
  );
  await run(
    tx,
    sql`insert into report_sign_ins (tenant_id, branch_id, day, hour, step, detail, count)
        select ${tenantId}::uuid, ways.branch_id, ways.day, ways.hour, 'online', ways.method,
          count(*)::integer
        from report_ways_in as ways
        where ways.tenant_id = ${tenantId} and ways.branch_id = ${branchId}
          and ways.day is not null
        group by ways.branch_id, ways.day, ways.hour, ways.method
        on conflict (tenant_id, branch_id, day, hour, step, detail) do nothing`,
  );
}
