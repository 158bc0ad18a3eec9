import type { AskedText } from "@foyer/contract";
import { findRow, listRows, run, sql, type TenantTransaction } from "../../platform/db.ts";
import { toJson } from "../../platform/events.ts";
import type { Kit, Look } from "./kit-rules.ts";

/** A version of a kit; its owner is a brand, or the company by the tenant's id. */
export type KitRow = Kit & { ownerId: string; version: number };

const kitColumns = sql`owner_id as "ownerId", version, look, texts`;

/** The last version of each owner's that has one. */
export function listKits(tx: TenantTransaction): Promise<KitRow[]> {
  return listRows(
    tx,
    sql<KitRow>`
      select distinct on (owner_id) ${kitColumns} from brand_kits
      where tenant_id = ${tx.tenantId} order by owner_id, version desc`,
  );
}

export function findKitVersion(
  tx: TenantTransaction,
  { ownerId, version }: { ownerId: string; version: number },
): Promise<KitRow | null> {
  return findRow(
    tx,
    sql<KitRow>`
      select ${kitColumns} from brand_kits
      where tenant_id = ${tx.tenantId} and owner_id = ${ownerId} and version = ${version}`,
  );
}

/** Whoever changes kits goes by turns within the company: what one wears, others fall back to. */
export function lockKits(tx: TenantTransaction): Promise<unknown> {
  return listRows(
    tx,
    sql`select id from brands where tenant_id = ${tx.tenantId} order by id for update`,
  );
}

export type NewKit = {
  ownerId: string;
  version: number;
  look: Look | null;
  texts: AskedText[] | null;
  by: string | null;
};

export function insertKit(tx: TenantTransaction, kit: NewKit): Promise<void> {
  const toJsonb = (value: unknown) => (value === null ? null : toJson(value));
  return run(
    tx,
    sql`insert into brand_kits (tenant_id, owner_id, version, look, texts, made_at, made_by)
        values (${tx.tenantId}, ${kit.ownerId}, ${kit.version}, ${toJsonb(kit.look)}::jsonb,
          ${toJsonb(kit.texts)}::jsonb, ${tx.now}, ${kit.by})`,
  );
}

export type KitVersionRow = { version: number; madeAt: Date; madeBy: string | null };

/** The newest first. */
export function listKitVersions(tx: TenantTransaction, ownerId: string): Promise<KitVersionRow[]> {
  return listRows(
    tx,
    sql<KitVersionRow>`
      select version, made_at as "madeAt", made_by as "madeBy" from brand_kits
      where tenant_id = ${tx.tenantId} and owner_id = ${ownerId} order by version desc`,
  );
}
