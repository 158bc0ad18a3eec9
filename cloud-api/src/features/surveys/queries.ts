import { listRows, run, sql, type TenantTransaction } from "../../platform/db.ts";
import { toJson } from "../../platform/events.ts";
import type { Purge } from "../../platform/purge-events.ts";

export type NewAnswer = {
  id: string;
  eventId: string;
  surveyId: string;
  branchId: string;
  place: string | null;
  saleTypeId: string | null;
  guestId: string | null;
  by: "page" | "link" | "staff";
  /** Filled in by staff: who, and where the guest was. */
  taken: { staffId: string; how: "on-site" | "phone" } | null;
  language: string;
  choices: Record<string, string[]>;
  ratings: Record<string, number>;
  scales: Record<string, number>;
  answeredAt: Date;
  /** Which wording it was given to; null: nobody told. */
  version: number | null;
  score: number | null;
  lowest: number | null;
  /** What it is found by. */
  words: readonly string[];
  /** Of the key that files are added by; null: none are asked for. */
  filesKeyHash: Buffer | null;
};

/** One that is told twice is one. */
export async function keepAnswer(tx: TenantTransaction, answer: NewAnswer): Promise<void> {
  await run(
    tx,
    sql`insert into survey_answers (tenant_id, id, event_id, survey_id, survey_version, branch_id,
          place, sale_type_id, guest_id, told_by, language, choices, ratings, scales, score, lowest, answered_at,
          taken_by, taken_how, files_key_hash)
        values (${tx.tenantId}, ${answer.id}, ${answer.eventId}, ${answer.surveyId},
          ${answer.version}, ${answer.branchId}, ${answer.place}, ${answer.saleTypeId}, ${answer.guestId}, ${answer.by},
          ${answer.language}, ${toJson(answer.choices)}::jsonb, ${toJson(answer.ratings)}::jsonb,
          ${toJson(answer.scales)}::jsonb, ${answer.score}, ${answer.lowest}, ${answer.answeredAt},
          ${answer.taken?.staffId ?? null}, ${answer.taken?.how ?? null},
          ${answer.filesKeyHash})
        on conflict (tenant_id, id) do nothing`,
  );
  if (answer.words.length === 0) return;
  // The words are those of the event that was kept: of one that is told again they are the same.
  await run(
    tx,
    sql`insert into survey_words (tenant_id, word, answer_id, branch_id)
        select ${tx.tenantId}, said.word, answers.id, answers.branch_id
        from survey_answers as answers, unnest(${answer.words}::text[]) as said (word)
        where answers.tenant_id = ${tx.tenantId} and answers.id = ${answer.id}
          and answers.event_id = ${answer.eventId}
        on conflict (tenant_id, word, answer_id) do nothing returning word`,
  );
}

/** Words of texts that were erased: nobody is to be found by them. As rare as an erasure, and as slow. */
export function dropErasedWords(tx: TenantTransaction): Promise<void> {
  return run(
    tx,
    sql`delete from survey_words
        where tenant_id = ${tx.tenantId} and answer_id in (
          select answers.id from survey_answers as answers
          where answers.tenant_id = ${tx.tenantId} and not exists (
            select from event_personal as personal
            where personal.tenant_id = ${tx.tenantId}
              and personal.event_id = answers.event_id))`,
  );
}

export function forgetAnswers(tx: TenantTransaction): Promise<void> {
  return run(tx, sql`delete from survey_answers where tenant_id = ${tx.tenantId}`);
}

export type SurveyCount = { surveyId: string; count: number; lastAnsweredAt: Date };

/** How often each survey was answered. */
export function countBySurvey(tx: TenantTransaction): Promise<SurveyCount[]> {
  return listRows(
    tx,
    sql<SurveyCount>`
      select survey_id as "surveyId", count(*)::int as count,
        max(answered_at) as "lastAnsweredAt"
      from survey_answers where tenant_id = ${tx.tenantId}
      group by survey_id order by survey_id`,
  );
}

/** As long as the texts are kept that hold them. */
export async function purgeWords(tx: TenantTransaction, { before, limit }: Purge): Promise<number> {
  const gone = await listRows(
    tx,
    sql`delete from survey_words
        where tenant_id = ${tx.tenantId} and (word, answer_id) in (
          select said.word, said.answer_id from survey_words as said
          join survey_answers as answers
            on answers.tenant_id = ${tx.tenantId} and answers.id = said.answer_id
          where said.tenant_id = ${tx.tenantId} and answers.answered_at < ${before}
          limit ${limit})
        returning word`,
  );
  return gone.length;
}

/** Answers count for good; whose they were is forgotten. Their words stand beside the log. */
export async function purgeAnswers(
  tx: TenantTransaction,
  { before, limit }: Purge,
): Promise<number> {
  const gone = await listRows(
    tx,
    sql`update survey_answers set guest_id = null
        where tenant_id = ${tx.tenantId} and guest_id is not null and id in (
          select id from survey_answers
          where tenant_id = ${tx.tenantId} and guest_id is not null and answered_at < ${before}
          limit ${limit})
        returning id`,
  );
  return gone.length;
}

/** The ids of all answers that a customer has given. */
export async function listAnswerIds(tx: TenantTransaction, customerId: string): Promise<string[]> {
  const rows = await listRows(
    tx,
    sql<{ id: string }>`
      select answers.id from guests
      join survey_answers as answers on answers.tenant_id = ${tx.tenantId}
        and answers.guest_id = guests.id
      where guests.tenant_id = ${tx.tenantId} and guests.customer_id = ${customerId}`,
  );
  return rows.map(({ id }) => id);
}

/** The surveys that a customer has answered at a branch. */
export async function listAnsweredBy(
  tx: TenantTransaction,
  { customerId, branchId }: { customerId: string; branchId: string },
): Promise<string[]> {
  const rows = await listRows(
    tx,
    sql<{ id: string }>`
      select distinct answers.survey_id as id from guests
      join survey_answers as answers on answers.tenant_id = ${tx.tenantId}
        and answers.guest_id = guests.id and answers.branch_id = ${branchId}
      where guests.tenant_id = ${tx.tenantId} and guests.customer_id = ${customerId}`,
  );
  return rows.map(({ id }) => id);
}
