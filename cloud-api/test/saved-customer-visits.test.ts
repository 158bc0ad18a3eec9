import { afterAll, beforeAll, expect, test } from "vitest";
import type {
  MailReply,
  SavedBody,
  SavedReply,
  ToldReply,
} from "../src/features/saved-reports/schema.ts";
import { newId } from "../src/platform/clock.ts";
import { refusalOf, rowsOf } from "./kept-reports.ts";
import * as naive from "./naive-reports.ts";
import type { TestBrowser } from "./open-test-app.ts";
import { describeWithPoppler, readPdf } from "./read-pdf.ts";
import { DAILY, mailPath } from "./report-mails.ts";
import { openReportYear, type ReportYear } from "./report-year.ts";

// A kept report of one customer: what their visits come to, to whoever may see them where they came.

let year: ReportYear;
let visits: naive.NaiveVisit[];
let customerId: string;
beforeAll(async () => {
  year = await openReportYear({ seed: 9, guests: 14 });
  visits = naive.readVisits(await year.listVisits(), year.branches, await year.listWaysIn());
  const theirs = Map.groupBy(visits, (visit) => visit.customerId);
  const [most] = [...theirs]
    .filter(([id]) => id !== null)
    .sort(([, one], [, other]) => branchesOf(other) - branchesOf(one));
  customerId = most?.[0] ?? "";
}, 300_000);
afterAll(() => year?.site.close());

const branchesOf = (those: readonly naive.NaiveVisit[]) =>
  new Set(those.map(({ branchId }) => branchId)).size;
const DAYS = { from: "2025-12-01", to: "2026-11-15" };
const PATH = "/api/v1/saved-reports";

const bodyOf = (more: Partial<SavedBody> = {}): SavedBody => ({
  ...{ name: newId(), report: "customer-visits", period: null, days: DAYS },
  ...{ compared: "nothing", query: { customerId }, shared: true, ...more },
});
const keep = (more: Partial<SavedBody> = {}, who = year.owner) =>
  who.ask<SavedReply>("POST", PATH, bodyOf(more));
async function save(more: Partial<SavedBody> = {}): Promise<string> {
  const { status, body } = await keep(more);
  expect(status).toBe(201);
  return body.id;
}
/** As it is answered, refused or not; `form`: `.csv`. */
const look = <Told = ToldReply>(id: string, who = year.owner, form = "") =>
  who.ask<Told>("GET", `${PATH}/${id}/figures${form}?file=en`);
const tell = async (id: string, who = year.owner) => (await look(id, who)).body;
const come = (branchIds?: readonly string[]) =>
  naive
    .select(visits, { ...DAYS, ...(branchIds && { branchIds }) })
    .filter((visit) => visit.customerId === customerId);
const sumOf = (rows: readonly unknown[][] | undefined, at: number) =>
  rows?.reduce((sum, row) => sum + Number(row[at] ?? 0), 0) ?? 0;

test("one customer's visits are told by month, by branch and one by one, and leave as files", async () => {
  const id = await save();
  const told = await tell(id);
  const own = come();
  expect(own.length).toBeGreaterThan(3);
  expect(told.figures).toMatchObject([{ name: "visits", now: own.length, before: null }]);
  const [slots, places] = ["customer-series", "customer-branches"].map((name) =>
    rowsOf(told, name)?.slice(0, -1),
  );
  expect([sumOf(slots, 1), sumOf(places, 1)]).toEqual([own.length, own.length]);
  const online = own.reduce((sum, { connectedSeconds }) => sum + connectedSeconds, 0);
  expect([sumOf(slots, 2), sumOf(places, 2)]).toEqual([online, online]);
  const list = rowsOf(told, "customer-visits");
  expect(list).toHaveLength(own.length);
  expect(list?.map(([at]) => String(at).slice(0, 10)).toSorted()).toEqual(
    own.map(({ startedAt, branchId }) => dayOf(startedAt, branchId)).toSorted(),
  );
  const file = async (form: string) => (await look<string>(id, year.owner, form)).body;
  expect((await file(".csv")).split("\n").length).toBeGreaterThan(own.length);
  expect([(await file(".xlsx")).slice(0, 2), (await file(".pdf")).slice(0, 5)]).toEqual([
    ...["PK", "%PDF-"],
  ]);
});

const dayOf = (at: Date, branchId: string) => {
  const timeZone = year.branches.find(({ id }) => id === branchId)?.timeZone ?? "UTC";
  return new Intl.DateTimeFormat("sv-SE", { timeZone }).format(at);
};

test("set against the days before, visits of those days are counted and not listed", async () => {
  const days = { from: "2026-06-01", to: "2026-10-31" };
  const id = await save({ days, compared: "before" });
  const told = await tell(id);
  const before = { from: "2026-01-01", to: "2026-05-31" };
  const count = (asked: typeof days) =>
    naive.select(visits, asked).filter((visit) => visit.customerId === customerId).length;
  expect(told.figures).toMatchObject([{ now: count(days), before: count(before) }]);
  expect(rowsOf(told, "customer-visits") ?? []).toHaveLength(count(days));
});

/** Somebody with these rights at one branch, in the company of the year. */
async function invite(permissions: string[], branchId: string): Promise<TestBrowser> {
  const role = { name: newId(), permissions };
  const { body } = await year.owner.ask<{ id: string }>("POST", "/api/v1/roles", role);
  const ownRoleId = body.id;
  const scope = { kind: "branches" as const, branchIds: [branchId] };
  return year.site.invite(year.owner, { role: null, ownRoleId, scope });
}

test("a link tells each reader what they may see: visits at their branches, or nothing of anybody", async () => {
  const id = await save();
  for (const { id: branchId } of year.branches) {
    const scope = { kind: "branches" as const, branchIds: [branchId] };
    const viewer = await year.site.invite(year.owner, { role: "viewer", ownRoleId: null, scope });
    const told = await tell(id, viewer);
    expect(told.figures).toMatchObject([{ now: come([branchId]).length }]);
    expect(rowsOf(told, "customer-visits") ?? []).toHaveLength(come([branchId]).length);
  }
  const [one] = year.branches;
  const blind = await invite(["reports.read", "saved-reports.keep"], one?.id ?? "");
  expect(await refusalOf(look(id, blind))).toEqual([403, "/report"]);
  for (const form of [".csv", ".xlsx", ".pdf"])
    expect((await refusalOf(look(id, blind, form)))[0]).toBe(403);
  expect(await refusalOf(keep({ shared: false }, blind))).toEqual([403, "/report"]);
});

type Exports = { exports: { narrowed: Record<string, unknown> | null; customers: number }[] };
const listExports = async () =>
  (await year.owner.ask<Exports>("GET", "/api/v1/customer-exports")).body.exports;

test("its files are for who may take customers away, and each that is taken is noted", async () => {
  const id = await save();
  const [one] = year.branches;
  const reader = await invite(["reports.read", "customers.read"], one?.id ?? "");
  expect((await look(id, reader)).status).toBe(200);
  const before = await listExports();
  for (const form of [".csv", ".xlsx", ".pdf"]) {
    expect([form, (await look(id, reader, form)).status]).toEqual([form, 403]);
    expect((await look(id, year.owner, form)).status).toBe(200);
  }
  const noted = (await listExports()).slice(0, -before.length || undefined);
  expect(noted).toHaveLength(3);
  for (const each of noted)
    expect(each).toMatchObject({ narrowed: { visits: { customerId, ...DAYS } }, customers: 1 });
  const overview = await save({ report: "overview", query: {} });
  expect((await look(overview, reader, ".csv")).status).toBe(200);
  expect(await listExports()).toHaveLength(before.length + 3);
});

test("it goes by no mail, and mails end of a report that becomes one", async () => {
  const order = (id: string) => year.owner.ask<MailReply>("PUT", mailPath(id), DAILY);
  const { status, body } = await order(await save());
  expect([status, JSON.stringify(body)]).toEqual([400, expect.stringContaining("no mail")]);
  const id = await save({ report: "overview", query: {} });
  expect((await order(id)).body.mail).not.toBeNull();
  const changed = await year.owner.ask("PUT", `${PATH}/${id}`, bodyOf());
  expect(changed.status).toBe(200);
  const after = await year.owner.ask<MailReply>("GET", mailPath(id));
  expect(after.body.mail).toBeNull();
});

describeWithPoppler("on paper", () => {
  test("it says that it is of one customer", async () => {
    const id = await save();
    const { rawPayload } = await year.site.app.inject({
      url: `${PATH}/${id}/figures.pdf?file=en`,
      headers: { cookie: year.owner.cookie() },
    });
    expect(readPdf(rawPayload).join(" ")).toContain("visits of one customer");
  });
});

test("of nobody there is no visit, and it is narrowed by a customer alone", async () => {
  const nobody = await save({ query: { customerId: newId() } });
  const { figures } = await tell(nobody);
  expect(figures).toMatchObject([{ now: 0 }]);
  const narrowed = keep({ query: { customerId, hours: "9" } });
  expect(await refusalOf(narrowed)).toEqual([400, "/hours"]);
  expect(await refusalOf(keep({ query: {} }))).toEqual([400, "/customerId"]);
  const other = keep({ report: "hours" });
  expect(await refusalOf(other)).toEqual([400, "/customerId"]);
});
