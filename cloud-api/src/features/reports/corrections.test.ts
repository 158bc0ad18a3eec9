import { pino } from "pino";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import * as naive from "../../../test/naive-reports.ts";
import { openReportYear, type ReportYear } from "../../../test/report-year.ts";
import { features } from "../../features.ts";
import { newId } from "../../platform/clock.ts";
import { replayFeature } from "../../platform/set-aside.ts";
import { keepNext } from "./due.ts";
import { recountAll, recountNext } from "./recount.ts";
import type { OverviewReply, SeriesReply } from "./schema.ts";

// What is told late, otherwise, or of somebody who turns out to be another corrects the past, to the
// numbers that counting all of it anew ends in.

let year: ReportYear;
let firstPhone = 0;
beforeAll(async () => {
  year = await openReportYear({ seed: 3, guests: 12 });
}, 300_000);
afterAll(() => year?.site.close());
beforeEach(() => {
  firstPhone += 1;
});

const TABLES = {
  report_visits: "visit_id",
  report_hours: "branch_id, day, hour",
  report_days: "branch_id, day",
  report_day_customers: "branch_id, day, customer_id",
  report_branch_customers: "branch_id, customer_id",
  report_returns: "branch_id, day, before",
  report_day_returns: "branch_id, day",
  report_company_returns: "day, before",
  report_company_day_returns: "day",
  report_company_hours: "day, hour",
  report_company_cohorts: "first_day, month",
  report_peaks: "branch_id, day, hour",
  report_use: "branch_id, day, hour, policy_id, nas_id",
};

/** All that is counted, but for when it changed. */
async function readCounted() {
  const { site, tenantId } = year;
  for (const kept of ["report_peaks", "report_use"] as const)
    while ((await keepNext(site, { tenantId, kept })) === "more");
  const counted: Record<string, unknown[]> = {};
  for (const [table, order] of Object.entries(TABLES))
    counted[table] = await year.query(
      `select to_jsonb(counted) - 'changed_at' as row from ${table} as counted
       where tenant_id = $tenant order by ${order}`,
    );
  return counted;
}

async function countAnew() {
  const { site, tenantId } = year;
  await site.database.inTenant(tenantId, recountAll);
  while ((await recountNext(site, tenantId)) === "more");
}

/** The overview's numbers, the list's, and what counting anew ends in are the same. */
async function expectRight() {
  const visits = naive.readVisits(await year.listVisits(), year.branches, await year.listWaysIn());
  for (const [from, to] of [
    ["2025-10-01", "2026-11-21"],
    ["2026-05-01", "2026-05-31"],
  ] as const) {
    const told = await year.get<OverviewReply>(`/reports/overview?from=${from}&to=${to}`);
    expect(told.figures).toEqual(naive.figures(visits, { from, to }));
    for (const { id, figures } of told.rows)
      expect(figures).toEqual(naive.figures(visits, { from, to, branchIds: [id ?? ""] }));
  }
  await expectNumbered();
  const counted = await readCounted();
  expect(counted.report_visits?.length).toBe(visits.length);
  await countAnew();
  expect(await readCounted()).toEqual(counted);
}

/** Each customer's visits are 1 to n, everywhere and at each branch, on the customer's own page too. */
async function expectNumbered() {
  type Numbered = { customer: string; branch: string; number: number; here: number };
  const rows = await year.query<Numbered>(
    `select customer_id as customer, branch_id as branch, number, number_at_branch as here
     from visits where tenant_id = $tenant and customer_id is not null
     order by started_at, id`,
  );
  const inOrder = (numbers: number[]) => expect(numbers).toEqual(numbers.map((_, at) => at + 1));
  for (const theirs of Map.groupBy(rows, ({ customer }) => customer).values()) {
    inOrder(theirs.map(({ number }) => number));
    for (const own of Map.groupBy(theirs, ({ branch }) => branch).values())
      inOrder(own.map(({ here }) => here));
  }
}

/** Somebody at a branch, and one visit of theirs. */
function meet(index: number, { at, minutes = 60 }: { at: string; minutes?: number }) {
  const box = year.boxes[index];
  if (!box) throw new Error(`There is no branch ${index}.`);
  const phone = `+8498${firstPhone}${index}${String(new Date(at).getTime()).slice(3, 8)}`;
  const startedAt = new Date(at);
  const guest = box.signIn({ phone, name: "Lan", at: startedAt });
  const endedAt = new Date(startedAt.getTime() + minutes * 60_000);
  const visit = box.visit({ ...guest, startedAt, endedAt });
  return { ...guest, ...visit, box, phone, startedAt, endedAt, arrival: guest.events };
}

async function findCustomer(phone: string): Promise<string> {
  type Found = { customers: { id: string }[] };
  const found = await year.get<Found>(`/customers?search=${encodeURIComponent(phone)}`);
  return found.customers[0]?.id ?? "";
}

test("what a year told in disorder comes to is what counting it anew ends in", expectRight);

test("MC-6.5 two records that become one are one customer whose visits are numbered without gaps, and two again when undone", async () => {
  const one = meet(0, { at: "2026-05-02T03:00:00Z" });
  const other = meet(2, { at: "2026-05-09T09:00:00Z" });
  await year.push(one.box, [...one.arrival, ...one.events]);
  await year.push(other.box, [...other.arrival, ...other.events]);
  const overview = () =>
    year
      .get<OverviewReply>("/reports/overview?from=2026-05-09&to=2026-05-09")
      .then(({ figures }) => [figures.newCustomers, figures.returningCustomers]);
  const [fresh = 0, known = 0] = await overview();
  const keptId = await findCustomer(one.phone);
  const goneId = await findCustomer(other.phone);
  // Both proved a number: only a record without one goes into another.
  const asked = await year.owner.ask<{ id: string }>("POST", "/api/v1/customer-merges", {
    keptId,
    goneId,
  });
  expect(asked.status).toBeLessThan(300);
  await year.site.follow(year.tenantId);
  const [merge] = await year.query<{ state: string }>(
    `select state from customer_merges where tenant_id = $tenant and id = '${asked.body.id}'`,
  );
  expect(merge?.state).toBe("merged");
  expect(await overview()).toEqual([fresh - 1, known + 1]);
  await expectRight();
  type Page = { visits: { number: number }[] };
  const { visits } = await year.get<Page>(`/customers/${keptId}/visits`);
  expect(visits.map(({ number }) => number).sort()).toEqual([1, 2]);
  const undone = await year.owner.ask("POST", `/api/v1/customer-merges/${asked.body.id}/undo`);
  expect(undone.status).toBeLessThan(300);
  await year.site.follow(year.tenantId);
  expect(await overview()).toEqual([fresh, known]);
  await expectRight();
});

test("part of MC-6.7: a visit told late is counted on its day, renumbers what came after it, and says so", async () => {
  const first = meet(1, { at: "2026-05-20T05:00:00Z" });
  await year.push(first.box, [...first.arrival, ...first.events]);
  const series = () =>
    year
      .get<SeriesReply>("/reports/series?from=2026-05-18&to=2026-05-20")
      .then(({ points }) => points);
  const before = await series();
  const guest = { guestId: first.guestId, deviceId: first.deviceId };
  const startedAt = new Date("2026-05-18T05:00:00Z");
  const endedAt = new Date("2026-05-18T06:30:00Z");
  year.site.passSeconds(3600);
  await year.push(first.box, first.box.visit({ ...guest, startedAt, endedAt }).events);
  const after = await series();
  const [was, is] = [before[0], after[0]];
  expect(is?.visits).toBe((was?.visits ?? 0) + 1);
  expect(is?.newCustomers).toBe((was?.newCustomers ?? 0) + 1);
  expect(after[2]?.newCustomers).toBe((before[2]?.newCustomers ?? 0) - 1);
  expect(is?.isCorrected).toBe(true);
  expect(Date.parse(is?.changedAt ?? "")).toBeGreaterThan(first.endedAt.getTime());
  await expectRight();
});

test("part of MC-6.7: by hour, the hours that a late visit changed say so, and no others, also once counted anew", async () => {
  const [noon, later] = ["2026-11-20T05:10:00Z", "2026-11-20T07:10:00Z"] as const;
  const first = meet(0, { at: noon, minutes: 20 });
  await year.push(first.box, [...first.arrival, ...first.events]);
  const said = async (more = "") => {
    const day = `from=2026-11-20&to=2026-11-20&branchIds=${first.box.branchId}${more}`;
    const { points } = await year.get<SeriesReply>(`/reports/series?unit=hour&${day}`);
    return points.filter(({ isCorrected }) => isCorrected).map(({ slot }) => slot);
  };
  expect(await said()).toEqual([]);
  year.site.passSeconds(3 * 86_400);
  const late = meet(0, { at: later, minutes: 20 });
  await year.push(late.box, [...late.arrival, ...late.events]);
  expect(await said()).toEqual(["2026-11-20T14"]);
  const { points } = await year.get<SeriesReply>(
    "/reports/series?from=2026-11-20&to=2026-11-20&hours=12",
  );
  expect(points[0]?.isCorrected).toBe(false);
  await countAnew();
  expect(await said()).toEqual(["2026-11-20T14"]);
});

test("a visit nobody was named for becomes its guest's, and one that moves back to an earlier day moves", async () => {
  const late = meet(2, { at: "2026-05-12T22:10:00Z", minutes: 30 });
  const nobody = late.box.visit({
    ...{ guestId: null, deviceId: late.deviceId },
    ...{ startedAt: late.startedAt, endedAt: null },
  });
  await year.push(late.box, nobody.events);
  await expectRight();
  await year.push(late.box, late.arrival);
  const { guestId, deviceId } = late;
  const recognised = { deviceId, guestId, nasId: newId(), proof: "radius" as const };
  await year.push(late.box, [late.box.write("device.recognised", recognised, late.startedAt)]);
  await expectRight();
  const { visitId } = nobody;
  const earlier = { visitId, deviceId, guestId, source: "wifi" as const };
  await year.push(late.box, [
    late.box.write(
      "visit.started",
      { ...earlier, startedAt: "2026-05-11T21:50:00Z" },
      new Date("2026-05-12T22:30:00Z"),
    ),
  ]);
  const [row] = await year.query<{ day: string }>(
    `select day::text from report_visits where tenant_id = $tenant and visit_id = '${visitId}'`,
  );
  expect(row?.day).toBe("2026-05-11");
  await expectRight();
});

test("what a session is told to have used later is added once, however often it is told", async () => {
  const told = meet(0, { at: "2026-05-14T02:00:00Z" });
  await year.push(told.box, [...told.arrival, ...told.events]);
  const { sessionId, visitId } = told;
  const usage = { connectedSeconds: 999, uploadBytes: 5_000_000, downloadBytes: 70_000_000 };
  const corrected = told.box.write("session.updated", { sessionId, visitId, ...usage });
  await year.push(told.box, [corrected, corrected]);
  await year.push(told.box, [corrected]);
  await expectRight();
});

test.each(["visits", "reports"])("after a replay of %s all is as it was", async (feature) => {
  const { site, tenantId } = year;
  const before = await readCounted();
  const options = { database: site.database, followers: features, log: pino({ level: "silent" }) };
  await replayFeature(options, { tenant: tenantId, feature });
  if (feature === "visits") expect(await recountNext(site, tenantId)).toBe("replaying");
  await site.follow(tenantId);
  while ((await recountNext(site, tenantId)) === "more");
  expect(await readCounted()).toEqual(before);
});

test("visits that come while the company is counted anew, some customers at a time, are counted once", async () => {
  const { site, tenantId, branches } = year;
  const people = [
    meet(0, { at: "2026-06-01T02:00:00Z" }),
    meet(1, { at: "2026-06-02T03:00:00Z" }),
  ] as const;
  for (const { box, arrival, events } of people) await year.push(box, [...arrival, ...events]);
  const ids = [await findCustomer(people[0].phone), await findCustomer(people[1].phone)];
  await site.database.inTenant(tenantId, recountAll);
  for (const _ of branches) expect(await recountNext(site, tenantId, 1)).toBe("more");
  let isBetween = false;
  for (let step = "more"; step === "more"; ) {
    step = await recountNext(site, tenantId, 1);
    const [counted] = await year.query<{ through: string | null }>(
      "select company_summed_through as through from report_locks where tenant_id = $tenant",
    );
    if (counted?.through !== ids.toSorted()[0]) continue;
    // Both once more: one was counted already, the other waits for it.
    isBetween = true;
    for (const { box, guestId, deviceId } of people) {
      const startedAt = new Date("2026-06-07T05:00:00Z");
      const endedAt = new Date("2026-06-07T06:00:00Z");
      await year.push(box, box.visit({ guestId, deviceId, startedAt, endedAt }).events);
    }
  }
  expect(isBetween).toBe(true);
  await expectRight();
}, 120_000);

test("a branch that gets another time zone is counted anew by it", async () => {
  const { site, tenantId, owner } = year;
  const [branch] = year.branches;
  if (!branch) throw new Error("There is no branch.");
  const path = `/api/v1/branches/${branch.id}/settings`;
  const { body } = await owner.ask<{ branch: object }>("GET", path);
  const settings = { ...body, branch: { ...body.branch, timeZone: "Asia/Kathmandu" } };
  expect((await owner.ask("PUT", path, settings)).status).toBe(200);
  branch.timeZone = "Asia/Kathmandu";
  await site.follow(tenantId);
  while ((await recountNext(site, tenantId)) === "more");
  await expectRight();
});

test("days that begin at another hour are counted anew; a viewer may not choose it", async () => {
  const { site, tenantId, owner } = year;
  const [, , branch] = year.branches;
  if (!branch) throw new Error("There is no branch.");
  const wanted = { branchIds: [branch.id], dayStartsHour: 6 };
  const viewer = await site.invite(owner, "viewer");
  const refused = await viewer.ask("PUT", "/api/v1/reports/day-starts", wanted);
  expect(refused.status).toBe(403);
  const past = { ...wanted, dayStartsHour: 12 };
  expect((await owner.ask("PUT", "/api/v1/reports/day-starts", past)).status).toBe(400);
  expect((await owner.ask("PUT", "/api/v1/reports/day-starts", wanted)).status).toBe(200);
  const { freshness } = await year.get<OverviewReply>("/reports/overview");
  expect(freshness.branchesCountedAnew).toBe(1);
  branch.dayStartsHour = 6;
  while ((await recountNext(site, tenantId)) === "more");
  await expectRight();
});
