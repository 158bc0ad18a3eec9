import {
  type Asked,
  findVisit,
  judgeCondition,
  listCounted,
  listEnded,
  type Of,
} from "./evaluate.ts";
import { addDays, findStartOfDay, isDay, listDaysKept, readClock } from "./local-time.ts";
import { DATE_PATTERN, findMomentAgo } from "./rules.ts";
import type { Condition, FieldTest, TreeNode, When } from "./schema.ts";

/** So many moments are looked at before the next of them is given, whatever it brings. */
const MOMENTS_LOOKED_AT_MAX = 40;
/**
 * The next moment at which a tree's answer about a customer may be another one though nothing happens:
 * time passes. Between now and then it is what `judge` says now. Null: never.
 */
export function findNextChange(node: TreeNode, asked: Asked): Date | null {
  if ("of" in node) return findEarliest(node.of.map((each) => findNextChange(each, asked)));
  if (node.kind === "segment") {
    const tree = asked.trees.get(node.id);
    return tree ? findNextChange(tree, asked) : null;
  }
  return findFlip(node, asked);
}

export function findEarliest(moments: readonly (Date | null)[]): Date | null {
  let earliest: Date | null = null;
  for (const moment of moments) if (moment && (!earliest || moment < earliest)) earliest = moment;
  return earliest;
}

/** The first of a condition's own moments at which it says something else than now. */
function findFlip(condition: Condition, asked: Asked): Date | null {
  const { now } = asked;
  const times = listMoments(condition, asked)
    .map((moment) => moment.getTime())
    .filter((time) => time > now.getTime())
    .toSorted((one, other) => one - other);
  const moments = [...new Set(times)].map((time) => new Date(time));
  if (moments.length === 0) return null;
  const { holds } = judgeCondition(condition, asked);
  for (const [index, moment] of moments.entries()) {
    if (index >= MOMENTS_LOOKED_AT_MAX) return moment;
    if (judgeCondition(condition, { ...asked, now: moment }).holds !== holds) return moment;
  }
  // A day of the year comes again, though these two of them change nothing.
  return condition.kind === "field" ? (moments.at(-1) ?? null) : null;
}

function listMoments(condition: Condition, asked: Asked): Date[] {
  const { facts } = asked;
  switch (condition.kind) {
    case "field":
      return listMidnights(condition, asked);
    case "joined":
      return condition.when ? listEdges(facts.joined.at, condition.when) : [];
    case "visit-count":
    case "event": {
      const { when } = condition;
      if (!when || when.is === "days") return [];
      return listCounted(condition, facts).flatMap(({ at }) => listEdges(at, when));
    }
    case "visit-length": {
      const { when } = condition;
      if (!when || when.is === "days") return [];
      return listEnded(condition, facts).flatMap(({ at }) => listEdges(at, when));
    }
    case "visit-time": {
      const visit = findVisit(condition, facts);
      return visit ? listEdges(visit.at, condition.when) : [];
    }
    case "mark":
    case "score":
    case "consent":
    case "segment":
      return [];
  }
}

/** When what was at a moment begins and ceases to be within, or before, what is counted back from now. */
function listEdges(at: Date, when: When): Date[] {
  if (when.is === "days") return [];
  const { amount, unit } = when;
  const passed = findMomentAgo(at, { amount: -amount, unit });
  return when.is === "within" ? [at, passed] : [passed];
}

/** The midnights at which a date comes near enough, and is over. */
function listDateMidnights(value: string, test: FromToday, today: string): string[] {
  if (!DATE.test(value)) return [];
  const { min, max } = test;
  // A 31st of February stands before the 1st of March, however it came to be written.
  const shifts = isDay(value) ? [0] : [0, -1, -2, -3];
  const days = shifts.flatMap((shift) => [
    ...(max === undefined ? [] : [addDays(value, shift - max)]),
    ...(min === undefined ? [] : [addDays(value, shift + 1 - min)]),
  ]);
  // Further than the year 9999 nobody waits.
  return days.filter((day) => /^[0-9]{4}-/.test(day) && day > today);
}

type FromToday = Extract<FieldTest, { is: "from-today" }>;
const DATE = new RegExp(DATE_PATTERN);

/** The midnights at which the next two of a day of the year come near enough, and are over. */
function listMidnights({ test, field }: Of<"field">, { facts, now }: Asked): Date[] {
  const value = facts.fields.get(field);
  if (value === undefined) return [];
  const { timeZone } = facts.joined;
  const today = readClock(now, timeZone).day;
  if (test.is === "from-today")
    return listDateMidnights(value, test, today).map((day) => findStartOfDay(day, timeZone));
  if (test.is !== "in-next-days") return [];
  const kept = listDaysKept(value, { from: today, limit: 2 });
  const midnights = kept.flatMap((day) => [addDays(day, -test.days), addDays(day, 1)]);
  return midnights.map((day) => findStartOfDay(day, timeZone));
}
