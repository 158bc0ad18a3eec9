import type { RawBuilder } from "kysely";
import { listRows, sql, type TenantTransaction } from "../../platform/db.ts";
import { type AnswerQuestion, isAskedFor, zoneOfAnswer } from "./answer-queries.ts";
import type { Step } from "./result-rules.ts";

/** Answers of one branch about one kind of sale in one stretch of time. */
export type SumRow = {
  branchId: string;
  saleTypeId: string | null;
  /** The first day of the stretch, on the branch's calendar. */
  day: string;
  answers: number;
  /** Of them, those that rate something. */
  rated: number;
  scores: number;
  satisfied: number;
  unsatisfied: number;
};

export function sumAnswers(
  tx: TenantTransaction,
  { step, ...question }: AnswerQuestion & { step: Step },
): Promise<SumRow[]> {
  const { satisfiedFrom, lowUpTo } = question.thresholds;
  return listRows(
    tx,
    sql<SumRow>`
      select summed.branch_id as "branchId", summed.sale_type_id as "saleTypeId",
        to_char(summed.day, 'YYYY-MM-DD') as day,
        count(*)::int as answers, count(summed.score)::int as rated,
        coalesce(sum(summed.score), 0)::float8 as scores,
        (count(*) filter (where summed.score >= ${satisfiedFrom}::integer
          and summed.lowest > ${lowUpTo}::integer))::int as satisfied,
        (count(*) filter (where summed.lowest <= ${lowUpTo}::integer))::int as unsatisfied
      from (
        select answers.branch_id, answers.sale_type_id, answers.score, answers.lowest,
          date_trunc(${step}::text, answers.answered_at at time zone ${zoneOfAnswer(tx)}) as day
        from survey_answers as answers
        where answers.tenant_id = ${tx.tenantId} and ${isAskedFor(tx, question)}
      ) as summed
      group by summed.branch_id, summed.sale_type_id, summed.day
      order by summed.day, summed.branch_id, summed.sale_type_id`,
  );
}

export type CountRow = {
  surveyId: string;
  version: number | null;
  branchId: string;
  questionId: string;
  kind: "choice" | "rating" | "scale";
  value: string;
  count: number;
};

/** How often each option was chosen and each number given, by branch and wording. */
export function countAnswers(tx: TenantTransaction, question: AnswerQuestion): Promise<CountRow[]> {
  return listRows(
    tx,
    sql<CountRow>`
      select given.survey_id as "surveyId", given.branch_id as "branchId",
        given.question_id as "questionId", given.kind, given.value,
        given.survey_version as version, count(*)::int as count
      from (
        select answers.survey_id, answers.branch_id, chosen.key as question_id, 'choice' as kind,
          option.value, answers.survey_version
        from survey_answers as answers
        cross join jsonb_each(answers.choices) as chosen
        cross join jsonb_array_elements_text(chosen.value) as option
        where answers.tenant_id = ${tx.tenantId} and ${isAskedFor(tx, question)}
        union all
        select answers.survey_id, answers.branch_id, rated.key, 'rating', rated.value,
          answers.survey_version
        from survey_answers as answers
        cross join jsonb_each_text(answers.ratings) as rated
        where answers.tenant_id = ${tx.tenantId} and ${isAskedFor(tx, question)}
        union all
        select answers.survey_id, answers.branch_id, scaled.key, 'scale', scaled.value,
          answers.survey_version
        from survey_answers as answers
        cross join jsonb_each_text(answers.scales) as scaled
        where answers.tenant_id = ${tx.tenantId} and ${isAskedFor(tx, question)}
      ) as given
      group by 1, 2, 3, 4, 5, 6 order by 1, 3, 5, 2, 6`,
  );
}

export type ReasonRow = {
  surveyId: string;
  version: number | null;
  branchId: string;
  questionId: string;
  value: string;
  day: string;
  count: number;
};

/** How often each option was chosen, by branch, wording and stretch of time. */
export function countReasons(
  tx: TenantTransaction,
  { step, ...question }: AnswerQuestion & { step: Step },
): Promise<ReasonRow[]> {
  return listRows(
    tx,
    sql<ReasonRow>`
      select given.survey_id as "surveyId", given.branch_id as "branchId",
        given.question_id as "questionId", given.value, given.survey_version as version,
        to_char(given.day, 'YYYY-MM-DD') as day, count(*)::int as count
      from (
        select answers.survey_id, answers.survey_version, answers.branch_id,
          chosen.key as question_id, option.value,
          date_trunc(${step}::text, answers.answered_at at time zone ${zoneOfAnswer(tx)}) as day
        from survey_answers as answers
        cross join jsonb_each(answers.choices) as chosen
        cross join jsonb_array_elements_text(chosen.value) as option
        where answers.tenant_id = ${tx.tenantId} and ${isAskedFor(tx, question)}
      ) as given
      group by 1, 2, 3, 4, 5, given.day order by given.day, 1, 3, 4, 2, 5`,
  );
}

export type Stretch = { firstDay: string; lastDay: string };

/** The days of the first and the last of the answers; null: there is none. */
export async function findStretch(
  tx: TenantTransaction,
  question: AnswerQuestion,
): Promise<Stretch | null> {
  const [row] = await listRows(
    tx,
    sql<{ firstDay: string | null; lastDay: string | null }>`
      select to_char(min(told.day), 'YYYY-MM-DD') as "firstDay",
        to_char(max(told.day), 'YYYY-MM-DD') as "lastDay"
      from (
        select answers.answered_at at time zone ${zoneOfAnswer(tx)} as day
        from survey_answers as answers
        where answers.tenant_id = ${tx.tenantId} and ${isAskedFor(tx, question)}
      ) as told`,
  );
  if (!row || row.firstDay === null || row.lastDay === null) return null;
  return { firstDay: row.firstDay, lastDay: row.lastDay };
}

export type PartRow = { branchId: string; visitors: number; answered: number };
type Taking = Pick<AnswerQuestion, "surveyId" | "from" | "to" | "isMeant"> & {
  /** The branches that ask. */
  branchIds: readonly string[];
};

/** Of the devices that visited a branch in some days how many there were, and whose guests answered. */
export function countTakingPart(
  tx: TenantTransaction,
  { surveyId, from, to, branchIds, isMeant }: Taking,
): Promise<PartRow[]> {
  const isAmong = (guestId: RawBuilder<unknown>, at: RawBuilder<unknown>) =>
    isMeant?.({
      ...{ branchId: sql`branches.id`, timeZone: sql`branches.time_zone` },
      ...{ guestId, at },
    }) ?? sql`true`;
  const within = (at: RawBuilder<unknown>) => sql`(${from}::date is null
        or ${at} >= ${from}::date::timestamp at time zone branches.time_zone)
      and (${to}::date is null
        or ${at} < (${to}::date + 1)::timestamp at time zone branches.time_zone)`;
  return listRows(
    tx,
    sql<PartRow>`
      select branches.id as "branchId",
        (select count(distinct coalesce(visits.guest_id, visits.device_id)) from visits
          where visits.tenant_id = ${tx.tenantId} and visits.branch_id = branches.id
            and ${within(sql`visits.started_at`)}
            and ${isAmong(sql`visits.guest_id`, sql`visits.started_at`)})::int as visitors,
        (select count(distinct coalesce(answers.guest_id, answers.id))
          from survey_answers as answers
          where answers.tenant_id = ${tx.tenantId} and answers.branch_id = branches.id
            and (${surveyId}::text is null or answers.survey_id = ${surveyId}::text)
            and answers.told_by = 'page' and ${within(sql`answers.answered_at`)}
            and ${isAmong(sql`answers.guest_id`, sql`answers.answered_at`)})::int as answered
      from branches
      where branches.tenant_id = ${tx.tenantId} and branches.id = any(${branchIds}::uuid[])
      order by branches.id`,
  );
}
