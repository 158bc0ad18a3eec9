import {
  type Database,
  type DirectoryTransaction,
  findRow,
  run,
  sql,
  type TenantTransaction,
} from "../../platform/db.ts";
import type { BoxIdentity, BoxKey } from "../../platform/session.ts";

/** The box whose key has this name, or null: it was removed, replaced, or never was. */
export function findBoxKey(tx: DirectoryTransaction, keyId: Buffer): Promise<BoxKey | null> {
  return findRow(
    tx,
    sql<BoxKey>`
      select tenant_id as "tenantId", branch_id as "branchId", box_id as "boxId",
        public_key as "publicKey", added_at as "addedAt"
      from directory.find_box(${keyId})`,
  );
}

/** Those of the keys with these names that boxes have. */
export function findBoxKeys(database: Database, keyIds: readonly Buffer[]): Promise<BoxKey[]> {
  return database.askDirectory(
    sql<BoxKey>`
      select found.tenant_id as "tenantId", found.branch_id as "branchId", found.box_id as "boxId",
        found.public_key as "publicKey", found.added_at as "addedAt"
      from unnest(${keyIds}::bytea[]) as wanted (key_id),
        lateral directory.find_box(wanted.key_id) as found`,
  );
}

/** Whose call it is, and whether its number was still to be taken: `highest` is the highest that was. */
export type TakenCall = BoxKey & { taken: boolean; highest: number };

/** Takes a call by its number, once; null when the key is gone. */
export async function takeBoxCall(
  database: Database,
  { keyId, number }: { keyId: Buffer; number: number },
): Promise<TakenCall | null> {
  const [taken = null] = await database.askDirectory(
    sql<TakenCall>`
      select taken, highest, tenant_id as "tenantId", branch_id as "branchId", box_id as "boxId",
        public_key as "publicKey", added_at as "addedAt"
      from directory.meet_box_call(${keyId}, ${number}::bigint)`,
  );
  return taken;
}

export type Offer = { codeHash: Buffer; branchId: string; boxId: string; expiresAt: Date };

/** Ends the code that the box had before. */
export function insertOffer(tx: TenantTransaction, offer: Offer): Promise<void> {
  const { codeHash, branchId, boxId, expiresAt } = offer;
  return run(
    tx,
    sql`select directory.offer_own_box(${codeHash}, ${branchId}, ${boxId}, ${expiresAt})`,
  );
}

export type NewKey = { keyId: Buffer; publicKey: Buffer };

/** Null for a code that is unknown, too old, or another's already. */
export function useOffer(
  tx: DirectoryTransaction,
  { codeHash, keyId, publicKey }: NewKey & { codeHash: Buffer },
): Promise<BoxIdentity | null> {
  return findRow(
    tx,
    sql<BoxIdentity>`
      select tenant_id as "tenantId", branch_id as "branchId", box_id as "boxId"
      from directory.enrol_box(${codeHash}, ${keyId}, ${publicKey}, ${tx.now})`,
  );
}

export function addNextKey(
  tx: DirectoryTransaction,
  { ownKeyId, keyId, publicKey }: NewKey & { ownKeyId: Buffer },
): Promise<void> {
  return run(
    tx,
    sql`select directory.add_next_box_key(${ownKeyId}, ${keyId}, ${publicKey}, ${tx.now})`,
  );
}

export function noteEnrolment(tx: TenantTransaction, boxId: string): Promise<void> {
  return run(
    tx,
    sql`update boxes set enrolled_at = ${tx.now}
        where tenant_id = ${tx.tenantId} and id = ${boxId}`,
  );
}
