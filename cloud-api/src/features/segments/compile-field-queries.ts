import type { RawBuilder } from "kysely";
import { sql, type TenantTransaction } from "../../platform/db.ts";
import { DATE_PATTERN } from "./rules.ts";
import type { FieldCondition, FieldTest } from "./schema.ts";

/** Comes after every text that begins with the same letters, in the order of bytes. */
const AFTER_ALL = "\u{10ffff}";

export type Bool = RawBuilder<boolean>;

/** The clock of a branch; one that is not there has UTC's. */
export function zoneOf(branchId: RawBuilder<unknown>, tx: TenantTransaction): RawBuilder<string> {
  return sql<string>`coalesce((
    select branches.time_zone from branches
    where branches.tenant_id = ${tx.tenantId} and branches.id = ${branchId}), 'UTC')`;
}

const COLUMNS = new Set(["name", "phone", "email", "birthday", "language", "kind"]);

/** The last word on a field, or null. */
function wordOf(field: string, tx: TenantTransaction): RawBuilder<string | null> {
  if (COLUMNS.has(field)) return sql<string | null>`${sql.ref(`customers.${field}`)}`;
  return sql<string | null>`(
    select nullif(told.value, '') from guests
    join customer_fields as told
      on told.tenant_id = guests.tenant_id and told.guest_id = guests.id
    where guests.tenant_id = ${tx.tenantId} and guests.customer_id = customers.id
      and told.field = ${field}
    order by told.given_at desc, told.event_id desc limit 1)`;
}

export function compileField({ field, test }: FieldCondition, tx: TenantTransaction): Bool {
  const value = wordOf(field, tx);
  if (test.is === "known") return sql<boolean>`(${value} is not null)`;
  if (test.is === "unknown") return sql<boolean>`(${value} is null)`;
  const fitting = fitsField(value, test, tx);
  // What only asks whether rows are there is never null, and can be joined as it stands.
  return test.is === "in-next-days"
    ? sql<boolean>`${fitting}`
    : sql<boolean>`coalesce(${fitting}, false)`;
}

type Compared = Exclude<FieldTest, { is: "known" | "unknown" }>;

function fitsField(value: RawBuilder<string | null>, test: Compared, tx: TenantTransaction) {
  switch (test.is) {
    case "one-of":
      return sql`${value} = any(${test.values}::text[])`;
    case "begins":
      // A range, as in the search: LIKE is not leakproof.
      return sql`(${value} collate "C" >= ${test.text}::text
        and ${value} collate "C" < ${test.text + AFTER_ALL}::text)`;
    case "at-least":
      return sql`${numberOf(value)} >= ${test.number}::numeric`;
    case "at-most":
      return sql`${numberOf(value)} <= ${test.number}::numeric`;
    case "in-months": {
      const months = test.months.map((month) => String(month).padStart(2, "0"));
      return sql`substring(${value} from '-([0-9]{2})-[0-9]{2}$') = any(${months}::text[])`;
    }
    case "contains":
      return sql`strpos(${value}, ${test.text}::text) > 0`;
    case "has": {
      const chosen = sql`string_to_array(${value}, chr(10))`;
      return test.which === "any"
        ? sql`${chosen} && ${test.values}::text[]`
        : sql`${chosen} @> ${test.values}::text[]`;
    }
    case "on-days": {
      const day = sql`substring(${value} from '-([0-9]{2}-[0-9]{2})$') collate "C"`;
      const both = test.from <= test.to ? sql`and` : sql`or`;
      return sql`(${day} >= ${test.from}::text ${both} ${day} <= ${test.to}::text)`;
    }
    case "dated":
      return isBetween(value, { from: sql`${test.from}::text`, to: sql`${test.to}::text` });
    case "from-today": {
      const today = sql`(${tx.now}::timestamptz
        at time zone ${zoneOf(sql`customers.source_branch_id`, tx)})::date`;
      const ahead = (days: number | undefined) =>
        days === undefined
          ? sql`null::text`
          : sql`to_char(${today} + ${days}::integer, 'YYYY-MM-DD')`;
      return isBetween(value, { from: ahead(test.min), to: ahead(test.max) });
    }
    case "in-next-days":
      return isKeptWithin(value, test.days, tx);
  }
}

/** Dates as texts: what is no date is not cast, and fails nothing. */
function isBetween(
  value: RawBuilder<string | null>,
  { from, to }: { from: RawBuilder<unknown>; to: RawBuilder<unknown> },
) {
  return sql`(${value} ~ ${DATE_PATTERN}
    and (${from} is null or ${value} collate "C" >= ${from})
    and (${to} is null or ${value} collate "C" <= ${to}))`;
}

function numberOf(value: RawBuilder<string | null>) {
  return sql`case when ${value} ~ '^-?[0-9]{1,9}(\.[0-9]{1,4})?$' then (${value})::numeric end`;
}

/**
 * 29 February is kept on the 28th of a common year: `isBirthday` of admission. The days are worked out
 * for each branch where somebody may have joined, and not for each customer, whose date is cut and not
 * searched: a regular expression took most of the time.
 */
function isKeptWithin(value: RawBuilder<string | null>, days: number, tx: TenantTransaction) {
  return sql`exists (
    select from branches
    cross join lateral (
      select (${tx.now}::timestamptz at time zone branches.time_zone)::date + ahead as day
      from generate_series(0, ${days}::integer) as ahead
    ) as calendar
    cross join lateral (
      select to_char(calendar.day, 'MM-DD') as name
      union all
      select '02-29' where to_char(calendar.day, 'MM-DD') = '02-28'
        and to_char(calendar.day + 1, 'MM-DD') = '03-01'
    ) as kept
    where branches.tenant_id = ${tx.tenantId} and branches.id = customers.source_branch_id
      and '-' || kept.name = right(${value}, 6))`;
}
