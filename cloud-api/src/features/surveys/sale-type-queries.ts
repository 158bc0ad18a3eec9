import type { LocalText } from "@foyer/contract";
import { findRow, listRows, run, sql, type TenantTransaction } from "../../platform/db.ts";
import { toJson } from "../../platform/events.ts";

export type SaleType = { id: string; name: LocalText; isOver: boolean };

const columns = sql`id, name, over_at is not null as "isOver"`;

/** In the order in which they were made, those that are over too. */
export function listSaleTypes(tx: TenantTransaction): Promise<SaleType[]> {
  return listRows(
    tx,
    sql<SaleType>`select ${columns} from sale_types
      where tenant_id = ${tx.tenantId} order by made_at, id`,
  );
}

export function findSaleType(tx: TenantTransaction, id: string): Promise<SaleType | null> {
  return findRow(
    tx,
    sql<SaleType>`select ${columns} from sale_types
      where tenant_id = ${tx.tenantId} and id = ${id}`,
  );
}

/** Held to the commit: nobody changes it meanwhile. */
export function lockSaleType(tx: TenantTransaction, id: string): Promise<SaleType | null> {
  return findRow(
    tx,
    sql<SaleType>`select ${columns} from sale_types
      where tenant_id = ${tx.tenantId} and id = ${id} for update`,
  );
}

/** Those of these that can be chosen. Held to the commit: none of them is over before that. */
export async function holdSaleTypes(
  tx: TenantTransaction,
  ids: readonly string[],
): Promise<string[]> {
  const rows = await listRows(
    tx,
    sql<{ id: string }>`select id from sale_types
      where tenant_id = ${tx.tenantId} and id = any(${ids}::text[]) and over_at is null
      order by id for share`,
  );
  return rows.map(({ id }) => id);
}

export function insertSaleType(
  tx: TenantTransaction,
  { id, name }: Omit<SaleType, "isOver">,
): Promise<void> {
  return run(
    tx,
    sql`insert into sale_types (tenant_id, id, name, made_at)
        values (${tx.tenantId}, ${id}, ${toJson(name)}::jsonb, ${tx.now})`,
  );
}

/** When it was over first stays. */
export function updateSaleType(
  tx: TenantTransaction,
  { id, name, isOver }: SaleType,
): Promise<void> {
  return run(
    tx,
    sql`update sale_types set name = ${toJson(name)}::jsonb,
          over_at = case when ${isOver}::boolean
            then coalesce(over_at, ${tx.now}::timestamptz) end
        where tenant_id = ${tx.tenantId} and id = ${id}`,
  );
}
