import { findRow, listRows, run, sql, type TenantTransaction } from "../../platform/db.ts";
import { toJson } from "../../platform/events.ts";
import type { Choice, OwnFieldKind } from "./field-rules.ts";

export type OwnFieldRow = {
  key: string;
  kind: OwnFieldKind;
  label: Record<string, string>;
  choices: Choice[];
  archivedAt: Date | null;
};

/** All of them, archived ones too, in the order they were made. */
export function listOwnFields(tx: TenantTransaction): Promise<OwnFieldRow[]> {
  return listRows(tx, selectOwnFields(tx));
}

export function selectOwnFields({ tenantId }: TenantTransaction) {
  return sql<OwnFieldRow>`
    select key, kind, label, choices, archived_at as "archivedAt" from own_fields
    where tenant_id = ${tenantId} order by created_at, key`;
}

export type NewOwnField = Omit<OwnFieldRow, "archivedAt">;

/** False where the key is another's, be it one that is archived. */
export async function insertOwnField(tx: TenantTransaction, field: NewOwnField): Promise<boolean> {
  const { key, kind, label, choices } = field;
  const row = await findRow(
    tx,
    sql`insert into own_fields (tenant_id, key, kind, label, choices, created_at)
        values (${tx.tenantId}, ${key}, ${kind}, ${toJson(label)}::jsonb,
          ${toJson(choices)}::jsonb, ${tx.now})
        on conflict (tenant_id, key) do nothing returning key`,
  );
  return row !== null;
}

/** One change of a field at a time; null where there is none. */
export function lockOwnField(tx: TenantTransaction, key: string): Promise<OwnFieldRow | null> {
  return findRow(
    tx,
    sql<OwnFieldRow>`
      select key, kind, label, choices, archived_at as "archivedAt" from own_fields
      where tenant_id = ${tx.tenantId} and key = ${key} for update`,
  );
}

export function updateOwnField(tx: TenantTransaction, field: OwnFieldRow): Promise<void> {
  const { key, label, choices, archivedAt } = field;
  return run(
    tx,
    sql`update own_fields set label = ${toJson(label)}::jsonb, choices = ${toJson(choices)}::jsonb,
          archived_at = ${archivedAt}
        where tenant_id = ${tx.tenantId} and key = ${key}`,
  );
}
