import { listRows, run, sql, type TenantTransaction } from "../../platform/db.ts";
import { toJson } from "../../platform/events.ts";
import type { Purge } from "../../platform/purge-events.ts";

export type NewAnswer = {
  id: string;
  eventId: string;
  surveyId: string;
  branchId: string;
  place: string | null;
  guestId: string | null;
  by: "page" | "link";
  language: string;
  choices: Record<string, string[]>;
  ratings: Record<string, number>;
  answeredAt: Date;
};

/** One that is told twice is one. */
export function keepAnswer(tx: TenantTransaction, answer: NewAnswer): Promise<void> {
  return run(
    tx,
    sql`insert into survey_answers (tenant_id, id, event_id, survey_id, branch_id, place, guest_id,
          told_by, language, choices, ratings, answered_at)
        values (${tx.tenantId}, ${answer.id}, ${answer.eventId}, ${answer.surveyId},
          ${answer.branchId}, ${answer.place}, ${answer.guestId}, ${answer.by}, ${answer.language},
          ${toJson(answer.choices)}::jsonb, ${toJson(answer.ratings)}::jsonb, ${answer.answeredAt})
        on conflict (tenant_id, id) do nothing`,
  );
}

export function forgetAnswers(tx: TenantTransaction): Promise<void> {
  return run(tx, sql`delete from survey_answers where tenant_id = ${tx.tenantId}`);
}

export type AnswerQuestion = {
  surveyId: string;
  branchId: string | null;
  customerId: string | null;
  /** Days of each branch's calendar, both included; null is no limit. */
  from: string | null;
  to: string | null;
};

/** The answers that a question is about. */
function isAskedFor(tx: TenantTransaction, question: AnswerQuestion) {
  const { surveyId, branchId, customerId, from, to } = question;
  const zone = sql`(select branches.time_zone from branches
    where branches.tenant_id = ${tx.tenantId} and branches.id = answers.branch_id)`;
  return sql`answers.survey_id = ${surveyId}
    and (${branchId}::uuid is null or answers.branch_id = ${branchId}::uuid)
    and (${from}::date is null
      or answers.answered_at >= ${from}::date::timestamp at time zone ${zone})
    and (${to}::date is null
      or answers.answered_at < (${to}::date + 1)::timestamp at time zone ${zone})
    and (${customerId}::uuid is null or answers.guest_id in (
      select guests.id from guests
      where guests.tenant_id = ${tx.tenantId} and guests.customer_id = ${customerId}::uuid))`;
}

export type AnswerRow = {
  id: string;
  branchId: string;
  place: string | null;
  customerId: string | null;
  customerName: string | null;
  by: "page" | "link";
  language: string;
  choices: Record<string, string[]>;
  ratings: Record<string, number>;
  /** Null where they were erased, or nothing was written. */
  texts: Record<string, string> | null;
  answeredAt: Date;
};

/** The newest first. Whose they are is said where their guest has become a customer. */
export function listAnswers(
  tx: TenantTransaction,
  { limit, ...question }: AnswerQuestion & { limit: number },
): Promise<AnswerRow[]> {
  return listRows(
    tx,
    sql<AnswerRow>`
      select answers.id, answers.branch_id as "branchId", answers.place,
        guests.customer_id as "customerId", customers.name as "customerName",
        answers.told_by as by, answers.language, answers.choices, answers.ratings,
        personal.fields -> 'texts' as texts, answers.answered_at as "answeredAt"
      from survey_answers as answers
      left join guests on guests.tenant_id = ${tx.tenantId} and guests.id = answers.guest_id
      left join customers on customers.tenant_id = ${tx.tenantId}
        and customers.id = guests.customer_id
      left join event_personal as personal on personal.tenant_id = ${tx.tenantId}
        and personal.event_id = answers.event_id
      where answers.tenant_id = ${tx.tenantId} and ${isAskedFor(tx, question)}
      order by answers.answered_at desc, answers.id desc limit ${limit}`,
  );
}

export type CountRow = { questionId: string; value: string; count: number };

/** How often each option was chosen and each rating given. */
export function countAnswers(tx: TenantTransaction, question: AnswerQuestion): Promise<CountRow[]> {
  return listRows(
    tx,
    sql<CountRow>`
      select given.question_id as "questionId", given.value, count(*)::int as count
      from (
        select chosen.key as question_id, option.value
        from survey_answers as answers
        cross join jsonb_each(answers.choices) as chosen
        cross join jsonb_array_elements_text(chosen.value) as option
        where answers.tenant_id = ${tx.tenantId} and ${isAskedFor(tx, question)}
        union all
        select rated.key, rated.value
        from survey_answers as answers
        cross join jsonb_each_text(answers.ratings) as rated
        where answers.tenant_id = ${tx.tenantId} and ${isAskedFor(tx, question)}
      ) as given
      group by given.question_id, given.value order by given.question_id, given.value`,
  );
}

export async function countAll(tx: TenantTransaction, question: AnswerQuestion): Promise<number> {
  const [row] = await listRows(
    tx,
    sql<{ count: number }>`
      select count(*)::int as count from survey_answers as answers
      where answers.tenant_id = ${tx.tenantId} and ${isAskedFor(tx, question)}`,
  );
  return row?.count ?? 0;
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
