import { afterAll, beforeAll, expect, test } from "vitest";
import * as naive from "../../../test/naive-reports.ts";
import { expectOpened } from "../../../test/opened-rows.ts";
import { openReportYear, type ReportYear } from "../../../test/report-year.ts";
import { checkDays } from "./check.ts";
import { beginDue, DUE_TASK, keepNext, workDue } from "./due.ts";
import { recountAll, recountNext } from "./recount.ts";
import type { CrowdReply } from "./schema.ts";

// Guests at once are kept by hour, and counted one by one of the days that wait for it: whichever way, they
// are those of the raw visits.

let year: ReportYear;
let whole: naive.NaiveQuestion;
beforeAll(async () => {
  year = await openReportYear({ seed: 71, guests: 20 });
  whole = { from: "2025-10-01", to: "2026-11-21" };
}, 300_000);
afterAll(() => year?.site.close());

const words = (asked: naive.NaiveQuestion) =>
  Object.entries(asked)
    .map(([name, value]) => `${name}=${Array.isArray(value) ? value.join(",") : value}`)
    .join("&");
const find = (asked: naive.NaiveQuestion) => year.get<CrowdReply>(`/reports/crowd?${words(asked)}`);
const countDue = async () =>
  (await year.query("select day from report_peaks_due where tenant_id = $tenant")).length;
const keepSome = (daysAtOnce?: number) =>
  keepNext(year.site, { tenantId: year.tenantId, kept: "report_peaks", daysAtOnce });
async function keepAll(daysAtOnce?: number) {
  while ((await keepSome(daysAtOnce)) === "more");
  expect(await countDue()).toBe(0);
}
const listKept = () =>
  year.query(
    `select branch_id, day::text, hour, peak, at_second from report_peaks
     where tenant_id = $tenant order by branch_id, day, hour`,
  );

/** Every cell is the one that the raw visits come to, looked at one by one. */
async function expectRight() {
  const visits = naive.readVisits(await year.listVisits(), year.branches, await year.listWaysIn());
  const branchIds = year.branches.slice(1).map(({ id }) => id);
  for (const asked of [
    whole,
    { from: "2026-10-20", to: "2026-10-31", branchIds },
    { ...whole, hours: [0, 1, 2, 3, 9], weekdays: [6, 7] },
  ]) {
    const told = await find(asked);
    const peaks = [...naive.peaks(visits, asked)];
    const most = (own: [string, number][]) => Math.max(0, ...own.map(([, count]) => count));
    const ofHour = (hour: number) =>
      peaks.filter(([slot]) => slot.endsWith(`T${String(hour).padStart(2, "0")}`));
    expect(told.hours.map(({ peak }) => peak)).toEqual(
      told.hours.map(({ hour }) => most(ofHour(hour))),
    );
    for (const { branchId, peak, day, hour } of told.rows) {
      const own = peaks.filter(([slot]) => slot.startsWith(branchId));
      expect([branchId, peak]).toEqual([branchId, most(own)]);
      const slot = `${branchId} ${day}T${String(hour).padStart(2, "0")}`;
      if (peak > 0) expect(new Map(own).get(slot)).toBe(peak);
    }
  }
}

test("what is kept of guests at once is what the visits come to, and so is what waits for it", async () => {
  expect(await countDue()).toBeGreaterThan(100);
  await expectRight();
  const before = await find(whole);
  // Some days are kept, and others wait for it.
  await keepSome(70);
  expect(await countDue()).toBeGreaterThan(20);
  expect(await find(whole)).toEqual(before);
  await keepAll(70);
  await expectRight();
  const kept = await find(whole);
  expect(kept).toEqual(before);
  for (const { opens, peak } of kept.rows) if (opens) await expectOpened(year, opens, peak);
}, 120_000);

test("a visit told late, of three days, is among the guests of each at once, and is kept with them", async () => {
  await keepAll();
  const [box] = year.boxes;
  if (!box) throw new Error("There is no box.");
  const startedAt = new Date("2026-04-14T03:00:00Z");
  const endedAt = new Date("2026-04-16T20:30:00Z");
  const guest = box.signIn({ phone: "+84987654321", name: "Lan", at: startedAt });
  const { events } = box.visit({ ...guest, startedAt, endedAt });
  const days = { from: "2026-04-15", to: "2026-04-15", branchIds: [box.branchId] };
  const before = (await find(days)).hours.map(({ peak }) => peak);
  await year.push(box, [...guest.events, ...events]);
  // In the middle of it everybody is one more; the branch's clock is seven hours ahead.
  expect((await find(days)).hours.map(({ peak }) => peak)).toEqual(before.map((peak) => peak + 1));
  const due = await year.query<{ day: string }>(
    "select day::text from report_peaks_due where tenant_id = $tenant order by day",
  );
  expect(due.map(({ day }) => day)).toEqual([
    ...["2026-04-14", "2026-04-15", "2026-04-16", "2026-04-17"],
  ]);
  await keepAll();
  await expectRight();
}, 120_000);

test("what a visit used, and whose it is, has no day counted anew", async () => {
  await keepAll();
  const [box] = year.boxes;
  if (!box) throw new Error("There is no box.");
  const startedAt = new Date("2026-03-05T03:00:00Z");
  const endedAt = new Date("2026-03-05T04:00:00Z");
  const guest = box.signIn({ phone: "+84987654300", name: "Lan", at: startedAt });
  // Whose it is is told later.
  const { events, visitId, sessionId } = box.visit({ ...guest, startedAt, endedAt });
  await year.push(box, events);
  expect(await countDue()).toBe(1);
  await keepAll();
  const usage = { connectedSeconds: 999, uploadBytes: 5_000_000, downloadBytes: 70_000_000 };
  await year.push(box, [
    ...guest.events,
    box.write("session.updated", { sessionId, visitId, ...usage }),
  ]);
  const [counted] = await year.query<{ seconds: number; isSomebodys: boolean }>(
    `select connected_seconds::float as seconds, customer_id is not null as "isSomebodys"
     from report_visits where tenant_id = $tenant and visit_id = '${visitId}'`,
  );
  expect(counted).toEqual({ seconds: 999, isSomebodys: true });
  expect(await countDue()).toBe(0);
});

test("counting everything anew ends in the same peaks, and leaves no day waiting", async () => {
  const { site, tenantId } = year;
  await keepAll();
  const kept = await listKept();
  expect(kept.length).toBeGreaterThan(200);
  await year.query("update report_peaks set peak = peak + 3 where tenant_id = $tenant");
  await year.query(
    `insert into report_peaks_due (tenant_id, branch_id, day)
     select tenant_id, branch_id, day from report_days where tenant_id = $tenant`,
  );
  await site.database.inTenant(tenantId, recountAll);
  while ((await recountNext(site, tenantId)) === "more");
  expect(await countDue()).toBe(0);
  expect(await listKept()).toEqual(kept);
});

test("the hour has the worker keep what waits, and a night's check finds a peak that is not the visits'", async () => {
  const { site, tenantId } = year;
  await keepAll();
  const right = await listKept();
  const period = { from: "2025-10-01", to: "2026-11-19" };
  expect(await checkDays(site.database, { tenantId, period })).toBe(0);
  const [fault] = await year.query<{ branch: string; day: string; hour: number }>(
    `update report_peaks set peak = peak + 1 where (tenant_id, branch_id, day, hour) = (
       select tenant_id, branch_id, day, hour from report_peaks
       where tenant_id = $tenant and day < '2026-11-01' order by day, hour limit 1)
     returning branch_id as branch, day::text, hour`,
  );
  site.passSeconds(60);
  const [wait, forget] = [
    `insert into report_peaks_due (tenant_id, branch_id, day)
     values ($tenant, '${fault?.branch}', '${fault?.day}')`,
    "delete from report_peaks_due where tenant_id = $tenant",
  ] as const;
  // Of what waits nothing is told by what is kept.
  await year.query(wait);
  expect(await checkDays(site.database, { tenantId, period })).toBe(0);
  await year.query(forget);
  site.passSeconds(60);
  expect(await checkDays(site.database, { tenantId, period })).toBe(1);
  while ((await recountNext(site, tenantId)) === "more");
  expect(await listKept()).toEqual(right);
  await year.query(wait);
  await beginDue(site.jobContext);
  const jobs = await year.query(
    `select id from graphile_worker.jobs where task_identifier = '${DUE_TASK}' and $tenant is not null`,
  );
  expect(jobs).toHaveLength(1);
  await workDue(site.jobContext, { tenantId });
  expect(await countDue()).toBe(0);
  expect(await listKept()).toEqual(right);
}, 120_000);

test("of a company with more visits than are counted one by one it is told, but for days that wait", async () => {
  await keepAll();
  const before = await find(whole);
  const more = (visits: number) =>
    year.query(
      `update report_days set visits = visits + ${visits}
       where (tenant_id, branch_id, day) = (select tenant_id, branch_id, day from report_days
         where tenant_id = $tenant order by day, branch_id limit 1)
       returning branch_id as branch, day::text`,
    );
  const [busy] = (await more(600_000)) as { branch: string; day: string }[];
  expect((await find(whole)).rows).toEqual(before.rows);
  const narrowed = await year.owner.ask("GET", `/api/v1/reports/crowd?${words(whole)}&forms=phone`);
  expect(narrowed).toMatchObject({ status: 400, body: { field: "/from" } });
  await year.query(
    `insert into report_peaks_due (tenant_id, branch_id, day)
     values ($tenant, '${busy?.branch}', '${busy?.day}')`,
  );
  const refused = await year.owner.ask("GET", `/api/v1/reports/crowd?${words(whole)}`);
  expect(refused).toMatchObject({ status: 400, body: { field: "/from" } });
  await keepAll();
  expect((await find(whole)).rows).toEqual(before.rows);
  await more(-600_000);
});

test("whoever reaches one branch is told of its guests at once alone", async () => {
  const [one] = year.branches;
  const scope = { kind: "branches" as const, branchIds: [one?.id ?? ""] };
  const person = await year.site.invite(year.owner, { role: "viewer", ownRoleId: null, scope });
  const own = await find({ ...whole, branchIds: [one?.id ?? ""] });
  const path = `/api/v1/reports/crowd?${words(whole)}`;
  const { body } = await person.ask<CrowdReply>("GET", path);
  expect(body.hours.map(({ peak, branchId }) => [peak, branchId])).toEqual(
    own.hours.map(({ peak, branchId }) => [peak, branchId]),
  );
  expect(body.rows.map(({ branchId, peak }) => [branchId, peak])).toEqual([
    [one?.id, own.rows[0]?.peak],
  ]);
});
