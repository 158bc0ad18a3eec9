import type { Static } from "typebox";
import { afterAll, beforeAll, expect, test } from "vitest";
import * as naive from "../../../test/naive-reports.ts";
import { listOpened } from "../../../test/opened-rows.ts";
import { openReportYear, type ReportYear } from "../../../test/report-year.ts";
import type {
  HeatMapReply,
  HoursReply,
  OverviewReply,
  SeriesReply,
  VisitsReply,
} from "./schema.ts";

// What the numbers of those who left, and of those who were there, open: as many rows as they say.

let year: ReportYear;
let visits: naive.NaiveVisit[];
beforeAll(async () => {
  year = await openReportYear({ seed: 61, guests: 16 });
  visits = naive.readVisits(await year.listVisits(), year.branches, await year.listWaysIn());
}, 300_000);
afterAll(() => year?.site.close());

type Row = Static<typeof VisitsReply>["visits"][number];
const slotOf = ({ day, hour }: { day: string; hour: number }) =>
  `${day}T${String(hour).padStart(2, "0")}`;
const opened = async (opens: string) => {
  const { rows, total } = await listOpened<Row>(year, opens);
  const told = rows.map((row) => `${row.id} ${slotOf(row)}`).toSorted();
  expect(new Set(told).size).toBe(told.length);
  expect(total).toBe(told.length);
  return told;
};

/** Visit and slot, of those that ended in the hours asked about, or were there in them. */
const naiveRows = (asked: naive.NaiveQuestion, kind: "departed" | "there") =>
  visits
    .flatMap(({ id, branchId, endSlot, within }) =>
      (kind === "departed" ? [endSlot ?? ""] : [...within.keys()]).flatMap((slot) => {
        const at = { day: slot.slice(0, 10), hour: Number(slot.slice(11)) };
        const there = { ...visits[0], ...at, branchId } as naive.NaiveVisit;
        return slot !== "" && naive.select([there], asked).length > 0 ? [`${id} ${slot}`] : [];
      }),
    )
    .toSorted();

test("departures and guests present in an hour open the visits that ended and were there in it", {
  timeout: 120_000,
}, async () => {
  const [one] = year.branches;
  const asked = { from: "2026-01-01", to: "2026-10-31", branchIds: [one?.id ?? ""] };
  const query = `from=${asked.from}&to=${asked.to}&branchIds=${one?.id}`;
  const map = await year.get<HeatMapReply>(`/reports/heat-map?${query}`);
  for (const cell of map.cells.filter(({ present }) => present > 0)) {
    const own = { ...asked, weekdays: [cell.weekday], hours: [cell.hour] };
    const left = await opened(cell.opensDepartures);
    expect(left).toEqual(naiveRows(own, "departed"));
    expect(left).toHaveLength(cell.departures);
    const there = await opened(cell.opensPresent);
    expect(there).toEqual(naiveRows(own, "there"));
    expect(there).toHaveLength(cell.present);
  }
  const day = await year.get<HoursReply>("/reports/hours?from=2025-10-01&to=2026-11-21");
  for (const { departures, present, opensDepartures, opensPresent } of day.hours) {
    expect(await opened(opensDepartures)).toHaveLength(departures);
    expect(await opened(opensPresent)).toHaveLength(present);
  }
});

test("so do those of a series, and of all hours together, page by page", async () => {
  const whole = "/api/v1/reports/visits?from=2025-10-01&to=2026-11-21";
  const asked = { from: "2025-10-01", to: "2026-11-21" };
  expect(await opened(`${whole}&kind=there`)).toEqual(naiveRows(asked, "there"));
  expect(await opened(`${whole}&kind=departed`)).toEqual(naiveRows(asked, "departed"));
  const path = "/reports/series?unit=hour&from=2026-03-01&to=2026-03-14";
  const { points } = await year.get<SeriesReply>(path);
  for (const { departures, present, opens } of points.filter((point) => point.present)) {
    expect(await opened(opens.departures)).toHaveLength(departures);
    expect(await opened(opens.present)).toHaveLength(present ?? 0);
  }
});

test("their file has the rows of their list in its order", async () => {
  for (const kind of ["departed", "there"] as const) {
    const query = `kind=${kind}&from=2026-03-01&to=2026-04-15&hours=8,9,17`;
    const { rows } = await listOpened<Row>(year, `/api/v1/reports/visits?${query}`);
    expect(rows.length).toBeGreaterThan(0);
    const file = await year.owner.ask<string>("GET", `/api/v1/reports/visits.csv?${query}`);
    const lines = file.body.trim().split("\n").slice(1);
    const told = lines.map((line) => line.replaceAll('"', "").split(",").slice(0, 2).join(" "));
    expect(told).toEqual(rows.map(({ day, hour }) => `${day} ${hour}`));
  }
});

test.each([
  ["departed", "visitClass=1", "/visitClass"],
  ["there", "gapDays=2", "/gapDays"],
  ["there", "cursor=2026-01-01.nobody", "/cursor"],
])("%s visits by %s are refused at %s", async (kind, more, field) => {
  const path = `/api/v1/reports/visits?kind=${kind}&${more}`;
  const { status, body } = await year.owner.ask<{ field: string }>("GET", path);
  expect([status, body.field]).toEqual([400, field]);
});

test("of more visits than are counted one by one, those that ended and were there open as well", async () => {
  await sayMoreVisits(600_000);
  const asked = { from: "2025-10-01", to: "2026-11-21" };
  const whole = `from=${asked.from}&to=${asked.to}`;
  const { rows } = await year.get<OverviewReply>(`/reports/overview?${whole}`);
  for (const { id, figures, opens } of rows) {
    const own = { ...asked, branchIds: [id ?? ""] };
    const left = await opened(opens.departures);
    expect(left).toEqual(naiveRows(own, "departed"));
    expect(left).toHaveLength(figures.departures);
  }
  const { points } = await year.get<SeriesReply>(`/reports/series?unit=month&${whole}`);
  for (const { opens, departures } of points)
    expect(await opened(opens.departures)).toHaveLength(departures);
  expect(
    await opened(`/api/v1/reports/visits?kind=there&${whole}&hours=9,23&weekdays=2,6`),
  ).toEqual(naiveRows({ ...asked, hours: [9, 23], weekdays: [2, 6] }, "there"));
  // Whose they are is counted of all of them where they leave as a file.
  const file = await year.owner.ask("GET", `/api/v1/reports/visits.csv?kind=departed&${whole}`);
  expect(file).toMatchObject({ status: 400, body: { field: "/from" } });
});

test("a list says whether it leaves as a file, however few of its days' visits it has", async () => {
  const told = async (query: string) => {
    type Told = { total: number; leavesAsFile: boolean };
    const { leavesAsFile } = await year.get<Told>(`/reports/visits?${query}`);
    const { status } = await year.owner.ask("GET", `/api/v1/reports/visits.csv?${query}`);
    expect([query, status]).toEqual([query, leavesAsFile ? 200 : 400]);
    return leavesAsFile;
  };
  // By the test before, its days have more than are counted one by one.
  const whole = "from=2025-10-01&to=2026-11-21";
  expect(await told(`kind=departed&${whole}&hours=8`)).toBe(false);
  expect(await told(`kind=there&${whole}&hours=8`)).toBe(false);
  expect(await told("kind=there&from=2026-11-02&to=2026-11-21&hours=8")).toBe(true);
  expect(await told(`${whole}&hours=8`)).toBe(true);
});

/** As if so many more had come on one day. */
const sayMoreVisits = (visits: number) =>
  year.query(
    `update report_days set visits = visits + ${visits}
     where tenant_id = $tenant and (branch_id, day) in (select branch_id, day from report_days
       where tenant_id = $tenant and day < '2026-11-01' limit 1)`,
  );
