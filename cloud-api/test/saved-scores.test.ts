import { afterAll, beforeAll, expect, test } from "vitest";
import { FILE_WORDS } from "../src/features/reports/index.ts";
import type { SavedBody, SavedReply, ToldReply } from "../src/features/saved-reports/schema.ts";
import type { GridReply } from "../src/features/scores/schema.ts";
import { newId } from "../src/platform/clock.ts";
import type { TestBrowser } from "./open-test-app.ts";
import { openReportYear, type ReportYear, YEAR_ENDS } from "./report-year.ts";

let year: ReportYear;
beforeAll(async () => {
  year = await openReportYear({ seed: 8, guests: 20 });
}, 300_000);
afterAll(() => year?.site.close());

const PATH = "/api/v1/saved-reports";
/** The last of them is today; the same days before end with October. */
const DAYS = { from: "2026-11-01", to: "2026-11-20" };
/** When October is over in all branches, of which one is in Berlin. */
const OCTOBER_ENDS = Date.parse("2026-10-31T23:00:00Z");
const DAY_MS = 86_400_000;

const bodyOf = (more: Partial<SavedBody> = {}): SavedBody => ({
  ...{ name: newId(), report: "scores", period: null, days: DAYS },
  ...{ compared: "before", query: {}, shared: true, ...more },
});
const keep = (more: Partial<SavedBody> = {}, who = year.owner) =>
  who.ask<SavedReply & { field?: string }>("POST", PATH, bodyOf(more));
async function save(more: Partial<SavedBody> = {}): Promise<string> {
  const { status, body } = await keep(more);
  expect(status).toBe(201);
  return body.id;
}
const look = (id: string, who = year.owner, asked = "") =>
  who.ask<ToldReply & { field?: string }>("GET", `${PATH}/${id}/figures?file=en${asked}`);
const rowsOf = ({ parts }: ToldReply, name: string) =>
  parts
    .find((part) => part.name === name)
    ?.rows.map(({ cells, before }) => [...cells, before?.at(-1) ?? null]);

/** The grid once more, in the plainest way, by the bounds a company begins with. */
async function scoreByHand(moment: number) {
  const visits = (await year.listVisits()).filter(
    ({ customerId, startedAt }) => customerId !== null && startedAt.getTime() < moment,
  );
  const people = Map.groupBy(visits, ({ customerId }) => customerId ?? "");
  return [...people.values()].map((theirs) => {
    const times = theirs.map(({ startedAt }) => startedAt.getTime()).sort((a, b) => a - b);
    const [first = 0, last = 0] = [times[0], times.at(-1)];
    const recent = times.filter((time) => time > moment - 365 * DAY_MS).length;
    const days = (from: number, to: number) => Math.floor((to - from) / DAY_MS);
    const above = (value: number, bounds: number[]) => bounds.filter((each) => value >= each);
    return {
      length: 1 + above(days(first, last), [30, 90, 180, 365]).length,
      recency: 5 - above(days(last, moment), [14, 30, 60, 120]).length,
      frequency: 1 + above(recent, [2, 4, 8, 16]).length,
    };
  });
}

test("a saved grid says how customers stand, as its page does, beside how they stood by the end of the days before", async () => {
  const { body: told } = await look(await save());
  const page = await year.get<GridReply>("/scores/grid");
  const then = await scoreByHand(OCTOBER_ENDS);
  expect(then).not.toEqual(await scoreByHand(YEAR_ENDS.getTime()));
  expect(told.figures).toMatchObject([
    { name: "customers", now: page.customers, before: then.length },
  ]);
  expect(told.before).toEqual({ from: "2026-10-31", to: "2026-10-31" });
  expect(rowsOf(told, "score-grid")).toEqual(
    page.cells.map(({ recency, frequency, customers }) => [
      ...[recency, frequency, customers],
      then.filter((each) => each.recency === recency && each.frequency === frequency).length,
    ]),
  );
  expect(rowsOf(told, "score-lengths")).toEqual([
    ...page.lengths.map(({ length, customers }) => [
      ...[length, customers, then.filter((each) => each.length === length).length],
    ]),
    ["All", page.customers, then.length],
  ]);
  const standings = rowsOf(told, "standings");
  expect(standings?.map(([name]) => name)).toEqual([
    ...["Regulars", "Promising", "Cooling", "At risk", "Lapsed", "All"],
  ]);
  const rises = told.parts.find(({ name }) => name === "standings")?.rows.map(({ rise }) => rise);
  // More who lapse is no better for being more customers.
  expect(rises?.slice(0, -1)).toEqual(["good", "good", "bad", "bad", "bad"]);
  const cooling = then.filter(({ recency }) => recency === 3).length;
  expect(standings?.[2]).toEqual(["Cooling", page.standings[2]?.customers, cooling]);
});

test("whether more of a standing is good does not hang on what the standing is called", async () => {
  const id = await save();
  const words = FILE_WORDS.en;
  const called = words["standing-lapsed"];
  words["standing-lapsed"] = words["standing-regular"];
  const { body: told } = await look(id);
  words["standing-lapsed"] = called;
  const rows = told.parts.find(({ name }) => name === "standings")?.rows ?? [];
  expect([rows[0]?.cells[0], rows[4]?.cells[0]]).toEqual(["Regulars", "Regulars"]);
  expect([rows[0]?.rise, rows[4]?.rise]).toEqual(["good", "bad"]);
});

test("of one length a saved grid counts those alone, and is set against another saved one", async () => {
  const id = await save({ query: { length: "5" }, compared: "nothing" });
  const { body: told } = await look(id);
  const page = await year.get<GridReply>("/scores/grid?length=5");
  expect(told.figures).toMatchObject([{ name: "customers", now: page.customers, before: null }]);
  expect(told.parts.map(({ name }) => name)).toEqual(["standings", "score-grid"]);
  const { body: beside } = await look(id, year.owner, `&against=${await save()}`);
  const all = await year.get<GridReply>("/scores/grid");
  expect(all.customers).toBeGreaterThan(page.customers);
  expect(beside.figures[0]).toMatchObject({ now: page.customers, before: all.customers });
});

test("a saved grid leaves as CSV, Excel and PDF", async () => {
  const id = await save();
  const take = async (form: string) =>
    (await year.owner.ask<string>("GET", `${PATH}/${id}/figures.${form}?file=vi`)).body;
  const csv = await take("csv");
  expect(csv).toContain('"Gần đây và thường xuyên"');
  expect(csv).toMatch(/"Khách quen",\d+,\d+/);
  expect((await take("xlsx")).slice(0, 2)).toBe("PK");
  expect((await take("pdf")).slice(0, 5)).toBe("%PDF-");
});

test("a saved grid is told to those alone who read the scores of the whole company", async () => {
  const id = await save();
  const roleOf = async (permissions: string[]) => {
    const role = { name: newId(), permissions };
    const { body } = await year.owner.ask<{ id: string }>("POST", "/api/v1/roles", role);
    return { role: null, ownRoleId: body.id, scope: { kind: "tenant" as const } };
  };
  const scope = { kind: "branches" as const, branchIds: [year.branches[0]?.id ?? ""] };
  const manager = await year.site.invite(year.owner, { role: "manager", ownRoleId: null, scope });
  const counter = await year.site.invite(
    year.owner,
    await roleOf(["reports.read", "saved-reports.keep"]),
  );
  const refused = async (who: TestBrowser, form = "") => {
    const { status, body } = await who.ask<{ field?: string }>(
      "GET",
      `${PATH}/${id}/figures${form}`,
    );
    return [status, body.field];
  };
  for (const who of [manager, counter]) {
    for (const form of ["", ".csv", ".xlsx", ".pdf"])
      expect(await refused(who, form)).toEqual([403, "/report"]);
    expect((await keep({ shared: false }, who)).body.field).toBe("/report");
  }
  const reader = await year.site.invite(year.owner, await roleOf(["reports.read", "scores.read"]));
  expect((await look(id, reader)).status).toBe(200);
});

test("a grid is narrowed by customers and by length, which narrows no other report", async () => {
  const branchIds = year.branches[0]?.id ?? "";
  const fieldOf = async (more: Partial<SavedBody>) => {
    const { status, body } = await keep(more);
    return [status, body.field];
  };
  const readers = (await year.listVisits()).filter(({ language }) => language === "en");
  const count = (those: typeof readers) => new Set(those.map((each) => each.customerId)).size;
  const { body: told } = await look(await save({ query: { languages: "en" } }));
  const then = readers.filter(({ startedAt }) => startedAt.getTime() < OCTOBER_ENDS);
  expect(told.figures).toMatchObject([{ now: count(readers), before: count(then) }]);
  expect(count(readers)).toBeGreaterThan(0);
  expect(await fieldOf({ query: { branchIds } })).toEqual([400, "/branchIds"]);
  expect(await fieldOf({ query: { devices: "given" } })).toEqual([400, "/devices"]);
  expect(await fieldOf({ report: "hours", query: { length: "1" } })).toEqual([400, "/length"]);
  const satisfaction = { report: "satisfaction", query: { length: "1" } } as const;
  expect(await fieldOf(satisfaction)).toEqual([400, "/length"]);
  expect((await keep({ query: { length: "6" as "5" } })).status).toBe(400);
  const days = { from: "2026-02-01", to: "2026-02-30" };
  expect(await fieldOf({ days })).toEqual([400, "/to"]);
});
