import {
  type DirectoryTransaction,
  getRow,
  listRows,
  sql,
  type TenantTransaction,
} from "../../platform/db.ts";
import type { Grant } from "../../platform/rights.ts";
import { listOwnRoles, readGrant, type StoredGrant } from "./grant-queries.ts";

export type OpenInvitation = {
  id: string;
  grants: Grant[];
  /** Null for an installer's. */
  invitedBy: string | null;
  createdAt: Date;
  expiresAt: Date;
};

/** Links into the tenant that still work, the oldest first. */
export async function listInvitations(tx: TenantTransaction): Promise<OpenInvitation[]> {
  const rows = await listRows(
    tx,
    sql<Omit<OpenInvitation, "grants"> & { grants: StoredGrant[] }>`
      select id, grants, invited_by as "invitedBy", created_at as "createdAt",
        expires_at as "expiresAt"
      from directory.list_own_invitations(${tx.now})`,
  );
  return rows.map(({ grants, ...row }) => ({ ...row, grants: grants.map(readGrant) }));
}

/** False when it was used, taken back before, or never was. */
export async function deleteInvitation(tx: TenantTransaction, id: string): Promise<boolean> {
  const row = await getRow(
    tx,
    sql<{ removed: boolean }>`select directory.remove_own_invitation(${id}) as removed`,
  );
  return row.removed;
}

export type PasswordChange = { staffId: string; oldHash: string; newHash: string };

/** False when it has been changed since the old hash was read. */
export async function updatePassword(
  tx: DirectoryTransaction,
  { staffId, oldHash, newHash }: PasswordChange,
): Promise<boolean> {
  const row = await getRow(
    tx,
    sql<{ changed: boolean }>`
      select directory.change_password(${staffId}, ${oldHash}, ${newHash}) as changed`,
  );
  return row.changed;
}

/** Names of people and keys that do, or did, something in the tenant, by id: of such alone it is asked. */
export async function nameActors(
  tx: TenantTransaction,
  ids: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const rows = await listRows(
    tx,
    sql<{ id: string; name: string }>`
      select id, name from directory.name_staff(${ids}::uuid[])
      union all
      select id, name from directory.list_own_api_keys() where id = any(${ids}::uuid[])`,
  );
  return new Map(rows.map(({ id, name }) => [id, name]));
}

/**
 * What the company's staff, keys and own roles are called, by id, and who was its staff and did something
 * as it. The ids may be any that somebody wrote somewhere: those of people of other companies name nobody.
 */
export async function nameStaffAndRoles(
  tx: TenantTransaction,
  ids: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const staff = await listRows(
    tx,
    sql<{ id: string; name: string }>`
      select id, name from directory.list_own_staff() where id = any(${ids}::uuid[])
      union
      select id, name from directory.name_staff(array(
        select asked.id from unnest(${ids}::uuid[]) as asked (id)
        where exists (select from audit_entries
          where tenant_id = ${tx.tenantId} and actor_id = asked.id)))
      union all
      select id, name from directory.list_own_api_keys() where id = any(${ids}::uuid[])`,
  );
  const roles = (await listOwnRoles(tx)).filter(({ id }) => ids.includes(id));
  return new Map([...staff, ...roles].map(({ id, name }) => [id, name]));
}
