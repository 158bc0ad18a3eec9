import type { RawBuilder } from "kysely";
import { run, sql, type TenantTransaction } from "../../platform/db.ts";

/** The day before the first one of somebody. */
export const NEVER = "0001-01-01";

type Folding = {
  /** What has a row for each day on which somebody came and the one before it, and what has one a day. */
  from: "report_returns" | "report_company_returns";
  into: "report_day_returns" | "report_company_day_returns";
  /** What a folded row is of. */
  of: readonly ("branch_id" | "day")[];
  /** Of which of them, as a select of these columns; or of all that a branch has. */
  changed: RawBuilder<unknown> | { branchId: string };
};

/** Makes one row anew of those of each of some branches' days: a select of branch_id and day. */
export const foldBranchDays = (tx: TenantTransaction, changed: RawBuilder<unknown>) =>
  fold(tx, {
    ...{ from: "report_returns", into: "report_day_returns", of: ["branch_id", "day"], changed },
  });

/** The same of all days of one branch. */
export const foldBranch = (tx: TenantTransaction, branchId: string) =>
  fold(tx, {
    ...{ from: "report_returns", into: "report_day_returns", of: ["branch_id", "day"] },
    changed: { branchId },
  });

/** The same of days over all branches: a select of day. */
export const foldCompanyDays = (tx: TenantTransaction, changed: RawBuilder<unknown>) =>
  fold(tx, {
    ...{ from: "report_company_returns", into: "report_company_day_returns", of: ["day"], changed },
  });

async function fold(tx: TenantTransaction, { from, into, of, changed }: Folding): Promise<void> {
  const { tenantId } = tx;
  const columns = (table: string) => sql.join(of.map((name) => sql.ref(`${table}.${name}`)));
  const names = sql.join(of.map((name) => sql.ref(name)));
  // Of a whole branch no select is joined: of what was just written a plan expects one row, and would read
  // it again for each of the others.
  const [using, isChanged, join] =
    "branchId" in changed
      ? [
          sql``,
          (table: string) => sql`${sql.ref(`${table}.branch_id`)} = ${changed.branchId}`,
          sql``,
        ]
      : [
          sql`using (${changed}) as changed`,
          (table: string) => sql`(${columns(table)}) = (${columns("changed")})`,
          sql`join (${changed}) as changed on true`,
        ];
  await run(
    tx,
    sql`delete from ${sql.table(into)} as folded ${using}
        where folded.tenant_id = ${tenantId} and ${isChanged("folded")}`,
  );
  const isAgain = sql`summed.before <> ${NEVER}::date`;
  await run(
    tx,
    sql`insert into ${sql.table(into)} (tenant_id, ${names}, fresh, gaps, beyond)
        select ${tenantId}::uuid, ${columns("summed")},
          coalesce(sum(summed.customers) filter (where not ${isAgain}), 0)::integer,
          coalesce(array_agg((summed.day - summed.before)::smallint order by summed.before desc)
            filter (where ${isAgain}), '{}'),
          coalesce(array_agg(summed.longer::integer order by summed.before desc)
            filter (where ${isAgain}), '{}')
        from (
          select ${columns("told")}, told.before, told.customers,
            sum(told.customers) filter (where told.before <> ${NEVER}::date)
              over (partition by ${columns("told")} order by told.before) as longer
          from ${sql.table(from)} as told ${join}
          where told.tenant_id = ${tenantId} and ${isChanged("told")}
        ) as summed
        group by ${columns("summed")}
        on conflict (tenant_id, ${names}) do nothing`,
  );
}
