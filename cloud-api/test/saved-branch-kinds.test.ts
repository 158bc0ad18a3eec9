import { beforeEach, expect, test } from "vitest";
import type { OverviewReply } from "../src/features/reports/schema.ts";
import type { FunnelReply } from "../src/features/sign-in-funnel/schema.ts";
import { numbersOf, openKeptReports } from "./kept-reports.ts";
import { askUntil, type EnrolledBox, type TestStaff } from "./open-test-site.ts";
import { openTwoBranches } from "./open-two-branches.ts";

const place = openTwoBranches({
  startsAt: new Date("2026-03-20T05:00:00Z"),
  otherName: "Bến Thành",
});
const DAYS = { from: "2026-03-02", to: "2026-03-03" };
const AT = new Date("2026-03-02T05:00:00Z");
const { save, tell } = openKeptReports({ report: "overview", days: DAYS });
let owner: TestStaff;

/** Two visits and nine devices at a café, one and two at what nobody has called anything. */
beforeEach(async () => {
  owner = place.staff;
  await become(place.box, "cafe");
  await fill(place.box, { guests: 2, seen: 9 });
  await fill(place.other, { guests: 1, seen: 2 });
  await askUntil(
    () => owner.get<OverviewReply>("/api/v1/reports/overview?from=2026-03-01&to=2026-03-20"),
    ({ figures }) => figures.visits === 3,
  );
});

const become = async ({ branchId }: EnrolledBox, kind: string | null) => {
  const { status } = await owner.request("PATCH", `/api/v1/branches/${branchId}`, { kind });
  expect(status).toBe(200);
};

async function fill(box: EnrolledBox, { guests, seen }: { guests: number; seen: number }) {
  const stretch = { begunSecondsAgo: 0, seen, page: 0, asked: 0, right: 0, onlineByCode: 0 };
  const stretches = [{ ...stretch, onlineWithoutCode: 0, changedWay: 0 }];
  const events = [box.write("sign-in.counted", { stretches }, AT)];
  for (let at = 0; at < guests; at += 1) {
    const { events: signedIn, guestId, deviceId } = box.signIn({ phone: `+8491234567${at}` });
    const visit = box.visit({ guestId, deviceId, startedAt: AT, endedAt: AT });
    events.push(...signedIn, ...visit.events);
  }
  await box.push(events);
}

test("a report of a kind of branch counts those that are of it, and its files say so", async () => {
  const asked = "/api/v1/reports/overview?from=2026-03-01&to=2026-03-20&branchKind";
  const cafes = await owner.get<OverviewReply>(`${asked}=cafe`);
  expect([cafes.figures.visits, cafes.rows.map(({ name }) => name)]).toEqual([2, ["Hồ Gươm"]]);
  expect((await owner.get<OverviewReply>(`${asked}=hotel`)).figures.visits).toBe(0);
  expect((await owner.request("GET", `${asked}=castle`)).status).toBe(400);
  const within = `${asked}=cafe&branchIds=${place.other.branchId}`;
  expect((await owner.get<OverviewReply>(within)).figures.visits).toBe(0);
  const funnel = await owner.get<FunnelReply>(
    `/api/v1/sign-in-funnel?from=${DAYS.from}&to=${DAYS.to}&branchKind=cafe`,
  );
  expect(funnel.now.counts.seen).toBe(9);
});

test("a saved report of a kind follows the kind: a branch that becomes one is in it, and one that is it no more is not", async () => {
  const visits = await save(owner, { query: { branchKind: "cafe" } });
  const funnel = await save(owner, { report: "sign-in-funnel", query: { branchKind: "cafe" } });
  const count = async () => [
    numbersOf(await tell(owner, visits)).visits?.[0],
    numbersOf(await tell(owner, funnel)).devicesSeen?.[0],
  ];
  expect(await count()).toEqual([2, 9]);
  await become(place.other, "cafe");
  expect(await count()).toEqual([3, 11]);
  await become(place.box, "bar");
  expect(await count()).toEqual([1, 2]);
  await become(place.other, null);
  expect(await count()).toEqual([0, 0]);
});

test("of a kind somebody is told their own branches, and refused where none of theirs is of it", async () => {
  await become(place.other, "cafe");
  const shared = await save(owner, { query: { branchKind: "cafe" } });
  const manager = await place.site.addStaffOf(owner, [place.other.branchId]);
  expect(numbersOf(await tell(manager, shared)).visits?.[0]).toBe(1);
  await become(place.other, "bar");
  const path = `/api/v1/saved-reports/${shared}/figures`;
  expect((await manager.request("GET", path)).status).toBe(403);
});
