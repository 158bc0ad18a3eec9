import { findRow, getRow, listRows, run, sql, type TenantTransaction } from "../../platform/db.ts";
import type { Purge } from "../../platform/purge-events.ts";
import { selectAnswersOfForgotten } from "./answer-queries.ts";

export type FileKind = "jpeg" | "pdf";

/** A file without its bytes. */
export type FileRow = {
  id: string;
  answerId: string;
  questionId: string;
  kind: FileKind;
  byteCount: number;
  width: number | null;
  height: number | null;
  addedAt: Date;
};

/** What the audit log calls them. */
export const FILES_KIND = "survey-files";

const columns = sql`files.id, files.answer_id as "answerId", files.question_id as "questionId",
  files.kind, files.byte_count as "byteCount", files.width, files.height,
  files.added_at as "addedAt"`;

/** Of some answers, in the order they came. */
export function listFilesOf(
  tx: TenantTransaction,
  answerIds: readonly string[],
): Promise<FileRow[]> {
  return listRows(
    tx,
    sql<FileRow>`select ${columns} from survey_files as files
      where files.tenant_id = ${tx.tenantId} and files.answer_id = any(${answerIds}::uuid[])
      order by files.added_at, files.id`,
  );
}

/** The answers that some events told, by event. */
export async function listAnswersOfEvents(
  tx: TenantTransaction,
  eventIds: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const rows = await listRows(
    tx,
    sql<{ eventId: string; id: string }>`
      select event_id as "eventId", id from survey_answers
      where tenant_id = ${tx.tenantId} and event_id = any(${eventIds}::uuid[])`,
  );
  return new Map(rows.map(({ eventId, id }) => [eventId, id]));
}

export type FileBytes = { kind: FileKind; bytes: Buffer };

export function findFileBytes(tx: TenantTransaction, id: string): Promise<FileBytes | null> {
  return findRow(
    tx,
    sql<FileBytes>`select kind, bytes from survey_files
      where tenant_id = ${tx.tenantId} and id = ${id}`,
  );
}

export async function hasFile(tx: TenantTransaction, id: string): Promise<boolean> {
  const row = await findRow(
    tx,
    sql`select id from survey_files where tenant_id = ${tx.tenantId} and id = ${id}`,
  );
  return row !== null;
}

/** An answer as whoever gave it adds files to it. */
export type OpenAnswer = {
  id: string;
  surveyId: string;
  version: number | null;
  branchId: string;
  guestId: string | null;
  language: string;
  answeredAt: Date;
};

export function findAnswerByKey(
  tx: TenantTransaction,
  keyHash: Buffer,
): Promise<OpenAnswer | null> {
  return findRow(
    tx,
    sql<OpenAnswer>`
      select id, survey_id as "surveyId", survey_version as version, branch_id as "branchId",
        guest_id as "guestId", language, answered_at as "answeredAt"
      from survey_answers
      where tenant_id = ${tx.tenantId} and files_key_hash = ${keyHash}`,
  );
}

/** Whoever adds to an answer, or takes away, does so one after the other. */
export async function lockAnswer(tx: TenantTransaction, id: string): Promise<boolean> {
  const row = await findRow(
    tx,
    sql`select id from survey_answers where tenant_id = ${tx.tenantId} and id = ${id} for update`,
  );
  return row !== null;
}

export type NewFile = Omit<FileRow, "addedAt"> & {
  branchId: string;
  bytes: Buffer;
  sentHash: Buffer;
  answeredAt: Date;
  /** Sent by whoever answered, and not by staff. */
  isGuests: boolean;
};

/** False: the very same file was sent to the question before. */
export async function insertFile(tx: TenantTransaction, file: NewFile): Promise<boolean> {
  const row = await findRow(
    tx,
    sql`insert into survey_files (tenant_id, id, answer_id, branch_id, question_id, kind, bytes,
          byte_count, width, height, sent_hash, answered_at, by_guest, added_at)
        values (${tx.tenantId}, ${file.id}, ${file.answerId}, ${file.branchId}, ${file.questionId},
          ${file.kind}, ${file.bytes}, ${file.byteCount}, ${file.width}, ${file.height},
          ${file.sentHash}, ${file.answeredAt},
          ${file.isGuests}, ${tx.now})
        on conflict (tenant_id, answer_id, question_id, sent_hash) do nothing returning id`,
  );
  return row !== null;
}

/** Whether the question of an answer holds a file that was sent with these bytes. */
export async function hasSent(
  tx: TenantTransaction,
  { answerId, questionId, sentHash }: Pick<NewFile, "answerId" | "questionId" | "sentHash">,
): Promise<boolean> {
  const row = await findRow(
    tx,
    sql`select id from survey_files
        where tenant_id = ${tx.tenantId} and answer_id = ${answerId}
          and question_id = ${questionId} and sent_hash = ${sentHash}`,
  );
  return row !== null;
}

/** False: the answer has no such file. */
export async function deleteFile(
  tx: TenantTransaction,
  { id, answerId }: { id: string; answerId: string },
): Promise<boolean> {
  const row = await findRow(
    tx,
    sql`delete from survey_files
        where tenant_id = ${tx.tenantId} and id = ${id} and answer_id = ${answerId} returning id`,
  );
  return row !== null;
}

/** Null: there is no such file, or somebody was faster. */
export function removeFile(tx: TenantTransaction, id: string): Promise<FileRow | null> {
  return findRow(
    tx,
    sql<FileRow>`delete from survey_files as files
      where files.tenant_id = ${tx.tenantId} and files.id = ${id} returning ${columns}`,
  );
}

/** What the audit log keeps of a file that staff deleted. */
export type KeptOfFile = Pick<FileRow, "id" | "questionId" | "kind" | "byteCount"> & {
  addedAt: string;
};
export type RemovedRow = { answerId: string; file: KeptOfFile; at: Date; actorId: string };

/** Staff's deletions from some answers, in their order: the log alone still knows of them. */
export function listRemovedOf(
  tx: TenantTransaction,
  { answerIds, action }: { answerIds: readonly string[]; action: string },
): Promise<RemovedRow[]> {
  return listRows(
    tx,
    sql<RemovedRow>`
      select entries.record_id as "answerId", entries.before as file, entries.at,
        entries.actor_id as "actorId"
      from audit_entries as entries
      where entries.tenant_id = ${tx.tenantId} and entries.record_kind = ${FILES_KIND}
        and entries.record_id = any(${answerIds}::text[]) and entries.action = ${action}
      order by entries.at, entries.id`,
  );
}

export type FileBytesCount = { ofCompany: number; ofGuests: number };

/** All that the company holds, and of it what customers themselves sent to a branch's answers since a moment. */
export function countFileBytes(
  tx: TenantTransaction,
  { branchId, since }: { branchId: string; since: Date },
): Promise<FileBytesCount> {
  return getRow(
    tx,
    sql<FileBytesCount>`
      select coalesce(sum(byte_count), 0)::float8 as "ofCompany",
        coalesce(sum(byte_count) filter (
          where by_guest and branch_id = ${branchId} and added_at > ${since}), 0)::float8 as "ofGuests"
      from survey_files where tenant_id = ${tx.tenantId}`,
  );
}

/** Pictures of guests who were forgotten: as rare as an erasure. */
export function dropErasedFiles(tx: TenantTransaction): Promise<void> {
  return run(
    tx,
    sql`delete from survey_files
        where tenant_id = ${tx.tenantId} and answer_id in (${selectAnswersOfForgotten(tx)})`,
  );
}

/** As long as the texts of their answers; and what came in while its guest was being forgotten. */
export async function purgeFiles(tx: TenantTransaction, { before, limit }: Purge): Promise<number> {
  const gone = await listRows(
    tx,
    sql`delete from survey_files
        where tenant_id = ${tx.tenantId} and id in (
          select id from survey_files
          where tenant_id = ${tx.tenantId}
            and (answered_at < ${before} or answer_id in (${selectAnswersOfForgotten(tx)}))
          limit ${limit})
        returning id`,
  );
  return gone.length;
}
