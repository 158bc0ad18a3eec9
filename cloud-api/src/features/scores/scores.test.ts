import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import {
  askUntil,
  type EnrolledBox,
  openTestSite,
  type TestSite,
  type TestStaff,
} from "../../../test/open-test-site.ts";
import { newId } from "../../platform/clock.ts";
import { FIRST_SETTINGS } from "./rules.ts";
import type { CustomerScoreReply, ScoresReply } from "./schema.ts";

const HOUR = 3_600_000;
type Marks = { tier: { id: string; byRule: boolean } | null };

let site: TestSite;
let staff: TestStaff;
let branchId: string;
let box: EnrolledBox;
beforeAll(async () => {
  site = await openTestSite();
});
beforeEach(async () => {
  staff = await site.addOwner();
  branchId = (await staff.addBranch()).id;
  box = await staff.addBox(branchId);
});
afterAll(() => site?.close());

let phones = 0;
async function meet() {
  phones += 1;
  const phone = `+8494${String(phones).padStart(7, "0")}`;
  const { events, ...ids } = box.signIn({ phone, name: "Lan" });
  await box.push(events);
  type Found = { customers: { id: string }[]; total: number };
  const found = await askUntil(
    () => staff.get<Found>(`/api/v1/customers?search=${phone.slice(-7)}`),
    ({ total }) => total === 1,
  );
  return { ...ids, customerId: found.customers[0]?.id ?? "" };
}
type Guest = Awaited<ReturnType<typeof meet>>;
async function visit({ guestId, deviceId }: Guest, daysAgo: number) {
  const startedAt = new Date(site.now().getTime() - daysAgo * 24 * HOUR);
  const endedAt = new Date(startedAt.getTime() + 600_000);
  await box.push(box.visit({ guestId, deviceId, startedAt, endedAt }).events);
}
const addTier = async (name: string) =>
  ((await staff.request("POST", "/api/v1/tiers", { name })).body as { id: string }).id;
const save = (change: object) =>
  staff.request("PUT", "/api/v1/scores", { ...FIRST_SETTINGS, ...change });
const tierOf = async ({ customerId }: Guest) =>
  (await staff.get<Marks>(`/api/v1/customers/${customerId}/marks`)).tier;
const scoreOf = async ({ customerId }: Guest) =>
  (await staff.get<CustomerScoreReply>(`/api/v1/customers/${customerId}/score`)).score;
const isTier = (guest: Guest, id: string | null) =>
  askUntil(
    async () => (await tierOf(guest))?.id ?? null,
    (found) => found === id,
  );

test("visits are worth points at once, and forgotten customers have none", async () => {
  const lan = await meet();
  expect(await scoreOf(lan)).toBeNull();
  for (const days of [100, 40, 1]) await visit(lan, days);
  const score = await askUntil(
    () => scoreOf(lan),
    (found) => found?.visits === 3,
  );
  // 99 days from first to last: 3 of 5; yesterday: 5 of 5; three visits: 2 of 5.
  expect(score).toMatchObject({ length: 3, recency: 5, frequency: 2, total: 10 });
  const asked = { guestId: lan.guestId, deviceId: lan.deviceId, nasId: newId() };
  const request = { ...asked, requestId: newId(), language: "vi" as const };
  await box.push([box.write("guest.deletion-requested", request)]);
  await askUntil(
    () => scoreOf(lan),
    (found) => found === null,
  );
});

test("points give the tier they are worth, and a policy's guests on the box hear of it", async () => {
  const [bronze, gold] = [await addTier("Đồng"), await addTier("Vàng")];
  const lan = await meet();
  await visit(lan, 1);
  const ranks = [
    { tierId: bronze, totalMin: 5 },
    { tierId: gold, totalMin: 9 },
  ];
  expect((await save({ ranks })).status).toBe(200);
  await isTier(lan, bronze);
  expect(await tierOf(lan)).toMatchObject({ byRule: true });
  for (const days of [40, 30, 20]) await visit(lan, days);
  await isTier(lan, gold);
  const told = await askUntil(
    async () => (await box.pull({ guests: 0 }))?.knownGuests?.guests ?? [],
    (guests) => guests.some(({ tier }) => tier === gold),
  );
  expect(told.map(({ tier }) => tier)).toEqual([gold]);
  // Settings by which she has too few points take it again.
  expect((await save({ ranks: [{ tierId: gold, totalMin: 15 }] })).status).toBe(200);
  await isTier(lan, null);
  const events = await site.listEvents(staff.tenantId, "customer.tier-changed");
  expect(events.every(({ payload }) => payload.staffId === null)).toBe(true);
});

test("a tier that staff gave stays, and points have their say when staff take it back", async () => {
  const [bronze, gold] = [await addTier("Đồng"), await addTier("Vàng")];
  const lan = await meet();
  const path = `/api/v1/customers/${lan.customerId}/tier`;
  expect((await staff.request("PUT", path, { tierId: gold })).status).toBe(200);
  expect((await save({ ranks: [{ tierId: bronze, totalMin: 3 }] })).status).toBe(200);
  await visit(lan, 1);
  await askUntil(
    () => scoreOf(lan),
    (found) => found !== null,
  );
  expect(await tierOf(lan)).toMatchObject({ id: gold, byRule: false });
  expect((await staff.request("PUT", path, { tierId: null })).status).toBe(200);
  await isTier(lan, bronze);
});

test("a segment asks for points, and follows them", async () => {
  const lan = await meet();
  const condition = { kind: "score", part: "frequency", points: { min: 2 } };
  const tree = { kind: "all", of: [condition] };
  const made = await staff.request("POST", "/api/v1/segments", { name: "Hay đến", tree });
  expect(made.status).toBe(201);
  type Segments = { segments: { customers: number; judging: unknown }[] };
  const count = (wanted: number) =>
    askUntil(
      async () => (await staff.get<Segments>("/api/v1/segments")).segments[0],
      (found) => found?.customers === wanted && found.judging === null,
    );
  await count(0);
  for (const days of [3, 1]) await visit(lan, days);
  await count(1);
  // Other bounds: nobody is told of one by one, and the segment is judged anew.
  expect((await save({ visits: [3, 4, 5, 6] })).status).toBe(200);
  await count(0);
});

test("bounds that do not rise and tiers that are not there are refused, and viewers change nothing", async () => {
  const gold = await addTier("Vàng");
  expect(await save({ visits: [2, 2, 3, 4] })).toMatchObject({
    ...{ status: 400, body: { field: "/visits/1" } },
  });
  const ranks = [
    { tierId: gold, totalMin: 5 },
    { tierId: newId(), totalMin: 9 },
  ];
  expect(await save({ ranks })).toMatchObject({
    ...{ status: 400, body: { field: "/ranks/1/tierId" } },
  });
  const viewer = await site.addViewer(staff);
  expect((await viewer.request("PUT", "/api/v1/scores", FIRST_SETTINGS)).status).toBe(403);
  const { settings } = await viewer.get<ScoresReply>("/api/v1/scores");
  expect(settings).toEqual(FIRST_SETTINGS);
});
