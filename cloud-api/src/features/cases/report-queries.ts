import { getRow, listRows, sql, type TenantTransaction } from "../../platform/db.ts";
import type { FactCondition } from "../../platform/narrowing.ts";

/** Which cases: raised on days of each branch's calendar, both included. */
export type Period = {
  /** Null: all in reach. */
  branchIds: readonly string[] | null;
  /** Null: from the first, or to the last one. */
  from: string | null;
  to: string | null;
  /** Of which guests, at which hours, as visits are told apart; null: of all. */
  isMeant: FactCondition | null;
};

const zoneOf = (tx: TenantTransaction) => sql`(select branches.time_zone from branches
  where branches.tenant_id = ${tx.tenantId} and branches.id = cases.branch_id)`;

export const isIn = (tx: TenantTransaction, { branchIds, from, to, isMeant }: Period) =>
  sql`(${from}::date is null
      or cases.raised_at >= ${from}::date::timestamp at time zone ${zoneOf(tx)})
    and (${to}::date is null
      or cases.raised_at < (${to}::date + 1)::timestamp at time zone ${zoneOf(tx)})
    and (${branchIds}::uuid[] is null or cases.branch_id = any(${branchIds}::uuid[]))
    and ${isMeant ? isOfThese(tx, isMeant) : sql`true`}`;

/** Whose a case is, is said by its answer. */
const isOfThese = (tx: TenantTransaction, isMeant: FactCondition) => sql`exists (
  select from survey_answers as answers
  where answers.tenant_id = ${tx.tenantId} and answers.id = cases.id
    and ${isMeant({
      ...{ branchId: sql`cases.branch_id`, guestId: sql`answers.guest_id` },
      ...{ at: sql`cases.raised_at`, timeZone: zoneOf(tx) },
      metAt: sql`cases.answered_at`,
    })})`;

/** Whether the customer of a case came again after a moment. */
const cameAfter = (tx: TenantTransaction, moment: "closed" | "done") => sql`exists (
  select from survey_answers as answers
  join guests on guests.tenant_id = ${tx.tenantId} and guests.id = answers.guest_id
  join visits on visits.tenant_id = ${tx.tenantId} and visits.customer_id = guests.customer_id
  where answers.tenant_id = ${tx.tenantId} and answers.id = cases.id
    and visits.started_at > ${moment === "closed" ? sql`cases.closed_at` : sql`done.done_at`})`;

const isKnown = (tx: TenantTransaction) => sql`exists (
  select from survey_answers as answers
  join guests on guests.tenant_id = ${tx.tenantId} and guests.id = answers.guest_id
  where answers.tenant_id = ${tx.tenantId} and answers.id = cases.id
    and guests.customer_id is not null)`;

export type CaseSums = {
  raised: number;
  closed: number;
  /** Past their time: still open, or closed only afterwards. */
  late: number;
  /** From raised, or opened again, to closed, at the median; null: none is closed. */
  hoursToClose: number | null;
  /** Of the closed ones, those whose customer is known, and those of them who came again. */
  closedOfKnown: number;
  returned: number;
};

const sums = (tx: TenantTransaction) => sql`count(*)::int as raised,
  (count(*) filter (where cases.closed_at is not null))::int as closed,
  (count(*) filter (where coalesce(cases.closed_at, ${tx.now}) > cases.due_at))::int as late,
  (percentile_cont(0.5) within group (
    order by extract(
      epoch from cases.closed_at - coalesce(cases.reopened_at, cases.raised_at)))
    filter (where cases.closed_at is not null) / 3600)::float8 as "hoursToClose",
  (count(*) filter (
    where cases.closed_at is not null and ${isKnown(tx)}))::int as "closedOfKnown",
  (count(*) filter (
    where cases.closed_at is not null and ${cameAfter(tx, "closed")}))::int as returned`;

export function sumCases(tx: TenantTransaction, period: Period): Promise<CaseSums> {
  return getRow(
    tx,
    sql<CaseSums>`
      select ${sums(tx)}
      from cases where cases.tenant_id = ${tx.tenantId} and ${isIn(tx, period)}`,
  );
}

/** `key`: the branch, or the first day of the stretch in which they were raised. */
export type KeyedSums = CaseSums & { key: string };

/** The same of each branch, or of each day, week or month of the branches' calendars. */
export function listCaseSums(
  tx: TenantTransaction,
  { by, ...period }: Period & { by: "branch" | "day" | "week" | "month" },
): Promise<KeyedSums[]> {
  const key =
    by === "branch"
      ? sql`cases.branch_id::text`
      : sql`date_trunc(${by}, cases.raised_at at time zone ${zoneOf(tx)})::date::text`;
  return listRows(
    tx,
    sql<KeyedSums>`
      select ${key} as key, ${sums(tx)}
      from cases where cases.tenant_id = ${tx.tenantId} and ${isIn(tx, period)} group by 1`,
  );
}

export type ActionSum = {
  actionId: string;
  name: string;
  count: number;
  ofKnown: number;
  returned: number;
};

/** How often each action was taken in cases of a period, and who came again after it. */
export function sumActions(tx: TenantTransaction, period: Period): Promise<ActionSum[]> {
  return listRows(
    tx,
    sql<ActionSum>`
      select named.id as "actionId", named.name, count(*)::int as count,
        (count(*) filter (where ${isKnown(tx)}))::int as "ofKnown",
        (count(*) filter (where ${cameAfter(tx, "done")}))::int as returned
      from case_actions as done
      join cases on cases.tenant_id = ${tx.tenantId} and cases.id = done.case_id
      join make_good_actions as named
        on named.tenant_id = ${tx.tenantId} and named.id = done.action_id
      where done.tenant_id = ${tx.tenantId} and ${isIn(tx, period)}
      group by named.id, named.name order by count desc, named.name`,
  );
}
