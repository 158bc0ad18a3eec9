import { findRow, listRows, run, sql, type TenantTransaction } from "../../platform/db.ts";
import { toJson } from "../../platform/events.ts";
import type { ExportedAct } from "./export-columns.ts";
import { type CustomerFilter, having } from "./page-queries.ts";

export type ExportedCustomer = {
  id: string;
  name: string | null;
  phone: string | null;
  email: string | null;
  birthday: string | null;
  language: string | null;
  kind: "person" | "company";
  /** The last word on address, card, the till's code and fields of the company's own. */
  told: Readonly<Record<string, string>>;
  visits: number;
  firstSeenAt: Date;
  lastVisitAt: Date | null;
  sourceBranchName: string | null;
};

/** `chosen`: of the list, only these; null: all. `fields`: whose last word is told. */
type ExportPlace = {
  after: string | null;
  limit: number;
  chosen: readonly string[] | null;
  fields: readonly string[];
};

/** Whoever is there; by id, so that nobody is missed or told twice while visits go on between two pages. */
export function listExported(
  tx: TenantTransaction,
  { after, limit, chosen, fields, ...filter }: CustomerFilter & ExportPlace,
): Promise<ExportedCustomer[]> {
  const beyond = after === null ? sql`` : sql`and customers.id > ${after}::uuid`;
  const page = chosen === null ? beyond : sql`${beyond} and customers.id = any(${chosen}::uuid[])`;
  return listRows(
    tx,
    sql<ExportedCustomer>`
      select customers.id, customers.name, customers.phone, customers.email, customers.birthday,
        customers.language, customers.kind, (
          select coalesce(json_object_agg(latest.field, latest.value), '{}'::json) from (
            select distinct on (told.field) told.field, told.value from guests
            join customer_fields as told
              on told.tenant_id = guests.tenant_id and told.guest_id = guests.id
            where guests.tenant_id = ${tx.tenantId} and guests.customer_id = customers.id
              and told.field = any(${fields}::text[])
            order by told.field, told.given_at desc, told.event_id desc) as latest
          where latest.value <> '') as told,
        customers.visits, customers.first_seen_at as "firstSeenAt",
        customers.last_visit_at as "lastVisitAt", branches.name as "sourceBranchName"
      from customers
      left join branches
        on branches.tenant_id = customers.tenant_id and branches.id = customers.source_branch_id
      where customers.tenant_id = ${tx.tenantId} and customers.merged_into is null
        and customers.erased_position is null ${page} ${having(tx, filter)}
      order by customers.id limit ${limit}`,
  );
}

/** The last act of each on each purpose, and on each channel that was named. */
export function listLastActs(
  tx: TenantTransaction,
  ids: readonly string[],
): Promise<(ExportedAct & { customerId: string })[]> {
  return listRows(
    tx,
    sql<ExportedAct & { customerId: string }>`
      select distinct on (guests.customer_id, acts.purpose, acts.channel)
        guests.customer_id as "customerId", acts.purpose, acts.channel, acts.given, acts.at
      from guests
      join customer_consents as acts
        on acts.tenant_id = guests.tenant_id and acts.guest_id = guests.id
      where guests.tenant_id = ${tx.tenantId} and guests.customer_id = any(${ids}::uuid[])
      order by guests.customer_id, acts.purpose, acts.channel, acts.at desc, acts.event_id desc`,
  );
}

/** The columns somebody took last; null: they never chose any. */
export async function findTakenColumns(
  tx: TenantTransaction,
  staffId: string,
): Promise<string[] | null> {
  const row = await findRow(
    tx,
    sql<{ columns: string[] }>`select columns from customer_export_columns
      where tenant_id = ${tx.tenantId} and staff_id = ${staffId}`,
  );
  return row?.columns ?? null;
}

export function saveTakenColumns(
  tx: TenantTransaction,
  { staffId, columns }: { staffId: string; columns: readonly string[] },
): Promise<void> {
  return run(
    tx,
    sql`insert into customer_export_columns (tenant_id, staff_id, columns)
        values (${tx.tenantId}, ${staffId}, ${columns}::text[])
        on conflict (tenant_id, staff_id) do update set columns = excluded.columns`,
  );
}

export type NewExport = {
  id: string;
  staffId: string;
  search: string | null;
  markId: string | null;
  segmentId: string | null;
  narrowed: object | null;
  /** Absent: those of a report. */
  columns?: readonly string[];
};

export async function insertExport(tx: TenantTransaction, begun: NewExport): Promise<void> {
  await run(
    tx,
    sql`insert into customer_exports (tenant_id, id, staff_id, at, search, mark_id,
          segment_id, narrowed, columns)
        values (${tx.tenantId}, ${begun.id}, ${begun.staffId}, ${tx.now}, ${begun.search},
          ${begun.markId}, ${begun.segmentId},
          ${begun.narrowed && toJson(begun.narrowed)}::jsonb, ${begun.columns ?? null}::text[])`,
  );
}

export async function finishExport(
  tx: TenantTransaction,
  { id, customers }: { id: string; customers: number },
): Promise<void> {
  await run(
    tx,
    sql`update customer_exports set customers = ${customers}
        where tenant_id = ${tx.tenantId} and id = ${id}`,
  );
}

export type ExportRow = {
  id: string;
  staffId: string;
  at: Date;
  search: string | null;
  markId: string | null;
  segmentId: string | null;
  narrowed: Record<string, unknown> | null;
  customers: number | null;
  columns: string[] | null;
};

export function listExports(tx: TenantTransaction, limit: number): Promise<ExportRow[]> {
  return listRows(
    tx,
    sql<ExportRow>`
      select id, staff_id as "staffId", at, search, mark_id as "markId", segment_id as "segmentId",
        narrowed, customers, columns
      from customer_exports where tenant_id = ${tx.tenantId}
      order by at desc, id desc limit ${limit}`,
  );
}
