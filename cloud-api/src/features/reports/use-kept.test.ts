import { afterAll, beforeAll, expect, test } from "vitest";
import * as naive from "../../../test/naive-reports.ts";
import { askedWords, expectUse } from "../../../test/naive-use.ts";
import { expectOpened } from "../../../test/opened-rows.ts";
import { openReportYear, type ReportYear } from "../../../test/report-year.ts";
import type { TestBox } from "../../../test/test-box.ts";
import { newId } from "../../platform/clock.ts";
import { checkDays } from "./check.ts";
import { noteSessionsGone } from "./count.ts";
import { beginDue, DUE_TASK, keepNext, workDue } from "./due.ts";
import { recountAll, recountNext } from "./recount.ts";
import type { AccessPointsReply, PoliciesReply } from "./schema.ts";

// What sessions come to is kept by the day, and made of the visits of the days that wait for it: whichever way, it
// is that of the raw sessions.

let year: ReportYear;
let whole: naive.NaiveQuestion;
beforeAll(async () => {
  year = await openReportYear({ seed: 83, guests: 20 });
  whole = { from: "2025-10-01", to: "2026-11-21" };
}, 300_000);
afterAll(() => year?.site.close());

const find = (asked: naive.NaiveQuestion) =>
  year.get<PoliciesReply>(`/reports/policies?${askedWords(asked)}`);
const listDue = () =>
  year.query<{ day: string }>(
    "select day::text from report_use_due where tenant_id = $tenant order by day, branch_id",
  );
const keepSome = (daysAtOnce?: number) =>
  keepNext(year.site, { tenantId: year.tenantId, kept: "report_use", daysAtOnce });
async function keepAll() {
  while ((await keepSome()) === "more");
  expect(await listDue()).toEqual([]);
}
const listKept = () =>
  year.query(
    `select to_jsonb(kept) as row from report_use as kept
     where tenant_id = $tenant order by branch_id, day, hour, policy_id, nas_id`,
  );

/** Every cell is the one that the raw sessions come to, looked at one by one. */
async function expectRight() {
  const visits = naive.readVisits(await year.listVisits(), year.branches, await year.listWaysIn());
  const branchIds = year.branches.slice(1).map(({ id }) => id);
  for (const asked of [
    whole,
    // The night in which a clock is put back, and a branch whose days begin at four.
    { from: "2026-10-20", to: "2026-10-31", branchIds },
    { ...whole, hours: [0, 1, 2, 3, 9], weekdays: [6, 7] },
  ])
    await expectUse(year, { visits, asked });
}

function boxOf(index = 0): TestBox {
  const box = year.boxes[index];
  if (!box) throw new Error("There is no such box.");
  return box;
}

test("what is kept of sessions is what they come to, and so is what waits for it", async () => {
  expect((await listDue()).length).toBeGreaterThan(100);
  await expectRight();
  const before = await find(whole);
  await keepSome(70);
  expect((await listDue()).length).toBeGreaterThan(20);
  expect(await find(whole)).toEqual(before);
  await keepAll();
  await expectRight();
  const kept = await find(whole);
  expect(kept).toEqual(before);
  for (const { opens, sessions, customers } of [...kept.rows, kept.total]) {
    await expectOpened(year, opens.sessions, sessions);
    await expectOpened(year, opens.customers, customers);
  }
}, 120_000);

test("a session told late, under another policy, or somebody's after all, has its day found anew", async () => {
  await keepAll();
  const box = boxOf();
  const startedAt = new Date("2026-04-14T03:00:00Z");
  const endedAt = new Date("2026-04-14T04:00:00Z");
  const guest = box.signIn({ phone: "+84987654321", name: "Lan", at: startedAt });
  const told = box.visit({ ...guest, startedAt, endedAt });
  const day = { from: "2026-04-14", to: "2026-04-14", branchIds: [box.branchId] };
  const before = (await find(day)).total;
  const policyId = newId();
  const use = { connectedSeconds: 7200, uploadBytes: 5000, downloadBytes: 70_000 };
  const session = { sessionId: told.sessionId, visitId: told.visitId, policyId };
  for (const [events, more] of [
    [told.events, { sessions: 1, customers: 0, downloadBytes: 20_000 }],
    // Its visit is counted as it was but for what it used.
    [
      [box.write("session.updated", { ...session, ...use }, endedAt)],
      { sessions: 1, customers: 0, downloadBytes: 70_000 },
    ],
    [guest.events, { sessions: 1, customers: 1, downloadBytes: 70_000 }],
  ] as const) {
    await keepAll();
    await year.push(box, events);
    expect(await listDue()).toEqual([{ day: "2026-04-14" }]);
    const { total, rows } = await find(day);
    expect(total).toMatchObject({
      sessions: before.sessions + more.sessions,
      customers: before.customers + more.customers,
      downloadBytes: before.downloadBytes + more.downloadBytes,
    });
    const isNamed = rows.some(({ id }) => id === policyId);
    expect(isNamed).toBe(more.downloadBytes === 70_000);
  }
  await keepAll();
  await expectRight();
}, 120_000);

test("sessions that are kept no longer are counted no longer", async () => {
  const { site, tenantId } = year;
  await keepAll();
  const before = (await find(whole)).total.sessions;
  const [gone] = await year.query<{ id: string }>(
    `delete from sessions where (tenant_id, id) = (select tenant_id, id from sessions
       where tenant_id = $tenant order by id limit 1) returning visit_id as id`,
  );
  await site.database.inTenant(tenantId, (tx) => noteSessionsGone(tx, [gone?.id ?? ""]));
  expect(await listDue()).toHaveLength(1);
  expect((await find(whole)).total.sessions).toBe(before - 1);
  await keepAll();
  await expectRight();
}, 120_000);

test("counting everything anew ends in the same sums, and leaves no day waiting", async () => {
  const { site, tenantId } = year;
  await keepAll();
  const kept = await listKept();
  expect(kept.length).toBeGreaterThan(200);
  await year.query("update report_use set sessions = sessions + 3 where tenant_id = $tenant");
  await year.query(
    `insert into report_use_due (tenant_id, branch_id, day)
     select tenant_id, branch_id, day from report_days where tenant_id = $tenant`,
  );
  await site.database.inTenant(tenantId, recountAll);
  while ((await recountNext(site, tenantId)) === "more");
  expect(await listDue()).toEqual([]);
  expect(await listKept()).toEqual(kept);
}, 120_000);

test("the hour has the worker keep what waits, and a night's check finds sums that are not the sessions'", async () => {
  const { site, tenantId } = year;
  await keepAll();
  const right = await listKept();
  const period = { from: "2025-10-01", to: "2026-11-19" };
  expect(await checkDays(site.database, { tenantId, period })).toBe(0);
  for (const column of ["sessions = sessions + 1", "customer_ids = '{}'"]) {
    const [fault] = await year.query<{ branch: string; day: string }>(
      `update report_use set ${column} where (tenant_id, branch_id, day, hour) = (
         select tenant_id, branch_id, day, hour from report_use
         where tenant_id = $tenant and hour = -1 and cardinality(customer_ids) > 0
         order by day, branch_id limit 1)
       returning branch_id as branch, day::text`,
    );
    site.passSeconds(60);
    // Of what waits nothing is told by what is kept.
    await year.query(
      `insert into report_use_due (tenant_id, branch_id, day)
       values ($tenant, '${fault?.branch}', '${fault?.day}')`,
    );
    expect(await checkDays(site.database, { tenantId, period })).toBe(0);
    await year.query("delete from report_use_due where tenant_id = $tenant");
    site.passSeconds(60);
    expect(await checkDays(site.database, { tenantId, period })).toBe(1);
    while ((await recountNext(site, tenantId)) === "more");
    expect(await listKept()).toEqual(right);
  }
  await year.query(
    `insert into report_use_due (tenant_id, branch_id, day)
     select tenant_id, branch_id, day from report_days where tenant_id = $tenant`,
  );
  await beginDue(site.jobContext);
  const jobs = await year.query(
    `select id from graphile_worker.jobs where task_identifier = '${DUE_TASK}' and $tenant is not null`,
  );
  expect(jobs).toHaveLength(1);
  await workDue(site.jobContext, { tenantId });
  expect(await listDue()).toEqual([]);
  expect(await listKept()).toEqual(right);
}, 120_000);

test("a company with more visits than are counted one by one is told of its use, and what that opens", async () => {
  await keepAll();
  const before = await find(whole);
  const [busy] = await year.query<{ branch: string; day: string }>(
    `update report_days set visits = visits + 600000
     where (tenant_id, branch_id, day) = (select tenant_id, branch_id, day from report_days
       where tenant_id = $tenant order by day, branch_id limit 1)
     returning branch_id as branch, day::text`,
  );
  const told = await find(whole);
  expect([told.rows, told.total]).toEqual([before.rows, before.total]);
  await expectOpened(year, told.total.opens.sessions, told.total.sessions);
  await expectOpened(year, told.total.opens.customers, told.total.customers);
  const { total } = await find({ ...whole, hours: [9] });
  expect(total.sessions).toBeGreaterThan(0);
  const refused = async (report: string, more = "") =>
    (await year.owner.ask("GET", `/api/v1/reports/${report}?${askedWords(whole)}${more}`)).status;
  expect(await refused("access-points")).toBe(200);
  expect(await refused("access-points", "&forms=phone")).toBe(400);
  await year.query(
    `insert into report_use_due (tenant_id, branch_id, day)
     values ($tenant, '${busy?.branch}', '${busy?.day}')`,
  );
  for (const report of ["policies", "access-points", "sessions"])
    expect(await refused(report)).toBe(400);
  await keepAll();
  expect(await refused("policies")).toBe(200);
}, 120_000);

test("a list of sessions goes on below days that were counted to have more than they have now", async () => {
  await keepAll();
  const { total } = await year.get<AccessPointsReply>(
    `/reports/access-points?${askedWords(whole)}`,
  );
  await year.query(
    `update report_use set short = short + 60 where (tenant_id, branch_id, day) in (
       select tenant_id, branch_id, day from report_use where tenant_id = $tenant and hour = -1
       order by day desc, branch_id limit 3)`,
  );
  type Page = { sessions: { id: string }[]; nextCursor: string | null };
  const path = `/reports/sessions?${askedWords(whole)}&end=short&limit=50`;
  const listed: string[] = [];
  for (let cursor: string | null = ""; cursor !== null; ) {
    const more: string = cursor === "" ? "" : `&cursor=${cursor}`;
    const page: Page = await year.get(`${path}${more}`);
    listed.push(...page.sessions.map(({ id }) => id));
    cursor = page.nextCursor;
  }
  expect(total.short).toBeGreaterThan(0);
  expect(new Set(listed).size).toBe(total.short);
  expect(listed).toHaveLength(total.short);
}, 120_000);
