import type { BranchSettings } from "@foyer/contract";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import {
  askUntil,
  type EnrolledBox,
  openTestSite,
  type TestSite,
  type TestStaff,
} from "../../../test/open-test-site.ts";
import { NAS_ID } from "../../../test/test-box.ts";
import { newId } from "../../platform/clock.ts";
import type { AnswersReply, ResultsReply, SurveyReply, SurveysReply } from "./schema.ts";

let site: TestSite;
let staff: TestStaff;
let branchId: string;
let box: EnrolledBox;

beforeAll(async () => {
  site = await openTestSite();
});
beforeEach(async () => {
  staff = await site.addOwner();
  branchId = (await staff.addBranch({ name: "Hồ Gươm" })).id;
  box = await staff.addBox(branchId);
});
afterAll(() => site?.close());

const words = (vi: string) => ({ vi });
const option = (id: string, vi: string) => ({ id, label: words(vi) });
const stars = (id: string, vi: string) => ({
  ...{ kind: "rating", id, label: words(vi), required: true },
});
const why = (options: ReturnType<typeof option>[]) => ({
  ...{ kind: "choice", id: "bad", label: words("Vì sao?"), required: true, many: true, options },
  onlyAfter: { questionId: "food", answers: ["1", "2"] },
});
const OPTIONS = [option("cold", "Nguội"), option("slow", "Đợi lâu")];
const WORDING = {
  title: words("Mùa xuân"),
  questions: [stars("food", "Món ăn?"), why(OPTIONS)],
};

const write = async (body: object, by = staff) => by.request("POST", "/api/v1/surveys", body);
async function written(branchIds = [branchId]): Promise<SurveyReply> {
  const { status, body } = await write({ wording: WORDING, branchIds });
  expect(status).toBe(201);
  return body as SurveyReply;
}
const put = (id: string, body: object, by = staff) =>
  by.request("PUT", `/api/v1/surveys/${id}`, body);
const settings = (id = branchId) => staff.get<BranchSettings>(`/api/v1/branches/${id}/settings`);
const answered = (given: object) =>
  box.write("survey.answered", {
    ...{ answerId: newId(), guestId: null, deviceId: null, nasId: NAS_ID, surveyId: "" },
    ...{ by: "page", place: null, language: "vi", choices: {}, ratings: {}, texts: {} },
    ...given,
  });

test("HM-6.9 questions are defined and changed: a change is a new version, and old answers keep theirs", async () => {
  const { id, version } = await written();
  expect(version).toBe(1);
  expect((await settings()).surveys).toMatchObject([{ id, version: 1 }]);
  await box.push([
    answered({ surveyId: id, surveyVersion: 1, ratings: { food: 1 }, choices: { bad: ["cold"] } }),
  ]);
  const changed = {
    ...WORDING,
    questions: [
      stars("food", "Đồ ăn ngon không?"),
      why([option("slow", "Đợi lâu"), option("salty", "Mặn")]),
    ],
  };
  const saved = await put(id, { wording: changed, branchIds: [branchId], readVersion: 1 });
  expect(saved).toMatchObject({ status: 200, body: { version: 2 } });
  expect((await settings()).surveys).toMatchObject([{ id, version: 2 }]);
  await box.push([answered({ surveyId: id, surveyVersion: 2, ratings: { food: 5 } })]);
  const answers = await askUntil(
    () => staff.get<AnswersReply>(`/api/v1/survey-answers?surveyId=${id}`),
    ({ total }) => total === 2,
  );
  expect(answers.answers.map((each) => each.version).toSorted()).toEqual([1, 2]);
  const survey = await staff.get<SurveyReply>(`/api/v1/surveys/${id}`);
  expect(survey.versions).toMatchObject([
    { version: 2, answers: 1, madeBy: "Owner", wording: changed },
    { version: 1, answers: 1, wording: WORDING },
  ]);
  // What was chosen and is asked no more keeps its words.
  const { questions } = await staff.get<ResultsReply>(`/api/v1/survey-results?surveyId=${id}`);
  expect(questions[0]?.label).toEqual(words("Đồ ăn ngon không?"));
  expect(questions[1]?.counts).toMatchObject([
    { value: "slow", count: 0 },
    { value: "salty", count: 0 },
    { value: "cold", label: words("Nguội"), count: 1 },
  ]);
});

test("part of HM-6.9: each answer is told in the words it was given to, to whoever reads it and as a table", async () => {
  const { id } = await written();
  const first = {
    surveyId: id,
    surveyVersion: 1,
    ratings: { food: 1 },
    choices: { bad: ["cold"] },
  };
  await box.push([answered(first)]);
  const changed = {
    ...WORDING,
    questions: [stars("food", "Phục vụ?"), why([option("cold", "Vui vẻ"), option("slow", "Lâu")])],
  };
  await put(id, { wording: changed, branchIds: [branchId], readVersion: 1 });
  await box.push([answered({ ...first, surveyVersion: 2 })]);
  const { answers } = await askUntil(
    () => staff.get<AnswersReply>(`/api/v1/survey-answers?surveyId=${id}`),
    ({ total }) => total === 2,
  );
  const told = new Map(answers.map(({ version, given }) => [version, given]));
  const cold = (vi: string) => [{ id: "cold", label: words(vi) }];
  expect(told.get(1)).toMatchObject([
    { questionId: "food", label: words("Món ăn?"), rating: 1 },
    { questionId: "bad", label: words("Vì sao?"), chosen: cold("Nguội") },
  ]);
  expect(told.get(2)).toMatchObject([
    { questionId: "food", label: words("Phục vụ?"), rating: 1 },
    { questionId: "bad", chosen: cold("Vui vẻ") },
  ]);
  type Case = { answer: { given: { label: object; chosen: object[] }[] } };
  const old = answers.find(({ version }) => version === 1)?.id;
  await askUntil(
    () => staff.get<{ total: number }>("/api/v1/cases"),
    ({ total }) => total === 2,
  );
  const { answer } = await staff.get<Case>(`/api/v1/cases/${old}`);
  expect(answer.given.map(({ label }) => label)).toEqual([words("Món ăn?"), words("Vì sao?")]);
  expect(answer.given[1]?.chosen).toEqual(cold("Nguội"));
  const { bytes } = await staff.download(`/api/v1/survey-answers.csv?surveyId=${id}&language=vi`);
  for (const said of ["Vui vẻ", "Nguội"]) expect(bytes.toString("utf8")).toContain(`"${said}"`);
});

test("what was chosen before an option was reworded is counted under its old words, each with its answers", async () => {
  const { id } = await written();
  const chose = (surveyVersion: number) =>
    answered({ surveyId: id, surveyVersion, ratings: { food: 1 }, choices: { bad: ["cold"] } });
  await box.push([chose(1), chose(1)]);
  const reword = (readVersion: number, vi: string) => {
    const questions = [stars("food", "Món ăn?"), why([option("cold", vi), option("slow", "Lâu")])];
    return put(id, { wording: { ...WORDING, questions }, branchIds: [branchId], readVersion });
  };
  await reword(1, "Vui vẻ");
  await box.push([chose(2)]);
  const results = () => staff.get<ResultsReply>(`/api/v1/survey-results?surveyId=${id}`);
  const { questions } = await askUntil(results, ({ answers }) => answers === 3);
  const cold = { value: "cold", label: words("Vui vẻ"), isEarlier: false };
  const before = { value: "cold", label: words("Nguội"), isEarlier: true };
  const counts = questions[1]?.counts ?? [];
  expect(counts.filter(({ value }) => value === "cold")).toEqual([
    { ...cold, count: 1, versions: [2] },
    { ...before, count: 2, versions: [1] },
  ]);
  const path = `/api/v1/survey-answers?surveyId=${id}&questionId=bad&value=cold`;
  for (const { versions, count } of counts.filter(({ value }) => value === "cold"))
    expect((await staff.get<AnswersReply>(`${path}&versions=${versions}`)).total).toBe(count);
  expect((await staff.request("GET", `/api/v1/survey-answers?versions=1`)).status).toBe(400);
  type Report = { reasons: { label: object; count: number; isEarlier: boolean }[] };
  const day = site.now().toISOString().slice(0, 10);
  const { reasons } = await staff.get<Report>(`/api/v1/case-report?from=2020-01-01&to=${day}`);
  expect(reasons.map(({ label, count, isEarlier }) => ({ label, count, isEarlier }))).toEqual([
    { label: words("Nguội"), count: 2, isEarlier: true },
    { label: words("Vui vẻ"), count: 1, isEarlier: false },
  ]);
});

test("the same words at other branches are no new version, and a branch that is left out asks it no more", async () => {
  const { id } = await written();
  const other = (await staff.addBranch({ name: "Tây Hồ" })).id;
  const moved = await put(id, { wording: WORDING, branchIds: [other], readVersion: 1 });
  expect(moved).toMatchObject({ status: 200, body: { version: 1, branchIds: [other] } });
  expect((await settings()).surveys).toEqual([]);
  expect((await settings(other)).surveys).toMatchObject([{ id, version: 1 }]);
  const { surveys } = await staff.get<SurveysReply>("/api/v1/surveys");
  expect(surveys).toMatchObject([{ id, branchNames: ["Tây Hồ"] }]);
});

test("of two who change a survey at once one has their way, and the other reads it again", async () => {
  const { id } = await written();
  const change = (vi: string) =>
    put(id, {
      ...{ wording: { ...WORDING, title: words(vi) }, branchIds: [branchId], readVersion: 1 },
    });
  const answers = await Promise.all([change("Hè"), change("Thu")]);
  expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409]);
  const { versions } = await staff.get<SurveyReply>(`/api/v1/surveys/${id}`);
  expect(versions).toHaveLength(2);
});

test("a branch that a colleague added meanwhile is not taken out by whoever did not see it", async () => {
  const { id } = await written();
  const other = (await staff.addBranch({ name: "Tây Hồ" })).id;
  const both = { wording: WORDING, branchIds: [branchId, other], readVersion: 1 };
  expect((await put(id, { ...both, readBranchIds: [branchId] })).status).toBe(200);
  const unaware = { ...both, branchIds: [branchId], readBranchIds: [branchId] };
  expect((await put(id, unaware)).status).toBe(409);
  expect((await settings(other)).surveys).toMatchObject([{ id }]);
  const aware = { ...unaware, readBranchIds: [other, branchId] };
  expect((await put(id, aware)).status).toBe(200);
  expect((await settings(other)).surveys).toEqual([]);
});

test("part of HM-7.2: follow-ups make a tree of any depth, and a loop is refused with its place", async () => {
  const after = (questionId: string, answers: string[]) => ({ onlyAfter: { questionId, answers } });
  const deep = {
    ...WORDING,
    questions: [
      ...WORDING.questions,
      {
        ...why([option("tea", "Trà"), option("cake", "Bánh")]),
        id: "which",
        ...after("bad", ["cold"]),
      },
      {
        kind: "text",
        id: "more",
        label: words("Kể thêm?"),
        required: true,
        ...after("which", ["tea"]),
      },
    ],
  };
  expect((await write({ wording: deep, branchIds: [branchId] })).status).toBe(201);
  const loop = {
    ...WORDING,
    questions: [{ ...stars("food", "Món ăn?"), ...after("bad", ["cold"]) }, why(OPTIONS)],
  };
  expect(await write({ wording: loop, branchIds: [branchId] })).toMatchObject({
    ...{ status: 400, body: { field: "/wording/questions/0/onlyAfter/questionId" } },
  });
  const { surveys } = await staff.get<SurveysReply>("/api/v1/surveys");
  expect(surveys).toHaveLength(1);
});

test("a survey that a page asks is not taken from its branch, and nothing of the change stays", async () => {
  const { id } = await written();
  const document = await settings();
  const block = { kind: "survey", fields: { survey: id } };
  const page = {
    ...{ id: newId(), name: "Tell us", version: 1, blocks: [block] },
    when: { guests: "any", visitNumbers: [], survey: { id, answered: false } },
  };
  const path = `/api/v1/branches/${branchId}/settings`;
  const saved = await staff.request("PUT", path, { ...document, pages: [page] });
  expect(saved.status).toBe(200);
  const wording = { ...WORDING, title: words("Hè") };
  const refused = await put(id, { wording, branchIds: [], readVersion: 1 });
  expect(refused).toMatchObject({ status: 400 });
  expect((await staff.get<SurveyReply>(`/api/v1/surveys/${id}`)).version).toBe(1);
  expect((await settings()).surveys).toMatchObject([{ id, version: 1 }]);
});

test("a survey from a branch's own settings becomes a version with its first change", async () => {
  const path = `/api/v1/branches/${branchId}/settings`;
  const survey = { id: "spring", ...WORDING };
  await staff.request("PUT", path, { ...(await settings()), surveys: [survey] });
  const read = await staff.get<SurveyReply>("/api/v1/surveys/spring");
  expect(read).toMatchObject({ version: null, wording: WORDING, branchIds: [branchId] });
  const saved = await put("spring", {
    ...{ wording: WORDING, branchIds: [branchId], readVersion: null },
  });
  expect(saved).toMatchObject({ status: 200, body: { version: 1 } });
  const missing = await put("autumn", {
    ...{ wording: WORDING, branchIds: [branchId], readVersion: null },
  });
  expect(missing.status).toBe(404);
});

test("surveys are written by whoever may for the whole company, and read by viewers", async () => {
  const { id } = await written();
  const viewer = await site.addViewer(staff);
  expect((await viewer.get<SurveyReply>(`/api/v1/surveys/${id}`)).version).toBe(1);
  const body = { wording: WORDING, branchIds: [branchId] };
  expect((await write(body, viewer)).status).toBe(403);
  expect((await put(id, { ...body, readVersion: 1 }, viewer)).status).toBe(403);
  const stranger = await site.addOwner("Other");
  expect((await write(body, stranger)).status).toBe(400);
  expect((await put(id, { ...body, branchIds: [], readVersion: 1 }, stranger)).status).toBe(404);
});
