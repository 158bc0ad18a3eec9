import { findRow, listRows, run, sql, type TenantTransaction } from "../../platform/db.ts";

export type Reader = {
  staffId: string;
  email: string;
  language: "en" | "vi";
  /** Null: they have not chosen. */
  isOn: boolean | null;
};

/** Everybody of the company, and whether they chose to be written to. */
export function listChoices(tx: TenantTransaction): Promise<Reader[]> {
  return listRows(
    tx,
    sql<Reader>`
      select staff_id as "staffId", email, language, is_on as "isOn"
      from directory.list_own_case_readers()`,
  );
}

export function chooseMails(
  tx: TenantTransaction,
  { staffId, isOn }: { staffId: string; isOn: boolean },
): Promise<void> {
  return run(tx, sql`select directory.choose_case_mails(${staffId}, ${isOn})`);
}

/** Notes whom a case is to be told to. */
export function insertMails(
  tx: TenantTransaction,
  { caseId, staffIds }: { caseId: string; staffIds: readonly string[] },
): Promise<void> {
  return run(
    tx,
    sql`insert into case_mails (tenant_id, case_id, staff_id, state, created_at)
        select ${tx.tenantId}, ${caseId}, reader.staff_id, 'waiting', ${tx.now}
        from unnest(${staffIds}::uuid[]) as reader (staff_id)
        on conflict (tenant_id, case_id, staff_id) do nothing returning case_id`,
  );
}

/** When somebody was last written to; null: never. */
export async function findLastSent(tx: TenantTransaction, staffId: string): Promise<Date | null> {
  const row = await findRow(
    tx,
    sql<{ at: Date | null }>`
      select max(sent_at) as at from case_mails
      where tenant_id = ${tx.tenantId} and staff_id = ${staffId} and sent_at is not null`,
  );
  return row?.at ?? null;
}

/** What waited longer than this, for want of a mail server, is no news. */
const NEWS_HOURS = 24;

/** Whoever claims them writes of them: each case is told to each person once. */
export async function claimWaiting(
  tx: TenantTransaction,
  { staffId, mailId }: { staffId: string; mailId: string },
): Promise<string[]> {
  const since = new Date(tx.now.getTime() - NEWS_HOURS * 3_600_000);
  const rows = await listRows(
    tx,
    sql<{ id: string }>`
      update case_mails set state = 'sending', mail_id = ${mailId}, sent_at = ${tx.now}
      where tenant_id = ${tx.tenantId} and staff_id = ${staffId} and state = 'waiting'
        and created_at > ${since}
      returning case_id as id`,
  );
  return rows.map(({ id }) => id);
}

export type MailState = "waiting" | "sent" | "refused" | "unknown";

export function finishMail(
  tx: TenantTransaction,
  { mailId, state, detail }: { mailId: string; state: MailState; detail: string | null },
): Promise<void> {
  return run(
    tx,
    sql`update case_mails set state = ${state}, detail = ${detail},
          sent_at = case when ${state}::text = 'waiting' then null else sent_at end
        where tenant_id = ${tx.tenantId} and mail_id = ${mailId}`,
  );
}

/** Cut off on its way: nobody knows whether the server took it, and it is not told twice. */
export function settleMail(tx: TenantTransaction, mailId: string): Promise<void> {
  return run(
    tx,
    sql`update case_mails set state = 'unknown', detail = 'cut off'
        where tenant_id = ${tx.tenantId} and mail_id = ${mailId} and state = 'sending'`,
  );
}

export type ToldCase = {
  id: string;
  branchId: string;
  branchName: string;
  timeZone: string;
  place: string | null;
  lowest: number | null;
  answeredAt: Date;
  dueAt: Date;
};

/** As they are written about, the oldest first; those that are closed already need nobody. */
export function listTold(tx: TenantTransaction, ids: readonly string[]): Promise<ToldCase[]> {
  return listRows(
    tx,
    sql<ToldCase>`
      select cases.id, cases.branch_id as "branchId", branches.name as "branchName",
        branches.time_zone as "timeZone", answers.place, answers.lowest,
        cases.answered_at as "answeredAt", cases.due_at as "dueAt"
      from cases
      join branches on branches.tenant_id = ${tx.tenantId} and branches.id = cases.branch_id
      left join survey_answers as answers
        on answers.tenant_id = ${tx.tenantId} and answers.id = cases.id
      where cases.tenant_id = ${tx.tenantId} and cases.id = any(${ids}::uuid[])
        and cases.state <> 'closed'
      order by cases.raised_at, cases.id`,
  );
}
