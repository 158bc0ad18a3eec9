import type { RawBuilder } from "kysely";
import { listRows, sql, type TenantTransaction } from "../../platform/db.ts";
import {
  type CustomerCount,
  cameFirstSince,
  isWithin,
  keyOf,
  SUM_COLUMNS,
  type SumRow,
} from "./figure-queries.ts";
import { inPeriod } from "./figures.ts";
import type { Filter } from "./filter.ts";
import type { Period } from "./rules.ts";

// What an overview asks of several periods at once: each statement costs its way to the database and back.

/** `at`: of which period, by its place among those that were asked for. */
type Of<Row> = Row & { at: number };

/**
 * What is selected of each period, in one statement. Each is worked out by itself: as parts of one union
 * they would wait for parallel workers, which take longer to begin than these few rows to be summed up.
 */
function unite<Row>(selects: readonly RawBuilder<Row>[]): RawBuilder<Row> {
  const nameOf = (at: number) => sql.ref(`part_${at}`);
  const parts = selects.map((select, at) => sql`${nameOf(at)} as materialized (${select})`);
  const rows = selects.map((_, at) => sql`select * from ${nameOf(at)}`);
  return sql<Row>`with ${sql.join(parts)} ${sql.join(rows, sql` union all `)}`;
}

type Asked = { filter: Filter; by: "branch" | "brand"; periods: readonly Period[] };

/** What adds up on the days of each period, by branch or brand. */
export function sumPeriods(
  tx: TenantTransaction,
  { filter, by, periods }: Asked,
): Promise<Of<SumRow>[]> {
  const select = (period: Period, at: number) => sql<Of<SumRow>>`
    select ${at}::integer as at, ${keyOf("told", { by })} as key, ${SUM_COLUMNS},
      null::timestamptz as "changedAt"
    from report_days as told
    where told.tenant_id = ${tx.tenantId} and ${isWithin("told", inPeriod(filter, period))}
    group by ${by === "branch" ? sql`told.branch_id` : sql`2`}`;
  return listRows(tx, unite(periods.map(select)));
}

/** Customers of each period at each branch, and those of the company, each once, under the tenant's id. */
export function countPeriods(
  tx: TenantTransaction,
  periods: readonly Period[],
): Promise<Of<CustomerCount>[]> {
  const select = (
    { from, to }: Period,
    { at, table, key }: { at: number; table: RawBuilder<unknown>; key: RawBuilder<string> },
  ) => sql<Of<CustomerCount>>`
    select ${at}::integer as at, ${key}::text as key,
      sum(${cameFirstSince(sql`${from}::date`)})::integer as customers,
      sum(told.fresh)::integer as "newCustomers"
    from ${table} as told
    where told.tenant_id = ${tx.tenantId}
      and told.day >= ${from}::date and told.day <= ${to}::date
    group by ${key}`;
  const branches = { table: sql`report_day_returns`, key: sql<string>`told.branch_id` };
  const company = { table: sql`report_company_day_returns`, key: sql<string>`told.tenant_id` };
  return listRows(
    tx,
    unite(
      periods.flatMap((period, at) => [
        select(period, { ...branches, at }),
        select(period, { ...company, at }),
      ]),
    ),
  );
}
