import { afterAll, beforeAll, expect, test } from "vitest";
import {
  askUntil,
  openTestSite,
  type TestSite,
  type TestStaff,
} from "../../../test/open-test-site.ts";
import { newId } from "../../platform/clock.ts";
import type { DeskReply, TakenBody } from "./schema.ts";

let site: TestSite;
let owner: TestStaff;
let desk: DeskReply;
const PATH = "/api/v1/answer-desk/answers";

const label = { vi: "Món ăn thế nào?" };
const WORDING = {
  title: { vi: "Mùa xuân" },
  questions: [
    { kind: "rating", id: "food", label, required: true },
    { kind: "text", id: "why", label: { vi: "Vì sao?" }, required: false },
    { kind: "date", id: "came", label: { vi: "Hôm nào?" }, required: false },
  ],
};

beforeAll(async () => {
  site = await openTestSite();
  owner = await site.addOwner();
  const { id } = await owner.addBranch({ name: "Hồ Gươm" });
  const made = await owner.request("POST", "/api/v1/surveys", {
    wording: WORDING,
    branchIds: [id],
  });
  expect(made.status).toBe(201);
  desk = await owner.get<DeskReply>("/api/v1/answer-desk");
});
afterAll(() => site?.close());

function taken(more: Partial<TakenBody> = {}): TakenBody {
  const [branch] = desk.branches;
  const [survey] = branch?.surveys ?? [];
  return {
    ...{ answerId: newId(), staffId: desk.staff.id, surveyId: survey?.id ?? "" },
    ...{ version: survey?.version ?? null, branchId: branch?.id ?? "", how: "phone" },
    ...{ language: "vi", takenAt: site.now().toISOString() },
    answers: { choices: {}, ratings: { food: 5 }, scales: {}, dates: {}, texts: {} },
    ...more,
  };
}
type Kept = {
  id: string;
  by: string;
  taken: { staffName: string; how: string } | null;
  version: number | null;
  answeredAt: string;
};
type AnswersReply = { answers: Kept[] };
const answers = (query = "") => owner.get<AnswersReply>(`/api/v1/survey-answers${query}`);
const find = (answerId: string) =>
  askUntil(
    async () => (await answers("?limit=200")).answers.filter(({ id }) => id === answerId),
    (found) => found.length > 0,
  );

test("HM-6.7 an answer that staff fill in records who took it and how, beside what was answered", async () => {
  expect(desk).toMatchObject({ staff: { name: "Owner" }, branches: [{ name: "Hồ Gươm" }] });
  const given = { choices: {}, ratings: { food: 1 }, scales: {} };
  const words = { texts: { why: "Nguội" }, dates: { came: "2026-02-28" } };
  const phoned = taken({ how: "phone", answers: { ...given, ...words } });
  const onSite = taken({ how: "on-site" });
  for (const body of [phoned, onSite])
    expect(await owner.request("POST", PATH, body)).toMatchObject({
      ...{ status: 200, body: { outcome: "kept" } },
    });
  const [first] = await find(phoned.answerId);
  expect(first).toMatchObject({
    ...{ by: "staff", taken: { staffName: "Owner", how: "phone" }, version: 1, ...words },
    ...{ ratings: { food: 1 }, satisfaction: "unsatisfied" },
  });
  expect((await find(onSite.answerId))[0]?.taken?.how).toBe("on-site");
  const csv = await owner.download(
    `/api/v1/survey-answers.csv?surveyId=${phoned.surveyId}&language=en`,
  );
  expect(csv.bytes.toString("utf8")).toContain('"Owner (by phone)"');
  // It is an answer like any other: a low one is a case.
  type Cases = { cases: { id: string }[] };
  await askUntil(
    () => owner.get<Cases>("/api/v1/cases"),
    ({ cases }) => cases.some(({ id }) => id === phoned.answerId),
  );
});

test("an answer that is told again, or twice at once, is kept once", async () => {
  const body = taken();
  const replies = await Promise.all([1, 2, 3].map(() => owner.request("POST", PATH, body)));
  expect(replies.map((each) => (each.body as { outcome: string }).outcome).toSorted()).toEqual([
    ...["kept", "kept-before", "kept-before"],
  ]);
  const last = taken();
  await owner.request("POST", PATH, last);
  // The log is in order: once the last is there, whatever the first would cause is.
  await find(last.answerId);
  expect(await find(body.answerId)).toHaveLength(1);
});

test("what the survey does not allow, nobody asks, is too old or somebody else took is refused", async () => {
  const statusOf = async (more: Partial<TakenBody>, by = owner) =>
    (await by.request("POST", PATH, taken(more))).status;
  const none = { choices: {}, ratings: {}, scales: {}, dates: {}, texts: {} };
  expect(await statusOf({ answers: none })).toBe(400);
  expect(await statusOf({ answers: { ...none, ratings: { food: 6 } } })).toBe(400);
  expect(await statusOf({ version: 7 })).toBe(404);
  expect(await statusOf({ surveyId: "other" })).toBe(404);
  expect(await statusOf({ branchId: newId() })).toBe(404);
  expect(await statusOf({ takenAt: "2020-01-01T00:00:00Z" })).toBe(400);
  expect(await statusOf({ staffId: newId() })).toBe(403);
  const viewer = await site.addViewer(owner);
  expect(await statusOf({}, viewer)).toBe(403);
  const stranger = await site.addOwner("Other");
  const { staff } = await stranger.get<DeskReply>("/api/v1/answer-desk");
  expect(await statusOf({ staffId: staff.id }, stranger)).toBe(404);
});

test("an answer to a wording that was changed meanwhile keeps the one it was given to", async () => {
  const body = taken();
  const path = `/api/v1/surveys/${body.surveyId}`;
  const wording = { ...WORDING, questions: WORDING.questions.slice(0, 1) };
  const branchIds = [body.branchId];
  const changed = await owner.request("PUT", path, { wording, branchIds, readVersion: 1 });
  expect(changed.status).toBe(200);
  await owner.request("POST", PATH, { ...body, takenAt: new Date(8e12).toISOString() });
  const [found] = await find(body.answerId);
  expect(found?.version).toBe(1);
  // The clock of the device was ahead: nothing is told of a day to come.
  expect(Date.parse(found?.answeredAt ?? "")).toBeLessThanOrEqual(Date.now());
});

test("staff of one branch are given its surveys alone, and fill in nothing for another", async () => {
  const { id } = await owner.addBranch({ name: "Tây Hồ" });
  const staff = await site.addStaffOf(owner, [id]);
  const reply = await staff.get<DeskReply>("/api/v1/answer-desk");
  expect(reply).toMatchObject({ companyId: desk.companyId, branches: [] });
  const body = taken({ staffId: reply.staff.id });
  expect((await staff.request("POST", PATH, body)).status).toBe(404);
});

test("nobody fills in again what a guest answered by themselves", async () => {
  const { surveyId, branchId } = taken();
  const box = await owner.addBox(branchId);
  const answerId = newId();
  const nobody = { guestId: null, deviceId: null, nasId: null, by: "link", place: null } as const;
  const said = { language: "vi", choices: {}, ratings: { food: 5 }, texts: {} } as const;
  await box.push([box.write("survey.answered", { answerId, surveyId, ...nobody, ...said })]);
  await find(answerId);
  const none = { choices: {}, scales: {}, dates: {}, texts: {} };
  const body = taken({ answerId, answers: { ...none, ratings: { food: 1 } } });
  expect((await owner.request("POST", PATH, body)).status).toBe(409);
  const last = taken();
  await owner.request("POST", PATH, last);
  await find(last.answerId);
  expect((await find(answerId))[0]).toMatchObject({ by: "link", taken: null });
});

test.each([
  ["a day that no calendar has", { dates: { came: "2026-02-29" } }],
  ["a day of another form", { dates: { came: "+020260301" } }],
  ["more text than anybody is asked for", { texts: { why: "a".repeat(100_000) } }],
  ["a number that is none", { ratings: { food: "5" } }],
  ["a part of a number", { ratings: { food: 4.5 } }],
])("of hostile input is refused: %s", async (_what, odd) => {
  const { answers: given } = taken();
  const answer = { ...taken(), answers: { ...given, ...odd } };
  expect((await owner.request("POST", PATH, answer)).status).toBe(400);
});

test("text that no database keeps is kept without what it cannot hold", async () => {
  const { answers: given } = taken();
  const body = taken({ answers: { ...given, texts: { why: "Ng\0uội\ud800 \u202equá" } } });
  expect(await owner.request("POST", PATH, body)).toMatchObject({ body: { outcome: "kept" } });
  const [found] = await find(body.answerId);
  expect(found).toMatchObject({ texts: { why: expect.stringMatching(/^Nguội\S* quá$/u) } });
});
