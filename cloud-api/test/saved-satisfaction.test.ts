import type { BranchSettings, EventPayload } from "@foyer/contract";
import { beforeEach, expect, test } from "vitest";
import { printFigure } from "../src/features/reports/index.ts";
import type { SavedBody } from "../src/features/saved-reports/schema.ts";
import type { ResultsReply, SurveyRulesBody } from "../src/features/surveys/schema.ts";
import { newId } from "../src/platform/clock.ts";
import { numbersOf, openKeptReports, refusalOf, rowsOf } from "./kept-reports.ts";
import { askUntil, type EnrolledBox, type TestStaff } from "./open-test-site.ts";
import { openTwoBranches } from "./open-two-branches.ts";
import { NAS_ID } from "./test-box.ts";

const place = openTwoBranches({ otherName: "Bến Thành" });
let owner: TestStaff;
/** Hồ Gươm and Bến Thành. */
let branchIds: string[];
let boxes: EnrolledBox[];

beforeEach(async () => {
  owner = place.staff;
  branchIds = [place.box.branchId, place.other.branchId];
  boxes = [place.box, place.other];
  await fill();
});

const say = (vi: string) => ({ vi });
const SPRING = {
  id: "spring",
  title: say("Mùa xuân"),
  questions: [
    { kind: "rating", id: "food", label: say("Món ăn?"), required: true, part: "kitchen" },
    { kind: "rating", id: "staff", label: say("Nhân viên?"), required: false },
  ],
};
const RULES: SurveyRulesBody = {
  ...{ satisfiedFrom: 4, lowUpTo: 2, caseHours: 48 },
  ...{ satisfiedTagId: null, unsatisfiedTagId: null },
  parts: [{ id: "kitchen", name: "Bếp" }],
};

/** Noon in Vietnam so many days ago, and its day. */
const noon = (days: number) =>
  new Date(
    `${new Date(place.site.now().getTime() - days * 86_400_000).toISOString().slice(0, 10)}T05:00:00Z`,
  );
const dayAgo = (days: number) => noon(days).toISOString().slice(0, 10);
const DAYS = () => ({ from: dayAgo(3), to: dayAgo(1) });

const answered = (
  at: number,
  {
    box = boxes[0],
    ...given
  }: Partial<EventPayload<"survey.answered">> & { box?: EnrolledBox } = {},
) =>
  (box as EnrolledBox).write(
    "survey.answered",
    {
      ...{ answerId: newId(), surveyId: "spring", guestId: null, deviceId: null, nasId: NAS_ID },
      ...{ by: "page", place: null, language: "vi", choices: {}, ratings: {}, texts: {} },
      ...given,
    },
    noon(at),
  );

/** Four answers of the last three days, one of them at the second branch and one to another survey; one of before. */
async function fill(): Promise<void> {
  const [first, second] = boxes as [EnrolledBox, EnrolledBox];
  const path = `/api/v1/branches/${branchIds[0]}/settings`;
  const document = await owner.get<BranchSettings>(path);
  await owner.request("PUT", path, { ...document, surveys: [SPRING] });
  await owner.request("PUT", "/api/v1/survey-rules", RULES);
  await first.push([
    answered(1, { ratings: { food: 5, staff: 4 } }),
    answered(3, { ratings: { food: 1 } }),
    answered(1, { ratings: { food: 1 }, surveyId: "autumn" }),
    answered(5, { ratings: { food: 4 } }),
  ]);
  await second.push([answered(1, { box: second, ratings: { food: 5 } })]);
  const all = await askUntil(
    () => owner.get<ResultsReply>("/api/v1/survey-results"),
    ({ answers }) => answers === 5,
  );
  expect(all.answers).toBe(5);
}

/** Of days that are told once the site's clock is known. */
const kept = () => openKeptReports({ report: "satisfaction", days: DAYS() });
const keep = (more: Partial<SavedBody> = {}, who = owner) => kept().keep(who, more);
const save = (more: Partial<SavedBody> = {}) => kept().save(owner, more);
const tell = (id: string, who = owner, asked = "") => kept().tell(who, id, asked);

test("saved satisfaction says the mean and the share satisfied of its days, as its page does, beside those of before", async () => {
  const told = await tell(await save());
  expect(numbersOf(told)).toEqual({
    ...{ answers: [4, 1], satisfiedShare: [50, 100], unsatisfiedShare: [50, 0] },
    // (4.5 + 1 + 1 + 5) / 4
    averageScore: [2.88, 4],
  });
  const { from, to } = DAYS();
  const page = await owner.get<ResultsReply>(`/api/v1/survey-results?from=${from}&to=${to}`);
  expect(page).toMatchObject({ answers: 4, satisfied: 2, unsatisfied: 2, average: 2.88 });
  // Each day beside the how-manieth of before, and a day without answers in its place.
  expect(rowsOf(told, "answer-series")).toEqual([
    [dayAgo(3), 1, 0, 1, 1, 1, 0, 0, 0, 0, null],
    [dayAgo(2), 0, 0, 0, 0, null, 1, 1, 0, 1, 4],
    [dayAgo(1), 3, 2, 1, 3, 3.5, 0, 0, 0, 0, null],
    ["All", 4, 2, 2, 4, 2.88, 1, 1, 0, 1, 4],
  ]);
  expect(rowsOf(told, "answer-branches")).toEqual([
    ["Bến Thành", 1, 1, 0, 1, 5, 0, 0, 0, 0, null],
    ["Hồ Gươm", 3, 1, 2, 3, 2.17, 1, 1, 0, 1, 4],
    ["All", 4, 2, 2, 4, 2.88, 1, 1, 0, 1, 4],
  ]);
  expect(rowsOf(told, "answer-questions")).toBeUndefined();
});

test("of saved satisfaction a fall of those who are not satisfied is good, and a file says so", async () => {
  const told = await tell(await save());
  expect(told.figures.map(({ name, rise }) => [name, rise])).toEqual([
    ["answers", "good"],
    ["satisfiedShare", "good"],
    ["unsatisfiedShare", "bad"],
    ["averageScore", "good"],
  ]);
  const [series] = told.parts;
  expect(series?.columns).toEqual([
    ...["slot", "answers", "satisfied", "unsatisfied", "rated", "averageScore"],
  ]);
  expect(series?.rises).toEqual(["neutral", "good", "good", "bad", "neutral", "good"]);
  const print = (now: number, before: number | null) =>
    printFigure({ now, before, rise: "bad" }, "en").before;
  expect([print(4, 5), print(5, 4), print(5, 5), print(5, 0), print(5, null)]).toEqual([
    ...["5 before, better", "4 before, worse", "5 before", "0 before", null],
  ]);
  expect(printFigure({ now: 5, before: 4, rise: "good" }, "vi").before).toBe("trước đó 4");
});

test("of one survey the saved answers are told by question as well, and set against another report's", async () => {
  const id = await save({ query: { surveyId: "spring" }, compared: "nothing" });
  const told = await tell(id);
  expect(numbersOf(told).answers).toEqual([3, null]);
  expect(rowsOf(told, "answer-parts")).toEqual([["Bếp", 3, 2, 1, 3.67, null]]);
  const given = rowsOf(told, "answer-questions")?.filter(([, , times]) => times !== 0);
  expect(given).toEqual([
    ["Món ăn?", "5", 2, null],
    ["Món ăn?", "1", 1, null],
    ["Nhân viên?", "4", 1, null],
  ]);
  const all = await save();
  expect(numbersOf(await tell(id, owner, `&against=${all}`)).answers).toEqual([3, 4]);
  expect(numbersOf(await tell(all, owner, `&against=${id}`)).answers).toEqual([4, 3]);
});

test("where nobody rated anything there is no mean and no share, and no part without rows", async () => {
  const days = { from: dayAgo(60), to: dayAgo(59) };
  const told = await tell(await save({ days, compared: "nothing" }));
  expect(told.figures).toMatchObject([{ name: "answers", now: 0, before: null }]);
  expect(told.parts.map(({ name }) => name)).toEqual(["answer-series", "answer-branches"]);
});

test("saved satisfaction leaves as CSV, Excel and PDF", async () => {
  const id = await save();
  const take = (form: "csv" | "xlsx" | "pdf") => kept().take(owner, id, form);
  const csv = (await take("csv")).toString("utf8");
  expect(csv).toContain('"Hài lòng theo chi nhánh"');
  expect(csv).toContain('"Bến Thành",1,0,1,0,0,0,1,0,5,');
  expect((await take("xlsx")).subarray(0, 2).toString()).toBe("PK");
  expect((await take("pdf")).subarray(0, 5).toString()).toBe("%PDF-");
});

test("saved satisfaction is told to whoever reads answers, of the branches where they do", async () => {
  const [first = "", second = ""] = branchIds;
  const id = await save();
  const ofFirst = await save({ query: { branchIds: first } });
  const ofBoth = await save({ query: { branchIds: branchIds.join(",") } });
  expect(numbersOf(await tell(id, await place.site.addViewer(owner))).answers).toEqual([4, 1]);
  const manager = await place.site.addStaffOf(owner, [second]);
  expect(numbersOf(await tell(id, manager)).answers).toEqual([1, 0]);
  const both = await tell(ofBoth, manager);
  expect([numbersOf(both).answers, both.branchesLeftOut]).toEqual([[1, 0], 1]);
  const look = (report: string, who: TestStaff, form = "") =>
    refusalOf(kept().look(who, report, form));
  expect(await look(ofFirst, manager)).toEqual([403, "/branchIds"]);
  expect(await refusalOf(keep({ query: { branchIds: first }, shared: false }, manager))).toEqual([
    ...[403, "/branchIds"],
  ]);
  const permissions = ["reports.read", "saved-reports.keep"];
  const counter = await place.site.addStaffWith(owner, permissions);
  for (const form of ["", ".csv", ".xlsx", ".pdf"])
    expect(await look(id, counter, form)).toEqual([403, "/report"]);
  expect(await refusalOf(keep({ shared: false }, counter))).toEqual([403, "/report"]);
});

test("whoever reads reports of the whole company and answers of one branch is told that branch's answers", async () => {
  const [first = "", second = ""] = branchIds;
  const own = await owner.request("POST", "/api/v1/roles", {
    ...{ name: "Xem báo cáo", permissions: ["reports.read"] },
  });
  const { id: ownRoleId } = own.body as { id: string };
  const manager = await place.site.addStaffOf(owner, [second]);
  const { staff } = await manager.get<{ staff: { id: string } }>("/api/v1/session");
  const grants = [
    { role: null, ownRoleId, scope: { kind: "tenant" } },
    { role: "manager", ownRoleId: null, scope: { kind: "branches", branchIds: [second] } },
  ];
  const put = await owner.request("PUT", `/api/v1/staff/${staff.id}/grants`, { grants });
  expect(put.status).toBeLessThan(300);
  const told = await tell(await save(), manager);
  expect(numbersOf(told).answers).toEqual([1, 0]);
  expect(rowsOf(told, "answer-branches")?.map(([name]) => name)).toEqual(["Bến Thành", "All"]);
  const ofFirst = await save({ query: { branchIds: first } });
  expect(await refusalOf(kept().look(manager, ofFirst))).toEqual([403, "/branchIds"]);
});

test("saved answers are told by sale type, and narrowed to one", async () => {
  const added = await owner.request("POST", "/api/v1/sale-types", { name: { en: "Dine-in" } });
  const { id: saleTypeId } = added.body as { id: string };
  const [box] = boxes as [EnrolledBox];
  await box.push([answered(1, { ratings: { food: 2 }, saleTypeId })]);
  await askUntil(
    () => owner.get<ResultsReply>("/api/v1/survey-results"),
    ({ answers }) => answers === 6,
  );
  const told = await tell(await save({ compared: "nothing" }));
  expect(rowsOf(told, "answer-sale-types")).toEqual([
    ["Dine-in", 1, 0, 1, 1, 2, null],
    ["Not known", 4, 2, 2, 4, 2.88, null],
  ]);
  const narrowed = await save({ query: { saleTypeId } });
  expect(numbersOf(await tell(narrowed)).answers).toEqual([1, 0]);
  const ofVisits = keep({ report: "hours", query: { saleTypeId } });
  expect(await refusalOf(ofVisits)).toEqual([400, "/saleTypeId"]);
});

test("answers are narrowed as visits are, and by survey; visits by no survey", async () => {
  const count = async (query: SavedBody["query"]) =>
    numbersOf(await tell(await save({ query }))).answers;
  // All of them were given at noon, by nobody known.
  expect(await count({ hours: "11,12" })).toEqual([4, 1]);
  expect(await count({ hours: "8" })).toEqual([0, 0]);
  expect(await count({ methods: "unknown", devices: "unknown" })).toEqual([4, 1]);
  expect(await count({ languages: "vi,unknown" })).toEqual([0, 0]);
  expect(await refusalOf(keep({ query: { devices: "large" } }))).toEqual([400, "/devices"]);
  expect(await refusalOf(keep({ query: { field: "kind" } }))).toEqual([400, "/field"]);
  const ofVisits = keep({ report: "hours", query: { surveyId: "spring" } });
  expect(await refusalOf(ofVisits)).toEqual([400, "/surveyId"]);
  const gone = { branchIds: newId() };
  expect((await keep({ query: gone })).status).toBe(404);
});
