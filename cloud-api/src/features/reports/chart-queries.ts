import { listRows, sql, type TenantTransaction } from "../../platform/db.ts";
import {
  type CustomerCount,
  isWithin,
  SUM_COLUMNS,
  type SumRow,
  selectCame,
  selectFirsts,
} from "./figure-queries.ts";
import type { Filter } from "./filter.ts";
import { hoursOf } from "./source-queries.ts";

/** Asked for by hours, whichever: they are told of visits, not of days. */
const ALL_HOURS = Array.from({ length: 24 }, (_, hour) => hour);

type HourRow = SumRow & { present: number };

/** YYYY-MM-DDTHH */
const hourKey = (table: string) =>
  sql`to_char(${sql.ref(`${table}.day`)}, 'YYYY-MM-DD')
    || 'T' || lpad(${sql.ref(`${table}.hour`)}::text, 2, '0')`;

/** What adds up in each hour of the period. */
export function sumHours(tx: TenantTransaction, filter: Filter): Promise<HourRow[]> {
  return listRows(
    tx,
    sql<HourRow>`
      select ${hourKey("told")} as key, ${SUM_COLUMNS}, sum(told.present)::integer as present,
        max(told.changed_at) as "changedAt"
      from ${hoursOf(tx, filter)} as told
      where told.tenant_id = ${tx.tenantId} and ${isWithin("told", filter)}
      group by told.day, told.hour`,
  );
}

/** Who came in each hour. Whoever came for the first time ever is new on the whole of that day. */
export function countHourCustomers(
  tx: TenantTransaction,
  filter: Filter,
): Promise<CustomerCount[]> {
  return listRows(
    tx,
    sql<CustomerCount>`
      with came as (
        select distinct visited.day, visited.hour, visited.customer_id
        from (${selectCame(tx, { ...filter, hours: filter.hours ?? ALL_HOURS })}) as visited
      ), ${selectFirsts(tx, filter)}
      select ${hourKey("came")} as key, count(*)::integer as customers,
        (count(*) filter (where firsts.day = came.day))::integer as "newCustomers"
      from came join firsts on firsts.customer_id = came.customer_id
      group by came.day, came.hour`,
  );
}
