import { getRow, listRows, sql, type TenantTransaction } from "../../platform/db.ts";

/** Days of each branch's calendar, both included. */
export type Period = { branchId: string | null; from: string; to: string };

const isIn = (tx: TenantTransaction, { branchId, from, to }: Period) => {
  const zone = sql`(select branches.time_zone from branches
    where branches.tenant_id = ${tx.tenantId} and branches.id = cases.branch_id)`;
  return sql`cases.raised_at >= ${from}::date::timestamp at time zone ${zone}
    and cases.raised_at < (${to}::date + 1)::timestamp at time zone ${zone}
    and (${branchId}::uuid is null or cases.branch_id = ${branchId}::uuid)`;
};

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
  /** From raised to closed, at the median; null: none is closed. */
  hoursToClose: number | null;
  /** Of the closed ones, those whose customer is known, and those of them who came again. */
  closedOfKnown: number;
  returned: number;
};

export function sumCases(tx: TenantTransaction, period: Period): Promise<CaseSums> {
  return getRow(
    tx,
    sql<CaseSums>`
      select count(*)::int as raised,
        (count(*) filter (where cases.closed_at is not null))::int as closed,
        (count(*) filter (
          where coalesce(cases.closed_at, ${tx.now}) > cases.due_at))::int as late,
        (percentile_cont(0.5) within group (
          order by extract(epoch from cases.closed_at - cases.raised_at))
          filter (where cases.closed_at is not null) / 3600)::float8 as "hoursToClose",
        (count(*) filter (
          where cases.closed_at is not null and ${isKnown(tx)}))::int as "closedOfKnown",
        (count(*) filter (
          where cases.closed_at is not null and ${cameAfter(tx, "closed")}))::int as returned
      from cases where cases.tenant_id = ${tx.tenantId} and ${isIn(tx, period)}`,
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
