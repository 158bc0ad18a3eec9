import {
  type DirectoryTransaction,
  findRow,
  getRow,
  listRows,
  run,
  sql,
  type TenantTransaction,
} from "../../platform/db.ts";
import type { Grant, Role, Scope } from "../../platform/rights.ts";

/** A grant as the directory keeps it. */
export type StoredGrant = {
  role?: Role | null;
  ownRoleId?: string | null;
  ownRoleName?: string | null;
  permissions?: string[] | null;
  scope: Scope["kind"];
  brandId?: string | null;
  branchIds?: string[] | null;
};

export function readGrant(stored: StoredGrant): Grant {
  const scope = readScope(stored);
  if (stored.role) return { role: stored.role, scope };
  const { ownRoleId, ownRoleName, permissions } = stored;
  const ownRole = { id: ownRoleId ?? "", name: ownRoleName ?? "", permissions: permissions ?? [] };
  return { role: null, ownRole, scope };
}

function readScope({ scope, brandId, branchIds }: StoredGrant): Scope {
  if (scope === "brand") return { kind: "brand", brandId: brandId ?? "" };
  if (scope === "branches") return { kind: "branches", branchIds: branchIds ?? [] };
  return { kind: "tenant" };
}

/** With the company's own roles as they are now; null: one of them is there no more. */
export function resolveGrants(
  told: readonly StoredGrant[],
  ownRoles: readonly OwnRoleRow[],
): Grant[] | null {
  const known = new Map(ownRoles.map((role) => [role.id, role]));
  const grants = told.map((stored) => {
    const grant = readGrant(stored);
    if (grant.role !== null) return grant;
    const ownRole = known.get(grant.ownRole.id);
    return ownRole ? { ...grant, ownRole } : null;
  });
  return grants.every((grant) => grant !== null) ? grants : null;
}

/** As the directory takes them. */
export function writeGrants(grants: readonly Grant[]): string {
  return JSON.stringify(
    grants.map((grant): StoredGrant => {
      const { kind, ...place } = grant.scope;
      const who = grant.role === null ? { ownRoleId: grant.ownRole.id } : { role: grant.role };
      return { ...who, scope: kind, ...place } as StoredGrant;
    }),
  );
}

/** Whoever changes what members may do waits here for whoever else does. */
export function lockMembers(tx: TenantTransaction): Promise<void> {
  return run(tx, sql`select directory.lock_own_tenant()`);
}

/** Null for somebody who is no member of the tenant. */
export async function findGrants(tx: TenantTransaction, staffId: string): Promise<Grant[] | null> {
  const row = await findRow(
    tx,
    sql<{ grants: StoredGrant[] | null }>`
      select grants from directory.find_own_grants(${staffId}) as grants`,
  );
  return row?.grants?.map(readGrant) ?? null;
}

/** Makes them a member who is none. False, and nothing done, for the last owner. */
export async function replaceGrants(
  tx: TenantTransaction,
  { staffId, grants }: { staffId: string; grants: readonly Grant[] },
): Promise<boolean> {
  const row = await getRow(
    tx,
    sql<{ written: boolean }>`
      select directory.write_own_grants(${staffId}, ${writeGrants(grants)}::jsonb, ${tx.now})
        as written`,
  );
  return row.written;
}

export function deleteInvitationsOf(tx: TenantTransaction, staffId: string): Promise<void> {
  return run(tx, sql`select directory.remove_own_invitations_of(${staffId})`);
}

export type Membership = { id: string; name: string; isSuspended: boolean; grants: Grant[] };

export async function listMemberships(
  tx: DirectoryTransaction,
  staffId: string,
): Promise<Membership[]> {
  const rows = await listRows(
    tx,
    sql<Omit<Membership, "grants"> & { grants: StoredGrant[] }>`
      select tenant_id as id, tenant_name as name, is_suspended as "isSuspended", grants
      from directory.list_memberships(${staffId})`,
  );
  return rows.map(({ grants, ...row }) => ({ ...row, grants: grants.map(readGrant) }));
}

export type OwnRoleRow = { id: string; name: string; permissions: string[]; heldBy: number };

export function listOwnRoles(tx: TenantTransaction): Promise<OwnRoleRow[]> {
  return listRows(
    tx,
    sql<OwnRoleRow>`
      select id, name, permissions, held_by as "heldBy" from directory.list_own_roles()`,
  );
}

export type NewOwnRole = { id: string; name: string; permissions: readonly string[] };

/** False when another role has the name. */
export async function insertOwnRole(tx: TenantTransaction, role: NewOwnRole): Promise<boolean> {
  const { id, name, permissions } = role;
  const row = await getRow(
    tx,
    sql<{ added: boolean }>`
      select directory.add_own_role(${id}, ${name}, ${permissions}::text[], ${tx.now}) as added`,
  );
  return row.added;
}

export async function updateOwnRole(
  tx: TenantTransaction,
  { id, name, permissions }: NewOwnRole,
): Promise<"changed" | "missing" | "taken"> {
  const row = await getRow(
    tx,
    sql<{ outcome: "changed" | "missing" | "taken" }>`
      select directory.change_own_role(${id}, ${name}, ${permissions}::text[]) as outcome`,
  );
  return row.outcome;
}

/** `held`: somebody has it, or an open invitation gives it. */
export async function deleteOwnRole(
  tx: TenantTransaction,
  id: string,
): Promise<"removed" | "missing" | "held"> {
  const row = await getRow(
    tx,
    sql<{ outcome: "removed" | "missing" | "held" }>`
      select directory.remove_own_role(${id}, ${tx.now}) as outcome`,
  );
  return row.outcome;
}
