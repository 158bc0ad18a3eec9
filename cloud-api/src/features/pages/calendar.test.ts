import { choosePage, startOfDay, strangerOf, type Viewer } from "@foyer/admission";
import type { PageSettings, PageWhen } from "@foyer/contract";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { listPageDays } from "./calendar.ts";
import { keepsLeapBirthdays, listFeasts } from "./feasts.ts";
import { findLunarDay } from "./lunar.ts";

const HANOI = "Asia/Ho_Chi_Minh";
const page = (id: string, when: Partial<PageWhen> = {}): PageSettings => ({
  ...{ id, name: id, version: 1, blocks: [] },
  when: { guests: "any", visitNumbers: [], ...when },
});
const EVERY_DAY = [1, 2, 3, 4, 5, 6, 7];
const hours = (from: string, to: string, days = EVERY_DAY) => [{ days, from, to }];
const regular: Viewer = { ...strangerOf("vi"), isReturning: true, visitNumber: 5 };

function read(
  pages: PageSettings[],
  { first, days = 1, timeZone = HANOI, viewer = regular }: Partial<Asked> & { first: string },
) {
  return listPageDays(pages, { first, days, timeZone, viewerAt: () => viewer });
}
type Asked = { first: string; days: number; timeZone: string; viewer: Viewer };

const say = (days: ReturnType<typeof read>) =>
  days.map(({ stretches }) =>
    stretches.map(({ from, to, pageId }) => `${from}–${to} ${pageId ?? "none"}`),
  );

describe("a day of pages", () => {
  test("is one stretch where nothing changes, and our own greeting where none fits", () => {
    expect(say(read([page("A")], { first: "2026-12-01" }))).toEqual([["00:00–24:00 A"]]);
    expect(say(read([], { first: "2026-12-01" }))).toEqual([["00:00–24:00 none"]]);
  });

  test("changes at the minute that hours begin, and at the one they end", () => {
    // 2026-12-04 is a Friday.
    const pages = [page("Happy", { hours: hours("14:00", "17:30", [5]) }), page("A")];
    expect(say(read(pages, { first: "2026-12-03", days: 2 }))).toEqual([
      ["00:00–24:00 A"],
      ["00:00–14:00 A", "14:00–17:30 Happy", "17:30–24:00 A"],
    ]);
  });

  test("goes on after midnight where the hours do, on the next day alone", () => {
    const pages = [page("Night", { hours: hours("22:00", "02:00", [6]) }), page("A")];
    // 2026-12-05 is a Saturday.
    expect(say(read(pages, { first: "2026-12-05", days: 3 }))).toEqual([
      ["00:00–22:00 A", "22:00–24:00 Night"],
      ["00:00–02:00 Night", "02:00–24:00 A"],
      ["00:00–24:00 A"],
    ]);
  });

  test("to midnight and from midnight on is no edge between", () => {
    const pages = [page("Late", { hours: hours("20:00", "00:00") }), page("A")];
    expect(say(read(pages, { first: "2026-12-05" }))).toEqual([
      ["00:00–20:00 A", "20:00–24:00 Late"],
    ]);
  });

  test("begins and ends with the days that a page is for, both with it", () => {
    const dates = { from: "2026-12-24", to: "2026-12-25" };
    const pages = [page("Feast", { dates }), page("A")];
    expect(say(read(pages, { first: "2026-12-23", days: 4 })).flat()).toEqual([
      ...["00:00–24:00 A", "00:00–24:00 Feast", "00:00–24:00 Feast", "00:00–24:00 A"],
    ]);
  });

  test("says who would be greeted as well, were the page above not there", () => {
    const pages = [page("Happy", { hours: hours("14:00", "17:00") }), page("A"), page("B")];
    const [day] = read(pages, { first: "2026-12-01" });
    expect(day?.stretches.map(({ alsoFit }) => alsoFit)).toEqual([["B"], ["A", "B"], ["B"]]);
  });

  test("passes over the end of a month, of a year, and a 29 February", () => {
    const days = (first: string) => read([page("A")], { first, days: 3 }).map(({ day }) => day);
    expect(days("2026-12-30")).toEqual(["2026-12-30", "2026-12-31", "2027-01-01"]);
    expect(days("2028-02-28")).toEqual(["2028-02-28", "2028-02-29", "2028-03-01"]);
    expect(days("2027-02-27")).toEqual(["2027-02-27", "2027-02-28", "2027-03-01"]);
  });

  test("sees somebody as they are by then, whose last visit lies further back each day", () => {
    const pages = [page("Missed you", { daysSinceVisitMin: 30 }), page("A")];
    const lastVisitAt = new Date("2026-11-02T05:00:00Z");
    const days = listPageDays(pages, {
      ...{ first: "2026-12-01", days: 2, timeZone: HANOI },
      viewerAt: () => ({ ...regular, lastVisitAt }),
    });
    expect(say(days)).toEqual([["00:00–24:00 A"], ["00:00–24:00 Missed you"]]);
  });
});

describe("a day on which the clock is changed", () => {
  const pages = [page("Morning", { hours: hours("01:30", "04:00") }), page("A")];
  const minutes = (first: string) =>
    read(pages, { first, timeZone: "Europe/Berlin" })[0]?.stretches.map((each) => each.minutes);

  test("in spring is an hour shorter, and in autumn longer, within the hours too", () => {
    // 2026-03-29 and 2026-10-25, at 02:00 and 03:00 in Berlin.
    expect(minutes("2026-03-28")).toEqual([90, 150, 1200]);
    expect(minutes("2026-03-29")).toEqual([90, 90, 1200]);
    expect(minutes("2026-10-25")).toEqual([90, 210, 1200]);
  });

  test("shows a page whose hours begin in the hour that is skipped from then on", () => {
    const skipped = [page("Skipped", { hours: hours("02:30", "05:00") }), page("A")];
    const [day] = read(skipped, { first: "2026-03-29", timeZone: "Europe/Berlin" });
    expect(day?.stretches.map(({ from, pageId }) => `${from} ${pageId}`)).toEqual([
      ...["00:00 A", "03:30 Skipped", "05:00 A"],
    ]);
  });
});

test("two branches have the same hours on the clock of each", () => {
  const pages = [page("Happy", { hours: hours("14:00", "17:00") }), page("A")];
  const first = "2026-12-01";
  const seen: Date[] = [];
  const at = (timeZone: string) =>
    listPageDays(pages, {
      ...{ first, days: 1, timeZone },
      viewerAt: (moment) => {
        seen.push(moment);
        return regular;
      },
    });
  expect(say(at(HANOI))).toEqual(say(at("Europe/London")));
  expect(seen.map((moment) => moment.toISOString().slice(5, 16))).toEqual([
    ...["11-30T17:00", "12-01T07:00", "12-01T10:00"],
    ...["12-01T00:00", "12-01T14:00", "12-01T17:00"],
  ]);
});

test("every minute of a day is told as the box would choose it, whatever the hours and the zone", () => {
  const time = fc
    .integer({ min: 0, max: 24 * 60 - 1 })
    .map(
      (each) =>
        `${String(Math.floor(each / 60)).padStart(2, "0")}:${String(each % 60).padStart(2, "0")}`,
    );
  const week = fc.subarray(EVERY_DAY, { minLength: 1 });
  const open = fc.record({ days: week, from: time, to: time });
  const lists = fc.array(fc.array(open, { maxLength: 3 }), { minLength: 1, maxLength: 4 });
  const first = fc.constantFrom("2026-03-29", "2026-10-25", "2028-02-29", "2026-12-31");
  const zone = fc.constantFrom("Europe/Berlin", HANOI, "America/St_Johns");
  const minute = fc.integer({ min: 0, max: 23 * 60 - 1 });
  fc.assert(
    fc.property(lists, first, zone, minute, (hoursOf, day, timeZone, passed) => {
      const pages = hoursOf.map((each, index) => page(`${index}`, { hours: each }));
      const begin = startOfDay(new Date(`${day}T12:00:00Z`), timeZone);
      const now = new Date(begin.getTime() + passed * 60_000);
      const [told] = read(pages, { first: day, timeZone });
      let before = 0;
      const stretch = told?.stretches.find(({ minutes }) => {
        before += minutes;
        return passed < before;
      });
      const chosen = choosePage(pages, regular, { now, timeZone });
      expect(stretch?.pageId).toBe(chosen?.id ?? null);
    }),
  );
});

describe("a birthday page", () => {
  const pages = [page("Birthday", { birthday: true }), page("A")];

  test("is noted on every day, for who is known, and changes nobody else's", () => {
    const [day] = read(pages, { first: "2026-12-01" });
    expect(day).toMatchObject({ birthdayPages: ["Birthday"] });
    expect(day?.stretches.map(({ pageId }) => pageId)).toEqual(["A"]);
    const [strangers] = read(pages, { first: "2026-12-01", viewer: strangerOf("vi") });
    expect(strangers?.birthdayPages).toEqual([]);
  });

  test("is the page itself on the day of somebody who has one, 29 February on the 28th", () => {
    const viewer = { ...regular, birthday: "1996-02-29" };
    const chosen = (first: string) =>
      read(pages, { first, days: 2, viewer }).map(({ stretches }) => stretches[0]?.pageId);
    expect(chosen("2027-02-28")).toEqual(["Birthday", "A"]);
    expect(chosen("2028-02-28")).toEqual(["A", "Birthday"]);
    expect([keepsLeapBirthdays("2027-02-28"), keepsLeapBirthdays("2028-02-28")]).toEqual([
      ...[true, false],
    ]);
    expect(keepsLeapBirthdays("2027-03-28")).toBe(false);
  });
});

describe("feasts", () => {
  test.each([
    [1985, "1985-01-21"],
    [2007, "2007-02-17"],
    [2020, "2020-01-25"],
    [2023, "2023-01-22"],
    [2024, "2024-02-10"],
    [2025, "2025-01-29"],
    [2026, "2026-02-17"],
    [2030, "2030-02-02"],
  ])("Tết of %i is on %s by the calendar of Vietnam", (year, day) => {
    expect(findLunarDay(year, 1, 1)).toBe(day);
  });

  test("by the moon come a month later after a leap month", () => {
    // 2023 has a second month twice, 2025 a sixth.
    expect(findLunarDay(2023, 3, 10)).toBe("2023-04-29");
    expect(findLunarDay(2024, 3, 10)).toBe("2024-04-18");
    expect(findLunarDay(2025, 8, 15)).toBe("2025-10-06");
    expect(findLunarDay(2026, 8, 15)).toBe("2026-09-25");
  });

  test("are a country's own", () => {
    expect(listFeasts("2026-02-18", "VN")).toEqual(["tet"]);
    expect(listFeasts("2026-02-18", "DE")).toEqual([]);
    expect(listFeasts("2026-12-25", "DE")).toEqual(["christmas"]);
    expect(listFeasts("2026-09-02", "VN")).toEqual(["national"]);
    expect(listFeasts("2026-02-20", "VN")).toEqual([]);
  });
});
