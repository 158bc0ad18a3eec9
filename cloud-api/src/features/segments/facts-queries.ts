import type { RawBuilder } from "kysely";
import {
  findRow,
  getRow,
  keepPlan,
  listRows,
  sql,
  type TenantTransaction,
} from "../../platform/db.ts";
import { gather, readGathered } from "../../platform/gathered.ts";
import { selectLastConsents } from "./consent-queries.ts";
import type { Need } from "./dependencies.ts";
import type { ConsentFact, EventFact, Facts, MarkFact, ScoreFact, VisitFact } from "./evaluate.ts";

type CustomerRow = {
  customerId: string;
  name: string | null;
  phone: string | null;
  email: string | null;
  birthday: string | null;
  language: string | null;
  kind: string;
  at: Date;
  branchId: string;
  timeZone: string;
};

/** What a row tells, and of whom. */
type Of<Fact> = Fact & { customerId: string };

/** All rows of some customers, by what is needed them for. */
type Rows = {
  "told-fields": Of<{ field: string; value: string }>[];
  marks: Of<MarkFact>[];
  visits: Of<VisitFact>[];
  events: Of<EventFact>[];
  scores: Of<ScoreFact>[];
  consents: Of<ConsentFact>[];
};

/** Everything that segments ask about one customer; null where there is none, or was one. */
export async function findFacts(tx: TenantTransaction, customerId: string): Promise<Facts | null> {
  const isAsked = sql`= ${customerId}::uuid`;
  // In one statement: to ask for each part by itself takes longer than to find it.
  const found = await getRow(
    tx,
    keepPlan(
      "segment-facts",
      sql<Record<Need | "customers", string>>`
        select ${gather(selectCustomers(tx, isAsked))} as customers,
          ${gather(selectTold(tx, isAsked))} as "told-fields",
          ${gather(selectMarks(tx, isAsked))} as marks,
          ${gather(selectVisits(tx, isAsked))} as visits,
          ${gather(selectEvents(tx, isAsked))} as events,
          ${gather(selectScores(tx, isAsked))} as scores,
          ${gather(selectLastConsents(tx, isAsked))} as consents`,
    ),
  );
  const [customer] = readGathered<CustomerRow>(found.customers);
  if (!customer) return null;
  return toFacts(customer, {
    "told-fields": readGathered(found["told-fields"]),
    marks: readGathered(found.marks),
    visits: readGathered(found.visits),
    events: readGathered(found.events),
    scores: readGathered(found.scores),
    consents: readGathered(found.consents),
  });
}

function toFacts(row: CustomerRow, rows: Rows): Facts {
  const { customerId: _id, at, branchId, timeZone, ...columns } = row;
  const fields = new Map(rows["told-fields"].map(({ field, value }) => [field, value]));
  for (const [field, value] of Object.entries(columns))
    if (value !== null) fields.set(field, value);
  const { marks, visits, events, consents } = rows;
  const [score = null] = rows.scores;
  return { score, fields, joined: { at, branchId, timeZone }, marks, visits, events, consents };
}

/** Whether a record is in no segment, whatever they ask: it is part of another, or not to be used. */
export async function isLeftOut(tx: TenantTransaction, customerId: string): Promise<boolean> {
  const row = await findRow(
    tx,
    sql`select id from customers
        where tenant_id = ${tx.tenantId} and id = ${customerId}
          and (merged_into is not null or restricted_at is not null)`,
  );
  return row !== null;
}

/** What is needed of what segments ask about customers, by their ids; nothing of who is none. */
export async function listFacts(
  tx: TenantTransaction,
  customerIds: readonly string[],
  needs: ReadonlySet<Need>,
): Promise<Map<string, Facts>> {
  const isAsked = sql`= any(${customerIds}::uuid[])`;
  const ask = async <Fact>(
    need: Need,
    select: (tx: TenantTransaction, isAsked: RawBuilder<unknown>) => RawBuilder<Of<Fact>>,
  ) => {
    const isNeeded = needs.has(need) && customerIds.length > 0;
    const rows = isNeeded ? await listRows(tx, select(tx, isAsked)) : [];
    const rowsOf = Map.groupBy(rows, (row) => row.customerId);
    return (customerId: string) => rowsOf.get(customerId) ?? [];
  };
  const told = await ask("told-fields", selectTold);
  const marks = await ask("marks", selectMarks);
  const visits = await ask("visits", selectVisits);
  const events = await ask("events", selectEvents);
  const scores = await ask("scores", selectScores);
  const consents = await ask("consents", selectLastConsents);
  const found = new Map<string, Facts>();
  for (const row of await listRows(tx, selectCustomers(tx, isAsked))) {
    const { customerId: id } = row;
    found.set(
      id,
      toFacts(row, {
        ...{ "told-fields": told(id), marks: marks(id), visits: visits(id) },
        ...{ events: events(id), scores: scores(id), consents: consents(id) },
      }),
    );
  }
  return found;
}

const selectCustomers = ({ tenantId }: TenantTransaction, isAsked: RawBuilder<unknown>) =>
  sql<CustomerRow>`
  select customers.id as "customerId", customers.name, customers.phone, customers.email, customers.birthday,
    customers.language, customers.kind, customers.source_at as at, customers.source_branch_id as "branchId",
    coalesce(branches.time_zone, 'UTC') as "timeZone"
  from customers
  left join branches on branches.tenant_id = customers.tenant_id
    and branches.id = customers.source_branch_id
  where customers.tenant_id = ${tenantId} and customers.id ${isAsked}
    and customers.erased_position is null and customers.merged_into is null
    and customers.restricted_at is null`;

const selectTold = ({ tenantId }: TenantTransaction, isAsked: RawBuilder<unknown>) =>
  sql<Of<{ field: string; value: string }>>`
  select latest."customerId", latest.field, latest.value from (
    select distinct on (guests.customer_id, told.field) guests.customer_id as "customerId",
      told.field, told.value
  from guests
  join customer_fields as told
    on told.tenant_id = guests.tenant_id and told.guest_id = guests.id
  where guests.tenant_id = ${tenantId} and guests.customer_id ${isAsked}
    and (told.field >= 'own.' and told.field < 'own/'
      or told.field in ('address', 'card', 'posId'))
  order by guests.customer_id, told.field, told.given_at desc, told.event_id desc) as latest
  where latest.value <> ''`;

/** Each with itself and the groups it stands in. */
const selectMarks = ({ tenantId }: TenantTransaction, isAsked: RawBuilder<unknown>) =>
  sql<Of<MarkFact>>`
  with recursive above as (
    select customer_marks.customer_id, customer_marks.mark_id as id, customer_marks.kind,
      customer_marks.mark_id as step
    from customer_marks
    where customer_marks.tenant_id = ${tenantId}
      and customer_marks.customer_id ${isAsked}
    union
    select above.customer_id, above.id, above.kind, marks.parent_id
    from above join marks on marks.id = above.step
    where marks.tenant_id = ${tenantId} and marks.parent_id is not null
  )
  select customer_id as "customerId", id, kind, array_agg(step) as path from above
  group by customer_id, id, kind order by id`;

/**
 * Branch and device are looked up visit by visit: joined, a company whose devices came faster than
 * PostgreSQL counts them is thought to have one, which is then compared with each visit, as are all others.
 */
const selectVisits = ({ tenantId }: TenantTransaction, isAsked: RawBuilder<unknown>) =>
  sql<Of<VisitFact>>`
  select visits.customer_id as "customerId", visits.branch_id as "branchId",
    coalesce(branch.time_zone, 'UTC') as "timeZone", branch.brand_id as "brandId",
    branch.kind as "branchKind", device.system, device.form, visits.source,
    visits.started_at as at, visits.ended_at as "endedAt"
  from visits
  left join lateral (select branches.time_zone, branches.brand_id, branches.kind from branches
    where branches.tenant_id = ${tenantId} and branches.id = visits.branch_id offset 0) as branch on true
  left join lateral (select devices.system, devices.form from devices
    where devices.tenant_id = ${tenantId} and devices.id = visits.device_id offset 0) as device on true
  where visits.tenant_id = ${tenantId} and visits.customer_id ${isAsked}
  order by visits.customer_id, visits.started_at, visits.id`;

const selectEvents = ({ tenantId }: TenantTransaction, isAsked: RawBuilder<unknown>) =>
  sql<Of<EventFact>>`
  select guests.customer_id as "customerId", told.event, told.detail,
    told.branch_id as "branchId", told.occurred_at as at,
    coalesce(branches.time_zone, 'UTC') as "timeZone"
  from guests
  join guest_moments as told
    on told.tenant_id = guests.tenant_id and told.guest_id = guests.id
  left join branches on branches.tenant_id = told.tenant_id and branches.id = told.branch_id
  where guests.tenant_id = ${tenantId} and guests.customer_id ${isAsked}
  order by told.occurred_at, told.event_id`;

const selectScores = ({ tenantId }: TenantTransaction, isAsked: RawBuilder<unknown>) =>
  sql<Of<ScoreFact>>`
  select customer_id as "customerId", length_points as length, recency_points as recency,
    frequency_points as frequency, total_points as total
  from customer_scores
  where tenant_id = ${tenantId} and customer_id ${isAsked}`;
