import {
  type DirectoryTransaction,
  findRow,
  listRows,
  run,
  sql,
  type TenantTransaction,
} from "../../platform/db.ts";

export type Follower = { staffId: string; email: string; language: "en" | "vi"; since: Date };

/** Who chose to be written to. */
export function listFollowers(tx: TenantTransaction): Promise<Follower[]> {
  return listRows(
    tx,
    sql<Follower>`
      select staff_id as "staffId", email, language, since
      from directory.list_own_silence_followers()`,
  );
}

export function setFollower(
  tx: TenantTransaction,
  { staffId, isOn }: { staffId: string; isOn: boolean },
): Promise<void> {
  if (isOn) return run(tx, sql`select directory.follow_silences(${staffId}, ${tx.now})`);
  return run(tx, sql`select directory.unfollow_silences(${staffId})`);
}

export async function listTenantsWithFollowers(tx: DirectoryTransaction): Promise<string[]> {
  const rows = await listRows(
    tx,
    sql<{ tenantId: string }>`
      select tenant_id as "tenantId"
      from directory.list_tenants_with_silence_followers() as tenant_id`,
  );
  return rows.map(({ tenantId }) => tenantId);
}

/** A silence, by what names it. */
export type SilenceKey = { boxId: string; noticedAt: string };

export type Silence = {
  boxId: string;
  /** Null: the box was removed. */
  branchId: string | null;
  noticedAt: Date;
  toldAt: Date | null;
  endedAt: Date | null;
};

export type Heard = { boxId: string; at: Date };

/** Those that are not open already. */
export function insertSilences(tx: TenantTransaction, silent: readonly Heard[]): Promise<void> {
  return run(
    tx,
    sql`insert into box_silences (tenant_id, box_id, noticed_at, last_heard_at)
        select ${tx.tenantId}, silent.box_id, ${tx.now}, silent.at
        from unnest(${silent.map(({ boxId }) => boxId)}::uuid[],
          ${silent.map(({ at }) => at)}::timestamptz[]) as silent (box_id, at)
        on conflict do nothing`,
  );
}

/** Ends those whose box is silent no more. `heard`: when each box was heard last. */
export function endSilences(
  tx: TenantTransaction,
  { silentIds, heard }: { silentIds: readonly string[]; heard: readonly Heard[] },
): Promise<void> {
  return run(
    tx,
    sql`update box_silences set ended_at = ${tx.now}, was_heard = exists (
          select from unnest(${heard.map(({ boxId }) => boxId)}::uuid[],
            ${heard.map(({ at }) => at)}::timestamptz[]) as heard (box_id, at)
          where heard.box_id = box_silences.box_id and heard.at > box_silences.last_heard_at)
        where tenant_id = ${tx.tenantId} and ended_at is null
          and box_id <> all(${[...silentIds]}::uuid[])`,
  );
}

/** Those of which staff are to be written to: that they began, or that they are over. */
export function listUntold(tx: TenantTransaction): Promise<Silence[]> {
  return listRows(
    tx,
    sql<Silence>`
      select box_id as "boxId", boxes.branch_id as "branchId", noticed_at as "noticedAt",
        told_at as "toldAt", ended_at as "endedAt"
      from box_silences
      left join boxes on boxes.tenant_id = ${tx.tenantId} and boxes.id = box_silences.box_id
      where box_silences.tenant_id = ${tx.tenantId} and end_told_at is null
        and ((told_at is null and ended_at is null)
          or (told_at is not null and ended_at is not null and was_heard))
      order by noticed_at, box_id`,
  );
}

/** Notes that staff are written to of it. False when another run did. */
export async function noteTold(tx: TenantTransaction, silence: Silence): Promise<boolean> {
  const { boxId, noticedAt, endedAt } = silence;
  const row = await findRow(
    tx,
    endedAt === null
      ? sql`update box_silences set told_at = ${tx.now}
            where tenant_id = ${tx.tenantId} and box_id = ${boxId} and noticed_at = ${noticedAt}
              and told_at is null returning box_id`
      : sql`update box_silences set end_told_at = ${tx.now}
            where tenant_id = ${tx.tenantId} and box_id = ${boxId} and noticed_at = ${noticedAt}
              and end_told_at is null returning box_id`,
  );
  return row !== null;
}

export type NamedSilence = {
  boxId: string;
  boxName: string;
  branchName: string;
  timeZone: string;
  lastHeardAt: Date;
  endedAt: Date | null;
};

/** As they are written about, by branch. */
export function listNamedSilences(
  tx: TenantTransaction,
  keys: readonly SilenceKey[],
): Promise<NamedSilence[]> {
  return listRows(
    tx,
    sql<NamedSilence>`
      select boxes.id as "boxId", boxes.name as "boxName", branches.name as "branchName",
        branches.time_zone as "timeZone", box_silences.last_heard_at as "lastHeardAt",
        box_silences.ended_at as "endedAt"
      from box_silences
      join unnest(${keys.map(({ boxId }) => boxId)}::uuid[],
        ${keys.map(({ noticedAt }) => noticedAt)}::timestamptz[]) as wanted (box_id, noticed_at)
        on wanted.box_id = box_silences.box_id and wanted.noticed_at = box_silences.noticed_at
      join boxes on boxes.tenant_id = ${tx.tenantId} and boxes.id = box_silences.box_id
      join branches on branches.tenant_id = ${tx.tenantId} and branches.id = boxes.branch_id
      where box_silences.tenant_id = ${tx.tenantId}
      order by branches.name, boxes.name, boxes.id`,
  );
}

/** Whoever claims it sends it. False: it was claimed, and may have been sent. */
export async function claimMail(
  tx: TenantTransaction,
  { id, staffId }: { id: string; staffId: string },
): Promise<boolean> {
  const row = await findRow(
    tx,
    sql`insert into silence_mails (tenant_id, id, staff_id, created_at, state)
        values (${tx.tenantId}, ${id}, ${staffId}, ${tx.now}, 'sending')
        on conflict (tenant_id, id) do update set state = excluded.state
          where silence_mails.state = 'waiting'
        returning id`,
  );
  return row !== null;
}

export type MailState = "sending" | "waiting" | "sent" | "refused" | "unknown";

export function finishMail(
  tx: TenantTransaction,
  { id, state, detail }: { id: string; state: MailState; detail: string | null },
): Promise<void> {
  return run(
    tx,
    sql`update silence_mails set state = ${state}, detail = ${detail}
        where tenant_id = ${tx.tenantId} and id = ${id}`,
  );
}

export type LastMail = { createdAt: Date; state: MailState; detail: string | null };

export function findLastMail(tx: TenantTransaction, staffId: string): Promise<LastMail | null> {
  return findRow(
    tx,
    sql<LastMail>`
      select created_at as "createdAt", state, detail from silence_mails
      where tenant_id = ${tx.tenantId} and staff_id = ${staffId}
      order by created_at desc limit 1`,
  );
}

/** What is older than this says nothing to anybody. */
export async function forgetOldSilences(tx: TenantTransaction, before: Date): Promise<void> {
  await run(
    tx,
    sql`delete from silence_mails where tenant_id = ${tx.tenantId} and created_at < ${before}`,
  );
  await run(
    tx,
    sql`delete from box_silences where tenant_id = ${tx.tenantId} and ended_at < ${before}`,
  );
}
