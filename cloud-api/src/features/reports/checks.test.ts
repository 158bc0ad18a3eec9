import { afterAll, beforeAll, expect, test } from "vitest";
import { openReportYear, type ReportYear } from "../../../test/report-year.ts";
import { NAS_ID } from "../../../test/test-box.ts";
import { newId } from "../../platform/clock.ts";
import { askForRecounts } from "../../recount.ts";
import { beginChecks, checkDays, workCheck } from "./check.ts";
import { recountNext, workRecounts } from "./recount.ts";
import type { OverviewReply } from "./schema.ts";

let year: ReportYear;
beforeAll(async () => {
  year = await openReportYear({ seed: 5, guests: 12 });
}, 300_000);
afterAll(() => year?.site.close());

const PERIOD = { from: "2025-10-01", to: "2026-11-19" };
const check = () => checkDays(year.site.database, { tenantId: year.tenantId, period: PERIOD });
type Checks = {
  recount: { branches: number; waiting: number };
  checks: { checkedAt: string; branchDays: number; faults: number; firstDay: string }[];
  faults: { day: string; numbers: object; mendedAt: string | null; branchId: string }[];
};
const listChecks = () => year.get<Checks>("/reports/checks");

test("a check of all days finds no fault where there is none", async () => {
  expect(await check()).toBe(0);
  const [last] = (await listChecks()).checks;
  expect(last?.faults).toBe(0);
  expect(last?.branchDays).toBeGreaterThan(20);
});

test("a number that is not the visits' is found, seen by staff, and mended", async () => {
  const { site, tenantId } = year;
  const [row] = await year.query<{ branch: string; day: string; visits: number }>(
    `select branch_id as branch, day::text, visits from report_days
     where tenant_id = $tenant and visits > 0 and day < '2026-11-19' order by day limit 1`,
  );
  if (!row) throw new Error("There is no day.");
  await year.query(
    `update report_days set visits = visits + 2
     where tenant_id = $tenant and branch_id = '${row.branch}' and day = '${row.day}'`,
  );
  await year.query(
    `delete from report_branch_customers
     where tenant_id = $tenant and branch_id = '${row.branch}' and first_day = '${row.day}'`,
  );
  site.passSeconds(60);
  expect(await check()).toBe(1);
  const [fault] = (await listChecks()).faults;
  expect(fault).toMatchObject({ day: row.day, branchId: row.branch, mendedAt: null });
  expect(fault?.numbers).toMatchObject({
    visits: { report: row.visits + 2, visits: row.visits },
  });
  const path = `/reports/overview?from=${row.day}&to=${row.day}`;
  expect((await year.get<OverviewReply>(path)).freshness.faultyDays).toBe(1);
  // What is to be counted anew is not compared before it was.
  expect(await check()).toBeNull();
  while ((await recountNext(site, tenantId)) === "more");
  site.passSeconds(60);
  expect(await check()).toBe(0);
  expect((await listChecks()).faults[0]?.mendedAt).not.toBeNull();
  expect((await year.get<OverviewReply>(path)).freshness.faultyDays).toBe(0);
});

test("whoever reaches one branch is told of its days and its faults alone", async () => {
  const { site, owner } = year;
  const all = await listChecks();
  const [found] = all.checks.filter(({ faults }) => faults === 1);
  const [fault] = all.faults;
  const sums = { branchDays: 0, faults: 0 };
  for (const { id } of year.branches) {
    const scope = { kind: "branches" as const, branchIds: [id] };
    const person = await site.invite(owner, { role: "viewer", ownRoleId: null, scope });
    const { body } = await person.ask<Checks>("GET", "/api/v1/reports/checks");
    expect(body.checks).toHaveLength(all.checks.length);
    const own = body.checks.find(({ checkedAt }) => checkedAt === found?.checkedAt);
    expect(own?.faults).toBe(fault?.branchId === id ? 1 : 0);
    expect(body.faults).toHaveLength(own?.faults ?? 0);
    sums.branchDays += own?.branchDays ?? 0;
    sums.faults += own?.faults ?? 0;
  }
  expect(sums).toEqual({ branchDays: found?.branchDays, faults: 1 });
});

test("who has visits counted anew is in the audit log, with the branches", async () => {
  const asked = await year.owner.ask("POST", "/api/v1/reports/recounts");
  expect(asked.status).toBe(202);
  const entries = await year.query<{ after: unknown }>(
    `select after from audit_entries
     where tenant_id = $tenant and action = 'POST /api/v1/reports/recounts'`,
  );
  const ids = year.branches.map(({ id }) => id).sort();
  expect(entries).toEqual([{ after: { recount: ids } }]);
  // How far it is can be seen, by whoever reaches one branch too, of that one alone.
  const branches = ids.length;
  expect((await listChecks()).recount).toEqual({ branches, waiting: branches });
  const scope = { kind: "branches" as const, branchIds: [ids[0] ?? ""] };
  const person = await year.site.invite(year.owner, { role: "viewer", ownRoleId: null, scope });
  const own = await person.ask<Checks>("GET", "/api/v1/reports/checks");
  expect(own.body.recount).toEqual({ branches: 1, waiting: 1 });
  expect((await person.ask("POST", "/api/v1/reports/recounts")).status).toBe(403);
  await recountNext(year.site, year.tenantId);
  expect((await listChecks()).recount).toEqual({ branches, waiting: branches - 1 });
  while ((await recountNext(year.site, year.tenantId)) === "more");
  expect((await listChecks()).recount).toEqual({ branches, waiting: 0 });
});

test("a night's check looks at the last days and some before them", async () => {
  const { site, tenantId } = year;
  site.passSeconds(60);
  const before = (await listChecks()).checks.length;
  await beginChecks(site.jobContext);
  const jobs = await year.query<{ task: string }>(
    `select task_identifier as task from graphile_worker.jobs
     where task_identifier = 'reports.check' and $tenant is not null`,
  );
  expect(jobs).toHaveLength(1);
  await workCheck(site.jobContext, { tenantId, payload: { tries: 0 } });
  const { checks } = await listChecks();
  expect(checks.length).toBeGreaterThan(before);
  expect(checks[0]?.faults).toBe(0);
});

test("what is behind the log is not checked but looked at again", async () => {
  const { site, tenantId, boxes } = year;
  const [box] = boxes;
  if (!box) throw new Error("There is no box.");
  await year.query(
    `update cursors set position = position - 1 where tenant_id = $tenant and feature = 'reports'`,
  );
  expect(await check()).toBeNull();
  await workCheck(site.jobContext, { tenantId, payload: { tries: 3 } });
  const [job] = await year.query<{ payload: { payload: { tries: number } } }>(
    `select private.payload from graphile_worker._private_jobs as private
     join graphile_worker.jobs on jobs.id = private.id
     where task_identifier = 'reports.check' and $tenant is not null`,
  );
  expect(job?.payload.payload.tries).toBe(4);
});

test("the command has the worker count a company's visits anew", async () => {
  const { site, tenantId } = year;
  const place = { databaseUrl: site.administratorUrl, dataFolder: "" };
  expect(await askForRecounts(place, "01990000-0000-7000-8000-000000000000")).toBe(0);
  expect(await askForRecounts(place, tenantId)).toBe(1);
  const [job] = await year.query<{ payload: { tenantId: string; payload: unknown } }>(
    `select private.payload from graphile_worker._private_jobs as private
     join graphile_worker.jobs on jobs.id = private.id
     where jobs.key = $tenant || ':reports.recount:all'`,
  );
  expect(job?.payload.tenantId).toBe(tenantId);
  await year.query("update report_hours set visits = visits + 1 where tenant_id = $tenant");
  const sum = "select sum(visits)::integer as n from report_hours where tenant_id = $tenant";
  const [{ n: wrong } = { n: 0 }] = await year.query<{ n: number }>(sum);
  await workRecounts(site.jobContext, { tenantId, payload: job?.payload.payload });
  const [{ n: right } = { n: 0 }] = await year.query<{ n: number }>(sum);
  expect(right).toBe((await year.listVisits()).length);
  expect(wrong).toBeGreaterThan(right);
});

test("what is counted over all branches and is not what theirs come to is mended by night", async () => {
  const { site, tenantId } = year;
  await year.query(
    `update cursors set position = (select max(position) from cursors where tenant_id = $tenant)
     where tenant_id = $tenant`,
  );
  while ((await recountNext(site, tenantId)) === "more");
  const read = async () => ({
    hours: await year.query(
      "select * from report_company_hours where tenant_id = $tenant order by day, hour",
    ),
    firsts: await year.query(
      "select * from report_company_cohorts where tenant_id = $tenant order by first_day, month",
    ),
  });
  const right = await read();
  await year.query("update report_company_hours set visits = visits + 1 where tenant_id = $tenant");
  await year.query("delete from report_company_cohorts where tenant_id = $tenant");
  site.passSeconds(60);
  expect(await check()).toBe(0);
  while ((await recountNext(site, tenantId)) === "more");
  expect(await read()).toEqual(right);
});

/** How a release takes the lock that knows of no sums by device, and of none over all branches. */
const OLDER = [
  [
    "after an upgrade was taken back",
    "update report_locks set taken_at = taken_at + interval '1 hour' where tenant_id = $tenant",
  ],
  [
    "before any release noted which sums it keeps",
    "update report_locks set sums = null, sums_taken_at = null where tenant_id = $tenant",
  ],
] as const;

test.each(OLDER)(
  "what an older release counted %s is counted anew by itself, and says so",
  async (_when, takeLock) => {
    const { site, tenantId, boxes } = year;
    const [box] = boxes;
    if (!box) throw new Error("There is no box.");
    const read = async () => ({
      hours: await year.query(
        "select * from report_company_hours where tenant_id = $tenant order by day, hour",
      ),
      days: await year.query(
        "select day, branch_id, visits, system_android from report_days where tenant_id = $tenant order by 1, 2",
      ),
    });
    const freshness = async () =>
      (await year.get<OverviewReply>("/reports/overview?from=2025-10-01&to=2026-11-19")).freshness;
    const right = await read();
    expect(await freshness()).toMatchObject({ isBehind: false, branchesCountedAnew: 0 });
    await year.query(takeLock);
    await year.query("update report_days set system_android = 0 where tenant_id = $tenant");
    await year.query("update report_company_hours set visits = 0 where tenant_id = $tenant");
    expect((await freshness()).isBehind).toBe(true);
    const seen = { deviceId: newId(), mac: "0A-00-5E-00-53-02", randomised: true };
    await year.push(box, [
      box.write("device.seen", { ...seen, nasId: NAS_ID, by: "portal" }, site.clock()),
    ]);
    expect((await freshness()).branchesCountedAnew).toBe(year.branches.length);
    while ((await recountNext(site, tenantId)) === "more");
    expect(await read()).toEqual(right);
    expect(await freshness()).toMatchObject({ isBehind: false, branchesCountedAnew: 0 });
    // Once.
    await year.push(box, [
      box.write("device.seen", { ...seen, nasId: NAS_ID, by: "portal" }, site.clock()),
    ]);
    expect((await freshness()).branchesCountedAnew).toBe(0);
  },
);

test("a device that is counted as another one is found by the check", async () => {
  const { site, tenantId } = year;
  const [row] = await year.query<{ day: string }>(
    `select day::text from report_days where tenant_id = $tenant and system_ios > 0
     and day < '2026-11-19' order by day limit 1`,
  );
  await year.query(
    `update report_days set system_ios = system_ios - 1, system_android = system_android + 1
     where tenant_id = $tenant and day = '${row?.day}' and system_ios > 0`,
  );
  site.passSeconds(60);
  expect(await check()).toBeGreaterThan(0);
  const [fault] = (await listChecks()).faults;
  expect(Object.keys((fault as { numbers: object }).numbers).toSorted()).toEqual([
    ...["system_android", "system_ios"],
  ]);
  while ((await recountNext(site, tenantId)) === "more");
});
