import { findRow, listRows, sql, type TenantTransaction } from "../../platform/db.ts";
import type { ConsentFact, EventFact, Facts, MarkFact, VisitFact } from "./evaluate.ts";

type CustomerRow = {
  name: string | null;
  phone: string | null;
  email: string | null;
  birthday: string | null;
  language: string | null;
  at: Date;
  branchId: string;
  timeZone: string;
};

/** Everything that segments ask about one customer; null where there is none, or was one. */
export async function findFacts(tx: TenantTransaction, customerId: string): Promise<Facts | null> {
  const customer = await findCustomer(tx, customerId);
  if (!customer) return null;
  const { at, branchId, timeZone, ...columns } = customer;
  const fields = new Map<string, string>();
  for (const { field, value } of await listOwnFields(tx, customerId)) fields.set(field, value);
  for (const [field, value] of Object.entries(columns))
    if (value !== null) fields.set(field, value);
  return {
    fields,
    joined: { at, branchId, timeZone },
    marks: await listMarks(tx, customerId),
    visits: await listVisits(tx, customerId),
    events: await listEvents(tx, customerId),
    consents: await listLastConsents(tx, customerId),
  };
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

function findCustomer(tx: TenantTransaction, customerId: string): Promise<CustomerRow | null> {
  return findRow(
    tx,
    sql<CustomerRow>`
      select customers.name, customers.phone, customers.email, customers.birthday,
        customers.language, customers.source_at as at, customers.source_branch_id as "branchId",
        coalesce(branches.time_zone, 'UTC') as "timeZone"
      from customers
      left join branches on branches.tenant_id = customers.tenant_id
        and branches.id = customers.source_branch_id
      where customers.tenant_id = ${tx.tenantId} and customers.id = ${customerId}
        and customers.erased_position is null and customers.merged_into is null and customers.restricted_at is null`,
  );
}

function listOwnFields(
  tx: TenantTransaction,
  customerId: string,
): Promise<{ field: string; value: string }[]> {
  return listRows(
    tx,
    sql<{ field: string; value: string }>`
      select latest.field, latest.value from (select distinct on (told.field) told.field, told.value
      from guests
      join customer_fields as told
        on told.tenant_id = guests.tenant_id and told.guest_id = guests.id
      where guests.tenant_id = ${tx.tenantId} and guests.customer_id = ${customerId}
        and told.field >= 'own.' and told.field < 'own/'
      order by told.field, told.given_at desc, told.event_id desc) as latest
      where latest.value <> ''`,
  );
}

/** Each with itself and the groups it stands in. */
function listMarks(tx: TenantTransaction, customerId: string): Promise<MarkFact[]> {
  const { tenantId } = tx;
  return listRows(
    tx,
    sql<MarkFact>`
      with recursive above as (
        select customer_marks.mark_id as id, customer_marks.kind, customer_marks.mark_id as step
        from customer_marks
        where customer_marks.tenant_id = ${tenantId} and customer_marks.customer_id = ${customerId}
        union
        select above.id, above.kind, marks.parent_id
        from above join marks on marks.id = above.step
        where marks.tenant_id = ${tenantId} and marks.parent_id is not null
      )
      select id, kind, array_agg(step) as path from above group by id, kind order by id`,
  );
}

function listVisits(tx: TenantTransaction, customerId: string): Promise<VisitFact[]> {
  return listRows(
    tx,
    sql<VisitFact>`
      select visits.branch_id as "branchId", coalesce(branches.time_zone, 'UTC') as "timeZone",
        visits.source, visits.started_at as at, visits.ended_at as "endedAt"
      from visits
      left join branches on branches.tenant_id = visits.tenant_id and branches.id = visits.branch_id
      where visits.tenant_id = ${tx.tenantId} and visits.customer_id = ${customerId}
      order by visits.started_at, visits.id`,
  );
}

function listEvents(tx: TenantTransaction, customerId: string): Promise<EventFact[]> {
  return listRows(
    tx,
    sql<EventFact>`
      select told.event, told.detail, told.branch_id as "branchId", told.occurred_at as at,
        coalesce(branches.time_zone, 'UTC') as "timeZone"
      from guests
      join guest_moments as told
        on told.tenant_id = guests.tenant_id and told.guest_id = guests.id
      left join branches on branches.tenant_id = told.tenant_id and branches.id = told.branch_id
      where guests.tenant_id = ${tx.tenantId} and guests.customer_id = ${customerId}
      order by told.occurred_at, told.event_id`,
  );
}

function listLastConsents(tx: TenantTransaction, customerId: string): Promise<ConsentFact[]> {
  return listRows(
    tx,
    sql<ConsentFact>`
      select distinct on (acts.purpose) acts.purpose, acts.given, acts.at
      from guests
      join customer_consents as acts
        on acts.tenant_id = guests.tenant_id and acts.guest_id = guests.id
      where guests.tenant_id = ${tx.tenantId} and guests.customer_id = ${customerId}
      order by acts.purpose, acts.at desc, acts.event_id desc`,
  );
}
