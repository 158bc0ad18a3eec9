import type { RawBuilder } from "kysely";
import { getRow, listRows, sql, type TenantTransaction } from "../../platform/db.ts";
import { hasTooMany } from "./bounds.ts";
import { selectAnswers } from "./consent-queries.ts";
import {
  countCustomers,
  isAtBranches,
  isWithin,
  selectCame,
  selectDays,
} from "./figure-queries.ts";
import type { Filter } from "./filter.ts";
import { countFirst, exactly, type ListTotal } from "./list-total-queries.ts";
import { recencyOf, selectLastDays } from "./pattern-queries.ts";
import type { Recency } from "./rules.ts";
import { isAmong, isOfThese } from "./source-queries.ts";
import { type SessionsOf, selectUsers } from "./use-queries.ts";
import { isNumbered, type Numbers } from "./visit-list-queries.ts";

/** Which of those who came in the period are meant. */
export type Cell = {
  filter: Filter;
  kind: "new" | "returning" | null;
  numbers: Numbers | null;
  /** In place of those who came in the period: those who ever came up to its end. */
  recency: Recency | null;
  /** First came in this month (YYYY-MM), and again so many months after it. */
  cohort: { month: string; after: number } | null;
  /** What they said last of a purpose; `unasked`: nothing. */
  consent?: { purpose: string; answer: string };
  /** null: not known. Absent: whichever. */
  language?: string | null;
  /** Of whose visits there are such sessions. */
  used?: SessionsOf;
};

/** Customers who are counted in a cell of a report. */
function selectCounted(tx: TenantTransaction, cell: Cell): RawBuilder<unknown> {
  const { language } = cell;
  if (language === undefined) return selectOfCell(tx, cell);
  return sql`
    select counted.customer_id from (${selectOfCell(tx, cell)}) as counted
    left join customers
      on customers.tenant_id = ${tx.tenantId} and customers.id = counted.customer_id
    where customers.language is not distinct from ${language}::text`;
}

function selectOfCell(tx: TenantTransaction, cell: Cell): RawBuilder<unknown> {
  const { consent, ...rest } = cell;
  if (!consent) return selectWhoCame(tx, rest);
  const came = selectWhoCame(tx, rest);
  return sql`
    select counted.customer_id from (${came}) as counted
    left join (${selectAnswers(tx, sql`select distinct asked.customer_id from (${came}) as asked`)})
      as answers
      on answers.customer_id = counted.customer_id and answers.purpose = ${consent.purpose}
    where coalesce(answers.answer, 'unasked') = ${consent.answer}`;
}

function selectWhoCame(tx: TenantTransaction, cell: Cell): RawBuilder<unknown> {
  const { filter, kind, numbers, recency, cohort, used } = cell;
  if (used) return selectUsers(tx, { filter, of: used });
  if (recency)
    return sql`select last.customer_id from (${selectLastDays(tx, filter)}) as last
      where ${recencyOf(filter)} = ${recency}`;
  if (cohort) return selectCohort(tx, { filter, cohort });
  const came = numbers ? selectByNumber(tx, { filter, numbers }) : selectCame(tx, filter);
  if (kind === null) return sql`select came.customer_id from (${came}) as came`;
  const isNew = sql`min(known.first_day) >= ${filter.period.from}::date`;
  return sql`
    select known.customer_id from report_branch_customers as known
    where known.tenant_id = ${tx.tenantId} and ${isAtBranches("known.branch_id", filter.branchIds)}
      and known.customer_id in (select came.customer_id from (${came}) as came)
    group by known.customer_id having ${kind === "new" ? isNew : sql`not (${isNew})`}`;
}

function selectCohort(
  tx: TenantTransaction,
  { filter, cohort }: { filter: Filter; cohort: NonNullable<Cell["cohort"]> },
): RawBuilder<unknown> {
  const { period, branchIds } = filter;
  const month = sql`(${`${cohort.month}-01`}::date + make_interval(months => ${cohort.after}))`;
  return sql`
    select known.customer_id from report_branch_customers as known
    where known.tenant_id = ${tx.tenantId} and ${isAtBranches("known.branch_id", branchIds)}
      and ${isOfThese("known.customer_id", filter)}
      and known.customer_id in (
        select visited.customer_id from (${selectDays(tx, filter)}) as visited
        where visited.day >= ${month} and visited.day < ${month} + make_interval(months => 1))
    group by known.customer_id
    having to_char(min(known.first_day), 'YYYY-MM') = ${cohort.month}
      and min(known.first_day) between ${period.from}::date and ${period.to}::date`;
}

function selectByNumber(
  tx: TenantTransaction,
  { filter, numbers }: { filter: Filter; numbers: NonNullable<Cell["numbers"]> },
): RawBuilder<unknown> {
  return sql`
    select visited.customer_id from report_visits as visited
    where visited.tenant_id = ${tx.tenantId} and ${isWithin("visited", filter)}
      and ${isAmong("visited", filter)} and ${isNumbered("visited", numbers)}`;
}

export type CountedCustomer = {
  id: string;
  name: string | null;
  phone: string | null;
  visits: number;
  firstDay: string;
  lastDay: string;
};

/** By id, so that nobody is missed or told twice while visits go on between two pages. */
export function listCounted(
  tx: TenantTransaction,
  { cell, after, limit }: { cell: Cell; after: string | null; limit: number },
): Promise<CountedCustomer[]> {
  const { tenantId } = tx;
  const { filter } = cell;
  return listRows(
    tx,
    sql<CountedCustomer>`
      with page as materialized (
        select distinct counted.customer_id from (${selectCounted(tx, cell)}) as counted
        where ${after}::uuid is null or counted.customer_id > ${after}::uuid
        order by counted.customer_id limit ${limit}
      )
      select page.customer_id as id, customers.name, customers.phone,
        sum(known.visits)::integer as visits, min(known.first_day)::text as "firstDay",
        max(known.last_day)::text as "lastDay"
      from page
      join report_branch_customers as known
        on known.tenant_id = ${tenantId} and known.customer_id = page.customer_id
          and ${isAtBranches("known.branch_id", filter.branchIds)}
      left join customers on customers.tenant_id = ${tenantId} and customers.id = page.customer_id
      group by page.customer_id, customers.name, customers.phone
      order by page.customer_id`,
  );
}

/** How many they are: as many as a report says; where none does, those are counted who come first. */
export async function countCounted(tx: TenantTransaction, cell: Cell): Promise<ListTotal> {
  const { filter, kind } = cell;
  if (filter.narrowed && (await hasTooMany(tx, filter))) {
    const counted = sql`select distinct counted.customer_id
      from (${selectCounted(tx, cell)}) as counted order by counted.customer_id`;
    return countFirst(tx, counted);
  }
  if (isOfPeriod(cell)) {
    const [came] = await countCustomers(tx, { filter, grouping: { by: "all" } });
    const { customers = 0, newCustomers = 0 } = came ?? {};
    const counts = { new: newCustomers, returning: customers - newCustomers, all: customers };
    return exactly(counts[kind ?? "all"]);
  }
  const { total } = await getRow(
    tx,
    sql<{ total: number }>`
      select count(distinct counted.customer_id)::integer as total
      from (${selectCounted(tx, cell)}) as counted`,
  );
  return exactly(total);
}

/** Whether they are those of the period, all or the new or the returning ones: what every report counts. */
const isOfPeriod = ({ numbers, recency, cohort, consent, language, used }: Cell): boolean =>
  [numbers, recency, cohort].every((each) => each === null) &&
  [consent, language, used].every((each) => each === undefined);
