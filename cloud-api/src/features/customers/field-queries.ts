import { findRow, listRows, run, sql, type TenantTransaction } from "../../platform/db.ts";
import { toJson } from "../../platform/events.ts";
import type { Choice, OwnFieldKind } from "./field-rules.ts";

export type OwnFieldRow = {
  key: string;
  kind: OwnFieldKind;
  label: Record<string, string>;
  choices: Choice[];
  /** Customers are found by what it says. */
  searchable: boolean;
  /** Customers see it on their own page, and may change it. */
  openToCustomers: boolean;
  archivedAt: Date | null;
};

const COLUMNS = sql`key, kind, label, choices, searchable, open_to_customers as "openToCustomers",
  archived_at as "archivedAt"`;

/** All of them, archived ones too, in the order they were made. */
export function listOwnFields(tx: TenantTransaction): Promise<OwnFieldRow[]> {
  return listRows(tx, selectOwnFields(tx));
}

export function selectOwnFields({ tenantId }: TenantTransaction) {
  return sql<OwnFieldRow>`
    select ${COLUMNS} from own_fields
    where tenant_id = ${tenantId} order by created_at, key`;
}

export type NewOwnField = Omit<OwnFieldRow, "archivedAt">;

/** False where the key is another's, be it one that is archived. */
export async function insertOwnField(tx: TenantTransaction, field: NewOwnField): Promise<boolean> {
  const { key, kind, label, choices, searchable, openToCustomers } = field;
  const row = await findRow(
    tx,
    sql`insert into own_fields (tenant_id, key, kind, label, choices, searchable,
          open_to_customers, created_at)
        values (${tx.tenantId}, ${key}, ${kind}, ${toJson(label)}::jsonb,
          ${toJson(choices)}::jsonb, ${searchable}, ${openToCustomers}, ${tx.now})
        on conflict (tenant_id, key) do nothing returning key`,
  );
  return row !== null;
}

/** One change of a field at a time; null where there is none. */
export function lockOwnField(tx: TenantTransaction, key: string): Promise<OwnFieldRow | null> {
  return findRow(
    tx,
    sql<OwnFieldRow>`
      select ${COLUMNS} from own_fields
      where tenant_id = ${tx.tenantId} and key = ${key} for update`,
  );
}

export function updateOwnField(tx: TenantTransaction, field: OwnFieldRow): Promise<void> {
  const { key, label, choices, searchable, openToCustomers, archivedAt } = field;
  return run(
    tx,
    sql`update own_fields set label = ${toJson(label)}::jsonb, choices = ${toJson(choices)}::jsonb,
          searchable = ${searchable}, open_to_customers = ${openToCustomers},
          archived_at = ${archivedAt}
        where tenant_id = ${tx.tenantId} and key = ${key}`,
  );
}
