import { beforeEach, expect, test } from "vitest";
import type { CaseReportReply, CasesReply } from "../src/features/cases/schema.ts";
import type { AnswersReply, ResultsReply } from "../src/features/surveys/schema.ts";
import { newId } from "../src/platform/clock.ts";
import { askUntil, type EnrolledBox, type TestStaff } from "./open-test-site.ts";
import { openTwoBranches } from "./open-two-branches.ts";
import { NAS_ID } from "./test-box.ts";

const place = openTwoBranches({
  startsAt: new Date("2026-03-20T05:00:00Z"),
  otherName: "Bến Thành",
});
const DAYS = "from=2026-03-01&to=2026-03-31";
let owner: TestStaff;

const low = (box: EnrolledBox) =>
  box.write(
    "survey.answered",
    {
      ...{ answerId: newId(), surveyId: "spring", guestId: null, deviceId: null, nasId: NAS_ID },
      ...{ by: "page", place: null, language: "vi", choices: {}, ratings: { food: 1 }, texts: {} },
    },
    place.site.now(),
  );
const become = async ({ branchId }: EnrolledBox, change: object) => {
  const { status } = await owner.request("PATCH", `/api/v1/branches/${branchId}`, change);
  expect(status).toBe(200);
};

/** Two low answers at a café, one at what nobody has called anything. */
beforeEach(async () => {
  owner = place.staff;
  await become(place.box, { kind: "cafe" });
  await place.box.push([low(place.box), low(place.box)]);
  await place.other.push([low(place.other)]);
  await askUntil(
    () => owner.get<CasesReply>("/api/v1/cases"),
    ({ total }) => total === 3,
  );
});

/** Answers in the results, in their list, cases in their list and in their report. */
async function count(asked: string): Promise<number[]> {
  const get = <Reply>(path: string) => owner.get<Reply>(`/api/v1/${path}?${DAYS}&${asked}`);
  const results = await get<ResultsReply>("survey-results");
  const answers = await get<AnswersReply>("survey-answers");
  const cases = await get<CasesReply>("cases");
  const report = await get<CaseReportReply>("case-report");
  return [results.answers, answers.total, cases.total, report.raised];
}

test("answers and cases of a kind of branch are those of the branches that are of it now", async () => {
  expect(await count("branchKind=cafe")).toEqual([2, 2, 2, 2]);
  expect(await count("branchKind=hotel")).toEqual([0, 0, 0, 0]);
  await become(place.other, { kind: "cafe" });
  expect(await count("branchKind=cafe")).toEqual([3, 3, 3, 3]);
  for (const path of ["survey-results", "survey-answers", "cases", "case-report"]) {
    const refused = await owner.request("GET", `/api/v1/${path}?${DAYS}&branchKind=castle`);
    expect([path, refused.status]).toEqual([path, 400]);
  }
});

test("a brand and a kind are the brand's branches of the kind, and a branch is itself whatever its kind", async () => {
  const wind = { name: "Gió", accentColour: "#aa3300" };
  const made = await owner.request("POST", "/api/v1/brands", wind);
  const brandId = (made.body as { id: string }).id;
  const branchIds = [place.other.branchId];
  await owner.request("PUT", `/api/v1/brands/${brandId}/branches`, { branchIds });
  await become(place.other, { kind: "cafe" });
  expect(await count(`brandId=${brandId}&branchKind=cafe`)).toEqual([1, 1, 1, 1]);
  expect(await count(`brandId=${brandId}&branchKind=bar`)).toEqual([0, 0, 0, 0]);
  expect(await count(`branchId=${place.box.branchId}&branchKind=bar`)).toEqual([2, 2, 2, 2]);
});

test("whoever reaches one branch is told of a kind what is of theirs", async () => {
  await become(place.other, { kind: "cafe" });
  const manager = await place.site.addStaffOf(owner, [place.other.branchId]);
  const asked = `/api/v1/survey-results?${DAYS}&branchKind=cafe`;
  expect((await manager.get<ResultsReply>(asked)).answers).toBe(1);
});
