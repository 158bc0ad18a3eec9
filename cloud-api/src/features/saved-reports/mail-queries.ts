import { findRow, run, sql, type TenantTransaction } from "../../platform/db.ts";
import type { MailRhythm } from "./mail-rules.ts";

/** Which saved report is written by whose order. */
export type Ordered = { savedId: string; staffId: string };

export type ReportMail = MailRhythm & { language: "en" | "vi"; nextAt: Date };

const columns = sql`every, weekday, month_day as "monthDay", hour, time_zone as "timeZone", language,
  next_at as "nextAt"`;

/** Null: they did not order it. */
export function findMail(
  tx: TenantTransaction,
  { savedId, staffId }: Ordered,
): Promise<ReportMail | null> {
  return findRow(
    tx,
    sql<ReportMail>`select ${columns} from saved_report_mails
      where tenant_id = ${tx.tenantId} and saved_id = ${savedId} and staff_id = ${staffId}`,
  );
}

/** One at a time: whoever begins it moves it on. */
export function lockMail(
  tx: TenantTransaction,
  { savedId, staffId }: Ordered,
): Promise<ReportMail | null> {
  return findRow(
    tx,
    sql<ReportMail>`select ${columns} from saved_report_mails
      where tenant_id = ${tx.tenantId} and saved_id = ${savedId} and staff_id = ${staffId}
      for update`,
  );
}

export function putMail(
  tx: TenantTransaction,
  { savedId, staffId }: Ordered,
  mail: ReportMail,
): Promise<void> {
  return run(
    tx,
    sql`insert into saved_report_mails (tenant_id, saved_id, staff_id, every, weekday, month_day,
          hour, time_zone, language, next_at)
        values (${tx.tenantId}, ${savedId}, ${staffId}, ${mail.every}, ${mail.weekday},
          ${mail.monthDay}, ${mail.hour}, ${mail.timeZone}, ${mail.language}, ${mail.nextAt})
        on conflict (tenant_id, saved_id, staff_id) do update set
          every = excluded.every, weekday = excluded.weekday, month_day = excluded.month_day,
          hour = excluded.hour, time_zone = excluded.time_zone, language = excluded.language,
          next_at = excluded.next_at`,
  );
}

export function moveMail(
  tx: TenantTransaction,
  { savedId, staffId }: Ordered,
  nextAt: Date,
): Promise<void> {
  return run(
    tx,
    sql`update saved_report_mails set next_at = ${nextAt}
        where tenant_id = ${tx.tenantId} and saved_id = ${savedId} and staff_id = ${staffId}`,
  );
}

export function deleteMail(tx: TenantTransaction, { savedId, staffId }: Ordered): Promise<void> {
  return run(
    tx,
    sql`delete from saved_report_mails
        where tenant_id = ${tx.tenantId} and saved_id = ${savedId} and staff_id = ${staffId}`,
  );
}

/** Of a report that is no more. */
export function deleteMailsOf(tx: TenantTransaction, savedId: string): Promise<void> {
  return run(
    tx,
    sql`delete from saved_report_mails
        where tenant_id = ${tx.tenantId} and saved_id = ${savedId}`,
  );
}
