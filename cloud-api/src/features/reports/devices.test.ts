import type { Static } from "typebox";
import { afterAll, beforeAll, expect, test } from "vitest";
import * as naive from "../../../test/naive-reports.ts";
import { listOpened } from "../../../test/opened-rows.ts";
import { openReportYear, type ReportYear } from "../../../test/report-year.ts";
import type {
  CustomersReply,
  DescribedReply,
  HeatMapReply,
  OverviewReply,
  SeriesReply,
  SignInsReply,
  VisitsReply,
} from "./schema.ts";

// What devices are, over the same year as in reports.test.ts: worked out once more from the list of
// visits and from what browsers said, without the database.

let year: ReportYear;
let visits: naive.NaiveVisit[];
let questions: naive.NaiveQuestion[];
beforeAll(async () => {
  year = await openReportYear({ seed: 58, guests: 40 });
  visits = naive.readVisits(await year.listVisits(), year.branches, await year.listWaysIn());
  const [one, , three] = year.branches.map(({ id }) => id) as [string, string, string];
  const whole = { from: "2025-10-01", to: "2026-11-21" };
  questions = [
    whole,
    { from: "2026-03-01", to: "2026-04-17", branchIds: [one, three] },
    { from: "2026-01-01", to: "2026-10-31", hours: [1, 2, 9, 22], weekdays: [5, 6, 7] },
    { ...whole, systems: ["ios", "android"], forms: ["tablet", "unknown"], among: isTabletOrSo },
    { ...whole, systems: ["unknown"], among: ({ system }) => system === "unknown" },
    {
      from: "2026-02-01",
      to: "2026-10-31",
      forms: ["phone"],
      among: ({ form }) => form === "phone",
    },
  ];
}, 300_000);
afterAll(() => year?.site.close());

const isTabletOrSo = ({ system, form }: naive.NaiveFact) =>
  ["ios", "android"].includes(system) && ["tablet", "unknown"].includes(form);

const get = <Reply>(report: string, asked: naive.NaiveQuestion, more = "") => {
  const words = Object.entries(asked).filter(([, value]) => typeof value !== "function");
  const query = words.map(([name, value]) => `${name}=${[value].flat().join(",")}`).join("&");
  return year.get<Reply>(`/reports/${report}?${query}${more}`);
};
const opened = async (path: string) => {
  type Opened = Static<typeof CustomersReply> & Static<typeof VisitsReply>;
  return (await year.get<Opened>(path.replace("/api/v1", ""))).total;
};

test("the year holds every kind of word, one that was corrected, and devices that never said any", () => {
  const told = new Set(visits.map(({ system, form }) => `${system} ${form}`));
  expect([...told].toSorted()).toEqual([
    ...["android phone", "android unknown", "ios tablet", "unknown unknown", "windows computer"],
  ]);
  for (const asked of questions) expect(naive.select(visits, asked).length).toBeGreaterThan(0);
});

test.each([
  ["systems", "system"],
  ["device-forms", "form"],
] as const)(
  "every cell of the report of %s is that of the visits, beside the period before and by branch, and opens them",
  { timeout: 120_000 },
  async (report, key) => {
    for (const asked of questions) {
      const told = await get<DescribedReply>(report, asked);
      const [mine, earlier] = [asked, { ...asked, ...told.before.period }].map((own) =>
        naive.select(visits, own),
      ) as [naive.NaiveVisit[], naive.NaiveVisit[]];
      expect([told.visits, told.before.visits]).toEqual([mine.length, earlier.length]);
      const of = (those: readonly naive.NaiveVisit[], name: string) =>
        those.filter((visit) => visit[key] === name);
      expect(told.rows.map(({ name }) => String(name)).toSorted()).toEqual(
        [...new Set([...mine, ...earlier].map((visit) => visit[key]))].toSorted(),
      );
      for (const { name, visits: count, visitsBefore, opens } of told.rows) {
        const own = of(mine, name);
        expect([name, count, visitsBefore]).toEqual([name, own.length, of(earlier, name).length]);
        expect([name, await opened(opens.visits)]).toEqual([name, count]);
        const whose = new Set(own.flatMap(({ customerId }) => customerId ?? []));
        expect([name, await opened(opens.customers)]).toEqual([name, whose.size]);
      }
      for (const { branchId, visits: count, cells } of told.branches) {
        const there = mine.filter((visit) => visit.branchId === branchId);
        expect(count).toBe(there.length);
        for (const { name, visits: own, opens } of cells) {
          expect([name, own]).toEqual([name, of(there, name).length]);
          expect([name, await opened(opens.visits)]).toEqual([name, own]);
        }
      }
    }
  },
);

test("rows and branches come to all visits, and what is not known stands last", async () => {
  for (const asked of questions)
    for (const report of ["systems", "device-forms"]) {
      const { rows, branches, visits: all } = await get<DescribedReply>(report, asked);
      const sum = (counts: readonly { visits: number }[]) =>
        counts.reduce((total, { visits: count }) => total + count, 0);
      expect([sum(rows), sum(branches)]).toEqual([all, all]);
      expect(sum(branches.flatMap(({ cells }) => cells))).toBe(all);
      const at = rows.findIndex(({ name }) => name === "unknown");
      if (at >= 0) expect(at).toBe(rows.length - 1);
    }
});

test("reports are narrowed by what devices are to the visits and ways in that fit", async () => {
  for (const asked of questions.slice(3)) {
    const { figures, rows } = await get<OverviewReply>("overview", asked);
    expect(figures).toEqual(naive.figures(visits, asked));
    for (const row of rows)
      expect(row.figures).toEqual(naive.figures(visits, { ...asked, branchIds: [row.id ?? ""] }));
    const { points, total } = await get<SeriesReply>("series", asked, "&unit=month");
    expect(total).toEqual(figures);
    expect(points.reduce((sum, point) => sum + point.visits, 0)).toBe(figures.visits);
    const { methods } = await get<SignInsReply>("sign-ins", asked);
    expect(new Map(methods.map((each) => [each.name, each.count]))).toEqual(
      naive.signIns(await year.listWaysIn(), { ...asked, branches: year.branches }),
    );
    const { cells } = await get<HeatMapReply>("heat-map", asked);
    for (const { weekday, hour, visits: count } of cells) {
      const own = naive.select(visits, { ...asked, weekdays: [weekday], hours: [hour] });
      expect([weekday, hour, count]).toEqual([weekday, hour, own.length]);
    }
  }
});

test("of more visits than a narrowed report counts, what runs a system and whose it is open as well", async () => {
  const asked = { from: "2025-10-01", to: "2026-11-21" };
  await year.query(
    `update report_days set visits = visits + 200000
     where tenant_id = $tenant and (branch_id, day) in (select branch_id, day from report_days
       where tenant_id = $tenant and day < '2026-11-01' limit 1)`,
  );
  const { rows } = await get<DescribedReply>("systems", asked);
  expect(rows.length).toBeGreaterThan(2);
  for (const { name, visits: count, opens } of rows) {
    const own = naive.select(visits, asked).filter(({ system }) => system === name);
    const whose = new Set(own.flatMap(({ customerId }) => customerId ?? []));
    const listed = await listOpened(year, opens.visits);
    expect(listed.rows.map(({ id }) => id).toSorted()).toEqual(own.map(({ id }) => id).toSorted());
    expect(listed.total).toBe(count);
    const people = await listOpened(year, opens.customers);
    expect(people.rows.map(({ id }) => id)).toEqual([...whose].toSorted());
    expect(people.total).toBe(whose.size);
  }
  // Set beside others of theirs, visits are compared one by one.
  for (const list of ["visits?kind=again", "visits?kind=departed", "customers?kind=new"]) {
    const path = `/api/v1/reports/${list}&from=${asked.from}&to=${asked.to}&systems=ios`;
    expect([list, (await year.owner.ask("GET", path)).status]).toEqual([list, 400]);
  }
});
