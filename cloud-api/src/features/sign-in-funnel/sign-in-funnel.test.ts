import type { SignInCounted } from "@foyer/contract";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import {
  askUntil,
  type EnrolledBox,
  openTestSite,
  type TestSite,
  type TestStaff,
} from "../../../test/open-test-site.ts";
import type { FunnelReply } from "./schema.ts";

let site: TestSite;
let staff: TestStaff;
let branchId: string;
let box: EnrolledBox;

beforeAll(async () => {
  site = await openTestSite({ startsAt: new Date("2026-03-20T05:00:00Z") });
});
beforeEach(async () => {
  staff = await site.addOwner();
  branchId = (await staff.addBranch()).id;
  box = await staff.addBox(branchId);
});
afterAll(() => site?.close());

type Stretch = SignInCounted["stretches"][number];
const stretch = (seen: number, given: Partial<Stretch> = {}): Stretch => ({
  ...{ begunSecondsAgo: 0, seen, page: 0, asked: 0, right: 0 },
  ...{ onlineByCode: 0, onlineWithoutCode: 0, changedWay: 0 },
  ...given,
});
const counted = (at: string, stretches: Stretch[], from = box) =>
  from.write("sign-in.counted", { stretches }, new Date(at));
const ask = (query: string, by = staff) => by.get<FunnelReply>(`/api/v1/sign-in-funnel?${query}`);
const told = (query: string, seen: number) =>
  askUntil(
    () => ask(query),
    (reply) => reply.now.counts.seen === seen,
  );

test("what boxes count is added up by the day of the branch's clock, beside the days before and last year", async () => {
  await box.push([
    // Hà Nội is seven hours ahead: half past midnight on the 2nd.
    counted("2026-03-01T17:30:00Z", [stretch(5, { page: 4, asked: 3, right: 2, onlineByCode: 2 })]),
    counted("2026-03-02T02:00:00Z", [stretch(3, { page: 3, onlineWithoutCode: 1 }), stretch(1)]),
    counted("2026-03-01T16:59:00Z", [stretch(7)]),
    counted("2025-03-02T04:00:00Z", [stretch(11)]),
  ]);
  const reply = await told("from=2026-03-02&to=2026-03-02", 9);
  expect(reply.now.counts).toEqual({
    ...{ seen: 9, page: 7, asked: 3, right: 2, onlineByCode: 2 },
    ...{ onlineWithoutCode: 1, changedWay: 0 },
  });
  expect(reply.before).toMatchObject({
    period: { from: "2026-03-01", to: "2026-03-01" },
    counts: { seen: 7 },
  });
  expect(reply.lastYear.counts.seen).toBe(11);
});

test("a stretch counts in the hour in which it began, before its event", async () => {
  // Told at ten past midnight of what began at ten to.
  await box.push([
    counted("2026-03-01T17:10:00Z", [stretch(4, { begunSecondsAgo: 1200 }), stretch(2)]),
  ]);
  await told("from=2026-03-01&to=2026-03-01", 4);
  await told("from=2026-03-02&to=2026-03-02", 2);
});

test("an event that comes twice is counted once, and a replay comes to the same", async () => {
  const event = counted("2026-03-02T02:00:00Z", [stretch(3)]);
  await box.push([event]);
  await box.push([event]);
  await box.push([counted("2026-03-02T03:00:00Z", [stretch(1)])]);
  const query = "from=2026-03-02&to=2026-03-02";
  await told(query, 4);
  const replayed = await staff.request("POST", "/api/v1/replays", { feature: "sign-in-funnel" });
  expect(replayed.status).toBeLessThan(300);
  // Read after the replay has come to it: all of them, each once.
  await box.push([counted("2026-03-02T04:00:00Z", [stretch(1)])]);
  await told(query, 5);
});

test("a branch and a brand are asked for by themselves", async () => {
  const other = await staff.addBox((await staff.addBranch({ name: "Tây Hồ" })).id);
  await box.push([counted("2026-03-02T02:00:00Z", [stretch(3)])]);
  await other.push([counted("2026-03-02T02:00:00Z", [stretch(4)], other)]);
  const days = "from=2026-03-02&to=2026-03-02";
  await told(days, 7);
  expect((await ask(`${days}&branchIds=${branchId}`)).now.counts.seen).toBe(3);
  const brandId = "01990000-0000-7000-8000-000000000bad";
  const unknown = await staff.request("GET", `/api/v1/sign-in-funnel?${days}&brandId=${brandId}`);
  expect(unknown.status).toBe(404);
});

test("an hour that comes twice lies in one day, also where the day begins within it", async () => {
  const berlin = (await staff.addBranch({ name: "Berlin", timeZone: "Europe/Berlin" })).id;
  const far = await staff.addBox(berlin);
  const body = { branchIds: [berlin], dayStartsHour: 2 };
  const set = await staff.request("PUT", "/api/v1/reports/day-starts", body);
  expect(set.status).toBe(200);
  // Two o'clock strikes at midnight UTC, and an hour later once more.
  await far.push([
    counted("2025-10-25T23:30:00Z", [stretch(1)], far),
    counted("2025-10-26T00:30:00Z", [stretch(2)], far),
    counted("2025-10-26T01:30:00Z", [stretch(4)], far),
  ]);
  await told(`from=2025-10-26&to=2025-10-26&branchIds=${berlin}`, 6);
  await told(`from=2025-10-25&to=2025-10-25&branchIds=${berlin}`, 1);
});

test("one company's counts are nothing at another, and nobody reads them without an account", async () => {
  await box.push([counted("2026-03-02T02:00:00Z", [stretch(3)])]);
  const days = "from=2026-03-02&to=2026-03-02";
  await told(days, 3);
  expect((await ask(days, await site.addOwner("Other"))).now.counts.seen).toBe(0);
  expect((await ask(days, await site.addViewer(staff))).now.counts.seen).toBe(3);
  expect((await fetch(`${site.origin}/api/v1/sign-in-funnel?${days}`)).status).toBe(401);
});

test.each([
  ["from=2026-02-30&to=2026-03-02", "/from"],
  ["from=2026-03-03&to=2026-03-02", "/from"],
  ["from=1970-01-01&to=8999-12-31", "/from"],
  ["from=2026-03-02&to=2026-03-02&branchIds=all", "/branchIds"],
])("%s is refused at %s", async (query, field) => {
  const answer = await staff.request("GET", `/api/v1/sign-in-funnel?${query}`);
  expect(answer).toMatchObject({ status: 400, body: { code: "invalid", field } });
});
