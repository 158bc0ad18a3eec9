import { listRows, sql, type TenantTransaction } from "../../platform/db.ts";
import type { FactCondition } from "../../platform/narrowing.ts";
import { NO_VERSION } from "./option-rules.ts";
import { NO_SALE_TYPE, type Satisfaction, type Thresholds, type WordRange } from "./rules.ts";

/** Which answers are asked for; null is no limit. */
export type AnswerQuestion = {
  surveyId: string | null;
  branchIds: readonly string[] | null;
  customerId: string | null;
  /** `NO_SALE_TYPE`: those of which nobody said. */
  saleTypeId: string | null;
  /** Days of each branch's calendar, both included. */
  from: string | null;
  to: string | null;
  satisfaction: Satisfaction | null;
  thresholds: Thresholds;
  /** What their texts say: each of these is the beginning of a word in them. */
  words: readonly WordRange[];
  /**
   * Those that gave this to a question: a rating or the id of an option. `versions`: of the survey's wording, null
   * for all of them.
   */
  given: { questionId: string; value: string; versions: readonly number[] | null } | null;
  /** By their guests and hours, as visits are; null: all of them. */
  isMeant: FactCondition | null;
};

/** The zone of the branch that an answer was given at, so that days are those of its calendar. */
export function zoneOfAnswer(tx: TenantTransaction) {
  return sql`(select branches.time_zone from branches
    where branches.tenant_id = ${tx.tenantId} and branches.id = answers.branch_id)`;
}

const ANSWER = {
  ...{ branchId: sql`answers.branch_id`, guestId: sql`answers.guest_id` },
  at: sql`answers.answered_at`,
};

/** The answers that a question is about. */
export function isAskedFor(tx: TenantTransaction, question: AnswerQuestion) {
  const { surveyId, branchIds, customerId, from, to, words, given, isMeant } = question;
  const zone = zoneOfAnswer(tx);
  const { saleTypeId } = question;
  const sold = saleTypeId === NO_SALE_TYPE ? null : saleTypeId;
  const found = words.map(
    (word) => sql`and answers.id in (
      select said.answer_id from survey_words as said
      where said.tenant_id = ${tx.tenantId} and said.word >= ${word.from} and said.word < ${word.to})`,
  );
  const chosen =
    given &&
    sql`and (answers.ratings ->> ${given.questionId}::text = ${given.value}
      or answers.scales ->> ${given.questionId}::text = ${given.value}
      or answers.choices -> ${given.questionId}::text ? ${given.value}::text)
      and (${given.versions}::integer[] is null
        or coalesce(answers.survey_version, ${NO_VERSION}) = any(${given.versions}::integer[]))`;
  return sql`(${surveyId}::text is null or answers.survey_id = ${surveyId}::text)
    and (${branchIds}::uuid[] is null or answers.branch_id = any(${branchIds}::uuid[]))
    and (${saleTypeId}::text is null or answers.sale_type_id is not distinct from ${sold}::text)
    and (${from}::date is null
      or answers.answered_at >= ${from}::date::timestamp at time zone ${zone})
    and (${to}::date is null
      or answers.answered_at < (${to}::date + 1)::timestamp at time zone ${zone})
    and (${customerId}::uuid is null or answers.guest_id in (
      select guests.id from guests
      where guests.tenant_id = ${tx.tenantId} and guests.customer_id = ${customerId}::uuid))
    ${isOf(question)} ${sql.join(found, sql` `)} ${chosen ?? sql``}
    and ${isMeant?.({ ...ANSWER, timeZone: zone }) ?? sql`true`}`;
}

/** As `judgeAnswer` does. */
function isOf({ satisfaction, thresholds }: AnswerQuestion) {
  const { satisfiedFrom, lowUpTo } = thresholds;
  const [isLow, isContent] = [
    sql`answers.lowest <= ${lowUpTo}::integer`,
    sql`answers.score >= ${satisfiedFrom}::integer and answers.lowest > ${lowUpTo}::integer`,
  ];
  switch (satisfaction) {
    case null:
      return sql``;
    case "unsatisfied":
      return sql`and ${isLow}`;
    case "satisfied":
      return sql`and ${isContent}`;
    case "neutral":
      return sql`and answers.lowest > ${lowUpTo}::integer and answers.score < ${satisfiedFrom}::integer`;
    default:
      return assertNever(satisfaction);
  }
}

export type AnswerRow = {
  id: string;
  surveyId: string;
  version: number | null;
  branchId: string;
  place: string | null;
  saleTypeId: string | null;
  customerId: string | null;
  customerName: string | null;
  by: "page" | "link" | "staff";
  takenBy: string | null;
  takenHow: "on-site" | "phone" | null;
  language: string;
  choices: Record<string, string[]>;
  ratings: Record<string, number>;
  scales: Record<string, number>;
  score: number | null;
  lowest: number | null;
  /** Null where they were erased, or nothing was written. */
  texts: Record<string, string> | null;
  dates: Record<string, string> | null;
  answeredAt: Date;
};

export type AnswerPlace = { at: string; id: string };
type Listing = AnswerQuestion & { limit: number; after: AnswerPlace | null };

/** Whose they are is said where their guest has become a customer. */
const selectAnswers = (tx: TenantTransaction) => sql`
  select answers.id, answers.survey_id as "surveyId", answers.survey_version as version,
    answers.branch_id as "branchId", answers.place, answers.sale_type_id as "saleTypeId",
    guests.customer_id as "customerId", customers.name as "customerName",
    answers.told_by as by,
    answers.taken_by as "takenBy", answers.taken_how as "takenHow", answers.language, answers.choices, answers.ratings, answers.scales,
    answers.score, answers.lowest, personal.fields -> 'texts' as texts,
    personal.fields -> 'dates' as dates, answers.answered_at as "answeredAt"
  from survey_answers as answers
  left join guests on guests.tenant_id = ${tx.tenantId} and guests.id = answers.guest_id
  left join customers on customers.tenant_id = ${tx.tenantId}
    and customers.id = guests.customer_id
  left join event_personal as personal on personal.tenant_id = ${tx.tenantId}
    and personal.event_id = answers.event_id`;

export function listAnswersById(
  tx: TenantTransaction,
  ids: readonly string[],
): Promise<AnswerRow[]> {
  return listRows(
    tx,
    sql<AnswerRow>`${selectAnswers(tx)}
      where answers.tenant_id = ${tx.tenantId} and answers.id = any(${ids}::uuid[])`,
  );
}

/** The newest first. */
export function listAnswers(
  tx: TenantTransaction,
  { limit, after, ...question }: Listing,
): Promise<AnswerRow[]> {
  const onwards =
    after &&
    sql`and (answers.answered_at, answers.id) < (${after.at}::timestamptz, ${after.id}::uuid)`;
  return listRows(
    tx,
    sql<AnswerRow>`${selectAnswers(tx)}
      where answers.tenant_id = ${tx.tenantId} and ${isAskedFor(tx, question)} ${onwards ?? sql``}
      order by answers.answered_at desc, answers.id desc limit ${limit}`,
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

function assertNever(satisfaction: never): never {
  throw new Error(`unknown satisfaction: ${satisfaction}`);
}

/**
 * The ids of the answers of guests who were forgotten. One by a link or at the desk has the customer's own id,
 * and may be told in the very moment in which they are forgotten.
 */
export const selectAnswersOfForgotten = (tx: TenantTransaction) => sql`
  select answers.id from survey_answers as answers
  where answers.tenant_id = ${tx.tenantId} and answers.guest_id in (
    select erased.guest_id from erased_guests as erased where erased.tenant_id = ${tx.tenantId}
    union all
    select customers.id from customers
    where customers.tenant_id = ${tx.tenantId} and customers.erased_position is not null)`;
