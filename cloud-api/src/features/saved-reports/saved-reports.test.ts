import { afterAll, beforeAll, expect, test } from "vitest";
import type { TestBrowser } from "../../../test/open-test-app.ts";
import { describeWithPoppler, readPdf } from "../../../test/read-pdf.ts";
import { openReportYear, type ReportYear } from "../../../test/report-year.ts";
import { printCell } from "../../platform/printed.ts";
import type { OverviewReply } from "../reports/index.ts";
import { REPORTS } from "./rules.ts";
import type { SavedBody, SavedListReply, SavedReply, ToldReply } from "./schema.ts";

let year: ReportYear;
beforeAll(async () => {
  year = await openReportYear({ seed: 43, guests: 20 });
}, 300_000);
afterAll(() => year?.site.close());

const PATH = "/api/v1/saved-reports";
let names = 0;
const body = (more: Partial<SavedBody> = {}): SavedBody => {
  names += 1;
  return {
    ...{ name: `Báo cáo ${names}`, report: "overview", period: null, compared: "before" },
    ...{ days: { from: "2026-06-01", to: "2026-08-31" }, query: {}, shared: false, ...more },
  };
};
const save = async (who: TestBrowser, more: Partial<SavedBody> = {}): Promise<SavedReply> => {
  const { status, body: saved } = await who.ask<SavedReply>("POST", PATH, body(more));
  expect(status).toBe(201);
  return saved;
};
const tell = (who: TestBrowser, { id }: SavedReply) =>
  who.ask<ToldReply>("GET", `${PATH}/${id}/figures?file=en`);

/** A breakdown is by a field, and one is of a customer; all others are of all visits. */
async function queryOf(report: string): Promise<SavedBody["query"]> {
  if (report === "breakdown") return { field: "branch" };
  if (report !== "customer-visits") return {};
  const visits = await year.listVisits();
  return { customerId: visits.find(({ customerId }) => customerId !== null)?.customerId ?? "" };
}

test("HM-2.4 any report is saved under a name, opened later, and set against the days before or a year ago", async () => {
  for (const report of REPORTS)
    for (const compared of ["nothing", "before", "last-year"] as const) {
      const saved = await save(year.owner, { report, compared, query: await queryOf(report) });
      const { status, body: told } = await tell(year.owner, saved);
      expect([report, compared, status]).toEqual([report, compared, 200]);
      expect(told.before === null).toBe(compared === "nothing");
      expect([report, told.parts.length > 0]).toEqual([report, true]);
    }
  const days = "from=2026-06-01&to=2026-08-31";
  const now = await year.get<OverviewReply>(`/reports/overview?${days}`);
  const { body: told } = await tell(year.owner, await save(year.owner));
  expect(told.before).toEqual(now.before.period);
  const [visits] = told.figures;
  expect(visits).toMatchObject({
    ...{ name: "visits", now: now.figures.visits, before: now.before.figures.visits },
  });
  const at = told.parts[0]?.heads.indexOf("Visits") ?? -1;
  const cells = told.parts[0]?.rows.map(({ cells, before }) => [cells[at], before?.[at]]);
  expect(cells).toEqual([
    ...now.rows.map(({ figures, before }) => [figures.visits, before.visits]),
    [now.figures.visits, now.before.figures.visits],
  ]);
});

test("who manages one branch sees its figures alone in a shared report, and is refused another's", async () => {
  const [own, other] = year.branches.map(({ id }) => id);
  const scope = { kind: "branches" as const, branchIds: [own ?? ""] };
  const manager = await year.site.invite(year.owner, { role: "manager", ownRoleId: null, scope });
  const both = await save(year.owner, { shared: true, query: { branchIds: `${own},${other}` } });
  const { body: told } = await tell(manager, both);
  expect(told.branchesLeftOut).toBe(1);
  const days = "from=2026-06-01&to=2026-08-31";
  const alone = await year.get<OverviewReply>(`/reports/overview?${days}&branchIds=${own}`);
  expect(told.figures[0]?.now).toBe(alone.figures.visits);
  const theirs = await save(year.owner, { shared: true, query: { branchIds: other ?? "" } });
  expect((await tell(manager, theirs)).status).toBe(403);
});

test("an own report is nobody else's, a shared one is read by all, and its owner alone or the company changes it", async () => {
  const viewer = await year.site.invite(year.owner, "viewer");
  const own = await save(year.owner);
  expect((await viewer.ask("GET", `${PATH}/${own.id}`)).status).toBe(404);
  expect((await viewer.ask("POST", PATH, body({ shared: true }))).status).toBe(403);
  const shared = await save(year.owner, { shared: true });
  const listed = await viewer.ask<SavedListReply>("GET", PATH);
  expect(listed.body.reports.map(({ id }) => id)).toContain(shared.id);
  expect((await viewer.ask("PUT", `${PATH}/${shared.id}`, body())).status).toBe(403);
  expect((await viewer.ask("DELETE", `${PATH}/${shared.id}`)).status).toBe(403);
  const renamed = body({ name: "Tên mới", shared: true });
  expect((await year.owner.ask("PUT", `${PATH}/${shared.id}`, renamed)).body.name).toBe("Tên mới");
  expect((await year.owner.ask("POST", PATH, renamed)).status).toBe(409);
  expect((await year.owner.ask("DELETE", `${PATH}/${shared.id}`)).status).toBe(204);
  expect((await viewer.ask("GET", `${PATH}/${shared.id}`)).status).toBe(404);
});

test("one narrowed by devices is held to the days that it is set against, and to no others", async () => {
  const days = { from: "2026-11-01", to: "2026-11-19" };
  const more = (visits: number) =>
    year.query(
      `insert into report_days (tenant_id, branch_id, day, visits, changed_at)
       values ($tenant, '${year.branches[0]?.id}', '2025-11-10', ${visits}, now())
       on conflict (tenant_id, branch_id, day)
         do update set visits = report_days.visits + excluded.visits`,
    );
  await more(100_001);
  for (const report of ["overview", "people", "devices", "crowd"] as const)
    for (const [compared, status] of [
      ["nothing", 200],
      ["before", 200],
      ["last-year", 400],
    ] as const) {
      const saved = await save(year.owner, { report, compared, days, query: { forms: "phone" } });
      const told = await tell(year.owner, saved);
      expect([report, compared, told.status]).toEqual([report, compared, status]);
      expect((await year.owner.ask("DELETE", `${PATH}/${saved.id}`)).status).toBe(204);
    }
  await more(-100_001);
});

test("what cannot be asked is not saved", async () => {
  const refused = [
    body({ period: "7-days" }),
    body({ days: null }),
    body({ name: "   " }),
    body({ days: { from: "2026-03-01", to: "2026-02-01" } }),
    body({ report: "sign-ins", query: { languages: "v1" } }),
    body({ report: "overview", query: { field: "branch" } }),
    body({ report: "breakdown", query: {} }),
    body({
      ...{ report: "breakdown", query: { field: "branch" } },
      days: { from: "2026-02-01", to: "2026-02-30" },
    }),
    body({ report: "breakdown", query: { field: "own.none" } }),
    body({ report: "breakdown", query: { field: "branch", hours: "8" } }),
  ];
  for (const each of refused) expect((await year.owner.ask("POST", PATH, each)).status).toBe(400);
});

test("who reads one chooses what it is set against: other days, or another saved one of the same report", async () => {
  const viewer = await year.site.invite(year.owner, "viewer");
  const note = " Trước khi đổi giờ mở cửa ";
  const saved = await save(year.owner, { shared: true, note });
  expect(saved.note).toBe(note.trim());
  const days = { from: "2026-01-05", to: "2026-01-11" };
  const winter = await save(year.owner, { shared: true, days });
  const tellAgainst = (asked: string) =>
    viewer.ask<ToldReply>("GET", `${PATH}/${saved.id}/figures?file=en&${asked}`);
  expect((await tellAgainst("compared=nothing")).body.before).toBeNull();
  const lastYear = await tellAgainst("compared=last-year");
  expect(lastYear.body.before).toEqual({ from: "2025-06-01", to: "2025-08-31" });
  const { body: beside } = await tellAgainst(`against=${winter.id}`);
  const { body: alone } = await tell(viewer, winter);
  expect(beside.before).toEqual(days);
  expect(beside.figures.map(({ before }) => before)).toEqual(alone.figures.map(({ now }) => now));
  const [part, other] = [beside.parts[0], alone.parts[0]];
  expect(part?.columns.slice(0, 2)).toEqual(["branch", "visits"]);
  expect(part?.hasSum).toBe(true);
  expect(part?.rows.map(({ before }) => before)).toEqual(other?.rows.map(({ cells }) => cells));
});

test("one is set against none of another report, and none that whoever reads it may not see", async () => {
  const viewer = await year.site.invite(year.owner, "viewer");
  const saved = await save(year.owner, { shared: true });
  const hours = await save(year.owner, { shared: true, report: "hours" });
  const own = await save(year.owner);
  const tellAgainst = async (id: string) =>
    (await viewer.ask("GET", `${PATH}/${saved.id}/figures.csv?against=${id}`)).status;
  expect(await tellAgainst(hours.id)).toBe(400);
  expect(await tellAgainst(own.id)).toBe(404);
  expect(await tellAgainst(saved.id)).toBe(200);
});

test("a company without a branch keeps a report, which says nothing yet", async () => {
  const owner = await year.site.signUp({});
  const { status, body: told } = await tell(owner, await save(owner, { report: "hours" }));
  expect([status, told.figures[0]?.now]).toEqual([200, 0]);
});

const FORMS = ["csv", "xlsx", "pdf"] as const;

test("a saved report leaves as a file with the numbers of its page, by the rights of who takes it", async () => {
  const saved = await save(year.owner, { name: "=Báo cáo sáng", shared: true });
  const { body: told } = await tell(year.owner, saved);
  const take = (who: TestBrowser, form: (typeof FORMS)[number], id = saved.id) =>
    who.ask<string>("GET", `${PATH}/${id}/figures.${form}?file=en`);
  const { status, body: csv, headers } = await take(year.owner, "csv");
  expect([status, headers["content-disposition"]]).toEqual([
    200,
    'attachment; filename="overview.csv"',
  ]);
  const [first, ...lines] = csv.replace(/^\ufeff/, "").split("\r\n");
  expect(first).not.toMatch(/^"?=/);
  const [part] = told.parts;
  const last = part?.rows.at(-1);
  const pairs = last?.cells.slice(1).flatMap((cell, at) => [cell, last.before?.[at + 1] ?? null]);
  const sums = lines.at(-2)?.split(",").slice(1);
  expect(sums?.map((cell) => (cell === "" ? null : Number(cell)))).toEqual(pairs);
  expect((await take(year.owner, "pdf")).body.slice(0, 5)).toBe("%PDF-");
  const workbook = await take(year.owner, "xlsx");
  expect([workbook.status, workbook.body.slice(0, 2)]).toEqual([200, "PK"]);
  const scope = { kind: "branches" as const, branchIds: [year.branches[0]?.id ?? ""] };
  const manager = await year.site.invite(year.owner, { role: "manager", ownRoleId: null, scope });
  const elsewhere = { shared: true, query: { branchIds: year.branches[1]?.id ?? "" } };
  const theirs = await save(year.owner, elsewhere);
  const own = await save(year.owner);
  for (const form of FORMS) {
    expect((await take(manager, form, theirs.id)).status).toBe(403);
    expect((await take(manager, form, own.id)).status).toBe(404);
  }
});

const PRINTED_DAYS: Readonly<Record<string, string>> = {
  breakdown:
    "Met by the end of 31 Aug 2026, by what is known of them now in grey: by the end of 31 May 2026",
  scores:
    "By the visits up to the end of 31 Aug 2026, by the bounds of now in grey: up to the end of 31 May 2026",
  others: "1 Jun 2026 to 31 Aug 2026 · in grey: 1 Mar 2026 to 31 May 2026",
};

describeWithPoppler("saved reports as PDF", () => {
  test("a saved report leaves as pages with its name, its main numbers and each cell beside the one it is set against", async () => {
    for (const report of REPORTS) {
      const asked = { report, compared: "before", query: await queryOf(report) } as const;
      const saved = await save(year.owner, { name: `Sáng ${report}`, ...asked });
      const { body: told } = await tell(year.owner, saved);
      const answer = await year.site.app.inject({
        url: `${PATH}/${saved.id}/figures.pdf?file=en`,
        headers: { cookie: year.owner.cookie() },
      });
      expect([report, answer.statusCode]).toEqual([report, 200]);
      const text = readPdf(answer.rawPayload).join(" ");
      expect(text).toContain(`Sáng ${report}`);
      expect(text).toContain(PRINTED_DAYS[report] ?? PRINTED_DAYS.others);
      for (const { now, before } of told.figures) expect(text).toContain(`${now} ${before} before`);
      for (const { cells, before } of told.parts.flatMap(({ rows }) => rows))
        for (const cell of [...cells, ...(before ?? [])].filter((each) => each !== null))
          expect(text).toContain(printCell("en", cell));
    }
  });
});
