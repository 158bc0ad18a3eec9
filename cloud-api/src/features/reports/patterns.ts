import type { TenantTransaction } from "../../platform/db.ts";
import type { CohortRow } from "./cohort-queries.ts";
import { countByDevice } from "./device-queries.ts";
import { begin, hoursOf, type Question } from "./figures.ts";
import {
  type CountedAt,
  countCohorts,
  countGaps,
  countLanguages,
  countRecencies,
  type HourOfWeek,
  sumClasses,
  sumHoursOfWeek,
} from "./pattern-queries.ts";
import {
  COHORT_MONTHS_MAX,
  countMonths,
  countWeekdays,
  GAP_DAYS,
  gapEnd,
  gapOf,
  opensBoth,
  opensCustomers,
  opensVisits,
  RECENCIES,
  RECENCY_DAYS,
  VISIT_CLASSES,
  WEEKDAYS,
  type Words,
  withoutVisits,
} from "./rules.ts";
import type {
  CohortsReply,
  DevicesReply,
  GapsReply,
  HeatMapReply,
  HoursReply,
  LanguagesReply,
  RecencyReply,
  VisitCountsReply,
} from "./schema.ts";
import { isOfSomeVisits } from "./source-queries.ts";

const QUIET: Omit<HourOfWeek, "weekday" | "hour"> = {
  ...{ visits: 0, departures: 0, present: 0, presentSeconds: 0 },
  ...{ endedVisits: 0, dwellSeconds: 0 },
};

function addHours(rows: readonly HourOfWeek[]): typeof QUIET {
  const sum = { ...QUIET };
  for (const row of rows)
    for (const key of Object.keys(sum) as (keyof typeof QUIET)[]) sum[key] += row[key];
  return sum;
}

/** The visits that began in an hour, that ended in it, and that were there in it. */
function opensHour({ asked }: Question, cell: Words) {
  const opens = opensVisits(asked, cell);
  return {
    opens,
    opensDepartures: `${opens}&kind=departed`,
    opensPresent: `${opens}&kind=there`,
  };
}

/** Hour of the day by day of the week. */
export async function findHeatMap(
  tx: TenantTransaction,
  question: Question,
): Promise<HeatMapReply> {
  const rows = await sumHoursOfWeek(tx, question.filter);
  const { weekdays } = question.filter;
  const found = new Map(rows.map((row) => [`${row.weekday}.${row.hour}`, row]));
  const days = countWeekdays(question.filter.period);
  return {
    ...(await begin(tx, question)),
    cells: WEEKDAYS.filter((each) => weekdays?.includes(each) ?? true).flatMap((weekday) =>
      hoursOf(question).map((hour) => ({
        ...(found.get(`${weekday}.${hour}`) ?? QUIET),
        ...{ weekday, hour, days: days.get(weekday) ?? 0 },
        ...opensHour(question, { weekdays: weekday, hours: hour }),
      })),
    ),
    total: addHours(rows),
  };
}

/** What happens in each hour of the day: arrivals, departures, how long, how many at once. */
export async function findHours(tx: TenantTransaction, question: Question): Promise<HoursReply> {
  const rows = await sumHoursOfWeek(tx, question.filter);
  return {
    ...(await begin(tx, question)),
    days: [...countWeekdays(question.filter.period).entries()]
      .filter(([weekday]) => question.filter.weekdays?.includes(weekday) ?? true)
      .reduce((sum, [, count]) => sum + count, 0),
    hours: hoursOf(question).map((hour) => ({
      ...addHours(rows.filter((row) => row.hour === hour)),
      hour,
      ...opensHour(question, { hours: hour }),
    })),
    total: addHours(rows),
  };
}

/** Visits by which of the customer's visits it was, branch by branch. */
export async function findVisitCounts(
  tx: TenantTransaction,
  { question, counted }: { question: Question; counted: CountedAt },
): Promise<VisitCountsReply> {
  const { filter, branches, asked } = question;
  const sums = await sumClasses(tx, { filter, counted });
  const sumsOf = new Map(sums.map((each) => [each.branchId, [each]]));
  const rowOf = (from: readonly (typeof sums)[number][], cell: Record<string, string>) => {
    const anonymousVisits = from.reduce((sum, { anonymous }) => sum + anonymous, 0);
    const behind = opensBoth(asked, cell);
    const classes = VISIT_CLASSES.map((visitClass, index) => ({
      visitClass,
      visits: from.reduce((sum, { classes: each }) => sum + (each[index] ?? 0), 0),
      opens: `${behind.customers}&visitClass=${visitClass}&counted=${counted}`,
      opensVisits: `${behind.visits}&visitClass=${visitClass}&counted=${counted}`,
    }));
    const visits = classes.reduce((sum, each) => sum + each.visits, anonymousVisits);
    const opensAnonymous = `${behind.visits}&kind=anonymous`;
    return { classes, anonymousVisits, opensAnonymous, visits, opensVisits: behind.visits };
  };
  return {
    ...(await begin(tx, question)),
    counted,
    total: rowOf(sums, {}),
    rows: branches.map(({ id, name }) => ({
      ...{ branchId: id, name, ...rowOf(sumsOf.get(id) ?? [], { branchIds: id }) },
    })),
  };
}

/** Of those who came first in one month: how many came in the months after it. */
export async function findCohorts(
  tx: TenantTransaction,
  question: Question,
): Promise<CohortsReply> {
  const { filter, asked } = question;
  const rows = await countCohorts(tx, filter);
  const firsts = listFirstMonths(rows, filter);
  const { to } = filter.period;
  return {
    ...(await begin(tx, question)),
    cohorts: firsts.map(({ month, customers }) => {
      const own = new Map(
        rows.flatMap(({ month: first, active, customers: came }) =>
          first === month && active !== null ? [[countMonths(month, active), came]] : [],
        ),
      );
      const length = Math.min(countMonths(month, to.slice(0, 7)), COHORT_MONTHS_MAX) + 1;
      return {
        ...{ month, customers },
        opens: opensCustomers(withoutVisits(asked), { cohort: month }),
        months: Array.from({ length }, (_, after) => ({
          ...{ after, customers: own.get(after) ?? 0 },
          opens: opensCustomers(asked, { cohort: month, monthsAfter: after }),
        })),
      };
    }),
  };
}

/** How many first came in which month; where some visits are counted alone, there is a row of all of them. */
function listFirstMonths(rows: readonly CohortRow[], filter: Question["filter"]): CohortRow[] {
  const isOfSome = isOfSomeVisits(filter);
  return rows
    .filter(({ month, active }) => active === (isOfSome ? null : month))
    .toSorted((one, other) => (one.month < other.month ? -1 : 1));
}

/** How many days lie between a visit and the one before. */
export async function findGaps(tx: TenantTransaction, question: Question): Promise<GapsReply> {
  const rows = await countGaps(tx, question.filter);
  const returns = rows.reduce((sum, row) => sum + row.returns, 0);
  let below = 0;
  const middle = rows.find((row) => {
    below += row.returns;
    return below * 2 >= returns;
  });
  return {
    ...(await begin(tx, question)),
    opens: opensVisits(question.asked, { kind: "again" }),
    gaps: GAP_DAYS.map((fromDays) => ({
      ...{ fromDays, toDays: gapEnd(fromDays) },
      opens: opensVisits(question.asked, { kind: "again", gapDays: fromDays }),
      returns: rows
        .filter(({ days }) => gapOf(days) === fromDays)
        .reduce((sum, row) => sum + row.returns, 0),
    })),
    returns,
    medianDays: middle?.days ?? null,
  };
}

/** Who comes, who has not come lately, and who has not for long. */
export async function findRecency(
  tx: TenantTransaction,
  question: Question,
): Promise<RecencyReply> {
  const rows = await countRecencies(tx, question.filter);
  return {
    ...(await begin(tx, question)),
    ...{ atRiskDays: RECENCY_DAYS.atRisk, lapsedDays: RECENCY_DAYS.lapsed },
    rows: RECENCIES.map((recency) => ({
      recency,
      customers: rows.find(({ name }) => name === recency)?.customers ?? 0,
      opens: opensCustomers(question.asked, { recency }),
    })),
    customers: rows.reduce((sum, row) => sum + row.customers, 0),
  };
}

export async function findLanguages(
  tx: TenantTransaction,
  question: Question,
): Promise<LanguagesReply> {
  const rows = await countLanguages(tx, question.filter);
  return {
    ...(await begin(tx, question)),
    rows: rows.map(({ name: language, customers }) => ({
      ...{ language, customers },
      opens: opensCustomers(question.asked, { language: language ?? "unknown" }),
    })),
    customers: rows.reduce((sum, row) => sum + row.customers, 0),
  };
}

export async function findDevices(
  tx: TenantTransaction,
  question: Question,
): Promise<DevicesReply> {
  const { filter } = question;
  const counted = await countByDevice(tx, { filter, by: "device_kind" });
  const visits = sumVisits(counted);
  const rows = [...Map.groupBy(counted, ({ name }) => name)]
    .map(([kind, those]) => ({ kind, visits: sumVisits(those) }))
    .toSorted((one, other) => other.visits - one.visits || (one.kind < other.kind ? -1 : 1));
  return {
    ...(await begin(tx, question)),
    rows: rows.map((row) => ({
      ...row,
      opens: opensVisits(question.asked, { devices: row.kind }),
    })),
    visits,
  };
}

const sumVisits = (rows: readonly { visits: number }[]): number =>
  rows.reduce((sum, { visits }) => sum + visits, 0);
