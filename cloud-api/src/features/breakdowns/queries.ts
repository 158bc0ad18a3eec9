import type { RawBuilder } from "kysely";
import { getRow, listRows, sql, type TenantTransaction } from "../../platform/db.ts";
import type { Subject } from "./rules.ts";

const DAY_MS = 24 * 60 * 60 * 1000;

/** Whose record may be used: nobody's who was forgotten, restricted it, or is part of another. */
const isCounted = sql`customers.merged_into is null and customers.erased_position is null
  and customers.restricted_at is null`;

/** Rows of customer_id and value, both never null: of what is not known there is no row. */
function selectValues(tx: TenantTransaction, subject: Subject): RawBuilder<unknown> {
  switch (subject.from) {
    case "record": {
      const value = recordValue(tx, subject.field);
      return sql`select customers.id as customer_id, ${value} as value from customers
        where customers.tenant_id = ${tx.tenantId} and ${value} is not null`;
    }
    case "words":
      return selectWords(tx, subject);
    case "marks":
      return sql`select customer_id, mark_id::text as value from customer_marks
        where tenant_id = ${tx.tenantId} and kind = ${subject.mark}`;
    case "consents":
      return sql`select distinct on (guests.customer_id) guests.customer_id,
          case when acts.given then 'given' else 'withdrawn' end as value
        from guests
        join customer_consents as acts
          on acts.tenant_id = ${tx.tenantId} and acts.guest_id = guests.id
        where guests.tenant_id = ${tx.tenantId} and acts.purpose = ${subject.purpose}
          and guests.customer_id is not null
        order by guests.customer_id, acts.at desc, acts.event_id desc`;
  }
}

function selectWords(
  tx: TenantTransaction,
  { field, as }: Extract<Subject, { from: "words" }>,
): RawBuilder<unknown> {
  const value = {
    known: sql`'known'`,
    value: sql`latest.value`,
    month: sql`substr(latest.value, 6, 2)`,
    choices: sql`unnest(string_to_array(latest.value, chr(10)))`,
  }[as];
  return sql`select latest.customer_id, ${value} as value from (
      select distinct on (guests.customer_id) guests.customer_id, told.value
      from customer_fields as told
      join guests on guests.tenant_id = ${tx.tenantId} and guests.id = told.guest_id
      where told.tenant_id = ${tx.tenantId} and told.field = ${field}
        and guests.customer_id is not null
      order by guests.customer_id, told.given_at desc, told.event_id desc
    ) as latest where latest.value <> ''`;
}

type RecordField = Extract<Subject, { from: "record" }>["field"];

function recordValue(tx: TenantTransaction, field: RecordField): RawBuilder<string | null> {
  const since = (days: number) => new Date(tx.now.getTime() - days * DAY_MS);
  switch (field) {
    case "kind":
    case "language":
      return sql`${sql.ref(`customers.${field}`)}`;
    case "name":
    case "phone":
    case "email":
      return sql`case when ${sql.ref(`customers.${field}`)} is not null then 'known' end`;
    case "birthday":
      // The last five letters are month and day, whether there is a year before them or not.
      return sql`substr(right(customers.birthday, 5), 1, 2)`;
    case "branch":
      return sql`customers.source_branch_id::text`;
    case "visits":
      return sql`case when customers.visits = 0 then '0' when customers.visits = 1 then '1'
        when customers.visits < 5 then '2-4' when customers.visits < 10 then '5-9' else '10+' end`;
    case "last-visit":
      return sql`case when customers.last_visit_at is null then null
        when customers.last_visit_at >= ${since(30)} then '30'
        when customers.last_visit_at >= ${since(90)} then '90'
        when customers.last_visit_at >= ${since(365)} then '365' else 'older' end`;
  }
}

/** Those alone who were met before a moment; null: everybody. */
const metBefore = (until: Date | null) =>
  until === null ? sql`` : sql`and customers.first_seen_at < ${until}`;

/** When a day of the calendar is over in all branches. */
export async function findDayEnd(tx: TenantTransaction, day: string): Promise<Date> {
  const row = await getRow(
    tx,
    sql<{ endsAt: Date | null }>`
      select max((${day}::date + 1)::timestamp at time zone branches.time_zone) as "endsAt"
      from branches where branches.tenant_id = ${tx.tenantId}`,
  );
  return row.endsAt ?? new Date(Date.parse(`${day}T00:00:00Z`) + DAY_MS);
}

export type CountRow = { value: string | null; customers: number };

/** How many customers have which value; null: it is not known of them. */
export function countByValue(
  tx: TenantTransaction,
  { subject, until = null }: { subject: Subject; until?: Date | null },
): Promise<CountRow[]> {
  return listRows(
    tx,
    sql<CountRow>`
      with valued as (${selectValues(tx, subject)})
      select valued.value, count(*)::integer as customers
      from customers left join valued on valued.customer_id = customers.id
      where customers.tenant_id = ${tx.tenantId} and ${isCounted} ${metBefore(until)}
      group by valued.value`,
  );
}

/** Everybody who is counted, whatever their values. */
export async function countAll(tx: TenantTransaction, until: Date | null = null): Promise<number> {
  const row = await getRow(
    tx,
    sql<{ count: number }>`
      select count(*)::integer as count from customers
      where customers.tenant_id = ${tx.tenantId} and ${isCounted} ${metBefore(until)}`,
  );
  return row.count;
}

export type CountedCustomer = {
  id: string;
  name: string | null;
  phone: string | null;
  visits: number;
  lastVisitAt: Date | null;
  lastSeenAt: Date;
};

/** `value` null: those of whom it is not known. */
export type Counted = { subject: Subject; value: string | null };

function isAmong(tx: TenantTransaction, { subject, value }: Counted) {
  const valued = sql`select valued.customer_id from (${selectValues(tx, subject)}) as valued`;
  return value === null
    ? sql`customers.id not in (${valued})`
    : sql`customers.id in (${valued} where valued.value = ${value}::text)`;
}

/** Who one count counts, the most recently seen first. */
export function listCounted(
  tx: TenantTransaction,
  {
    counted,
    after,
    limit,
  }: { counted: Counted; after: { at: string; id: string } | null; limit: number },
): Promise<CountedCustomer[]> {
  const page = after
    ? sql`and (customers.last_seen_at, customers.id) < (${after.at}::timestamptz, ${after.id}::uuid)`
    : sql``;
  return listRows(
    tx,
    sql<CountedCustomer>`
      select customers.id, customers.name, customers.phone, customers.visits,
        customers.last_visit_at as "lastVisitAt", customers.last_seen_at as "lastSeenAt"
      from customers
      where customers.tenant_id = ${tx.tenantId} and ${isCounted} and ${isAmong(tx, counted)} ${page}
      order by customers.last_seen_at desc, customers.id desc limit ${limit}`,
  );
}

export async function countCounted(tx: TenantTransaction, counted: Counted): Promise<number> {
  const row = await getRow(
    tx,
    sql<{ count: number }>`
      select count(*)::integer as count from customers
      where customers.tenant_id = ${tx.tenantId} and ${isCounted} and ${isAmong(tx, counted)}`,
  );
  return row.count;
}

/** What groups, tiers, tags and branches are called. */
export async function nameValues(
  tx: TenantTransaction,
  subject: Subject,
): Promise<ReadonlyMap<string, string>> {
  const table =
    subject.from === "marks"
      ? sql`marks where tenant_id = ${tx.tenantId} and kind = ${subject.mark}`
      : sql`branches where tenant_id = ${tx.tenantId}`;
  const isNamed =
    subject.from === "marks" || (subject.from === "record" && subject.field === "branch");
  if (!isNamed) return new Map();
  const rows = await listRows(tx, sql<{ id: string; name: string }>`select id, name from ${table}`);
  return new Map(rows.map(({ id, name }) => [id, name]));
}
