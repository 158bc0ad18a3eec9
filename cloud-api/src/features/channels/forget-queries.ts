import { listRows, run, sql, type TenantTransaction } from "../../platform/db.ts";
import type { Purge } from "../../platform/purge-events.ts";

/**
 * Takes numbers and addresses off what was to be sent to them up to a moment. Whoever asks for a code
 * after it is somebody who wants to be known again, and gets theirs.
 */
export async function forgetContacts(
  tx: TenantTransaction,
  { contacts, at }: { contacts: readonly string[]; at: Date },
): Promise<void> {
  if (contacts.length === 0) return;
  await run(
    tx,
    sql`update code_requests set contact = null, code = null, link = null
        where tenant_id = ${tx.tenantId} and contact = any(${contacts}::text[])
          and created_at <= ${at}`,
  );
  await run(
    tx,
    sql`update sender_tests set contact = null
        where tenant_id = ${tx.tenantId} and contact = any(${contacts}::text[])
          and created_at <= ${at}`,
  );
}

/** What was sent when and by whom is forgotten, with all that was tried for it. */
export async function purgeRequests(
  tx: TenantTransaction,
  { before, limit }: Purge,
): Promise<number> {
  const { tenantId } = tx;
  const due = await listRows(
    tx,
    sql<{ id: string }>`select id from code_requests
      where tenant_id = ${tenantId} and created_at < ${before} and deadline < ${before}
      limit ${limit}`,
  );
  const ids = due.map(({ id }) => id);
  await run(
    tx,
    sql`delete from code_attempts
        where tenant_id = ${tenantId} and request_id = any(${ids}::uuid[])`,
  );
  await run(
    tx,
    sql`delete from code_requests where tenant_id = ${tenantId} and id = any(${ids}::uuid[])`,
  );
  const tests = await listRows(
    tx,
    sql`delete from sender_tests
        where tenant_id = ${tenantId} and id in (
          select id from sender_tests
          where tenant_id = ${tenantId} and created_at < ${before} limit ${limit})
        returning id`,
  );
  return ids.length + tests.length;
}

/** Requests whose time is over and that nobody has closed: the process that was to has died. */
export async function listOverdueRequests(tx: TenantTransaction, limit: number): Promise<string[]> {
  const rows = await listRows(
    tx,
    sql<{ id: string }>`select id from code_requests
      where tenant_id = ${tx.tenantId} and deadline < ${tx.now}
        and (state in ('waiting', 'sending') or contact is not null) limit ${limit}`,
  );
  return rows.map(({ id }) => id);
}

/** A test that was not sent within its time keeps nobody's number. */
export function eraseOldTests(tx: TenantTransaction, before: Date): Promise<void> {
  return run(
    tx,
    sql`update sender_tests set contact = null
        where tenant_id = ${tx.tenantId} and contact is not null and created_at < ${before}`,
  );
}
