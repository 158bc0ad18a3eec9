import { listRows, run, sql, type TenantTransaction } from "../../platform/db.ts";
import type { Purge } from "../../platform/purge-events.ts";
import type { BoxWord, Usage } from "./queries.ts";

/** What one event says of a session. */
export type SessionWord = {
  sessionId: string;
  visitId: string;
  branchId: string;
  /** Presumed over: the box took it for dead, and a later report says that it goes on. */
  state: "going-on" | "presumed-over" | "ended";
  /** When the box told it, and as which of its words. */
  at: Date;
  word: BoxWord;
  policyId: string | null;
  /** Only its start says where, and on what. */
  start: { nasId: string; deviceId: string } | null;
  /** Null where the word does not say. */
  startedAt: Date | null;
  end: { endedAt: Date; cause: string } | null;
  /** Null: a start counts nothing. */
  usage: Usage | null;
};

/** Whether the word that comes is a later one than the word kept, or none was kept. */
const isLater = (epoch: string, seq: string) => {
  const [keptEpoch, keptSeq] = [sql.ref(`sessions.${epoch}`), sql.ref(`sessions.${seq}`)];
  return sql`(${sql.ref(`excluded.${seq}`)} is not null and (${keptSeq} is null
    or (${sql.ref(`excluded.${epoch}`)}, ${sql.ref(`excluded.${seq}`)}) > (${keptEpoch}, ${keptSeq})))`;
};
const saysMore = isLater("usage_epoch", "usage_seq");
const endsLater = isLater("end_epoch", "end_seq");

/**
 * Keeps what a word says, in whatever order words come. Octets only grow. Seconds are what was told
 * last: a box that has guessed them, from start to end, may learn of a count that is less.
 */
export async function keepSession(tx: TenantTransaction, told: SessionWord): Promise<void> {
  const { sessionId, visitId, branchId, state, at, word, policyId, start, end, usage } = told;
  await run(
    tx,
    sql`insert into sessions (tenant_id, id, visit_id, branch_id, ended, open_told_at, over_told_at,
          nas_id, device_id, policy_id, started_at, ended_at, cause, end_epoch, end_seq,
          usage_epoch, usage_seq, connected_seconds, upload_bytes, download_bytes)
        values (${tx.tenantId}, ${sessionId}, ${visitId}, ${branchId}, ${state === "ended"},
          ${state === "going-on" ? at : null}, ${state === "presumed-over" ? at : null},
          ${start?.nasId ?? null}, ${start?.deviceId ?? null}, ${policyId}, ${told.startedAt},
          ${end?.endedAt ?? null}, ${end?.cause ?? null},
          ${end ? word.epoch : null}, ${end ? word.seq : null},
          ${usage ? word.epoch : null}, ${usage ? word.seq : null},
          ${usage?.connectedSeconds ?? 0}, ${usage?.uploadBytes ?? 0}, ${usage?.downloadBytes ?? 0})
        on conflict (tenant_id, id) do update set
          branch_id = coalesce(sessions.branch_id, excluded.branch_id),
          ended = sessions.ended or excluded.ended,
          open_told_at = greatest(sessions.open_told_at, excluded.open_told_at),
          over_told_at = greatest(sessions.over_told_at, excluded.over_told_at),
          nas_id = coalesce(sessions.nas_id, excluded.nas_id),
          device_id = coalesce(sessions.device_id, excluded.device_id),
          policy_id = case when ${saysMore} then coalesce(excluded.policy_id, sessions.policy_id)
            else coalesce(sessions.policy_id, excluded.policy_id) end,
          started_at = least(sessions.started_at, excluded.started_at),
          ended_at = case when ${endsLater} then excluded.ended_at else sessions.ended_at end,
          cause = case when ${endsLater} then excluded.cause else sessions.cause end,
          end_epoch = case when ${endsLater} then excluded.end_epoch else sessions.end_epoch end,
          end_seq = case when ${endsLater} then excluded.end_seq else sessions.end_seq end,
          connected_seconds = case when ${saysMore} then excluded.connected_seconds
            else sessions.connected_seconds end,
          usage_epoch = case when ${saysMore} then excluded.usage_epoch else sessions.usage_epoch end,
          usage_seq = case when ${saysMore} then excluded.usage_seq else sessions.usage_seq end,
          upload_bytes = greatest(sessions.upload_bytes, excluded.upload_bytes),
          download_bytes = greatest(sessions.download_bytes, excluded.download_bytes)`,
  );
}

/** Of a row of `sessions`: it is not over, as far as was told. */
export const GOES_ON = sql`(not sessions.ended and (sessions.over_told_at is null
  or coalesce(sessions.open_told_at > sessions.over_told_at, false)))`;

/**
 * What a visit used: the sum of its sessions while it goes on, and once one was told of after its
 * end; else what its end said. While a session that the end counts is not told of, the greater of
 * both. A session told to go on after the end was told has taken the visit up again.
 */
export async function addUpSessions(
  tx: TenantTransaction,
  { visitId, at }: { visitId: string; at: Date },
): Promise<void> {
  const { tenantId } = tx;
  const total = (column: string, toldColumn: string) => {
    const [kept, told] = [sql.ref(`visits.${column}`), sql.ref(`visits.${toldColumn}`)];
    const used = sql.ref(`used.${column}`);
    return sql`${sql.ref(column)} = case when visits.end_told_at is null then ${used}
      when visits.told_sessions is null then greatest(${kept}, ${used})
      when used.all_told < visits.told_sessions then greatest(${told}, ${used})
      when used.corrects then ${used} else ${told} end`;
  };
  await run(
    tx,
    sql`with used as (
          select count(*) as all_told, count(*) filter (where goes_on) as open,
            max(open_told_at) filter (where goes_on) as open_told_at,
            coalesce(bool_or((usage_epoch, usage_seq) > (visit_epoch, visit_seq)), false) as corrects,
            coalesce(sum(connected_seconds), 0) as connected_seconds,
            coalesce(sum(upload_bytes), 0) as upload_bytes,
            coalesce(sum(download_bytes), 0) as download_bytes
          from (
            select sessions.*, ${GOES_ON} as goes_on, visits.end_epoch as visit_epoch,
              visits.end_seq as visit_seq
            from sessions join visits
              on visits.tenant_id = ${tenantId} and visits.id = sessions.visit_id
            where sessions.tenant_id = ${tenantId} and sessions.visit_id = ${visitId}
          ) as told
        )
        update visits set
          source = case when used.all_told > 0 then 'wifi' else visits.source end,
          ended_at = case when used.open_told_at > visits.end_told_at then null
            else visits.ended_at end,
          open_sessions = case
            when visits.ended_at is null or used.open_told_at > visits.end_told_at
              then used.open else 0 end,
          ${total("connected_seconds", "told_seconds")},
          ${total("upload_bytes", "told_upload_bytes")},
          ${total("download_bytes", "told_download_bytes")},
          last_told_at = greatest(last_told_at, ${at}::timestamptz)
        from used
        where visits.tenant_id = ${tenantId} and visits.id = ${visitId}`,
  );
}

/**
 * Sessions of visits that ended before a moment go: which device was on by which access point, and
 * when. What they came to stands in their visit from then on.
 */
export async function purgeSessions(
  tx: TenantTransaction,
  { before, limit }: Purge,
): Promise<number> {
  const { tenantId } = tx;
  const due = await listRows(
    tx,
    sql<{ id: string }>`
      select visits.id from visits
      where visits.tenant_id = ${tenantId} and visits.ended_at < ${before}
        and visits.last_told_at < ${before} and exists (
          select from sessions
          where sessions.tenant_id = ${tenantId} and sessions.visit_id = visits.id)
      limit ${limit}`,
  );
  const visitIds = due.map(({ id }) => id);
  await run(
    tx,
    sql`update visits set told_seconds = connected_seconds, told_upload_bytes = upload_bytes,
          told_download_bytes = download_bytes, told_sessions = greatest(1, told_sessions, (
            select count(*)::integer from sessions
            where sessions.tenant_id = ${tenantId} and sessions.visit_id = visits.id))
        where tenant_id = ${tenantId} and id = any(${visitIds}::uuid[])`,
  );
  const gone = await listRows(
    tx,
    sql`delete from sessions
        where tenant_id = ${tenantId} and visit_id = any(${visitIds}::uuid[]) returning id`,
  );
  return gone.length;
}
