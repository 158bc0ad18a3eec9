import type { RawBuilder } from "kysely";
import { findRow, listRows, run, sql, type TenantTransaction } from "../../platform/db.ts";
import { isWithin } from "./figure-queries.ts";
import type { Filter } from "./filter.ts";
import type { DayVisits } from "./fitting.ts";

// What is no sum is found anew of whole days of branches. Those of which what is kept is not right yet stand in
// a table of their own, and are found of their visits by whoever asks.

/** What is kept so. */
export type KeptByDay = "report_peaks" | "report_use";

const dueOf = (kept: KeptByDay) => sql.table(`${kept}_due`);

/** Of a row's branch and day what is kept is right. */
export const isKept = (tx: TenantTransaction, kept: KeptByDay, row: string) => sql`not exists (
  select from ${dueOf(kept)} as due
  where due.tenant_id = ${tx.tenantId} and due.branch_id = ${sql.ref(`${row}.branch_id`)}
    and due.day = ${sql.ref(`${row}.day`)})`;

/** Days of which it is not, as a select of branch_id and day. */
export const selectDue = (tx: TenantTransaction, kept: KeptByDay, filter: Filter) => sql`
  select due.branch_id, due.day from ${dueOf(kept)} as due
  where due.tenant_id = ${tx.tenantId} and ${isWithin("due", { ...filter, hours: null })}`;

/** How many visits each of them has. */
export function listDueDays(
  tx: TenantTransaction,
  kept: KeptByDay,
  filter: Filter,
): Promise<DayVisits[]> {
  return listRows(
    tx,
    sql<DayVisits>`
      select due.day::text as day, sum(told.visits)::integer as visits
      from (${selectDue(tx, kept, filter)}) as due
      join report_days as told on told.tenant_id = ${tx.tenantId}
        and told.branch_id = due.branch_id and told.day = due.day
      group by due.day order by due.day`,
  );
}

export async function isAnyDue(tx: TenantTransaction, kept: KeptByDay): Promise<boolean> {
  const row = await findRow(
    tx,
    sql<{ day: string }>`
      select day::text from ${dueOf(kept)} where tenant_id = ${tx.tenantId} limit 1`,
  );
  return row !== null;
}

/** Days that are being found anew, as a select of branch_id and day, and how many they are. */
export type TakenDays = { days: RawBuilder<unknown>; taken: number };

/** Takes so many days off those that wait, with what was kept of them. */
export async function takeDue(
  tx: TenantTransaction,
  kept: KeptByDay,
  limit: number,
): Promise<TakenDays> {
  const { tenantId } = tx;
  const due = await listRows(
    tx,
    sql<{ branchId: string; day: string }>`
      select branch_id as "branchId", day::text from ${dueOf(kept)}
      where tenant_id = ${tenantId} order by branch_id, day limit ${limit}`,
  );
  const days = sql`select taken.branch_id, taken.day from unnest(
    ${due.map(({ branchId }) => branchId)}::uuid[], ${due.map(({ day }) => day)}::date[])
    as taken (branch_id, day)`;
  for (const table of [sql.table(kept), dueOf(kept)])
    await run(
      tx,
      sql`delete from ${table} as kept using (${days}) as counted
          where kept.tenant_id = ${tenantId} and kept.branch_id = counted.branch_id
            and kept.day = counted.day`,
    );
  return { days, taken: due.length };
}
