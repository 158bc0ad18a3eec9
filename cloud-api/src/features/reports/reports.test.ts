import type { Static } from "typebox";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as naive from "../../../test/naive-reports.ts";
import { expectOpened } from "../../../test/opened-rows.ts";
import { makeQuestions } from "../../../test/report-questions.ts";
import { openReportYear, type ReportYear } from "../../../test/report-year.ts";
import type {
  CohortsReply,
  CustomersReply,
  DevicesReply,
  GapsReply,
  HeatMapReply,
  HoursReply,
  LanguagesReply,
  OverviewReply,
  RecencyReply,
  SeriesReply,
  SignInsReply,
  VisitCountsReply,
  VisitsReply,
} from "./schema.ts";

// A year of three branches, told late, twice and in disorder; every number is worked out once more from
// the list of visits, without the database (test/naive-reports.ts).

let year: ReportYear;
let visits: naive.NaiveVisit[];
let questions: naive.NaiveQuestion[];
beforeAll(async () => {
  year = await openReportYear({ seed: 8, guests: 70 });
  visits = naive.readVisits(await year.listVisits(), year.branches, await year.listWaysIn());
  questions = await makeQuestions(year, visits);
}, 300_000);
afterAll(() => year?.site.close());

const words = (asked: naive.NaiveQuestion) =>
  Object.entries(asked)
    .filter(([, value]) => typeof value !== "function")
    .map(([name, value]) => `${name}=${Array.isArray(value) ? value.join(",") : value}`)
    .join("&");
const get = <Reply>(report: string, asked: naive.NaiveQuestion, more = "") =>
  year.get<Reply>(`/reports/${report}?${words(asked)}${more}`);
const opened = async (path: string) => {
  type Opened = Static<typeof CustomersReply> & Static<typeof VisitsReply>;
  return (await year.get<Opened>(path.replace("/api/v1", ""))).total;
};

test("the year holds what is hard to count", () => {
  expect(visits.some(({ within }) => within.size > 3)).toBe(true);
  expect(visits.some(({ endedAt }) => endedAt === null)).toBe(true);
  expect(visits.some(({ number }) => number > 11)).toBe(true);
  expect(visits.some(({ number, numberAtBranch }) => number > numberAtBranch)).toBe(true);
  for (const kind of ["given", "made-up"])
    expect([kind, visits.some(({ device }) => device === kind)]).toEqual([kind, true]);
  for (const way of ["phone-code", "click-through", "unknown"])
    expect(visits.some(({ method }) => method === way)).toBe(true);
  for (const asked of questions) expect(naive.select(visits, asked).length).toBeGreaterThan(0);
  expect(visits.some(({ day, endSlot }) => endSlot && endSlot.slice(0, 10) > day)).toBe(true);
});

// All of it is worked out twice, on machines that do much besides.
describe("numbers are those of the visits themselves", { timeout: 120_000 }, () => {
  test("MC-6.1 new and returning are all who came, for one branch and for all, in the overview", async () => {
    for (const asked of questions) {
      const told = await get<OverviewReply>("overview", asked);
      expect(told.figures).toEqual(naive.figures(visits, asked));
      const { before, lastYear } = told;
      expect(before.figures).toEqual(naive.figures(visits, { ...asked, ...before.period }));
      expect(lastYear.figures).toEqual(naive.figures(visits, { ...asked, ...lastYear.period }));
      for (const row of told.rows) {
        const own = naive.figures(visits, { ...asked, branchIds: [row.id ?? ""] });
        expect(row.figures).toEqual(own);
        expect(row.figures.newCustomers + row.figures.returningCustomers).toBe(own.customers);
      }
    }
  });

  test("rows of brands count a customer of two of its branches once", async () => {
    for (const asked of questions.filter(({ branchIds }) => !branchIds)) {
      const told = await get<OverviewReply>("overview", asked, "&by=brand");
      expect(told.rows).toHaveLength(2);
      for (const { id, figures, opens } of told.rows) {
        const branches = year.branches.filter(({ brandId }) => brandId === id);
        const within = { ...asked, branchIds: branches.map((branch) => branch.id) };
        expect(figures).toEqual(naive.figures(visits, within));
        expect(await opened(opens.customers)).toBe(figures.customers);
      }
    }
  });

  test("MC-2.2 arrivals, departures and dwell time per hour and branch are those of the list of visits", async () => {
    for (const { id } of year.branches)
      for (const from of ["2026-02-05", "2026-03-20", "2026-10-12"]) {
        const asked = { from, to: naive.dayAfter(from, 20), branchIds: [id] };
        const told = await get<SeriesReply>("series", asked, "&unit=hour");
        expect(told.points).toHaveLength(21 * 24);
        for (const { slot, opens: _, isCorrected: __, changedAt: ___, ...point } of told.points) {
          const [day, hour] = [slot.slice(0, 10), Number(slot.slice(11))];
          const own = { ...asked, from: day, to: day, hours: [hour] };
          expect([slot, point]).toEqual([
            slot,
            { ...naive.figures(visits, own), ...naive.presence(visits, own) },
          ]);
        }
      }
  });

  test.each(["day", "week", "month"] as const)("the series by %s", async (unit) => {
    for (const asked of questions) {
      const told = await get<SeriesReply>("series", asked, `&unit=${unit}`);
      expect(told.total).toEqual(naive.figures(visits, asked));
      const sum = (key: keyof typeof told.total) =>
        told.points.reduce((total, point) => total + point[key], 0);
      for (const key of ["visits", "dwellSeconds", "departures"] as const)
        expect(sum(key)).toBe(told.total[key]);
      // Narrowed by hours, somebody's first day and the one they came on in them may be two.
      if (!asked.hours && !asked.weekdays)
        expect(sum("newCustomers")).toBe(told.total.newCustomers);
      for (const point of told.points) {
        const period = new URL(point.opens.visits, "http://foyer.test").searchParams;
        const own = { ...asked, from: period.get("from") ?? "", to: period.get("to") ?? "" };
        const { visits: count, customers, newCustomers } = naive.figures(visits, own);
        expect([point.slot, point.visits, point.customers, point.newCustomers]).toEqual([
          ...[point.slot, count, customers, newCustomers],
        ]);
        expect(point.presentSeconds).toBe(naive.presence(visits, own).presentSeconds);
      }
    }
  });

  test("the heat map and the hours of the day", async () => {
    for (const asked of questions) {
      const map = await get<HeatMapReply>("heat-map", asked);
      for (const { weekday, hour, visits: count, departures, present, ...cell } of map.cells) {
        const own = { ...asked, weekdays: [weekday], hours: [hour] };
        const told = naive.figures(visits, own);
        expect([weekday, hour, count, departures]).toEqual([
          ...[weekday, hour, told.visits, told.departures],
        ]);
        const there = naive.presence(visits, own);
        expect({ present, presentSeconds: cell.presentSeconds }).toEqual(there);
        expect(cell.dwellSeconds).toBe(told.dwellSeconds);
      }
      const sum = map.cells.reduce((total, cell) => total + cell.visits, 0);
      expect(sum).toBe(naive.select(visits, asked).length);
      expect(map.total.visits).toBe(sum);
      const day = await get<HoursReply>("hours", asked);
      expect(day.total).toEqual(map.total);
      for (const { hour, visits: count, present } of day.hours) {
        const own = { ...asked, hours: [hour] };
        expect(count).toBe(naive.select(visits, own).length);
        expect(present).toBe(naive.presence(visits, own).present);
      }
    }
  });

  test("a day that begins after midnight is told from its first hour to its last", async () => {
    const [one, late] = year.branches.map(({ id }) => id) as [string, string];
    const day = { from: "2026-05-05", to: "2026-05-05" };
    const first = async (branchIds: string[]) => {
      const { points } = await get<SeriesReply>("series", { ...day, branchIds }, "&unit=hour");
      const { hours } = await get<HoursReply>("hours", { ...day, branchIds });
      const { cells } = await get<HeatMapReply>("heat-map", { ...day, branchIds });
      return [points[0]?.slot, points.at(-1)?.slot, hours[0]?.hour, cells[0]?.hour];
    };
    expect(await first([late])).toEqual(["2026-05-05T04", "2026-05-05T03", 4, 4]);
    expect(await first([one])).toEqual(["2026-05-05T00", "2026-05-05T23", 0, 0]);
    expect(await first([one, late])).toEqual(["2026-05-05T00", "2026-05-05T23", 0, 0]);
  });

  test("MC-6.6 every cell of the tables by place, time and device sums to the grand total", async () => {
    for (const asked of questions) {
      const { figures, rows } = await get<OverviewReply>("overview", asked);
      const sum = (numbers: readonly number[]) => numbers.reduce((all, each) => all + each, 0);
      for (const key of ["visits", "anonymousVisits", "dwellSeconds", "downloadBytes"] as const)
        expect(sum(rows.map((row) => row.figures[key]))).toBe(figures[key]);
      const map = await get<HeatMapReply>("heat-map", asked);
      expect(sum(map.cells.map((cell) => cell.visits))).toBe(figures.visits);
      const days = await get<SeriesReply>("series", asked);
      expect(sum(days.points.map((point) => point.visits))).toBe(figures.visits);
      const devices = await get<DevicesReply>("devices", asked);
      expect(sum(devices.rows.map((row) => row.visits))).toBe(figures.visits);
      const counts = await get<VisitCountsReply>("visit-counts", asked);
      const cells = counts.rows.flatMap(({ classes, anonymousVisits }) => [
        ...[anonymousVisits, ...classes.map((each) => each.visits)],
      ]);
      expect(sum(cells)).toBe(figures.visits);
    }
  });

  test("part of MC-6.7: visits by how-manieth they were, at each branch", async () => {
    for (const asked of questions)
      for (const [counted, key] of [
        ["everywhere", "number"],
        ["branch", "numberAtBranch"],
      ] as const) {
        const told = await get<VisitCountsReply>("visit-counts", asked, `&counted=${counted}`);
        const all = naive.classes(visits, asked, key);
        expect(told.total.visits).toBe(naive.select(visits, asked).length);
        for (const [index, { visitClass, visits: count, ...row }] of told.total.classes.entries()) {
          expect([visitClass, count]).toEqual([all[index]?.visitClass, all[index]?.visits]);
          expect(await opened(row.opens)).toBe(all[index]?.customers);
          await expectOpened(year, row.opensVisits, count);
        }
        await expectOpened(year, told.total.opensAnonymous, told.total.anonymousVisits);
        for (const { branchId, classes, anonymousVisits } of told.rows) {
          const own = { ...asked, branchIds: [branchId] };
          const isAsked = asked.branchIds?.includes(branchId) ?? true;
          expect(isAsked).toBe(true);
          expect(classes.map((each) => each.visits)).toEqual(
            naive.classes(visits, own, key).map((each) => each.visits),
          );
          expect(anonymousVisits).toBe(naive.figures(visits, own).anonymousVisits);
        }
      }
  });

  test("part of HM-2.2: how many come again, as cohorts: who came first in a month, and how many of them in the months after", async () => {
    for (const asked of questions) {
      const told = await get<CohortsReply>("cohorts", asked);
      const wanted = naive.cohorts(visits, asked);
      const last = asked.to.slice(0, 7);
      const shown = told.cohorts.flatMap(({ month, months }) =>
        months
          .filter(({ customers }) => customers > 0)
          .map(({ after, customers }) => [`${month} ${after}`, customers] as const),
      );
      const upTo = [...wanted].filter(([key]) => {
        const [month = "", after = ""] = key.split(" ");
        const at = Number(month.slice(0, 4)) * 12 + Number(month.slice(5)) + Number(after);
        return at <= Number(last.slice(0, 4)) * 12 + Number(last.slice(5));
      });
      expect(new Map(shown)).toEqual(new Map(upTo));
      const firsts = new Map(told.cohorts.map(({ month, customers }) => [month, customers]));
      expect(firsts).toEqual(naive.firstMonths(visits, asked));
      for (const { customers, opens, months } of told.cohorts.slice(0, 2))
        for (const cell of [{ customers, opens }, ...months])
          expect(await opened(cell.opens)).toBe(cell.customers);
    }
  });

  test("part of HM-2.2: days between visits", async () => {
    for (const asked of questions) {
      const told = await get<GapsReply>("return-gaps", asked);
      const wanted = naive.gaps(visits, asked);
      expect(told.returns).toBe(wanted.length);
      await expectOpened(year, told.opens, told.returns);
      for (const { fromDays, toDays, returns, opens } of told.gaps) {
        const within = wanted.filter((days) => days >= fromDays && days <= (toDays ?? 1e9));
        expect([fromDays, returns]).toEqual([fromDays, within.length]);
        await expectOpened(year, opens, returns);
      }
      expect(told.medianDays).toBe(wanted[Math.ceil(wanted.length / 2) - 1] ?? null);
    }
  });

  test("who is active, at risk and lapsed on the last day", async () => {
    for (const asked of questions) {
      const told = await get<RecencyReply>("recency", asked);
      const days = [...naive.lastDays(visits, asked).values()].map(
        (day) => (Date.parse(asked.to) - Date.parse(day)) / 86_400_000,
      );
      const wanted = {
        active: days.filter((ago) => ago < 30).length,
        "at-risk": days.filter((ago) => ago >= 30 && ago < 90).length,
        lapsed: days.filter((ago) => ago >= 90).length,
      };
      expect(told.customers).toBe(days.length);
      for (const { recency, customers, opens } of told.rows) {
        expect([recency, customers]).toEqual([recency, wanted[recency]]);
        expect(await opened(opens)).toBe(customers);
      }
    }
  });

  test("guests came online by each way as often as the log says, told apart by whose it was and on which device", async () => {
    const ways = await year.listWaysIn();
    for (const asked of questions) {
      const told = await get<SignInsReply>("sign-ins", asked);
      const counts = new Map(told.methods.map(({ name, count }) => [name, count]));
      expect(counts).toEqual(naive.signIns(ways, { ...asked, branches: year.branches }));
      // Nobody asks for codes here; whose one is nobody knows.
      expect(told.channels).toEqual(asked.among ? null : []);
    }
  });

  test("languages come to all customers, and kinds of device to all visits", async () => {
    for (const asked of questions) {
      const wanted = naive.figures(visits, asked);
      const told = await get<LanguagesReply>("languages", asked);
      expect(told.customers).toBe(wanted.customers);
      for (const { customers, opens } of told.rows) expect(await opened(opens)).toBe(customers);
      const devices = await get<DevicesReply>("devices", asked);
      expect(devices.visits).toBe(wanted.visits);
      for (const { kind, visits: count, opens } of devices.rows) {
        const own = naive.select(visits, asked).filter(({ device }) => device === kind);
        expect([kind, count]).toEqual([kind, own.length]);
        expect([kind, await opened(opens)]).toEqual([kind, count]);
      }
    }
  });
});

test("MC-6.7 a visit over midnight and an hour's end is counted once, new on its day, by place and slot", async () => {
  const [place] = year.branches.map(({ id }) => id);
  const [box] = year.boxes;
  if (!box || !place) throw new Error("There is no branch.");
  // 23:40 to 00:20 in Ho Chi Minh City.
  const startedAt = new Date("2026-11-10T16:40:00Z");
  const endedAt = new Date("2026-11-10T17:20:00Z");
  const guest = box.signIn({ phone: "+84999000111", name: "Mai", at: startedAt });
  const asked = { from: "2026-11-10", to: "2026-11-11", branchIds: [place] };
  const read = async () => {
    const { points } = await get<SeriesReply>("series", asked, "&unit=hour");
    const days = await get<SeriesReply>("series", asked);
    const { rows } = await get<VisitCountsReply>("visit-counts", asked, "&counted=branch");
    return {
      before: points.find(({ slot }) => slot === "2026-11-10T23"),
      after: points.find(({ slot }) => slot === "2026-11-11T00"),
      days: days.points.map((each) => [each.visits, each.newCustomers, each.returningCustomers]),
      first: rows[0]?.classes[0]?.visits ?? 0,
    };
  };
  const was = await read();
  await year.push(box, [...guest.events, ...box.visit({ ...guest, startedAt, endedAt }).events]);
  const is = await read();
  type Key = "visits" | "newCustomers" | "departures" | "present" | "presentSeconds";
  const more = (at: "before" | "after", key: Key) => (is[at]?.[key] ?? 0) - (was[at]?.[key] ?? 0);
  const keys = ["visits", "newCustomers", "departures", "present", "presentSeconds"] as const;
  expect(keys.map((key) => more("before", key))).toEqual([1, 1, 0, 1, 1200]);
  expect(keys.map((key) => more("after", key))).toEqual([0, 0, 1, 1, 1200]);
  const [first = [0, 0, 0], second] = was.days;
  expect(is.days).toEqual([[(first[0] ?? 0) + 1, (first[1] ?? 0) + 1, first[2]], second]);
  expect(is.first).toBe(was.first + 1);
  visits = naive.readVisits(await year.listVisits(), year.branches, await year.listWaysIn());
});

test("HM-2.5 new customers of each day, week and month come to those of the period", async () => {
  const asked = { from: "2026-01-01", to: "2026-10-31" };
  const { newCustomers } = naive.figures(visits, asked);
  for (const unit of ["day", "week", "month"]) {
    const { points } = await get<SeriesReply>("series", asked, `&unit=${unit}`);
    expect(points.reduce((sum, point) => sum + point.newCustomers, 0)).toBe(newCustomers);
  }
});

test("every number of the overview opens those whom it counts", async () => {
  for (const asked of questions) {
    const told = await get<OverviewReply>("overview", asked);
    for (const { figures, opens } of [told, ...told.rows])
      for (const key of Object.keys(opens) as (keyof typeof opens)[])
        expect([key, await opened(opens[key])]).toEqual([key, figures[key]]);
  }
});
