import type { SignInCounted } from "@foyer/contract";
import { beforeEach, expect, test } from "vitest";
import type { FunnelReply } from "../src/features/sign-in-funnel/schema.ts";
import { newId } from "../src/platform/clock.ts";
import { numbersOf, openKeptReports, refusalOf, rowsOf } from "./kept-reports.ts";
import { askUntil, type EnrolledBox, type TestStaff } from "./open-test-site.ts";
import { openTwoBranches } from "./open-two-branches.ts";

const place = openTwoBranches({
  startsAt: new Date("2026-03-20T05:00:00Z"),
  otherName: "Bến Thành",
});
let owner: TestStaff;
/** Hồ Gươm and Bến Thành. */
let branchIds: string[];

const DAYS = { from: "2026-03-02", to: "2026-03-03" };
const { keep, save, tell, look, take } = openKeptReports({ report: "sign-in-funnel", days: DAYS });

beforeEach(async () => {
  owner = place.staff;
  branchIds = [place.box.branchId, place.other.branchId];
  await fill([place.box, place.other]);
});

type Stretch = SignInCounted["stretches"][number];
const counted = (box: EnrolledBox, at: string, counts: Partial<Stretch>) =>
  box.write(
    "sign-in.counted",
    {
      stretches: [
        {
          ...{ begunSecondsAgo: 0, seen: 0, page: 0, asked: 0, right: 0 },
          ...{ onlineByCode: 0, onlineWithoutCode: 0, changedWay: 0, ...counts },
        },
      ],
    },
    new Date(at),
  );

async function fill([first, second]: [EnrolledBox, EnrolledBox]): Promise<void> {
  const early = { seen: 9, page: 8, asked: 5, right: 4, onlineByCode: 3 };
  await first.push([
    // Half past midnight on the 2nd in Hà Nội.
    counted(first, "2026-03-01T17:30:00Z", { ...early, onlineWithoutCode: 2, changedWay: 1 }),
    counted(first, "2026-03-03T02:00:00Z", { seen: 1 }),
    counted(first, "2026-02-28T05:00:00Z", { seen: 4, page: 4, onlineWithoutCode: 4 }),
  ]);
  await second.push([
    counted(second, "2026-03-03T02:00:00Z", { seen: 2, page: 2, onlineWithoutCode: 1 }),
  ]);
  const all = await askUntil(
    () => owner.get<FunnelReply>("/api/v1/sign-in-funnel?from=2026-02-01&to=2026-03-20"),
    ({ now }) => now.counts.seen === 16,
  );
  expect(all.now.counts.seen).toBe(16);
}

test("the saved funnel says how far guests came by step, day and branch, as its page does, beside the days before", async () => {
  const told = await tell(owner, await save(owner));
  expect(numbersOf(told)).toEqual({
    ...{ devicesSeen: [12, 4], cameOnline: [6, 4], devicesLost: [6, 0], onlineShare: [50, 100] },
  });
  const { from, to } = DAYS;
  const page = await owner.get<FunnelReply>(`/api/v1/sign-in-funnel?from=${from}&to=${to}`);
  expect(page.now.counts).toMatchObject({ seen: 12, page: 10, onlineByCode: 3 });
  // Came no further, and went on by no code: of those who reached a step nobody is left out.
  expect(rowsOf(told, "funnel")).toEqual([
    ["Seen on the Wi-Fi", 12, 2, 0, 4, 0, 0],
    ["Saw the page", 10, 3, 2, 4, 0, 4],
    ["Asked for a code", 5, 0, 1, 0, 0, 0],
    ["Typed it right", 4, 1, 0, 0, 0, 0],
    ["Online", 6, 0, 0, 4, 0, 0],
  ]);
  expect(rowsOf(told, "funnel-series")).toEqual([
    ["2026-03-02", 9, 8, 5, 4, 5, 4, 4, 4, 0, 0, 4, 0],
    ["2026-03-03", 3, 2, 0, 0, 1, 2, 0, 0, 0, 0, 0, 0],
    ["All", 12, 10, 5, 4, 6, 6, 4, 4, 0, 0, 4, 0],
  ]);
  expect(rowsOf(told, "funnel-branches")).toEqual([
    ["Bến Thành", 2, 2, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0],
    ["Hồ Gươm", 10, 8, 5, 4, 5, 5, 4, 4, 0, 0, 4, 0],
    ["All", 12, 10, 5, 4, 6, 6, 4, 4, 0, 0, 4, 0],
  ]);
});

test("where nobody was seen the saved funnel has no share, and its steps hold nobody", async () => {
  const days = { from: "2026-01-01", to: "2026-03-01" };
  const id = await save(owner, { days: { from: "2026-01-01", to: "2026-01-02" } });
  const told = await tell(owner, id, `&against=${await save(owner, { days })}`);
  expect(numbersOf(told)).toEqual({
    ...{ devicesSeen: [0, 4], cameOnline: [0, 4], devicesLost: [0, 0] },
  });
  expect(rowsOf(told, "funnel")?.[0]).toEqual(["Seen on the Wi-Fi", 0, 0, 0, 4, 0, 0]);
});

test("the saved funnel leaves as CSV, Excel and PDF", async () => {
  const id = await save(owner);
  const csv = (await take(owner, id, "csv")).toString("utf8");
  expect(csv).toContain('"Đăng nhập theo chi nhánh"');
  // Each number beside the one of before.
  expect(csv).toContain('"Hồ Gươm",10,4,8,4,5,0,4,0,5,4,5,0');
  expect((await take(owner, id, "xlsx")).subarray(0, 2).toString()).toBe("PK");
  expect((await take(owner, id, "pdf")).subarray(0, 5).toString()).toBe("%PDF-");
});

test("the saved funnel is told of the branches whose reports its reader sees, and narrowed by places and hours alone", async () => {
  const [first = "", second = ""] = branchIds;
  const id = await save(owner);
  const ofBoth = await save(owner, { query: { branchIds: branchIds.join(",") } });
  const ofFirst = await save(owner, { query: { branchIds: first } });
  const manager = await place.site.addStaffOf(owner, [second]);
  expect(numbersOf(await tell(manager, id)).devicesSeen).toEqual([2, 0]);
  const both = await tell(manager, ofBoth);
  expect([numbersOf(both).devicesSeen, both.branchesLeftOut]).toEqual([[2, 0], 1]);
  expect(await refusalOf(look(manager, ofFirst))).toEqual([403, "/branchIds"]);
  expect(numbersOf(await tell(owner, ofFirst)).devicesSeen).toEqual([10, 4]);
  // Two boxes counted at nine on the 3rd.
  const atNine = await save(owner, { query: { hours: "9" } });
  expect(numbersOf(await tell(owner, atNine)).devicesSeen).toEqual([3, 0]);
  expect(await refusalOf(keep(owner, { query: { methods: "room" } }))).toEqual([400, "/methods"]);
  expect(await refusalOf(keep(owner, { query: { surveyId: "x" } }))).toEqual([400, "/surveyId"]);
  expect((await keep(owner, { query: { branchIds: newId() } })).status).toBe(404);
});
