import { findRow, getRow, listRows, run, sql, type TenantTransaction } from "../../platform/db.ts";
import { selectKnown } from "./page-queries.ts";
import type { Law, RequestKind } from "./request-rules.ts";

export type RequestRow = {
  id: string;
  kind: RequestKind;
  law: Law;
  askedAt: Date;
  finishedAt: Date | null;
  branchId: string;
  branchName: string | null;
  timeZone: string | null;
  notedBy: string | null;
  note: string | null;
  outcome: "done" | "refused" | null;
  outcomeNote: string | null;
  finishedBy: string | null;
};

const requestColumns = sql`asked.id, asked.kind, asked.law, asked.asked_at as "askedAt",
  asked.finished_at as "finishedAt", asked.branch_id as "branchId", branches.name as "branchName",
  branches.time_zone as "timeZone", asked.noted_by as "notedBy", asked.note, asked.outcome,
  asked.outcome_note as "outcomeNote", asked.finished_by as "finishedBy"`;

/** What a customer asked for, the newest first. */
export function selectRequests({ tenantId }: TenantTransaction, customerId: string) {
  return sql<RequestRow>`
    select ${requestColumns} from guest_requests as asked
    left join branches on branches.tenant_id = asked.tenant_id and branches.id = asked.branch_id
    where asked.tenant_id = ${tenantId} and asked.customer_id = ${customerId}
    order by asked.asked_at desc, asked.id desc`;
}

/** Of whoever is bound to branches: what was asked there, or by somebody known there. */
const inReach = (tx: TenantTransaction) =>
  tx.seesMembers
    ? sql``
    : sql`and (asked.branch_id = any(${tx.branchIds}::uuid[])
        or asked.customer_id in (${selectKnown(tx)}))`;

export type ListedRequest = RequestRow & { customerId: string | null; customerName: string | null };

/** Everybody's: those that wait from the oldest on, or those that are done from the last on. */
export function listAllRequests(
  tx: TenantTransaction,
  { isOpen, limit }: { isOpen: boolean; limit: number },
): Promise<ListedRequest[]> {
  const which = isOpen ? sql`asked.finished_at is null` : sql`asked.finished_at is not null`;
  const order = isOpen ? sql`asked.asked_at, asked.id` : sql`asked.finished_at desc, asked.id`;
  return listRows(
    tx,
    sql<ListedRequest>`
      select ${requestColumns}, asked.customer_id as "customerId", customers.name as "customerName"
      from guest_requests as asked
      left join branches on branches.tenant_id = asked.tenant_id and branches.id = asked.branch_id
      left join customers on customers.tenant_id = asked.tenant_id
        and customers.id = asked.customer_id
      where asked.tenant_id = ${tx.tenantId} and ${which} ${inReach(tx)} order by ${order} limit ${limit}`,
  );
}

export async function countOpenRequests(tx: TenantTransaction): Promise<number> {
  const row = await getRow(
    tx,
    sql<{ count: number }>`
      select count(*)::integer as count from guest_requests as asked
      where asked.tenant_id = ${tx.tenantId} and asked.finished_at is null ${inReach(tx)}`,
  );
  return row.count;
}

export type NotedRequest = {
  id: string;
  kind: RequestKind;
  customerId: string;
  branchId: string;
  staffId: string;
  note: string | null;
};

/** What somebody asked staff for. It stands as of the guest that staff write as: the customer's own id. */
export async function noteRequest(tx: TenantTransaction, noted: NotedRequest): Promise<void> {
  const { id, kind, customerId, branchId, staffId, note } = noted;
  await run(
    tx,
    sql`insert into guest_requests (tenant_id, id, kind, guest_id, customer_id, branch_id, language,
          asked_at, noted_by, note, law)
        select ${tx.tenantId}, ${id}, ${kind}::text, ${customerId}, ${customerId}, ${branchId}, 'vi',
          ${tx.now}, ${staffId}::uuid, ${note}::text,
          coalesce((select law from privacy_laws where tenant_id = ${tx.tenantId}), 'vn')
        on conflict (tenant_id, id) do nothing returning id`,
  );
}

export type Outcome = {
  id: string;
  customerId: string;
  outcome: "done" | "refused";
  note: string | null;
  staffId: string;
};

/** Notes what became of a request. Null where there is no such open one. */
export function finishRequest(
  tx: TenantTransaction,
  { id, customerId, outcome, note, staffId }: Outcome,
): Promise<{ kind: RequestKind; branchId: string } | null> {
  return findRow(
    tx,
    sql<{ kind: RequestKind; branchId: string }>`
      update guest_requests set finished_at = ${tx.now}, outcome = ${outcome},
        outcome_note = ${note}, finished_by = ${staffId}
      where tenant_id = ${tx.tenantId} and id = ${id} and customer_id = ${customerId}
        and finished_at is null
      returning kind, branch_id as "branchId"`,
  );
}

/**
 * Staff say whether a record may be used, by an event that stands in the log behind this. One that is
 * restricted already is so since the first time.
 */
export async function restrictCustomer(
  tx: TenantTransaction,
  { customerId, since, eventId }: { customerId: string; since: Date | null; eventId: string },
): Promise<void> {
  await run(
    tx,
    sql`update customers set restriction_event = ${eventId},
          restricted_at = case when ${since}::timestamptz is not null
            then coalesce(restricted_at, ${since}) end
        where tenant_id = ${tx.tenantId} and id = ${customerId}`,
  );
}

type Restriction = {
  /** The record that was meant, and the one that it is part of now: mostly the same. */
  meantId: string;
  customerId: string;
  since: Date | null;
  eventId: string;
  position: number;
};

/**
 * Follows what staff said of a record, unless they have said something newer of it. What it was when it
 * became part of another, it took along then.
 */
export async function followRestriction(
  tx: TenantTransaction,
  { meantId, customerId, since, eventId, position }: Restriction,
): Promise<void> {
  await run(
    tx,
    sql`update customers set restricted_at = case
            when customers.id <> ${meantId} then customers.restricted_at
            when ${since}::timestamptz is not null then coalesce(customers.restricted_at, ${since}) end,
          changed_position = greatest(customers.changed_position, ${position}::bigint)
        from customers as meant
        where customers.tenant_id = ${tx.tenantId} and customers.id = ${customerId}
          and meant.tenant_id = ${tx.tenantId} and meant.id = ${meantId}
          and coalesce(meant.restriction_event = ${eventId}, true)`,
  );
}

export async function findLaw(tx: TenantTransaction): Promise<Law> {
  const row = await findRow(
    tx,
    sql<{ law: Law }>`select law from privacy_laws where tenant_id = ${tx.tenantId}`,
  );
  return row?.law ?? "vn";
}

export async function saveLaw(tx: TenantTransaction, law: Law): Promise<void> {
  await run(
    tx,
    sql`insert into privacy_laws (tenant_id, law) values (${tx.tenantId}, ${law})
        on conflict (tenant_id) do update set law = excluded.law`,
  );
}
