import {
  type DirectoryTransaction,
  findRow,
  getRow,
  listRows,
  run,
  sql,
  type TenantTransaction,
} from "../../platform/db.ts";
import type { Grant, Scope } from "../../platform/rights.ts";
import { hashToken, type SignIn } from "../../platform/session.ts";
import { readGrant, type StoredGrant } from "./grant-queries.ts";

type Held = {
  id: string;
  name: string;
  permissions: string[];
  scope: StoredGrant["scope"];
  brandId: string | null;
  branchIds: string[] | null;
};

const toGrant = ({ id, name, ...held }: Held) =>
  readGrant({ ...held, ownRoleId: id, ownRoleName: name });

/** Whose key it is, as far as it is good: what it may do is a role of the key's own. */
export async function findApiKey(tx: DirectoryTransaction, key: string): Promise<SignIn | null> {
  const row = await findRow(
    tx,
    sql<Held & { tenantId: string }>`
      select id, tenant_id as "tenantId", name, permissions, scope, brand_id as "brandId",
        branch_ids as "branchIds"
      from directory.find_api_key(${hashToken(key)}, ${tx.now})`,
  );
  if (!row) return null;
  await run(tx, sql`select directory.note_api_key(${row.id}, ${tx.now})`);
  const { id, tenantId } = row;
  return { staffId: id, tenantId, grants: [toGrant(row)], isKey: true };
}

export type NewApiKey = {
  id: string;
  key: string;
  prefix: string;
  name: string;
  permissions: readonly string[];
  scope: Scope;
  createdBy: string;
  expiresAt: Date;
};

export function insertApiKey(tx: TenantTransaction, made: NewApiKey): Promise<void> {
  const { id, key, prefix, name, permissions, scope, createdBy, expiresAt } = made;
  const brandId = scope.kind === "brand" ? scope.brandId : null;
  const branchIds = scope.kind === "branches" ? scope.branchIds : null;
  return run(
    tx,
    sql`select directory.add_own_api_key(${id}, ${hashToken(key)}, ${prefix}, ${name},
          ${permissions}::text[], ${scope.kind}, ${brandId}::uuid, ${branchIds}::uuid[],
          ${createdBy}, ${tx.now}, ${expiresAt})`,
  );
}

type KeyTimes = {
  createdAt: Date;
  expiresAt: Date;
  lastUsedAt: Date | null;
  revokedAt: Date | null;
};
export type ApiKeyRow = KeyTimes & {
  id: string;
  prefix: string;
  name: string;
  permissions: string[];
  scope: Scope;
  createdBy: string;
};

/** The newest first, also those that are over. */
export async function listApiKeys(tx: TenantTransaction): Promise<ApiKeyRow[]> {
  const rows = await listRows(
    tx,
    sql<Held & KeyTimes & { prefix: string; createdBy: string }>`
      select id, prefix, name, permissions, scope, brand_id as "brandId",
        branch_ids as "branchIds", created_by as "createdBy", created_at as "createdAt",
        expires_at as "expiresAt", last_used_at as "lastUsedAt", revoked_at as "revokedAt"
      from directory.list_own_api_keys()`,
  );
  return rows.map((row) => {
    const { brandId: _brandId, branchIds: _branchIds, ...rest } = row;
    return { ...rest, scope: toGrant(row).scope };
  });
}

/** What a key may do; nothing once it is over or revoked. */
export async function findKeyGrants(tx: TenantTransaction, id: string): Promise<Grant[]> {
  const rows = await listRows(
    tx,
    sql<Held>`
      select id, name, permissions, scope, brand_id as "brandId", branch_ids as "branchIds"
      from directory.list_own_api_keys()
      where id = ${id} and revoked_at is null and expires_at > ${tx.now}`,
  );
  return rows.map(toGrant);
}

/** False when there is none with this id, or it was revoked before. */
export async function revokeApiKey(tx: TenantTransaction, id: string): Promise<boolean> {
  const row = await getRow(
    tx,
    sql<{ revoked: boolean }>`select directory.revoke_own_api_key(${id}, ${tx.now}) as revoked`,
  );
  return row.revoked;
}
