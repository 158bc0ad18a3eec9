import { findRow, listRows, sql, type TenantTransaction } from "../../platform/db.ts";
import { listLastConsents } from "./consent-queries.ts";
import type { Need } from "./dependencies.ts";
import type { EventFact, Facts, MarkFact, ScoreFact, VisitFact } from "./evaluate.ts";

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

const EVERYTHING: ReadonlySet<Need> = new Set([
  ...(["told-fields", "scores", "marks", "visits", "events", "consents"] as const),
]);

/** Everything that segments ask about one customer; null where there is none, or was one. */
export async function findFacts(tx: TenantTransaction, customerId: string): Promise<Facts | null> {
  return (await listFacts(tx, [customerId], EVERYTHING)).get(customerId.toLowerCase()) ?? null;
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
  const ask = async <Fact>(
    need: Need,
    list: (tx: TenantTransaction, customerIds: readonly string[]) => Promise<Of<Fact>[]>,
  ) => {
    const rows = needs.has(need) && customerIds.length > 0 ? await list(tx, customerIds) : [];
    return Map.groupBy(rows, (row) => row.customerId);
  };
  const own = await ask("told-fields", listTold);
  const marks = await ask("marks", listMarks);
  const visits = await ask("visits", listVisits);
  const events = await ask("events", listEvents);
  const scores = await ask("scores", listScores);
  const consents = await ask("consents", listLastConsents);
  const found = new Map<string, Facts>();
  for (const row of await listCustomers(tx, customerIds)) {
    const { customerId, at, branchId, timeZone, ...columns } = row;
    const fields = new Map(own.get(customerId)?.map(({ field, value }) => [field, value]));
    for (const [field, value] of Object.entries(columns))
      if (value !== null) fields.set(field, value);
    const [score = null] = scores.get(customerId) ?? [];
    found.set(customerId, {
      score,
      ...{ fields, joined: { at, branchId, timeZone } },
      ...{ marks: marks.get(customerId) ?? [], visits: visits.get(customerId) ?? [] },
      ...{ events: events.get(customerId) ?? [], consents: consents.get(customerId) ?? [] },
    });
  }
  return found;
}

function listCustomers(
  tx: TenantTransaction,
  customerIds: readonly string[],
): Promise<CustomerRow[]> {
  return listRows(
    tx,
    sql<CustomerRow>`
      select customers.id as "customerId", customers.name, customers.phone, customers.email, customers.birthday,
        customers.language, customers.kind, customers.source_at as at, customers.source_branch_id as "branchId",
        coalesce(branches.time_zone, 'UTC') as "timeZone"
      from customers
      left join branches on branches.tenant_id = customers.tenant_id
        and branches.id = customers.source_branch_id
      where customers.tenant_id = ${tx.tenantId} and customers.id = any(${customerIds}::uuid[])
        and customers.erased_position is null and customers.merged_into is null
        and customers.restricted_at is null`,
  );
}

function listTold(
  tx: TenantTransaction,
  customerIds: readonly string[],
): Promise<Of<{ field: string; value: string }>[]> {
  return listRows(
    tx,
    sql<Of<{ field: string; value: string }>>`
      select latest."customerId", latest.field, latest.value from (
        select distinct on (guests.customer_id, told.field) guests.customer_id as "customerId",
          told.field, told.value
      from guests
      join customer_fields as told
        on told.tenant_id = guests.tenant_id and told.guest_id = guests.id
      where guests.tenant_id = ${tx.tenantId} and guests.customer_id = any(${customerIds}::uuid[])
        and (told.field >= 'own.' and told.field < 'own/'
          or told.field in ('address', 'card', 'posId'))
      order by guests.customer_id, told.field, told.given_at desc, told.event_id desc) as latest
      where latest.value <> ''`,
  );
}

/** Each with itself and the groups it stands in. */
function listMarks(tx: TenantTransaction, customerIds: readonly string[]): Promise<Of<MarkFact>[]> {
  const { tenantId } = tx;
  return listRows(
    tx,
    sql<Of<MarkFact>>`
      with recursive above as (
        select customer_marks.customer_id, customer_marks.mark_id as id, customer_marks.kind,
          customer_marks.mark_id as step
        from customer_marks
        where customer_marks.tenant_id = ${tenantId}
          and customer_marks.customer_id = any(${customerIds}::uuid[])
        union
        select above.customer_id, above.id, above.kind, marks.parent_id
        from above join marks on marks.id = above.step
        where marks.tenant_id = ${tenantId} and marks.parent_id is not null
      )
      select customer_id as "customerId", id, kind, array_agg(step) as path from above
      group by customer_id, id, kind order by id`,
  );
}

function listVisits(
  tx: TenantTransaction,
  customerIds: readonly string[],
): Promise<Of<VisitFact>[]> {
  return listRows(
    tx,
    sql<Of<VisitFact>>`
      select visits.customer_id as "customerId", visits.branch_id as "branchId",
        coalesce(branches.time_zone, 'UTC') as "timeZone", branches.brand_id as "brandId",
        visits.source, visits.started_at as at, visits.ended_at as "endedAt"
      from visits
      left join branches on branches.tenant_id = visits.tenant_id and branches.id = visits.branch_id
      where visits.tenant_id = ${tx.tenantId} and visits.customer_id = any(${customerIds}::uuid[])
      order by visits.customer_id, visits.started_at, visits.id`,
  );
}

function listEvents(
  tx: TenantTransaction,
  customerIds: readonly string[],
): Promise<Of<EventFact>[]> {
  return listRows(
    tx,
    sql<Of<EventFact>>`
      select guests.customer_id as "customerId", told.event, told.detail,
        told.branch_id as "branchId", told.occurred_at as at,
        coalesce(branches.time_zone, 'UTC') as "timeZone"
      from guests
      join guest_moments as told
        on told.tenant_id = guests.tenant_id and told.guest_id = guests.id
      left join branches on branches.tenant_id = told.tenant_id and branches.id = told.branch_id
      where guests.tenant_id = ${tx.tenantId} and guests.customer_id = any(${customerIds}::uuid[])
      order by told.occurred_at, told.event_id`,
  );
}

function listScores(
  tx: TenantTransaction,
  customerIds: readonly string[],
): Promise<Of<ScoreFact>[]> {
  return listRows(
    tx,
    sql<Of<ScoreFact>>`
      select customer_id as "customerId", length_points as length, recency_points as recency,
        frequency_points as frequency, total_points as total
      from customer_scores
      where tenant_id = ${tx.tenantId} and customer_id = any(${customerIds}::uuid[])`,
  );
}
