import { writePlainArray } from "../../platform/columns.ts";
import { listRows, run, sql, type TenantTransaction } from "../../platform/db.ts";
import type { BranchCount } from "./book.ts";
import type { Session, Visit } from "./fold.ts";

export type Asked = {
  visitIds: readonly string[];
  sessionIds: readonly string[];
  /** Whose open visits nobody was named for are asked for. */
  deviceIds: readonly string[];
  /** Whose visits that are not their customer's are asked for. */
  guestIds: readonly string[];
};

const SESSION_COLUMNS = sql`sessions.id, sessions.visit_id as "visitId",
  sessions.branch_id as "branchId", sessions.ended, sessions.open_told_at as "openToldAt",
  sessions.over_told_at as "overToldAt", sessions.nas_id as "nasId",
  sessions.device_id as "deviceId", sessions.policy_id as "policyId",
  sessions.started_at as "startedAt", sessions.ended_at as "endedAt", sessions.cause,
  sessions.end_epoch as "endEpoch", sessions.end_seq as "endSeq",
  sessions.usage_epoch as "usageEpoch", sessions.usage_seq as "usageSeq",
  sessions.connected_seconds as "connectedSeconds", sessions.upload_bytes as "uploadBytes",
  sessions.download_bytes as "downloadBytes"`;

/**
 * The visits that events may be about, held to the commit: a purge that sums up their sessions waits,
 * or has been.
 */
export function lockVisits(tx: TenantTransaction, asked: Asked): Promise<Visit[]> {
  const { tenantId } = tx;
  const { visitIds, deviceIds, guestIds } = asked;
  return listRows(
    tx,
    sql<Visit>`
      select id, branch_id as "branchId", box_id as "boxId", device_id as "deviceId",
        guest_id as "guestId", customer_id as "customerId", source, started_at as "startedAt",
        ended_at as "endedAt", last_told_at as "lastToldAt", open_sessions as "openSessions",
        connected_seconds as "connectedSeconds", upload_bytes as "uploadBytes",
        download_bytes as "downloadBytes", end_told_at as "endToldAt", end_epoch as "endEpoch",
        end_seq as "endSeq", told_sessions as "toldSessions", told_seconds as "toldSeconds",
        told_upload_bytes as "toldUploadBytes", told_download_bytes as "toldDownloadBytes"
      from visits
      where tenant_id = ${tenantId} and id = any(array(
        select asked.id from unnest(${writePlainArray(visitIds)}::uuid[]) as asked (id)
        union
        select open.id from visits as open
        where open.tenant_id = ${tenantId} and open.ended_at is null and open.guest_id is null
          and open.device_id = any(${writePlainArray(deviceIds)}::uuid[])
        union
        select theirs.id from guests
        join visits as theirs
          on theirs.tenant_id = ${tenantId} and theirs.guest_id = guests.id
        where guests.tenant_id = ${tenantId} and guests.customer_id is not null
          and guests.id = any(${writePlainArray(guestIds)}::uuid[])
          and theirs.customer_id is distinct from guests.customer_id))
      order by id for update`,
  );
}

/** Some sessions, and all of the visits'. */
export function listSessions(tx: TenantTransaction, asked: Asked): Promise<Session[]> {
  const { tenantId } = tx;
  return listRows(
    tx,
    sql<Session>`
      select ${SESSION_COLUMNS} from sessions
      where sessions.tenant_id = ${tenantId}
        and sessions.id = any(${writePlainArray(asked.sessionIds)}::uuid[])
      union
      select ${SESSION_COLUMNS} from sessions
      where sessions.tenant_id = ${tenantId}
        and sessions.visit_id = any(${writePlainArray(asked.visitIds)}::uuid[])`,
  );
}

/** Whose each guest is; of those who are nobody's, nothing. */
export async function listCustomersOfGuests(
  tx: TenantTransaction,
  guestIds: readonly string[],
): Promise<Map<string, string>> {
  if (guestIds.length === 0) return new Map();
  const rows = await listRows(
    tx,
    sql<{ id: string; customerId: string }>`
      select id, customer_id as "customerId" from guests
      where tenant_id = ${tx.tenantId} and id = any(${writePlainArray(guestIds)}::uuid[])
        and customer_id is not null`,
  );
  return new Map(rows.map(({ id, customerId }) => [id, customerId]));
}

type Value = string | number | boolean | Date | null;

/** One column of many rows. */
function column<Row>(rows: readonly Row[], read: (row: Row) => Value): string {
  return writePlainArray(
    rows.map((row) => {
      const value = read(row);
      if (value instanceof Date) return value.toISOString();
      return typeof value === "boolean" ? String(value) : value;
    }),
  );
}

/** Puts visits where they were, or for the first time. Numbers are counted apart; nobody's has none. */
export async function writeVisits(tx: TenantTransaction, visits: readonly Visit[]): Promise<void> {
  if (visits.length === 0) return;
  const of = (read: (visit: Visit) => Value) => column(visits, read);
  await run(
    tx,
    sql`insert into visits (tenant_id, id, branch_id, box_id, device_id, guest_id, customer_id,
          source, started_at, ended_at, last_told_at, open_sessions, connected_seconds,
          upload_bytes, download_bytes, end_told_at, end_epoch, end_seq, told_sessions,
          told_seconds, told_upload_bytes, told_download_bytes)
        select ${tx.tenantId}::uuid, told.* from unnest(
          ${of(({ id }) => id)}::uuid[], ${of(({ branchId }) => branchId)}::uuid[],
          ${of(({ boxId }) => boxId)}::uuid[], ${of(({ deviceId }) => deviceId)}::uuid[],
          ${of(({ guestId }) => guestId)}::uuid[], ${of(({ customerId }) => customerId)}::uuid[],
          ${of(({ source }) => source)}::text[], ${of(({ startedAt }) => startedAt)}::timestamptz[],
          ${of(({ endedAt }) => endedAt)}::timestamptz[],
          ${of(({ lastToldAt }) => lastToldAt)}::timestamptz[],
          ${of(({ openSessions }) => openSessions)}::integer[],
          ${of(({ connectedSeconds }) => connectedSeconds)}::bigint[],
          ${of(({ uploadBytes }) => uploadBytes)}::bigint[],
          ${of(({ downloadBytes }) => downloadBytes)}::bigint[],
          ${of(({ endToldAt }) => endToldAt)}::timestamptz[],
          ${of(({ endEpoch }) => endEpoch)}::uuid[], ${of(({ endSeq }) => endSeq)}::bigint[],
          ${of(({ toldSessions }) => toldSessions)}::integer[],
          ${of(({ toldSeconds }) => toldSeconds)}::bigint[],
          ${of(({ toldUploadBytes }) => toldUploadBytes)}::bigint[],
          ${of(({ toldDownloadBytes }) => toldDownloadBytes)}::bigint[]) as told
        on conflict (tenant_id, id) do update set guest_id = excluded.guest_id,
          customer_id = excluded.customer_id, source = excluded.source,
          started_at = excluded.started_at, ended_at = excluded.ended_at,
          last_told_at = excluded.last_told_at, open_sessions = excluded.open_sessions,
          connected_seconds = excluded.connected_seconds, upload_bytes = excluded.upload_bytes,
          download_bytes = excluded.download_bytes, end_told_at = excluded.end_told_at,
          end_epoch = excluded.end_epoch, end_seq = excluded.end_seq,
          told_sessions = excluded.told_sessions, told_seconds = excluded.told_seconds,
          told_upload_bytes = excluded.told_upload_bytes,
          told_download_bytes = excluded.told_download_bytes,
          number = case when excluded.customer_id is null then null else visits.number end,
          number_at_branch = case when excluded.customer_id is null then null
            else visits.number_at_branch end`,
  );
}

/** Puts sessions where they were, or for the first time. */
export async function writeSessions(
  tx: TenantTransaction,
  sessions: readonly Session[],
): Promise<void> {
  if (sessions.length === 0) return;
  const of = (read: (session: Session) => Value) => column(sessions, read);
  await run(
    tx,
    sql`insert into sessions (tenant_id, id, visit_id, branch_id, ended, open_told_at, over_told_at,
          nas_id, device_id, policy_id, started_at, ended_at, cause, end_epoch, end_seq,
          usage_epoch, usage_seq, connected_seconds, upload_bytes, download_bytes)
        select ${tx.tenantId}::uuid, told.* from unnest(
          ${of(({ id }) => id)}::uuid[], ${of(({ visitId }) => visitId)}::uuid[],
          ${of(({ branchId }) => branchId)}::uuid[], ${of(({ ended }) => ended)}::boolean[],
          ${of(({ openToldAt }) => openToldAt)}::timestamptz[],
          ${of(({ overToldAt }) => overToldAt)}::timestamptz[],
          ${of(({ nasId }) => nasId)}::uuid[], ${of(({ deviceId }) => deviceId)}::uuid[],
          ${of(({ policyId }) => policyId)}::uuid[],
          ${of(({ startedAt }) => startedAt)}::timestamptz[],
          ${of(({ endedAt }) => endedAt)}::timestamptz[],
          ${sessions.map(({ cause }) => cause)}::text[],
          ${of(({ endEpoch }) => endEpoch)}::uuid[], ${of(({ endSeq }) => endSeq)}::bigint[],
          ${of(({ usageEpoch }) => usageEpoch)}::uuid[],
          ${of(({ usageSeq }) => usageSeq)}::bigint[],
          ${of(({ connectedSeconds }) => connectedSeconds)}::bigint[],
          ${of(({ uploadBytes }) => uploadBytes)}::bigint[],
          ${of(({ downloadBytes }) => downloadBytes)}::bigint[]) as told
        on conflict (tenant_id, id) do update set branch_id = excluded.branch_id,
          ended = excluded.ended, open_told_at = excluded.open_told_at,
          over_told_at = excluded.over_told_at, nas_id = excluded.nas_id,
          device_id = excluded.device_id, policy_id = excluded.policy_id,
          started_at = excluded.started_at, ended_at = excluded.ended_at, cause = excluded.cause,
          end_epoch = excluded.end_epoch, end_seq = excluded.end_seq,
          usage_epoch = excluded.usage_epoch, usage_seq = excluded.usage_seq,
          connected_seconds = excluded.connected_seconds, upload_bytes = excluded.upload_bytes,
          download_bytes = excluded.download_bytes`,
  );
}

/** How often customers came to each branch, and of which branches a count above nothing is kept. */
export function listBranchCounts(
  tx: TenantTransaction,
  customerIds: readonly string[],
): Promise<BranchCount[]> {
  const { tenantId } = tx;
  const ids = writePlainArray(customerIds);
  return listRows(
    tx,
    sql<BranchCount>`
      select customer_id as "customerId", branch_id as "branchId",
        sum(told.visits)::integer as visits, bool_or(told.kept) as kept
      from (
        select customer_id, branch_id, count(*) as visits, false as kept from visits
        where tenant_id = ${tenantId} and customer_id = any(${ids}::uuid[])
        group by customer_id, branch_id
        union all
        select customer_id, branch_id, 0, true from branch_customers
        where tenant_id = ${tenantId} and customer_id = any(${ids}::uuid[]) and visits > 0
      ) as told
      group by customer_id, branch_id`,
  );
}
