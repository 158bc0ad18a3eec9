import type { RawBuilder } from "kysely";
import { sql, type TenantTransaction } from "../../platform/db.ts";
import type { Fact } from "../../platform/narrowing.ts";
import type { Narrowed } from "./narrowing.ts";

/** Null: at all hours and on all days of the week; of everybody, however they came. */
type Meant = {
  hours: readonly number[] | null;
  weekdays: readonly number[] | null;
  narrowed: Narrowed | null;
};

/**
 * Which facts are meant. Hours and days are those of the branch's calendar; how somebody came is told by
 * the visit that the fact was within, and unknown of one that was within none.
 */
export function isFactMeant(
  tx: TenantTransaction,
  fact: Fact,
  { hours, weekdays, narrowed }: Meant,
): RawBuilder<unknown> {
  const local = sql`(${fact.at} at time zone ${fact.timeZone})`;
  const { customers = [], devices, systems, forms, methods } = narrowed ?? {};
  const conditions = customers.map(
    (select) => sql`${fact.guestId} in (
      select guests.id from guests
      where guests.tenant_id = ${tx.tenantId} and guests.customer_id in (${select}))`,
  );
  const isOne = (value: RawBuilder<unknown>, of: readonly number[] | null) => {
    if (of) conditions.push(sql`${value}::integer = any(${of}::integer[])`);
  };
  isOne(sql`extract(hour from ${local})`, hours);
  isOne(sql`extract(isodow from ${local})`, weekdays);
  const came = { device_kind: devices, system: systems, form: forms, method: methods };
  for (const [column, words] of Object.entries(came))
    if (words) conditions.push(sql`${selectOfVisit(tx, fact, column)} = any(${words}::text[])`);
  return sql.join([sql`true`, ...conditions], sql` and `);
}

/** A column of the visit that a fact was within: of the last that had begun by then and was not over. */
const selectOfVisit = (
  tx: TenantTransaction,
  { branchId, guestId, at, metAt = at }: Fact,
  column: string,
) => sql`coalesce((
  select ${sql.ref(`counted.${column}`)} from visits as met
  join report_visits as counted
    on counted.tenant_id = ${tx.tenantId} and counted.visit_id = met.id
  where met.tenant_id = ${tx.tenantId} and met.guest_id = ${guestId}
    and met.branch_id = ${branchId} and met.started_at <= ${metAt}
    and (met.ended_at is null or met.ended_at >= ${metAt})
  order by met.started_at desc limit 1), 'unknown')`;
