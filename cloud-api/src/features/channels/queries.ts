import { findRow, getRow, listRows, run, sql, type TenantTransaction } from "../../platform/db.ts";
import { toJson } from "../../platform/events.ts";
import { listNamesBy } from "../../platform/record-names.ts";
import type { SenderKind } from "./rules.ts";

export type SenderRow = {
  id: string;
  name: string;
  kind: SenderKind;
  settings: Record<string, string>;
  createdAt: Date;
  changedAt: Date;
};

const senderColumns = sql`id, name, kind, settings, created_at as "createdAt",
  changed_at as "changedAt"`;

/** Those that were not removed, by name. */
export function listSenderRows(tx: TenantTransaction): Promise<SenderRow[]> {
  return listRows(
    tx,
    sql<SenderRow>`select ${senderColumns} from senders
      where tenant_id = ${tx.tenantId} and removed_at is null order by name, id`,
  );
}

export function listSendersOf(tx: TenantTransaction, kind: SenderKind): Promise<SenderRow[]> {
  return listRows(
    tx,
    sql<SenderRow>`select ${senderColumns} from senders
      where tenant_id = ${tx.tenantId} and kind = ${kind} and removed_at is null
      order by name, id`,
  );
}

export function findSenderRow(tx: TenantTransaction, id: string): Promise<SenderRow | null> {
  return findRow(
    tx,
    sql<SenderRow>`select ${senderColumns} from senders
      where tenant_id = ${tx.tenantId} and id = ${id} and removed_at is null`,
  );
}

export function listSenderKinds(
  tx: TenantTransaction,
  ids: readonly string[],
): Promise<Pick<SenderRow, "id" | "kind">[]> {
  return listRows(
    tx,
    sql<Pick<SenderRow, "id" | "kind">>`select id, kind from senders
      where tenant_id = ${tx.tenantId} and id = any(${ids}::uuid[])`,
  );
}

export type NewSender = Pick<SenderRow, "id" | "name" | "kind" | "settings">;

export function insertSender(tx: TenantTransaction, sender: NewSender): Promise<void> {
  return run(
    tx,
    sql`insert into senders (tenant_id, id, name, kind, settings, created_at, changed_at)
        values (${tx.tenantId}, ${sender.id}, ${sender.name}, ${sender.kind},
          ${toJson(sender.settings)}::jsonb, ${tx.now}, ${tx.now})`,
  );
}

export function updateSender(
  tx: TenantTransaction,
  sender: Pick<NewSender, "id" | "name" | "settings">,
): Promise<void> {
  return run(
    tx,
    sql`update senders set name = ${sender.name}, settings = ${toJson(sender.settings)}::jsonb,
          changed_at = ${tx.now}
        where tenant_id = ${tx.tenantId} and id = ${sender.id}`,
  );
}

/** Its secrets go at once; its name stays for what was sent by it. */
export async function removeSender(tx: TenantTransaction, id: string): Promise<void> {
  await run(
    tx,
    sql`delete from sender_secrets where tenant_id = ${tx.tenantId} and sender_id = ${id}`,
  );
  await run(
    tx,
    sql`update senders set removed_at = ${tx.now}
        where tenant_id = ${tx.tenantId} and id = ${id}`,
  );
}

export type SecretRow = { senderId: string; field: string; sealed: Buffer; setAt: Date };

/** Of one sender, or of all (null). */
export function listSecretRows(
  tx: TenantTransaction,
  senderId: string | null,
): Promise<SecretRow[]> {
  return listRows(
    tx,
    sql<SecretRow>`
      select sender_id as "senderId", field, sealed, set_at as "setAt" from sender_secrets
      where tenant_id = ${tx.tenantId}
        and (${senderId}::uuid is null or sender_id = ${senderId}::uuid)`,
  );
}

export function setSecret(
  tx: TenantTransaction,
  { senderId, field, sealed }: Omit<SecretRow, "setAt">,
): Promise<void> {
  return run(
    tx,
    sql`insert into sender_secrets (tenant_id, sender_id, field, sealed, set_at)
        values (${tx.tenantId}, ${senderId}, ${field}, ${sealed}, ${tx.now})
        on conflict (tenant_id, sender_id, field) do update
          set sealed = excluded.sealed, set_at = excluded.set_at`,
  );
}

export function deleteSecret(
  tx: TenantTransaction,
  { senderId, field }: { senderId: string; field: string },
): Promise<void> {
  return run(
    tx,
    sql`delete from sender_secrets
        where tenant_id = ${tx.tenantId} and sender_id = ${senderId} and field = ${field}`,
  );
}

export type TokenState = { endsAt: Date | null; renewingUntil: Date | null };

export function findTokenState(
  tx: TenantTransaction,
  senderId: string,
): Promise<TokenState | null> {
  return findRow(
    tx,
    sql<TokenState>`
      select token_ends_at as "endsAt", renewing_until as "renewingUntil" from senders
      where tenant_id = ${tx.tenantId} and id = ${senderId} and removed_at is null
      for update`,
  );
}

/** Until null: the lease is given back. */
export function setRenewing(
  tx: TenantTransaction,
  { senderId, until }: { senderId: string; until: Date | null },
): Promise<void> {
  return run(
    tx,
    sql`update senders set renewing_until = ${until}
        where tenant_id = ${tx.tenantId} and id = ${senderId}`,
  );
}

export function setTokenEnd(
  tx: TenantTransaction,
  { senderId, endsAt }: { senderId: string; endsAt: Date | null },
): Promise<void> {
  return run(
    tx,
    sql`update senders set token_ends_at = ${endsAt}, renewing_until = null
        where tenant_id = ${tx.tenantId} and id = ${senderId}`,
  );
}

export type TestRow = {
  id: string;
  senderId: string;
  contact: string | null;
  language: "vi" | "en";
  state: string;
  reason: string | null;
  detail: string | null;
  createdAt: Date;
};

const testColumns = sql`id, sender_id as "senderId", contact, language, state, reason, detail,
  created_at as "createdAt"`;

export function insertTest(
  tx: TenantTransaction,
  test: Pick<TestRow, "id" | "senderId" | "contact" | "language">,
): Promise<void> {
  return run(
    tx,
    sql`insert into sender_tests (tenant_id, id, sender_id, contact, language, state, created_at)
        values (${tx.tenantId}, ${test.id}, ${test.senderId}, ${test.contact}, ${test.language},
          'waiting', ${tx.now})`,
  );
}

export async function countTestsSince(tx: TenantTransaction, since: Date): Promise<number> {
  const { total } = await getRow(
    tx,
    sql<{ total: number }>`select count(*) as total from sender_tests
      where tenant_id = ${tx.tenantId} and created_at > ${since}`,
  );
  return Number(total);
}

/** The newest test of each sender. */
export function listLastTests(tx: TenantTransaction): Promise<TestRow[]> {
  return listRows(
    tx,
    sql<TestRow>`
      select distinct on (sender_id) ${testColumns} from sender_tests
      where tenant_id = ${tx.tenantId} order by sender_id, created_at desc, id desc`,
  );
}

/** Claims a test for the one who sends it; null when it was claimed before. */
export function claimTest(tx: TenantTransaction, id: string): Promise<TestRow | null> {
  return findRow(
    tx,
    sql<TestRow>`
      update sender_tests set state = 'claimed'
      where tenant_id = ${tx.tenantId} and id = ${id} and state = 'waiting'
      returning ${testColumns}`,
  );
}

export function finishTest(
  tx: TenantTransaction,
  test: { id: string; state: string; reason: string | null; detail: string | null },
): Promise<void> {
  return run(
    tx,
    sql`update sender_tests set state = ${test.state}, reason = ${test.reason},
          detail = ${test.detail}, answered_at = ${tx.now}, contact = null
        where tenant_id = ${tx.tenantId} and id = ${test.id}`,
  );
}

/** What they are called, by id. */
export const nameSenders = listNamesBy(
  (tx, ids) => sql`
    select id, name from senders
    where tenant_id = ${tx.tenantId} and id = any(${ids}::uuid[])`,
);
