import { afterAll, beforeAll, expect, test } from "vitest";
import { openReportYear, type ReportYear, YEAR_ENDS } from "../../../test/report-year.ts";
import { NAS_ID } from "../../../test/test-box.ts";
import { newId } from "../../platform/clock.ts";
import type { DevicesReply, OverviewReply } from "./schema.ts";

// What narrowed reports say is worked out once more in reports.test.ts; here is what is refused, and
// what is told late.

let year: ReportYear;
beforeAll(async () => {
  year = await openReportYear({ seed: 9, guests: 4 });
}, 300_000);
afterAll(() => year?.site.close());

const DAY_MS = 86_400_000;
const DAY = "from=2026-11-18&to=2026-11-18";
const ask = (path: string) => year.owner.ask<object>("GET", `/api/v1/reports/${path}`);
const make = async (path: string, body: object) =>
  (await year.owner.ask<{ id: string }>("POST", `/api/v1/${path}`, body)).body;
const count = async (query: string) => {
  const path = `/reports/overview?${DAY}&branchIds=${year.branches[0]?.id}&${query}`;
  return (await year.get<OverviewReply>(path)).figures.visits;
};

test("a way in and a device that are told after their visit change how it is told apart", async () => {
  const [box] = year.boxes;
  if (!box) throw new Error("There is no box.");
  const startedAt = new Date("2026-11-18T03:15:00Z");
  const ids = { guestId: newId(), deviceId: newId() };
  const endedAt = new Date("2026-11-18T04:00:00Z");
  await year.push(box, box.visit({ ...ids, startedAt, endedAt }).events);
  const [unknown, online] = [await count("methods=unknown"), await count("methods=phone-code")];
  const given = await count("devices=given");
  expect(unknown).toBeGreaterThan(0);
  const online1 = { ...ids, nasId: NAS_ID, method: "phone-code" as const, policyId: newId() };
  await year.push(box, [
    box.write("guest.connected", online1, new Date("2026-11-18T03:14:00Z")),
    // The second counts no more, and one of another hour is not this visit's.
    box.write("guest.connected", { ...online1, method: "returning" }, startedAt),
    box.write("guest.connected", { ...online1, method: "room" }, new Date("2026-11-18T01:00:00Z")),
  ]);
  expect(await count("methods=unknown")).toBe(unknown - 1);
  expect(await count("methods=phone-code")).toBe(online + 1);
  expect(await count("methods=room")).toBe(0);
  const seen = { deviceId: ids.deviceId, mac: "0A-00-5E-00-53-01", randomised: true };
  await year.push(box, [
    box.write("device.seen", { ...seen, nasId: NAS_ID, by: "portal" }, startedAt),
  ]);
  expect(await count("devices=given")).toBe(given - 1);
  const { rows } = await year.get<DevicesReply>(`/reports/devices?${DAY}`);
  expect(rows.find(({ kind }) => kind === "made-up")?.visits).toBeGreaterThan(0);
});

test("what a browser says after its visit changes what the visit came on, and so does a correction", async () => {
  const [box] = year.boxes;
  if (!box) throw new Error("There is no box.");
  const startedAt = new Date("2026-11-18T03:20:00Z");
  const ids = { guestId: newId(), deviceId: newId() };
  const endedAt = new Date("2026-11-18T04:00:00Z");
  const say = (system: string, form: string | null, at: Date) =>
    year.push(box, [box.write("device.described", { deviceId: ids.deviceId, system, form }, at)]);
  const unknown = await count("systems=unknown&forms=unknown");
  await year.push(box, box.visit({ ...ids, startedAt, endedAt }).events);
  expect(await count("systems=unknown&forms=unknown")).toBe(unknown + 1);
  const [ios, macos] = [await count("systems=ios"), await count("systems=macos")];
  await say("macos", null, startedAt);
  expect(await count("systems=macos&forms=unknown")).toBe(macos + 1);
  await say("ios", "tablet", endedAt);
  // Told once more of what was said before it.
  await say("macos", null, startedAt);
  expect([await count("systems=ios"), await count("systems=macos")]).toEqual([ios + 1, macos]);
  expect(await count("systems=ios,android&forms=tablet")).toBeGreaterThan(0);
  expect(await count("systems=ios&forms=phone")).toBe(0);
});

test.each([
  ["sign-ins?devices=large", "/devices"],
  ["cohorts?devices=large", "/devices"],
  ["return-gaps.csv?hours=24", "/hours"],
  ["overview?devices=large", "/devices"],
  ["overview?systems=solaris", "/systems"],
  ["devices.csv?forms=fridge", "/forms"],
  ["overview?methods=1", "/methods"],
  ["series?languages=v%20i", "/languages"],
])("%s is refused at %s", async (path, field) => {
  expect(await ask(path)).toMatchObject({ status: 400, body: { code: "invalid", field } });
});

test("by segment and tag narrows whoever may see these", async () => {
  const made = await year.owner.ask<{ id: string }>("POST", "/api/v1/roles", {
    ...{ name: "Reports", permissions: ["reports.read"] },
  });
  const role = { role: null, ownRoleId: made.body.id, scope: { kind: "tenant" as const } };
  const person = await year.site.invite(year.owner, role);
  for (const narrowed of ["segmentId", "tagId"]) {
    const path = `/api/v1/reports/overview?${DAY}&${narrowed}=${newId()}`;
    expect((await person.ask("GET", path)).status).toBe(403);
    // Nobody is in what is not there.
    const { status, body } = await year.owner.ask<OverviewReply>("GET", path);
    expect([status, body.figures.visits]).toEqual([200, 0]);
  }
});

test("part of MC-2.3: of those whom an advert brought, by its tag, who first came within the days is new", async () => {
  const { id: tagId } = await make("tags", { name: "Quảng cáo tháng 11" });
  const firsts = new Map<string, Date>();
  for (const { customerId, startedAt } of await year.listVisits())
    if (customerId !== null && startedAt < (firsts.get(customerId) ?? YEAR_ENDS))
      firsts.set(customerId, startedAt);
  const brought = [...firsts].toSorted(([, a], [, b]) => a.getTime() - b.getTime()).slice(1);
  for (const [id] of brought)
    await year.owner.ask("PUT", `/api/v1/customers/${id}/tags`, { tagIds: [tagId] });
  const dayOf = (at: Date) => at.toISOString().slice(0, 10);
  for (const [, firstAt] of brought) {
    // Days that hold this first visit and hardly another, a day more on each side for the time zones.
    const [from, to] = [-DAY_MS, DAY_MS].map((step) => dayOf(new Date(firstAt.getTime() + step)));
    const within = brought.filter(([, at]) => dayOf(at) >= String(from) && dayOf(at) <= String(to));
    const asked = `/reports/overview?from=${from}&to=${to}&tagId=${tagId}`;
    const { figures } = await year.get<OverviewReply>(asked);
    expect(figures.newCustomers).toBeGreaterThan(0);
    expect(figures.newCustomers).toBeLessThanOrEqual(within.length);
  }
  const all = await year.get<OverviewReply>(
    `/reports/overview?from=2025-10-01&to=2026-11-20&tagId=${tagId}`,
  );
  expect(all.figures.newCustomers).toBe(brought.length);
});

test("days with more visits than can be counted one by one are refused, and say so", async () => {
  const day = "2026-11-17";
  const setVisits = (visits: number) =>
    year.query(
      `insert into report_days (tenant_id, branch_id, day, visits, changed_at)
       values ($tenant, '${year.branches[0]?.id}', '${day}', ${visits}, now())
       on conflict (tenant_id, branch_id, day) do update set visits = excluded.visits`,
    );
  const expectRefused = async (path: string, bound: string) => {
    const told = await ask(path);
    expect(told).toMatchObject({ status: 400, body: { code: "invalid", field: "/from" } });
    expect(JSON.stringify(told.body)).toContain(bound);
  };
  const that = `from=${day}&to=${day}`;
  await setVisits(100_001);
  await expectRefused(`overview?${that}&devices=given`, "100,000");
  await expectRefused(`series?${that}&languages=vi`, "100,000");
  // The day before that of the overview has too many, its own day has not.
  await expectRefused(`overview?${DAY}&devices=given`, "100,000");
  expect((await ask(`series?${DAY}&devices=given`)).status).toBe(200);
  for (const path of ["overview", "crowd", "policies"])
    expect([path, (await ask(`${path}?${that}`)).status]).toEqual([path, 200]);
  // What is offered in its place is answered.
  const offers = async (report: string, period: string, from: string) => {
    const told = await ask(`${report}?${period}&devices=given`);
    const instead = { from, to: "2026-11-20" };
    expect(told).toMatchObject({ status: 400, body: { instead } });
    const days = `from=${instead.from}&to=${instead.to}`;
    expect((await ask(`${report}?${days}&devices=given`)).status).toBe(200);
  };
  await offers("series", "from=2026-11-10&to=2026-11-20", "2026-11-18");
  for (const report of ["overview", "systems"])
    await offers(report, "from=2026-11-16&to=2026-11-20", "2026-11-20");
  expect((await ask(`series?${that}&devices=given`)).body).not.toHaveProperty("instead");
  await setVisits(500_001);
  expect((await ask(`policies?${that}`)).status).toBe(200);
  await year.query(
    `insert into report_use_due (tenant_id, branch_id, day)
     values ($tenant, '${year.branches[0]?.id}', '${day}')`,
  );
  await expectRefused(`policies?${that}`, "500,000");
  const wide = await ask("access-points?from=2026-10-01&to=2026-11-20");
  expect(wide.body).toMatchObject({ instead: { from: "2026-11-18", to: "2026-11-20" } });
  expect((await ask(`overview?${that}`)).status).toBe(200);
});
