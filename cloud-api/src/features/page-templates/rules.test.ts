import { expect, test } from "vitest";
import { asksTet, findTet, placeInYear, TET_DAYS } from "./rules.ts";

/** The first day of the Chinese lunar year in a year, as the platform's own calendar has it. */
function chineseNewYear(year: number): string {
  const format = new Intl.DateTimeFormat("en-u-ca-chinese", {
    ...{ month: "numeric", day: "numeric", timeZone: "UTC" },
  });
  for (let day = 20; day < 53; day += 1) {
    const moment = new Date(Date.UTC(year, 0, day, 12));
    if (format.format(moment) === "1/1") return moment.toISOString().slice(0, 10);
  }
  throw new Error(`no new year in ${year}`);
}

// The platform's calendar is a rough one: it takes 2027's moon, new at 23:56 in Beijing, for the next day's.
test("Tết is within a day of the first day of the lunar year, each year once", () => {
  const years = TET_DAYS.map((day) => Number(day.slice(0, 4)));
  expect(years).toEqual(years.map((_, index) => 2027 + index));
  for (const [index, day] of TET_DAYS.entries()) {
    const other = chineseNewYear(2027 + index);
    const days = Math.abs(Date.parse(day) - Date.parse(other)) / 86_400_000;
    expect(days, `${day} beside ${other}`).toBeLessThanOrEqual(1);
  }
});

test("the new year is the coming one until nine days of it are over", () => {
  expect(findTet(new Date("2026-11-27T00:00:00Z"))).toBe("2027-02-06");
  expect(findTet(new Date("2027-02-15T16:59:00Z"))).toBe("2027-02-06");
  expect(findTet(new Date("2027-02-15T17:01:00Z"))).toBe("2028-01-26");
  expect(findTet(new Date("2099-01-01T00:00:00Z"))).toBeNull();
});

test("its first moment and its days are put where a template has a place for them", () => {
  const template = { until: "{tet}", dates: { from: "{tet-21}", to: "{tet+9}" }, text: "a {tet}" };
  expect(asksTet(template)).toBe(true);
  expect(placeInYear(template, "2027-02-06")).toEqual({
    ...{ until: "2027-02-06T00:00:00+07:00", text: "a {tet}" },
    dates: { from: "2027-01-16", to: "2027-02-15" },
  });
  expect(asksTet({ text: "{name}" })).toBe(false);
});
