import { expect, test } from "vitest";
import { startOfDay, startOfWeek, toMoment, toWallTime } from "./calendar.ts";

const at = (text: string) => new Date(text);
const BERLIN = "Europe/Berlin";
const SAIGON = "Asia/Ho_Chi_Minh";

test("the wall shows the branch's time and ISO weekday", () => {
  expect(toWallTime(at("2026-03-01T18:30:15Z"), SAIGON)).toEqual({
    year: 2026,
    month: 3,
    day: 2,
    hour: 1,
    minute: 30,
    second: 15,
    weekday: 1,
  });
  expect(toWallTime(at("2026-03-01T12:00:00Z"), SAIGON).weekday).toBe(7);
});

test.each([
  ["2026-01-15", 600, "2026-01-15T09:00:00Z"],
  ["2026-07-15", 600, "2026-07-15T08:00:00Z"],
  // 02:30 is skipped in the spring: as far behind the change as it is behind 02:00.
  ["2026-03-29", 150, "2026-03-29T01:30:00Z"],
  // 02:30 comes twice in the autumn: the first, in summer time.
  ["2026-10-25", 150, "2026-10-25T00:30:00Z"],
  ["2026-10-25", 180, "2026-10-25T02:00:00Z"],
])("%s at minute %i of a Berlin day is %s", (date, minutes, moment) => {
  const [year = 0, month = 0, day = 0] = date.split("-").map(Number);
  expect(toMoment({ year, month, day, minutes }, BERLIN)).toEqual(at(moment));
});

test("days run over into the next month and year", () => {
  expect(toMoment({ year: 2026, month: 12, day: 32, minutes: 0 }, "UTC")).toEqual(
    at("2027-01-01T00:00:00Z"),
  );
});

test("a day of 23 or 25 hours begins at its own midnight", () => {
  expect(startOfDay(at("2026-03-29T20:00:00Z"), BERLIN)).toEqual(at("2026-03-28T23:00:00Z"));
  expect(startOfDay(at("2026-10-25T22:59:59Z"), BERLIN)).toEqual(at("2026-10-24T22:00:00Z"));
});

test("a week begins on Monday, also across a change of the clock and of the month", () => {
  expect(startOfWeek(at("2026-03-01T10:00:00Z"), SAIGON)).toEqual(at("2026-02-22T17:00:00Z"));
  expect(startOfWeek(at("2026-03-29T20:00:00Z"), BERLIN)).toEqual(at("2026-03-22T23:00:00Z"));
});

// Clocks that are changed at an odd minute, by half an hour, twice at night, and not at all.
test.each([
  ["America/St_Johns", "2010-03-14T03:30:00Z"],
  ["America/St_Johns", "2010-11-07T02:30:00Z"],
  ["Asia/Gaza", "2010-03-26T22:00:30Z"],
  ["Australia/Lord_Howe", "2026-04-04T14:59:30Z"],
  [BERLIN, "2026-10-25T00:59:30Z"],
  [SAIGON, "2026-03-01T16:59:30Z"],
  ["Asia/Kathmandu", "2026-03-01T18:14:30Z"],
])("in %s each moment around %s is what the clock on the wall shows", (timeZone, around) => {
  const format = new Intl.DateTimeFormat("sv", {
    ...{ timeZone, dateStyle: "short", timeStyle: "medium" },
  });
  for (let seconds = 0; seconds < 5400; seconds += 15) {
    const moment = new Date(at(around).getTime() + seconds * 1000);
    const { year, month, day, hour, minute, second } = toWallTime(moment, timeZone);
    const two = (value: number) => String(value).padStart(2, "0");
    const shown = `${year}-${two(month)}-${two(day)} ${two(hour)}:${two(minute)}:${two(second)}`;
    expect(shown).toBe(format.format(moment));
  }
});
