import {
  type DirectoryTransaction,
  findRow,
  getRow,
  listRows,
  run,
  sql,
  type TenantTransaction,
} from "../../platform/db.ts";
import type { Grant } from "../../platform/rights.ts";
import { hashToken, type SignIn } from "../../platform/session.ts";
import { readGrant, type StoredGrant, writeGrants } from "./grant-queries.ts";
import { SEEN_EVERY_MINUTES } from "./rules.ts";
import type { StaffLanguage } from "./schema.ts";
import type { Visitor } from "./visitors.ts";

export type Staff = {
  id: string;
  email: string;
  name: string;
  language: StaffLanguage;
  passwordHash: string;
  totpSecret: string | null;
  totpPendingSecret: string | null;
};

/** `passwordHash`: null while no password opens the account but one that is chosen by mail. */
export type StaffAtDoor = Pick<Staff, "id" | "language" | "totpSecret"> & {
  passwordHash: string | null;
};

export async function hasStaff(tx: DirectoryTransaction): Promise<boolean> {
  return (await getRow(tx, sql<{ yes: boolean }>`select directory.has_staff() as yes`)).yes;
}

export function findStaffByEmail(
  tx: DirectoryTransaction,
  email: string,
): Promise<StaffAtDoor | null> {
  return findRow(
    tx,
    sql<StaffAtDoor>`
      select id, language, password_hash as "passwordHash", totp_secret as "totpSecret"
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

export type Colleague = {
  id: string;
  email: string;
  name: string;
  grants: Grant[];
  totpEnabled: boolean;
  since: Date;
};

export async function listColleagues(tx: TenantTransaction): Promise<Colleague[]> {
  const rows = await listRows(
    tx,
    sql<Omit<Colleague, "grants"> & { grants: StoredGrant[] }>`
      select id, email, name, grants, totp_enabled as "totpEnabled", since
      from directory.list_own_staff()`,
  );
  return rows.map(({ grants, ...row }) => ({ ...row, grants: grants.map(readGrant) }));
}

/** False for somebody who is no member, and for the last owner. */
export async function deleteMembership(tx: TenantTransaction, staffId: string): Promise<boolean> {
  const row = await getRow(
    tx,
    sql<{ removed: boolean }>`select directory.remove_own_membership(${staffId}) as removed`,
  );
  return row.removed;
}

export type NewSignIn = {
  token: string;
  staffId: string;
  /** The password's that was checked. */
  passwordHash: string;
  visitor: Visitor;
  expiresAt: Date;
};

/** Its id; null when the password was changed since it was checked. */
export async function insertSignIn(
  tx: DirectoryTransaction,
  { token, staffId, passwordHash, visitor, expiresAt }: NewSignIn,
): Promise<string | null> {
  const { browser, system, network } = visitor;
  const row = await getRow(
    tx,
    sql<{ id: string | null }>`
      select directory.begin_sign_in(${hashToken(token)}, ${staffId}, ${passwordHash}, ${browser},
        ${system}, ${network}, ${tx.now}, ${expiresAt}) as id`,
  );
  return row.id;
}

type FoundSignIn = Omit<SignIn, "grants"> & { grants: StoredGrant[]; seenAt: Date | null };

export async function findSignIn(tx: DirectoryTransaction, token: string): Promise<SignIn | null> {
  const hash = hashToken(token);
  const row = await findRow(
    tx,
    sql<FoundSignIn>`
      select staff_id as "staffId", tenant_id as "tenantId", grants, seen_at as "seenAt",
        is_operator as "isOperator", needs_second_factor as "needsSecondFactor",
        has_second_factor as "hasSecondFactor"
      from directory.find_sign_in(${hash}, ${tx.now})`,
  );
  if (!row) return null;
  const { seenAt, grants, ...signIn } = row;
  const isStale = tx.now.getTime() - (seenAt?.getTime() ?? 0) >= SEEN_EVERY_MINUTES * 60_000;
  if (isStale) await run(tx, sql`select directory.note_sign_in(${hash}, ${tx.now})`);
  return { ...signIn, grants: grants.map(readGrant) };
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
export type TakenLink =
  | { kind: "operator" }
  | {
      kind: "invitation";
      tenantId: string;
      grants: StoredGrant[];
      /** Null for an installer's. */
      invitedBy: string | null;
    };

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
  grants: readonly Grant[];
  invitedBy: string | null;
  expiresAt: Date;
};

/** It leads into the tenant of the transaction, and ends with the membership of who invited. */
export function insertInvitation(tx: TenantTransaction, invitation: NewInvitation): Promise<void> {
  const { token, grants, invitedBy, expiresAt } = invitation;
  return run(
    tx,
    sql`select directory.add_invitation(${hashToken(token)}, ${writeGrants(grants)}::jsonb,
          ${invitedBy}, ${tx.now}, ${expiresAt})`,
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
export async function takeLink(tx: DirectoryTransaction, token: string): Promise<TakenLink | null> {
  const row = await findRow(
    tx,
    sql<{ tenantId: string | null; grants: StoredGrant[] | null; invitedBy: string | null }>`
      select tenant_id as "tenantId", grants, invited_by as "invitedBy"
      from directory.take_first_sign_in(${hashToken(token)}, ${tx.now})`,
  );
  if (!row) return null;
  const { tenantId, grants, invitedBy } = row;
  if (tenantId === null) return { kind: "operator" };
  return { kind: "invitation", tenantId, grants: grants ?? [], invitedBy };
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
