import { type DirectoryTransaction, findRow, sql } from "../../platform/db.ts";
import { type BoxIdentity, hashToken } from "../../platform/session.ts";

/** The box whose key this is, or null: it was removed, or never was. */
export function findBox(tx: DirectoryTransaction, key: string): Promise<BoxIdentity | null> {
  return findRow(
    tx,
    sql<BoxIdentity>`
      select tenant_id as "tenantId", branch_id as "branchId", box_id as "boxId"
      from directory.find_box(${hashToken(key)})`,
  );
}
