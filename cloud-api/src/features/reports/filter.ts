import type { BranchKind } from "../../platform/branch-kinds.ts";
import { refuse } from "../../platform/errors.ts";
import { readBranchIds } from "../visits/index.ts";
import type { Cell } from "./list-queries.ts";
import type { Narrowed } from "./narrowing.ts";
import {
  addDays,
  classEnd,
  countDays,
  GAP_DAYS,
  gapEnd,
  PERIOD_DAYS_MAX,
  type Period,
  readNumbers,
  STANDARD_DAYS,
  VISIT_CLASSES,
} from "./rules.ts";
import type { CustomersQuery, ReportQuery, SessionsQuery, VisitsQuery } from "./schema.ts";
import type { SessionsOf } from "./use-queries.ts";
import type { Numbers, Place, VisitsOf } from "./visit-list-queries.ts";

const DAY = /^\d{4}-\d\d-\d\d$/;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
export const isId = (text: string): boolean => UUID.test(text);

/** What visits a report counts. Null: it is not narrowed by this. */
export type Filter = {
  period: Period;
  branchIds: readonly string[] | null;
  hours: readonly number[] | null;
  weekdays: readonly number[] | null;
  /** Null: not narrowed by whose visits they are or how they came. */
  narrowed: Narrowed | null;
  /** All branches of the company, of which it is counted who came back over all of them. */
  isCompany: boolean;
};

/** What is asked for, but for the days, which depend on the branches' clocks when none are named. */
export type AskedBranches = {
  brandId: string | null;
  branchIds: readonly string[] | null;
  branchKind: BranchKind | null;
};

export function readBranches({ brandId, branchIds, branchKind }: ReportQuery): AskedBranches {
  return {
    brandId: brandId?.toLowerCase() ?? null,
    branchIds: readBranchIds(branchIds),
    branchKind: branchKind ?? null,
  };
}

/** The days of a report; refuses those that are none, or too many. */
export function readPeriod({ from, to }: ReportQuery, today: string): Period {
  const last = readDay(to, "/to") ?? today;
  const period = { from: readDay(from, "/from") ?? addDays(last, 1 - STANDARD_DAYS), to: last };
  const days = countDays(period);
  if (days < 1) throw refuse("invalid", "The first day is after the last one.", { field: "/from" });
  if (days > PERIOD_DAYS_MAX)
    throw refuse("invalid", `A report is of up to ${PERIOD_DAYS_MAX} days.`, {
      field: "/from",
      instead: { from: addDays(last, 1 - PERIOD_DAYS_MAX), to: last },
    });
  return period;
}

function readDay(day: string | undefined, field: string): string | null {
  if (day === undefined) return null;
  // Far from where calendars and the database end, whatever is added.
  if (DAY.test(day) && day >= "1970-01-01" && day < "9000" && addDaysSafely(day) === day)
    return day;
  throw refuse("invalid", `${day} is not a day of the calendar.`, { field });
}

function addDaysSafely(day: string): string | null {
  return Number.isNaN(Date.parse(`${day}T00:00:00Z`)) ? null : addDays(day, 0);
}

export function readSlots({ hours, weekdays }: ReportQuery) {
  return {
    hours: readList(hours, { field: "/hours", min: 0, max: 23 }),
    weekdays: readList(weekdays, { field: "/weekdays", min: 1, max: 7 }),
  };
}

function readList(
  text: string | undefined,
  { field, ...bounds }: { field: string; min: number; max: number },
): number[] | null {
  if (text === undefined) return null;
  const numbers = readNumbers(text, bounds);
  if (numbers) return numbers;
  throw refuse("invalid", `Numbers from ${bounds.min} to ${bounds.max}, with commas between.`, {
    field,
  });
}

/** Which of a report's numbers the customers are behind. */
export function readCell(query: Omit<CustomersQuery, "limit" | "cursor">): Omit<Cell, "filter"> {
  const { kind = null, recency = null } = query;
  const { cohort, monthsAfter = 0, language, consent, nasId, policyId } = query;
  const [purpose, answer] = consent?.split(".") ?? [];
  return {
    ...{ kind, recency, numbers: readClass(query) },
    cohort: cohort === undefined ? null : { month: cohort, after: monthsAfter },
    ...(purpose && answer ? { consent: { purpose, answer } } : {}),
    ...(language === undefined ? {} : { language: language === "unknown" ? null : language }),
    ...((nasId ?? policyId) ? { used: readSessionsOf(query) } : {}),
  };
}

/** By the how-manieth visits of their customers they are; null: by whichever. */
function readClass({
  visitClass,
  counted = "everywhere",
}: Pick<VisitsQuery, "visitClass" | "counted">): Numbers | null {
  if (visitClass === undefined) return null;
  const from = VISIT_CLASSES.find((lowest) => lowest === visitClass);
  if (from === undefined)
    throw refuse("invalid", `Classes begin at ${VISIT_CLASSES.join(", ")}.`, {
      field: "/visitClass",
    });
  return { from, to: classEnd(from), at: counted };
}

/** Which of a report's numbers the sessions are behind. */
export function readSessionsOf({
  nasId = "any",
  policyId = "any",
  end,
}: Pick<SessionsQuery, "nasId" | "policyId" | "end">): SessionsOf {
  const idOf = (word: string) => (word === "unknown" ? null : word.toLowerCase());
  return {
    ...(nasId === "any" ? {} : { nasId: idOf(nasId) }),
    ...(policyId === "any" ? {} : { policyId: idOf(policyId) }),
    end: end ?? null,
  };
}

/** Which of a report's numbers the visits are behind. */
export function readVisitsOf(query: Omit<VisitsQuery, "limit" | "cursor">): VisitsOf {
  const { kind = "all", gapDays, presentAt } = query;
  if (presentAt !== undefined) return readPresent(query, presentAt);
  const numbers = readClass(query);
  if (numbers && query.kind === undefined && gapDays === undefined)
    return { kind: "numbered", numbers };
  if (numbers)
    throw refuse("invalid", "Visits by which one they were are of no kind besides.", {
      field: "/visitClass",
    });
  if (kind !== "again") {
    if (gapDays === undefined) return { kind };
    throw refuse("invalid", "Days lie between visits with kind again.", { field: "/gapDays" });
  }
  if (gapDays === undefined) return { kind, days: { from: 0, to: null } };
  if (!GAP_DAYS.some((each) => each === gapDays))
    throw refuse("invalid", `Days between visits are told from ${GAP_DAYS.join(", ")} on.`, {
      field: "/gapDays",
    });
  return { kind, days: { from: gapDays, to: gapEnd(gapDays) } };
}

/** A moment is in one hour of one day: no other is asked for beside it. */
function readPresent(
  query: Omit<VisitsQuery, "limit" | "cursor">,
  presentAt: string,
): Extract<VisitsOf, { kind: "present" }> {
  const [field] = (["kind", "gapDays", "visitClass", "hours", "weekdays"] as const).filter(
    (name) => query[name] !== undefined,
  );
  if (field)
    throw refuse("invalid", "Who was there at a moment is not told apart by that.", {
      field: `/${field}`,
    });
  return { kind: "present", at: new Date(presentAt) };
}

/** Where a list by days goes on: the day, id and hour, if it has one, of the last of the page before. */
export function readPlace(cursor: string): Place {
  const [day = "", id = "", hour = "0"] = cursor.split(".");
  const isDay = DAY.test(day) && !Number.isNaN(Date.parse(day));
  if (!isDay || !isId(id) || !/^\d{1,2}$/.test(hour)) throw badCursor();
  return { day, id, hour: Number(hour) };
}

export const badCursor = () =>
  refuse("invalid", "The cursor is not one this API gave.", { field: "/cursor" });
