import { addDays, listDaysKept, readClock } from "./local-time.ts";
import { DATE_PATTERN } from "./rules.ts";
import type { FieldTest } from "./schema.ts";

type FieldQuestion = { test: FieldTest; now: Date; timeZone: string };

/** Whether the last word on a field fits; it says the same as `compile-field-queries.ts`. */
export function fitsField(value: string | null, { test, now, timeZone }: FieldQuestion): boolean {
  if (test.is === "unknown") return value === null;
  if (value === null) return false;
  switch (test.is) {
    case "known":
      return true;
    case "one-of":
      return test.values.includes(value);
    case "begins":
      return value.startsWith(test.text);
    case "at-least":
      return isNumber(value) && Number(value) >= test.number;
    case "at-most":
      return isNumber(value) && Number(value) <= test.number;
    case "in-months": {
      const month = /-([0-9]{2})-[0-9]{2}$/.exec(value)?.[1];
      return month !== undefined && test.months.includes(Number(month));
    }
    case "contains":
      return value.includes(test.text);
    case "has": {
      const chosen = value.split("\n");
      return test.which === "any"
        ? test.values.some((each) => chosen.includes(each))
        : test.values.every((each) => chosen.includes(each));
    }
    case "on-days": {
      const day = /-([0-9]{2}-[0-9]{2})$/.exec(value)?.[1];
      if (day === undefined) return false;
      const [isAfter, isBefore] = [day >= test.from, day <= test.to];
      return test.from <= test.to ? isAfter && isBefore : isAfter || isBefore;
    }
    case "dated":
      return isBetween(value, test);
    case "from-today": {
      const today = readClock(now, timeZone).day;
      const ahead = (days: number | undefined) =>
        days === undefined ? null : addDays(today, days);
      return isBetween(value, { from: ahead(test.min), to: ahead(test.max) });
    }
    case "in-next-days":
      return isKeptWithin(value, { days: test.days, today: readClock(now, timeZone).day });
  }
}

const DATE = new RegExp(DATE_PATTERN);

/** Dates with a year are compared as texts. */
function isBetween(
  value: string,
  { from, to }: { from: string | null; to: string | null },
): boolean {
  return DATE.test(value) && (from === null || value >= from) && (to === null || value <= to);
}

/** What both PostgreSQL and a double hold exactly enough to compare. */
function isNumber(text: string): boolean {
  return /^-?[0-9]{1,9}(\.[0-9]{1,4})?$/.test(text);
}

/** Whether a birthday, or another day of the year, is kept today or in the days that follow. */
function isKeptWithin(value: string, { days, today }: { days: number; today: string }): boolean {
  const [next] = listDaysKept(value, { from: today, limit: 1 });
  return next !== undefined && next <= addDays(today, days);
}
