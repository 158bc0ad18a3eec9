import type { Role } from "../../feature.ts";
import {
  type DirectoryTransaction,
  findRow,
  getRow,
  listRows,
  run,
  sql,
  type TenantTransaction,
} from "../../platform/db.ts";
import { hashToken, type SignIn } from "../../platform/session.ts";
import type { StaffLanguage } from "./schema.ts";

export type Staff = {
  id: string;
  email: string;
  name: string;
  language: StaffLanguage;
  passwordHash: string;
  totpSecret: string | null;
  totpPendingSecret: string | null;
};

export type Membership = { id: string; name: string; role: Role };

export async function hasStaff(tx: DirectoryTransaction): Promise<boolean> {
  return (await getRow(tx, sql<{ yes: boolean }>`select directory.has_staff() as yes`)).yes;
}

export function findStaffByEmail(
  tx: DirectoryTransaction,
  email: string,
): Promise<Pick<Staff, "id" | "passwordHash" | "totpSecret"> | null> {
  return findRow(
    tx,
    sql<Pick<Staff, "id" | "passwordHash" | "totpSecret">>`
      select id, password_hash as "passwordHash", totp_secret as "totpSecret"
      from directory.find_staff_by_email(${email})`,
  );
}

export function getStaff(tx: DirectoryTransaction, id: string): Promise<Staff> {
  return getRow(
    tx,
    sql<Staff>`
      select id, email, name, language, password_hash as "passwordHash",
        totp_secret as "totpSecret", totp_pending_secret as "totpPendingSecret"
      from directory.find_staff(${id})`,
  );
}

export type NewStaff = Pick<Staff, "id" | "email" | "name" | "language" | "passwordHash">;

/** False when the e-mail address is taken. */
export async function insertStaff(tx: DirectoryTransaction, staff: NewStaff): Promise<boolean> {
  const { id, email, name, language, passwordHash } = staff;
  const row = await getRow(
    tx,
    sql<{ added: boolean }>`
      select directory.add_staff(${id}, ${email}, ${name}, ${language}, ${passwordHash}, ${tx.now})
        as added`,
  );
  return row.added;
}

export type StaffChange = { name?: string | undefined; language?: StaffLanguage | undefined };

export function updateStaff(
  tx: DirectoryTransaction,
  id: string,
  { name, language }: StaffChange,
): Promise<void> {
  return run(tx, sql`select directory.change_staff(${id}, ${name ?? null}, ${language ?? null})`);
}

export function listMemberships(tx: DirectoryTransaction, staffId: string): Promise<Membership[]> {
  return listRows(
    tx,
    sql<Membership>`
      select tenant_id as id, tenant_name as name, role
      from directory.list_memberships(${staffId})`,
  );
}

/** False when the person belongs to the tenant already, in this role or a higher one. */
export async function insertMembership(
  tx: TenantTransaction,
  { staffId, role }: { staffId: string; role: Role },
): Promise<boolean> {
  const row = await getRow(
    tx,
    sql<{ added: boolean }>`
      select directory.add_own_membership(${staffId}, ${role}, ${tx.now}) as added`,
  );
  return row.added;
}

export type Colleague = {
  id: string;
  email: string;
  name: string;
  role: Role;
  totpEnabled: boolean;
  since: Date;
};

export function listColleagues(tx: TenantTransaction): Promise<Colleague[]> {
  return listRows(
    tx,
    sql<Colleague>`
      select id, email, name, role, totp_enabled as "totpEnabled", since
      from directory.list_own_staff()`,
  );
}

/** False for somebody who is no member, and for the last owner. */
export async function deleteMembership(tx: TenantTransaction, staffId: string): Promise<boolean> {
  const row = await getRow(
    tx,
    sql<{ removed: boolean }>`select directory.remove_own_membership(${staffId}) as removed`,
  );
  return row.removed;
}

export function insertSignIn(
  tx: DirectoryTransaction,
  { token, staffId, expiresAt }: { token: string; staffId: string; expiresAt: Date },
): Promise<void> {
  const hash = hashToken(token);
  return run(tx, sql`select directory.add_sign_in(${hash}, ${staffId}, ${tx.now}, ${expiresAt})`);
}

export function findSignIn(tx: DirectoryTransaction, token: string): Promise<SignIn | null> {
  return findRow(
    tx,
    sql<SignIn>`
      select staff_id as "staffId", tenant_id as "tenantId", role
      from directory.find_sign_in(${hashToken(token)}, ${tx.now})`,
  );
}

/** False when the person does not belong to that tenant. */
export async function switchSignIn(
  tx: DirectoryTransaction,
  token: string,
  tenantId: string,
): Promise<boolean> {
  const row = await getRow(
    tx,
    sql<{ switched: boolean }>`
      select directory.switch_sign_in(${hashToken(token)}, ${tenantId}) as switched`,
  );
  return row.switched;
}

export function deleteSignIn(tx: DirectoryTransaction, token: string): Promise<void> {
  return run(tx, sql`select directory.remove_sign_in(${hashToken(token)})`);
}

export function deleteOtherSignIns(
  tx: DirectoryTransaction,
  staffId: string,
  token: string,
): Promise<void> {
  return run(tx, sql`select directory.remove_other_sign_ins(${staffId}, ${hashToken(token)})`);
}

export type Link = { kind: "operator" | "invitation"; tenantName: string | null };
export type TakenLink = { kind: "operator" | "invitation"; tenantId: string | null; role: Role };

export function insertOperatorLink(
  tx: DirectoryTransaction,
  { token, expiresAt }: { token: string; expiresAt: Date },
): Promise<void> {
  return run(
    tx,
    sql`select directory.add_first_sign_in(${hashToken(token)}, 'operator', 'owner', ${tx.now},
          ${expiresAt})`,
  );
}

/** `invitedBy` is null for an installer's. */
export type NewInvitation = {
  token: string;
  role: Role;
  invitedBy: string | null;
  expiresAt: Date;
};

/** It leads into the tenant of the transaction, and ends with the membership of who invited. */
export function insertInvitation(tx: TenantTransaction, invitation: NewInvitation): Promise<void> {
  const { token, role, invitedBy, expiresAt } = invitation;
  return run(
    tx,
    sql`select directory.add_invitation(${hashToken(token)}, ${role}, ${invitedBy}, ${tx.now},
          ${expiresAt})`,
  );
}

export function deleteOperatorLinks(tx: DirectoryTransaction): Promise<void> {
  return run(tx, sql`select directory.remove_operator_links()`);
}

export function findLink(tx: DirectoryTransaction, token: string): Promise<Link | null> {
  return findRow(
    tx,
    sql<Link>`
      select kind, tenant_name as "tenantName"
      from directory.find_first_sign_in(${hashToken(token)}, ${tx.now})`,
  );
}

/** Null when it was used, has expired, or never was. Of two at once, one gets it. */
export function takeLink(tx: DirectoryTransaction, token: string): Promise<TakenLink | null> {
  return findRow(
    tx,
    sql<TakenLink>`
      select kind, tenant_id as "tenantId", role
      from directory.take_first_sign_in(${hashToken(token)}, ${tx.now})`,
  );
}

/** Counts this try and gives how many there were in the window, this one with them. */
export async function countAttempt(
  tx: DirectoryTransaction,
  key: Buffer,
  windowEndsAt: Date,
): Promise<number> {
  const row = await getRow(
    tx,
    sql<{ tries: number }>`
      select directory.count_attempt(${key}, ${tx.now}, ${windowEndsAt}) as tries`,
  );
  return row.tries;
}

export function forgetAttempts(tx: DirectoryTransaction, key: Buffer): Promise<void> {
  return run(tx, sql`select directory.forget_attempts(${key})`);
}

export function purge(tx: DirectoryTransaction): Promise<void> {
  return run(tx, sql`select directory.purge_access(${tx.now})`);
}
