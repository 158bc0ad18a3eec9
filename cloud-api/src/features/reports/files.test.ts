import type { Static } from "typebox";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openReportYear, type ReportYear } from "../../../test/report-year.ts";
import { NAS_ID } from "../../../test/test-box.ts";
import { newId } from "../../platform/clock.ts";
import type { CustomersReply, OverviewReply, SeriesReply } from "./schema.ts";
import { FILE_WORDS, TABLES } from "./tables.ts";

let year: ReportYear;
beforeAll(async () => {
  year = await openReportYear({ seed: 11, guests: 20 });
}, 300_000);
afterAll(() => year?.site.close());

const PERIOD = "from=2025-12-01&to=2026-11-21";

/** The cells of a file, without what spreadsheets need around them. */
async function readCsv(path: string): Promise<string[][]> {
  const { status, body, headers } = await year.owner.ask<string>("GET", `/api/v1/reports/${path}`);
  expect(status).toBe(200);
  expect(String(headers["content-disposition"])).toMatch(/^attachment; filename=".+\.csv"$/);
  const lines = body
    .replace(/^\ufeff/, "")
    .trimEnd()
    .split("\r\n");
  return lines.map((line) =>
    [...line.matchAll(/"((?:[^"]|"")*)"|([^",]+)|(?<=,|^)(?=,|$)/g)].map(
      ([, text, plain]) => text?.replaceAll('""', '"') ?? plain ?? "",
    ),
  );
}

test("HM-2.23 any report leaves as CSV or XLSX, its columns named in the reader's language", async () => {
  for (const name of Object.keys(TABLES))
    for (const language of ["vi", "en"] as const) {
      const [heads = [], ...rows] = await readCsv(`${name}.csv?${PERIOD}&file=${language}`);
      const words: string[] = Object.values(FILE_WORDS[language]);
      for (const head of heads) expect(words).toContain(head);
      expect([name, rows.length > 0]).toEqual([name, true]);
      for (const row of rows) expect([name, row.length]).toEqual([name, heads.length]);
      const workbook = await year.owner.ask("GET", `/api/v1/reports/${name}.xlsx?${PERIOD}`);
      expect([name, workbook.status]).toEqual([name, 200]);
      expect(String(workbook.headers["content-type"])).toContain("spreadsheetml");
    }
});

test("a file has the numbers of its page, and what all of them come to", async () => {
  const { rows, figures } = await year.get<OverviewReply>(`/reports/overview?${PERIOD}`);
  const [heads = [], ...lines] = await readCsv(`overview.csv?${PERIOD}&file=en`);
  const at = heads.indexOf("Visits");
  expect(lines.map((line) => Number(line[at]))).toEqual([
    ...rows.map((row) => row.figures.visits),
    figures.visits,
  ]);
  const series = await year.get<SeriesReply>(`/reports/series?${PERIOD}&unit=month`);
  const [names = [], ...months] = await readCsv(`series.csv?${PERIOD}&unit=month&file=en`);
  const customers = names.indexOf("New customers");
  expect(months.map((line) => Number(line[customers]))).toEqual([
    ...series.points.map((point) => point.newCustomers),
    series.total.newCustomers,
  ]);
});

/** Each customer with a visit at the branch from February to September, by the clock of Vietnam. */
async function listWhoCame(branchId: string | undefined): Promise<string[]> {
  const from = new Date("2026-02-01T00:00:00+07:00");
  const end = new Date("2026-10-01T00:00:00+07:00");
  const visits = (await year.listVisits()).filter(
    ({ branchId: at, startedAt }) => at === branchId && startedAt >= from && startedAt < end,
  );
  const ids = visits.flatMap(({ customerId }) => (customerId === null ? [] : [customerId]));
  return [...new Set(ids)].toSorted();
}

test("the list of who came is everybody with a visit there within the days, and leaves as a file that is noted", async () => {
  const [branch] = year.branches;
  const asked = `from=2026-02-01&to=2026-09-30&branchIds=${branch?.id}`;
  type Page = Static<typeof CustomersReply>;
  const ids: string[] = [];
  let cursor: string | null = null;
  do {
    const place: string = cursor ? `&cursor=${cursor}` : "";
    const page: Page = await year.get<Page>(`/reports/customers?${asked}&limit=3${place}`);
    ids.push(...page.customers.map(({ id }) => id));
    expect(page.total).toBeGreaterThan(3);
    cursor = page.nextCursor;
    if (!cursor) expect(ids.length).toBe(page.total);
  } while (cursor);
  expect(ids.toSorted()).toEqual(await listWhoCame(branch?.id));
  const [, ...rows] = await readCsv(`customers.csv?${asked}`);
  expect(rows).toHaveLength(ids.length);
  for (const [, phone] of rows) expect(phone).toMatch(/^'?\+84/);
  type Exports = { exports: { customers: number | null; narrowed: object | null }[] };
  const { exports } = await year.get<Exports>("/customer-exports");
  expect(exports[0]?.customers).toBe(ids.length);
  expect(exports[0]?.narrowed).toMatchObject({ report: { from: "2026-02-01" } });
});

test("MC-6.4 customers who logged in through the Wi-Fi are listed by branch and dates, paged, and leave as a file", async () => {
  const [here, there] = year.boxes;
  if (!here || !there) throw new Error("There are no boxes.");
  const day = "2026-11-19";
  const comes = async (
    box: typeof here,
    phone: string,
    options: { on?: string; way?: "phone-code" | "room" },
  ) => {
    const startedAt = new Date(`${options.on ?? day}T04:00:00Z`);
    const { events, ...ids } = box.signIn({ phone, at: startedAt });
    const visit = box.visit({ ...ids, startedAt, endedAt: null });
    const place = { guestId: ids.guestId, deviceId: ids.deviceId, nasId: NAS_ID };
    const method = options.way;
    const online = { ...place, policyId: newId() };
    const connected = method
      ? [box.write("guest.connected", { ...online, method }, startedAt)]
      : [];
    await year.push(box, [...events, ...connected, ...visit.events]);
  };
  const phones = ["+84977000001", "+84977000002", "+84977000003"];
  for (const phone of phones) await comes(here, phone, { way: "phone-code" });
  await comes(there, "+84977000004", { way: "phone-code" });
  await comes(here, "+84977000005", { way: "phone-code", on: "2026-11-17" });
  await comes(here, "+84977000006", { way: "room" });
  // Nobody let these online: they came without logging in.
  await comes(here, "+84977000007", {});
  const asked = `from=${day}&to=${day}&branchIds=${here.branchId}&methods=phone-code`;
  const listed: (string | null)[] = [];
  let place = "";
  do {
    const page: Static<typeof CustomersReply> = await year.get(
      `/reports/customers?${asked}&limit=2${place}`,
    );
    expect(page.customers.length).toBeLessThanOrEqual(2);
    expect(page.total).toBe(phones.length);
    listed.push(...page.customers.map(({ phone }) => phone));
    place = page.nextCursor ? `&cursor=${page.nextCursor}` : "";
  } while (place);
  expect(listed.toSorted()).toEqual(phones);
  const [, ...rows] = await readCsv(`customers.csv?${asked}`);
  expect(rows.map(([, phone]) => phone?.replace(/^'/, "")).toSorted()).toEqual(phones);
});

test("visits that leave as a file are noted, with whose they were and how many people", async () => {
  const asked = "from=2026-02-01&to=2026-09-30";
  const { figures } = await year.get<OverviewReply>(`/reports/overview?${asked}`);
  const [, ...rows] = await readCsv(`visits.csv?${asked}`);
  expect(rows).toHaveLength(figures.visits);
  type Exports = { exports: { customers: number | null; narrowed: object | null }[] };
  const noted = async () => (await year.get<Exports>("/customer-exports")).exports[0];
  expect(await noted()).toMatchObject({
    ...{ customers: figures.customers, narrowed: { visits: { from: "2026-02-01" } } },
  });
  await readCsv(`visits.csv?${asked}&kind=anonymous`);
  expect(await noted()).toMatchObject({
    customers: 0,
    narrowed: { visits: { kind: "anonymous" } },
  });
});

test("whoever may only look takes numbers away, and no customers", async () => {
  const viewer = await year.site.invite(year.owner, "viewer");
  const ask = async (path: string) => (await viewer.ask("GET", `/api/v1/reports/${path}`)).status;
  expect(await ask("overview.csv")).toBe(200);
  expect(await ask("customers.csv")).toBe(403);
  expect(await ask("visits.csv")).toBe(403);
  const cashier = await year.site.invite(year.owner, "cashier");
  expect((await cashier.ask("GET", "/api/v1/reports/overview")).status).toBe(403);
});

test("what cannot be asked for is refused with the field that is wrong", async () => {
  const refusals: [string, string][] = [
    ["overview?from=2026-02-30", "/from"],
    ["overview?from=2026-03-01&to=2026-02-01", "/from"],
    ["overview?from=2020-03-01&to=2026-02-01", "/from"],
    ["overview?hours=8,24", "/hours"],
    ["overview?weekdays=0", "/weekdays"],
    ["overview?branchIds=nobody", "/branchIds"],
    ["series?unit=hour&from=2026-01-01&to=2026-03-31", "/unit"],
    ["customers?visitClass=4", "/visitClass"],
    ["customers?cursor=x", "/cursor"],
    ["visits?cursor=2026-01-01.x", "/cursor"],
  ];
  for (const [path, field] of refusals) {
    const { status, body } = await year.owner.ask("GET", `/api/v1/reports/${path}`);
    expect([path, status]).toEqual([path, 400]);
    expect([path, JSON.stringify(body)]).toEqual([path, expect.stringContaining(field)]);
  }
  const unknown = "branchIds=01990000-0000-7000-8000-000000000000";
  const { status } = await year.owner.ask("GET", `/api/v1/reports/overview?${unknown}`);
  expect(status).toBe(404);
});

test("who manages one branch sees its numbers alone, and as new whoever first came there", async () => {
  const [branch] = year.branches;
  const branchIds = [branch?.id ?? ""];
  const scope = { kind: "branches" as const, branchIds };
  const manager = await year.site.invite(year.owner, { role: "manager", ownRoleId: null, scope });
  const own = await manager.ask<OverviewReply>("GET", `/api/v1/reports/overview?${PERIOD}`);
  const told = await year.get<OverviewReply>(`/reports/overview?${PERIOD}&branchIds=${branchIds}`);
  expect(own.body.figures).toEqual(told.figures);
  expect(own.body.rows.map(({ id }) => id)).toEqual(branchIds);
  const other = year.branches[1]?.id;
  const asked = await manager.ask("GET", `/api/v1/reports/overview?branchIds=${other}`);
  expect(asked.status).toBe(404);
  const list = await manager.ask<{ total: number }>("GET", own.body.opens.customers);
  expect(list.body.total).toBe(told.figures.customers);
});

test("a file has the average stay, and none of days on which no visit is over", async () => {
  const [heads = [], ...lines] = await readCsv(`series.csv?${PERIOD}&unit=day&file=en`);
  const [over, sum, average] = [
    "Visits that are over",
    "Dwell time (seconds)",
    "Average stay (seconds)",
  ].map((head) => heads.indexOf(head)) as [number, number, number];
  expect(lines.some((line) => line[over] === "0")).toBe(true);
  for (const line of lines) {
    const visits = Number(line[over]);
    const stay = visits === 0 ? "" : String(Math.round(Number(line[sum]) / visits));
    expect(line[average]).toBe(stay);
  }
});
