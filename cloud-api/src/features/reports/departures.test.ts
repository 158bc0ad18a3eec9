import type { Static } from "typebox";
import { afterAll, beforeAll, expect, test } from "vitest";
import * as naive from "../../../test/naive-reports.ts";
import { listOpened } from "../../../test/opened-rows.ts";
import { openReportYear, type ReportYear } from "../../../test/report-year.ts";
import { refuseTooManyOf } from "./figures.ts";
import type { Filter } from "./filter.ts";
import { partByDays } from "./list-files.ts";
import type { HeatMapReply, HoursReply, SeriesReply, VisitsReply } from "./schema.ts";

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
const opened = async (opens: string | null) => {
  if (opens === null) throw new Error("there is no link");
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

test("their file has the rows of their list in its order, and each of its pages reads one day", async () => {
  for (const kind of ["departed", "there"] as const) {
    const query = `kind=${kind}&from=2026-03-01&to=2026-04-15&hours=8,9,17`;
    const { rows } = await listOpened<Row>(year, `/api/v1/reports/visits?${query}`);
    expect(rows.length).toBeGreaterThan(0);
    const file = await year.owner.ask<string>("GET", `/api/v1/reports/visits.csv?${query}`);
    const lines = file.body.trim().split("\n").slice(1);
    const told = lines.map((line) => line.replaceAll('"', "").split(",").slice(0, 2).join(" "));
    expect(told).toEqual(rows.map(({ day, hour }) => `${day} ${hour}`));
  }
  const filter = { period: { from: "2026-02-27", to: "2026-03-01" } } as Filter;
  const days = partByDays({ filter, of: { kind: "there" } }).map((part) => part.filter.period);
  expect(days).toEqual(
    ["2026-03-01", "2026-02-28", "2026-02-27"].map((day) => ({ from: day, to: day })),
  );
  expect(partByDays({ filter, of: { kind: "all" } })).toEqual([{ filter, of: { kind: "all" } }]);
});

test("they are told apart by nothing else, and refused where they are too many to find", async () => {
  for (const [kind, more, field] of [
    ["departed", "visitClass=1", "/visitClass"],
    ["there", "gapDays=2", "/gapDays"],
    ["there", "cursor=2026-01-01.nobody", "/cursor"],
  ]) {
    const path = `/api/v1/reports/visits?kind=${kind}&${more}`;
    const { status, body } = await year.owner.ask<{ field: string }>("GET", path);
    expect([path, status, body.field]).toEqual([path, 400, field]);
  }
  await year.query(
    `update report_days set visits = visits + 600000
     where tenant_id = $tenant and (branch_id, day) in (select branch_id, day from report_days
       where tenant_id = $tenant and day < '2026-11-01' limit 1)`,
  );
  const filter = {
    ...{ period: { from: "2025-10-01", to: "2026-11-21" }, branchIds: null, hours: null },
    ...{ weekdays: null, narrowed: null, isCompany: true },
  };
  await year.site.database.readTenant(year.tenantId, async (tx) => {
    for (const kind of ["departed", "there"] as const)
      await expect(refuseTooManyOf(tx, { filter, of: { kind } })).rejects.toThrow("counted one by");
    await refuseTooManyOf(tx, { filter, of: { kind: "all" } });
  });
  await expectNoLinks();
});

/** Of what would be refused; fewer days open theirs. */
async function expectNoLinks() {
  await year.query(
    `update report_company_hours set visits = visits + 600000
     where tenant_id = $tenant and (day, hour) in (select day, hour from report_company_hours
       where tenant_id = $tenant and day < '2026-11-01' limit 1)`,
  );
  const whole = "from=2025-10-01&to=2026-11-21";
  for (const asked of [whole, `${whole}&hours=9`, `${whole}&weekdays=2`]) {
    const { cells } = await year.get<HeatMapReply>(`/reports/heat-map?${asked}`);
    const { hours } = await year.get<HoursReply>(`/reports/hours?${asked}`);
    const links = [...cells, ...hours].flatMap((each) => [each.opensDepartures, each.opensPresent]);
    expect(new Set(links)).toEqual(new Set([null]));
    expect([...cells, ...hours].every(({ opens }) => opens.includes("/visits?"))).toBe(true);
  }
  const few = await year.get<HoursReply>("/reports/hours?from=2026-11-02&to=2026-11-21&hours=9");
  expect(few.hours[0]?.opensDepartures).toContain("kind=departed");
}
