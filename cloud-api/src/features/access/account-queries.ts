import { newId } from "../../platform/clock.ts";
import {
  type DirectoryTransaction,
  findRow,
  getRow,
  listRows,
  run,
  sql,
} from "../../platform/db.ts";
import { wake } from "../../platform/jobs.ts";
import { hashToken } from "../../platform/session.ts";
import type { StaffLanguage } from "./schema.ts";

export type OwnSignIn = {
  id: string;
  isCurrent: boolean;
  browser: string | null;
  system: string | null;
  network: string | null;
  createdAt: Date;
  seenAt: Date;
};

/** Somebody's sessions, the one that asks first. */
export function listSignIns(
  tx: DirectoryTransaction,
  { staffId, token }: { staffId: string; token: string },
): Promise<OwnSignIn[]> {
  return listRows(
    tx,
    sql<OwnSignIn>`
      select id, is_current as "isCurrent", browser, system, network, created_at as "createdAt",
        coalesce(seen_at, created_at) as "seenAt"
      from directory.list_sign_ins(${staffId}, ${hashToken(token)}, ${tx.now})`,
  );
}

/** False when the person has no such session (any more). */
export async function endSignIn(
  tx: DirectoryTransaction,
  { staffId, id }: { staffId: string; id: string },
): Promise<boolean> {
  const row = await getRow(
    tx,
    sql<{ ended: boolean }>`select directory.end_sign_in(${staffId}, ${id}) as ended`,
  );
  return row.ended;
}

/** Whether the person is known by `brought`; if not, they are by `offered` from now on. */
export async function knowBrowser(
  tx: DirectoryTransaction,
  { staffId, brought, offered }: { staffId: string; brought: string; offered: string },
): Promise<boolean> {
  const row = await getRow(
    tx,
    sql<{ known: boolean }>`
      select directory.know_browser(${staffId}, ${hashToken(brought)}, ${hashToken(offered)},
        ${tx.now}) as known`,
  );
  return row.known;
}

/** What a link that was sent by mail is for. */
export type AccountLink =
  | { kind: "reset"; staffId: string }
  /** `since`: when the sign-in was. */
  | { kind: "disown"; staffId: string; since: Date }
  | { kind: "sign-up"; email: string };
type LinkKind = AccountLink["kind"];
type LinkOf<Kind extends LinkKind> = Extract<AccountLink, { kind: Kind }>;

export function insertAccountLink(
  tx: DirectoryTransaction,
  { token, link, expiresAt }: { token: string; link: AccountLink; expiresAt: Date },
): Promise<void> {
  const staffId = link.kind === "sign-up" ? null : link.staffId;
  const email = link.kind === "sign-up" ? link.email : null;
  const since = link.kind === "disown" ? link.since : null;
  return run(
    tx,
    sql`select directory.add_account_link(${hashToken(token)}, ${link.kind}, ${staffId}::uuid,
          ${email}, ${since}::timestamptz, ${tx.now}, ${expiresAt})`,
  );
}

type LinkQuestion<Kind extends LinkKind> = { token: string; kind: Kind };

/** Null when it was used, is too old, or never was. */
export async function findAccountLink<Kind extends LinkKind>(
  tx: DirectoryTransaction,
  { token, kind }: LinkQuestion<Kind>,
): Promise<LinkOf<Kind> | null> {
  const row = await findRow(
    tx,
    sql<object>`
      select staff_id as "staffId", email, since
      from directory.find_account_link(${hashToken(token)}, ${kind}, ${tx.now})`,
  );
  return row && ({ kind, ...row } as unknown as LinkOf<Kind>);
}

/** The same, and it serves nobody any more. Of two at once, one gets it. */
export async function takeAccountLink<Kind extends LinkKind>(
  tx: DirectoryTransaction,
  { token, kind }: LinkQuestion<Kind>,
): Promise<LinkOf<Kind> | null> {
  const row = await findRow(
    tx,
    sql<object>`
      select staff_id as "staffId", email, since
      from directory.take_account_link(${hashToken(token)}, ${kind}, ${tx.now})`,
  );
  return row && ({ kind, ...row } as unknown as LinkOf<Kind>);
}

/** Every session, known browser and open link of the person ends with it. */
export function resetPassword(
  tx: DirectoryTransaction,
  { staffId, passwordHash }: { staffId: string; passwordHash: string },
): Promise<void> {
  return run(tx, sql`select directory.reset_password(${staffId}, ${passwordHash})`);
}

/** No password opens the account until a new one was chosen by mail. */
export function lockPassword(
  tx: DirectoryTransaction,
  { staffId, since }: { staffId: string; since: Date },
): Promise<void> {
  return run(tx, sql`select directory.lock_password(${staffId}, ${since}, ${tx.now})`);
}

export type MailKind =
  | "reset"
  | "sign-up"
  | "new-sign-in"
  | "password-reset"
  | "password-changed"
  | "totp-on"
  | "totp-off"
  | "recovery-codes";

/** What a mail tells beside its kind. */
export type MailFacts = {
  /** Where its links lead: as the process says that was asked. */
  origin: string;
  browser?: string | null;
  system?: string | null;
  network?: string;
  /** new-sign-in: when it was. */
  signedInAt?: string;
};

export type AccountMail = {
  id: string;
  kind: MailKind;
  email: string;
  language: StaffLanguage;
  facts: MailFacts;
  createdAt: Date;
};

export const ACCOUNT_MAIL_TASK = "access.mail";

/** Puts a mail in, in the transaction of what it tells of. Whether anybody has the address is not asked. */
export async function insertAccountMail(
  tx: DirectoryTransaction,
  { kind, email, language, facts }: Omit<AccountMail, "id" | "createdAt">,
): Promise<void> {
  await run(
    tx,
    sql`select directory.add_account_mail(${newId()}, ${kind}, ${email}, ${language},
          ${JSON.stringify(facts)}::jsonb, ${tx.now})`,
  );
  await wake(tx, ACCOUNT_MAIL_TASK);
}

/** The next that is due, and nobody else's from now on; null: none is. */
export function claimAccountMail(tx: DirectoryTransaction): Promise<AccountMail | null> {
  return findRow(
    tx,
    sql<AccountMail>`
      select id, kind, email, language, facts, created_at as "createdAt"
      from directory.claim_account_mail(${tx.now})`,
  );
}

export function postponeAccountMail(
  tx: DirectoryTransaction,
  { id, until }: { id: string; until: Date },
): Promise<void> {
  return run(tx, sql`select directory.postpone_account_mail(${id}, ${until})`);
}

export function deleteAccountMail(tx: DirectoryTransaction, id: string): Promise<void> {
  return run(tx, sql`select directory.remove_account_mail(${id})`);
}
