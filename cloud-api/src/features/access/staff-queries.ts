import type { Role } from "../../feature.ts";
import {
  type DirectoryTransaction,
  getRow,
  listRows,
  sql,
  type TenantTransaction,
} from "../../platform/db.ts";

/** `missing`: nobody with this id belongs to the tenant. The last owner stays one. */
export type RoleChange = "changed" | "missing" | "last-owner";

/** Whoever may not invite any more takes their open invitations along. */
export async function updateMembership(
  tx: TenantTransaction,
  { staffId, role }: { staffId: string; role: Role },
): Promise<RoleChange> {
  const row = await getRow(
    tx,
    sql<{ outcome: RoleChange }>`
      select directory.change_own_membership(${staffId}, ${role}) as outcome`,
  );
  return row.outcome;
}

export type OpenInvitation = {
  id: string;
  role: Role;
  /** Null for an installer's. */
  invitedBy: string | null;
  createdAt: Date;
  expiresAt: Date;
};

/** Links into the tenant that still work, the oldest first. */
export function listInvitations(tx: TenantTransaction): Promise<OpenInvitation[]> {
  return listRows(
    tx,
    sql<OpenInvitation>`
      select id, role, invited_by as "invitedBy", created_at as "createdAt",
        expires_at as "expiresAt"
      from directory.list_own_invitations(${tx.now})`,
  );
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
