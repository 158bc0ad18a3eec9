import { findRow, listRows, run, sql, type TenantTransaction } from "../../platform/db.ts";
import type { Ordered } from "./mail-queries.ts";
import type { MailOutcome } from "./mail-rules.ts";

/** Who is written a report by whose order. */
export type Reading = Ordered & { readerId: string };

export type Reader = {
  readerId: string;
  stoppedAt: Date | null;
  /** Of the last mail, as the mail server is told. */
  mailId: string | null;
  begunAt: Date | null;
  outcome: MailOutcome | null;
  /** The mail server's own code. */
  detail: string | null;
};

const columns = sql`reader_id as "readerId", stopped_at as "stoppedAt", mail_id as "mailId",
  begun_at as "begunAt", outcome, detail`;

/** Whoever ordered it among them. */
export function listReaders(
  tx: TenantTransaction,
  { savedId, staffId }: Ordered,
): Promise<Reader[]> {
  return listRows(
    tx,
    sql<Reader>`select ${columns} from saved_report_readers
      where tenant_id = ${tx.tenantId} and saved_id = ${savedId} and orderer_id = ${staffId}
      order by reader_id`,
  );
}

/** One mail to them at a time. Null: they are no reader of it. */
export function lockReader(
  tx: TenantTransaction,
  { savedId, staffId, readerId }: Reading,
): Promise<Reader | null> {
  return findRow(
    tx,
    sql<Reader>`select ${columns} from saved_report_readers
      where tenant_id = ${tx.tenantId} and saved_id = ${savedId} and orderer_id = ${staffId}
        and reader_id = ${readerId}
      for update`,
  );
}

export function findReader(
  tx: TenantTransaction,
  { savedId, staffId, readerId }: Reading,
): Promise<Reader | null> {
  return findRow(
    tx,
    sql<Reader>`select ${columns} from saved_report_readers
      where tenant_id = ${tx.tenantId} and saved_id = ${savedId} and orderer_id = ${staffId}
        and reader_id = ${readerId}`,
  );
}

/** Who is one already stays as they are. */
export function insertReaders(
  tx: TenantTransaction,
  { savedId, staffId }: Ordered,
  readerIds: readonly string[],
): Promise<void> {
  return run(
    tx,
    sql`insert into saved_report_readers (tenant_id, saved_id, orderer_id, reader_id)
        select ${tx.tenantId}, ${savedId}, ${staffId}, reader_id
        from unnest(${readerIds}::uuid[]) as reader_id
        on conflict (tenant_id, saved_id, orderer_id, reader_id) do nothing`,
  );
}

/** Takes off those whom an order does not name; who stopped it stays known, so that it stays so. */
export function deleteOtherReaders(
  tx: TenantTransaction,
  { savedId, staffId }: Ordered,
  readerIds: readonly string[],
): Promise<void> {
  return run(
    tx,
    sql`delete from saved_report_readers
        where tenant_id = ${tx.tenantId} and saved_id = ${savedId} and orderer_id = ${staffId}
          and stopped_at is null and reader_id <> all(${readerIds}::uuid[])`,
  );
}

/** Of a report that is no more. */
export function deleteReadersOf(tx: TenantTransaction, savedId: string): Promise<void> {
  return run(
    tx,
    sql`delete from saved_report_readers
        where tenant_id = ${tx.tenantId} and saved_id = ${savedId}`,
  );
}

/** They want it again, and say so themselves. */
export function resumeReader(
  tx: TenantTransaction,
  { savedId, staffId, readerId }: Reading,
): Promise<void> {
  return run(
    tx,
    sql`update saved_report_readers set stopped_at = null
        where tenant_id = ${tx.tenantId} and saved_id = ${savedId} and orderer_id = ${staffId}
          and reader_id = ${readerId}`,
  );
}

/** They want none any more; the first time counts. */
export function stopReader(
  tx: TenantTransaction,
  { savedId, staffId, readerId }: Reading,
): Promise<void> {
  return run(
    tx,
    sql`update saved_report_readers set stopped_at = coalesce(stopped_at, ${tx.now})
        where tenant_id = ${tx.tenantId} and saved_id = ${savedId} and orderer_id = ${staffId}
          and reader_id = ${readerId}`,
  );
}

/** A mail of that name is tried next; the one before is tried no more. */
export function nameLetter(
  tx: TenantTransaction,
  { savedId, staffId, readerId }: Reading,
  mailId: string,
): Promise<void> {
  return run(
    tx,
    sql`update saved_report_readers
        set mail_id = ${mailId}, begun_at = ${tx.now}, outcome = 'waiting', detail = null
        where tenant_id = ${tx.tenantId} and saved_id = ${savedId} and orderer_id = ${staffId}
          and reader_id = ${readerId}`,
  );
}

export type Step = { mailId: string; outcome: MailOutcome; detail: string | null };

/** How far a mail is; false: another took its place, or its reader wants none any more. */
export async function noteLetter(
  tx: TenantTransaction,
  { savedId, staffId, readerId }: Reading,
  { mailId, outcome, detail }: Step,
): Promise<boolean> {
  const row = await findRow(
    tx,
    sql`update saved_report_readers
        set outcome = ${outcome}, detail = ${detail},
          begun_at = coalesce(${outcome === "begun" ? tx.now : null}::timestamptz, begun_at)
        where tenant_id = ${tx.tenantId} and saved_id = ${savedId} and orderer_id = ${staffId}
          and reader_id = ${readerId} and mail_id = ${mailId} and stopped_at is null
        returning reader_id`,
  );
  return row !== null;
}
