import { beforeEach, expect, test } from "vitest";
import type { CaseReply, CaseReportReply, CasesReply } from "../src/features/cases/schema.ts";
import { newId } from "../src/platform/clock.ts";
import { numbersOf, openKeptReports, refusalOf, rowsOf } from "./kept-reports.ts";
import { askUntil, type EnrolledBox, type TestStaff } from "./open-test-site.ts";
import { openTwoBranches } from "./open-two-branches.ts";
import { NAS_ID } from "./test-box.ts";

const DAY_MS = 86_400_000;
const place = openTwoBranches({
  startsAt: new Date("2026-03-20T05:00:00Z"),
  otherName: "Bến Thành",
});
let owner: TestStaff;
/** Hồ Gươm and Bến Thành. */
let branchIds: string[];
let today: string;

beforeEach(async () => {
  owner = place.staff;
  branchIds = [place.box.branchId, place.other.branchId];
  await fill([place.box, place.other]);
  today = place.site.now().toISOString().slice(0, 10);
});

const dayBefore = (days: number) =>
  new Date(Date.parse(today) - days * DAY_MS).toISOString().slice(0, 10);
/** Of today and the day before. */
const kept = () =>
  openKeptReports({ report: "cases", days: { from: dayBefore(1), to: dayBefore(0) } });

/** Two cases at the first branch, of which that of a known guest is closed, and one at the second. */
async function fill([first, second]: [EnrolledBox, EnrolledBox]): Promise<void> {
  const low = (box: EnrolledBox, guestId: string | null = null) =>
    box.write("survey.answered", {
      ...{ answerId: newId(), surveyId: "spring", guestId, deviceId: null, nasId: NAS_ID },
      ...{ by: "page", place: null, language: "vi", choices: {}, ratings: { food: 1 }, texts: {} },
    });
  const lan = first.signIn({ phone: "+84912345678", name: "Lan" });
  await first.push([...lan.events, low(first, lan.guestId), low(first)]);
  await second.push([low(second)]);
  const raised = await askUntil(
    () => owner.get<CasesReply>("/api/v1/cases"),
    ({ total }) => total === 3,
  );
  expect(raised.total).toBe(3);
  const own = raised.cases.find(({ answer }) => answer?.customerName === "Lan");
  const path = `/api/v1/cases/${own?.id}`;
  const noted = await owner.request("POST", `${path}/actions`, {
    ...{ name: "Mời một ly", result: "Khách vui" },
  });
  const { changedAt } = noted.body as CaseReply;
  place.site.passSeconds(7200);
  expect((await owner.request("PATCH", path, { changedAt, state: "closed" })).status).toBe(200);
  place.site.passSeconds(60);
  const { guestId, deviceId } = lan;
  await first.push(
    first.visit({ guestId, deviceId, startedAt: place.site.now(), endedAt: null }).events,
  );
  const back = await askUntil(
    () => owner.get<CaseReply>(path),
    ({ returnedAt }) => returnedAt !== null,
  );
  expect(back.returnedAt).not.toBeNull();
}

test("saved cases say how many there were, how soon they were closed and who came again, as their page does", async () => {
  const { save, tell } = kept();
  const told = await tell(owner, await save(owner));
  const page = await owner.get<CaseReportReply>(
    `/api/v1/case-report?from=${dayBefore(1)}&to=${today}`,
  );
  expect(page).toMatchObject({ raised: 3, closed: 1, late: 0, closedOfKnown: 1, returned: 1 });
  // Before them there were none, so that none was closed and nobody can have come again.
  expect(numbersOf(told)).toEqual({
    ...{ raisedCases: [3, 0], closedCases: [1, 0], lateCases: [0, 0] },
    ...{ hoursToClose: [2, null], cameAgainShare: [100, null] },
  });
  const nothing = [0, 0, 0, null, 0, 0];
  expect(rowsOf(told, "case-branches")).toEqual([
    ["Bến Thành", 1, 0, 0, null, 0, 0, ...nothing],
    ["Hồ Gươm", 2, 1, 0, 2, 1, 1, ...nothing],
    ["All", 3, 1, 0, 2, 1, 1, ...nothing],
  ]);
  const series = rowsOf(told, "case-series");
  expect(series?.map(([slot]) => slot)).toEqual([dayBefore(1), today, "All"]);
  expect(series?.slice(0, 2).reduce((sum, [, raised]) => sum + Number(raised), 0)).toBe(3);
  expect(rowsOf(told, "case-actions")).toEqual([["Mời một ly", 1, 1, 1, null]]);
  // No question was asked further, so that nobody named a reason.
  expect(rowsOf(told, "case-reasons")).toBeUndefined();
});

test("saved cases leave as CSV, Excel and PDF", async () => {
  const { save, take } = kept();
  const id = await save(owner, { compared: "nothing" });
  const csv = (await take(owner, id, "csv")).toString("utf8");
  expect(csv).toContain('"Việc cần xem lại theo chi nhánh"');
  expect(csv).toContain('"Hồ Gươm",2,1,0,2,1,1');
  expect((await take(owner, id, "xlsx")).subarray(0, 2).toString()).toBe("PK");
  expect((await take(owner, id, "pdf")).subarray(0, 5).toString()).toBe("%PDF-");
});

test("saved cases are told to whoever reads cases, of the branches where they do", async () => {
  const { keep, save, tell, look } = kept();
  const [first = "", second = ""] = branchIds;
  const id = await save(owner);
  const ofFirst = await save(owner, { query: { branchIds: first } });
  expect(numbersOf(await tell(owner, ofFirst)).raisedCases).toEqual([2, 0]);
  expect(numbersOf(await tell(await place.site.addViewer(owner), id)).raisedCases).toEqual([3, 0]);
  const manager = await place.site.addStaffOf(owner, [second]);
  expect(numbersOf(await tell(manager, id)).raisedCases).toEqual([1, 0]);
  expect(await refusalOf(look(manager, ofFirst))).toEqual([403, "/branchIds"]);
  const counter = await place.site.addStaffWith(owner, ["reports.read", "saved-reports.keep"]);
  for (const form of ["", ".csv", ".xlsx", ".pdf"])
    expect(await refusalOf(look(counter, id, form))).toEqual([403, "/report"]);
  expect(await refusalOf(keep(counter, { shared: false }))).toEqual([403, "/report"]);
  const narrowed = await save(owner, { query: { methods: "phone-code" } });
  expect(numbersOf(await tell(owner, narrowed)).raisedCases).toEqual([0, 0]);
  expect(await refusalOf(keep(owner, { query: { weekdays: "8" } }))).toEqual([400, "/weekdays"]);
});
