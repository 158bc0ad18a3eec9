import type { BranchSettings, EventPayload } from "@foyer/contract";
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
import type { AnswersReply, ResultsReply, SurveyRulesBody } from "./schema.ts";

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

const answered = (given: Partial<EventPayload<"survey.answered">> = {}, from = box) =>
  from.write("survey.answered", {
    ...{ answerId: newId(), surveyId: "spring", guestId: null, deviceId: null, nasId: NAS_ID },
    ...{ by: "page", place: null, language: "vi", choices: {}, ratings: {}, texts: {} },
    ...given,
  });
const ask = (query = "", by = staff) =>
  by.get<AnswersReply>(`/api/v1/survey-answers?surveyId=spring${query}`);
const results = (query = "", by = staff) =>
  by.get<ResultsReply>(`/api/v1/survey-results?surveyId=spring${query}`);
const told = (total: number, query = "") =>
  askUntil(
    () => ask(query),
    (reply) => reply.total === total,
  );

const say = (vi: string) => ({ vi });
const SPRING = {
  id: "spring",
  title: say("Mùa xuân"),
  questions: [
    { kind: "rating", id: "food", label: say("Món ăn?"), required: true, part: "kitchen" },
    { kind: "rating", id: "staff", label: say("Nhân viên?"), required: false, part: "service" },
    {
      ...{ kind: "choice", id: "bad", label: say("Vì sao?"), required: true, many: true },
      options: [
        { id: "cold", label: say("Nguội") },
        { id: "salty", label: say("Mặn") },
      ],
      onlyAfter: { questionId: "food", answers: ["1", "2"] },
    },
    { kind: "text", id: "why", label: say("Thêm?"), required: false },
  ],
};
const RULES: SurveyRulesBody = {
  ...{ satisfiedFrom: 4, lowUpTo: 2, caseHours: 48 },
  ...{ satisfiedTagId: null, unsatisfiedTagId: null },
  parts: [
    { id: "kitchen", name: "Bếp" },
    { id: "service", name: "Phục vụ" },
  ],
};

async function change(method: string, path: string, body: unknown) {
  const answer = await staff.request(method, `/api/v1${path}`, body);
  if (answer.status >= 300) throw new Error(`${method} ${path}: ${JSON.stringify(answer)}`);
  return answer.body as { id: string };
}

async function askSpring(id = branchId) {
  const path = `/branches/${id}/settings`;
  const document = await staff.get<BranchSettings>(`/api/v1${path}`);
  await change("PUT", path, { ...document, surveys: [SPRING] });
}

test("MC-6.8 HM-6.1 each question has its counts and average, and every number opens the answers behind it", async () => {
  await askSpring();
  const lan = box.signIn({ phone: "+84912345678", name: "Lan" });
  await box.push([
    ...lan.events,
    answered({ guestId: lan.guestId, ratings: { food: 5, staff: 4 } }),
    answered({ ratings: { food: 4 } }),
    answered({ ratings: { food: 1, staff: 5 }, choices: { bad: ["cold", "salty"] } }),
    answered({ texts: { why: "Chỗ ngồi hơi chật" } }),
  ]);
  await told(4);
  const found = await results();
  expect(found).toMatchObject({ answers: 4, rated: 3, satisfied: 2, unsatisfied: 1 });
  // (4.5 + 4 + 3) / 3
  expect(found.average).toBe(3.83);
  const [food, people, bad] = found.questions;
  expect(food).toMatchObject({ questionId: "food", average: 3.33, ratings: 3, satisfied: 2 });
  expect(food?.counts.map(({ count }) => count)).toEqual([1, 1, 0, 0, 1]);
  expect(people).toMatchObject({ questionId: "staff", average: 4.5, unsatisfied: 0 });
  expect(bad).toMatchObject({ isFollowUp: true, counts: [{ count: 1 }, { count: 1 }] });
  for (const { questionId, counts } of found.questions)
    for (const { value, count } of counts)
      expect((await ask(`&questionId=${questionId}&value=${value}`)).total).toBe(count);
  const [best] = (await ask("&questionId=food&value=5")).answers;
  expect(best).toMatchObject({ customerName: "Lan", score: 4.5, satisfaction: "satisfied" });
});

test("a question from 0 to 10 has its promoter score, and its days are kept beside the log alone", async () => {
  const path = `/branches/${branchId}/settings`;
  const document = await staff.get<BranchSettings>(`/api/v1${path}`);
  const likely = { kind: "scale", id: "likely", label: say("Giới thiệu?"), required: true };
  const came = { kind: "date", id: "came", label: say("Hôm nào?"), required: false };
  const nps = { id: "spring", title: say("Mùa xuân"), questions: [likely, came] };
  await change("PUT", path, { ...document, surveys: [nps] });
  const lan = box.signIn({ phone: "+84912345678", name: "Lan" });
  await box.push([
    ...lan.events,
    answered({ guestId: lan.guestId, scales: { likely: 0 }, dates: { came: "2026-02-28" } }),
    ...[6, 8, 9, 10, 10].map((number) => answered({ scales: { likely: number } })),
  ]);
  await told(6);
  const found = await results();
  const [question, day] = found.questions;
  // 3 of 6 recommend, 2 warn.
  expect(question).toMatchObject({ kind: "scale", promoterScore: 17, ratings: 6, average: 7.17 });
  expect(question).toMatchObject({ satisfied: 3, unsatisfied: 2 });
  expect(question?.counts.map(({ value, count }) => [value, count])).toEqual([
    ...[
      ["10", 2],
      ["9", 1],
      ["8", 1],
      ["7", 0],
      ["6", 1],
      ["5", 0],
    ],
    ...[
      ["4", 0],
      ["3", 0],
      ["2", 0],
      ["1", 0],
      ["0", 1],
    ],
  ]);
  expect(day).toMatchObject({ kind: "date", counts: [], promoterScore: null });
  const [low] = (await ask("&questionId=likely&value=0")).answers;
  expect(low).toMatchObject({ satisfaction: "unsatisfied", dates: { came: "2026-02-28" } });
  const csv = await staff.download("/api/v1/survey-answers.csv?surveyId=spring");
  expect(csv.bytes.toString("utf8")).toContain(`,0,"2026-02-28"`);
  const { guestId, deviceId } = lan;
  const asked = { requestId: newId(), guestId, deviceId, nasId: NAS_ID, language: "vi" } as const;
  await box.push([box.write("guest.deletion-requested", asked)]);
  const left = await askUntil(
    () => ask("&questionId=likely&value=0"),
    ({ answers }) => answers[0]?.dates === null,
  );
  expect(left.answers[0]).toMatchObject({ scales: { likely: 0 }, dates: null });
});

test("HM-6.13 answers are seen by satisfaction, and the shares add up to what is listed", async () => {
  const ratings = [5, 4, 3, 2, 1];
  await box.push([...ratings.map((stars) => answered({ ratings: { stars } })), answered()]);
  await told(6);
  const { satisfied, unsatisfied, rated } = await results();
  expect({ satisfied, unsatisfied, rated }).toEqual({ satisfied: 2, unsatisfied: 2, rated: 5 });
  for (const [name, count] of [
    ["satisfied", 2],
    ["neutral", 1],
    ["unsatisfied", 2],
  ] as const) {
    const { total, answers } = await ask(`&satisfaction=${name}`);
    expect(total).toBe(count);
    expect(answers.every(({ satisfaction }) => satisfaction === name)).toBe(true);
    expect((await results(`&satisfaction=${name}`)).answers).toBe(count);
  }
});

test("the thresholds are the company's own, and old answers are told by them too", async () => {
  await box.push([answered({ ratings: { stars: 4 } }), answered({ ratings: { stars: 3 } })]);
  await told(2);
  await change("PUT", "/survey-rules", { ...RULES, satisfiedFrom: 5, lowUpTo: 3 });
  expect(await results()).toMatchObject({ satisfied: 0, unsatisfied: 1 });
  const refused = await staff.request("PUT", "/api/v1/survey-rules", { ...RULES, lowUpTo: 4 });
  expect(refused).toMatchObject({ status: 400, body: { field: "/lowUpTo" } });
  const viewer = await site.addViewer(staff);
  expect((await viewer.request("PUT", "/api/v1/survey-rules", RULES)).status).toBe(403);
});

test("HM-6.14 HM-6.15 branches stand side by side with their counts, and are filtered by", async () => {
  const { id } = await staff.addBranch({ name: "Tây Hồ" });
  const other = await staff.addBox(id);
  await box.push([answered({ ratings: { stars: 5 } }), answered({ ratings: { stars: 3 } })]);
  await other.push([answered({ ratings: { stars: 1 } }, other)]);
  await told(3);
  const { branches } = await results();
  expect(new Map(branches.map((each) => [each.branchId, each]))).toEqual(
    new Map([
      [branchId, expect.objectContaining({ answers: 2, average: 4, satisfied: 1, unsatisfied: 0 })],
      [id, expect.objectContaining({ answers: 1, average: 1, satisfied: 0, unsatisfied: 1 })],
    ]),
  );
  expect(await results(`&branchId=${id}`)).toMatchObject({ answers: 1, average: 1 });
});

test("HM-7.9 each part of the company has its score, in all and by branch", async () => {
  await askSpring();
  await change("PUT", "/survey-rules", RULES);
  const { id } = await staff.addBranch({ name: "Tây Hồ" });
  const other = await staff.addBox(id);
  await box.push([answered({ ratings: { food: 2, staff: 5 } })]);
  await other.push([answered({ ratings: { food: 4 } }, other)]);
  await told(2);
  const { parts } = await results();
  expect(parts.filter(({ branchId: of }) => of === null)).toMatchObject([
    { name: "Bếp", average: 3, ratings: 2, satisfied: 1, unsatisfied: 1 },
    { name: "Phục vụ", average: 5, ratings: 1 },
  ]);
  expect(parts.find(({ branchId: of, partId }) => of === id && partId === "kitchen")).toMatchObject(
    { average: 4, ratings: 1 },
  );
});

test("HM-6.11 what guests wrote is kept and found, with and without its marks, by the beginnings of its words", async () => {
  await box.push([
    answered({ texts: { why: "Cà phê hơi nguội, đợi lâu quá" } }),
    answered({ texts: { why: "Rất ngon!" } }),
  ]);
  await told(2);
  const search = (text: string) => ask(`&search=${encodeURIComponent(text)}`);
  expect((await search("nguội")).answers[0]?.texts?.why).toContain("nguội");
  expect((await search("nguoi doi")).total).toBe(1);
  expect((await search("NGU")).total).toBe(1);
  expect((await search("guội")).total).toBe(0);
  expect((await search("ngon nguội")).total).toBe(0);
  expect((await results(`&search=ngon`)).answers).toBe(1);
  // As people type it, as some keyboards compose it, and what is no word at all.
  for (const text of ["ĐỢI", "đợi".normalize("NFD"), "doi"]) {
    const found = await search(text);
    expect(found.total, text).toBe((await search("đợi")).total);
  }
  expect((await search("!?")).total).toBe(0);
  expect((await search("  ")).total).toBe((await ask("")).total);
});

test("nobody is found by words of a guest who was forgotten", async () => {
  const lan = box.signIn({ phone: "+84912345678", name: "Lan" });
  const { guestId, deviceId } = lan;
  await box.push([...lan.events, answered({ guestId, texts: { why: "Nguội" } })]);
  await told(1, "&search=nguoi");
  const asked = { requestId: newId(), guestId, deviceId, nasId: NAS_ID, language: "vi" } as const;
  await box.push([box.write("guest.deletion-requested", asked)]);
  await told(0, "&search=nguoi");
  const words = () =>
    site.readAsAdministrator<{ count: number }>(
      "select count(*)::int as count from survey_words where tenant_id = $1",
      [staff.tenantId],
    );
  await askUntil(words, ([row]) => row?.count === 0);
  expect((await ask()).total).toBe(1);
});

test("answers are told by day, week or month, on the branch's calendar", async () => {
  const at = (occurredAt: string, stars: number) => ({
    ...answered({ ratings: { stars } }),
    occurredAt,
  });
  await box.push([
    // 00:30 on the 2nd at the branch.
    at("2026-03-01T17:30:00.000Z", 5),
    at("2026-03-02T03:00:00.000Z", 3),
    at("2026-03-03T03:00:00.000Z", 1),
  ]);
  await told(3);
  const daily = await results();
  expect(daily.step).toBe("day");
  expect(daily.series).toMatchObject([
    { day: "2026-03-02", answers: 2, average: 4 },
    { day: "2026-03-03", answers: 1, average: 1, unsatisfied: 1 },
  ]);
  expect(await results("&from=2026-01-01&to=2026-04-30")).toMatchObject({
    step: "week",
    series: [{ day: "2026-03-02", answers: 3 }],
  });
  expect(await results("&from=2025-01-01&to=2026-04-30")).toMatchObject({
    step: "month",
    series: [{ day: "2026-03-01", answers: 3 }],
  });
});

test("part of HM-6.17: of those who were here it is told how many answered", async () => {
  await askSpring();
  const lan = box.signIn({ phone: "+84912345678", name: "Lan" });
  const minh = box.signIn({ phone: "+84912345679", name: "Minh" });
  const visits = [lan, minh].flatMap(
    ({ guestId, deviceId }) =>
      box.visit({ guestId, deviceId, startedAt: site.now(), endedAt: null }).events,
  );
  await box.push([...lan.events, ...minh.events, ...visits]);
  await box.push([answered({ guestId: lan.guestId, ratings: { food: 5 } })]);
  await told(1);
  const found = await askUntil(results, ({ takingPart }) => takingPart.visitors === 2);
  expect(found.takingPart).toEqual({ visitors: 2, answered: 1 });
});

test("answers are paged through without a gap or a repetition", async () => {
  await box.push(Array.from({ length: 5 }, () => answered()));
  await told(5);
  const seen: string[] = [];
  let cursor: string | null = "";
  while (cursor !== null) {
    const page: AnswersReply = await ask(`&limit=2${cursor === "" ? "" : `&cursor=${cursor}`}`);
    seen.push(...page.answers.map(({ id }) => id));
    cursor = page.nextCursor;
  }
  expect(new Set(seen).size).toBe(5);
  expect(seen).toHaveLength(5);
  const refused = await staff.request("GET", "/api/v1/survey-answers?cursor=nonsense");
  expect(refused.status).toBe(400);
});

test("answers are taken along as a table, in words, with formulas disarmed", async () => {
  await askSpring();
  await box.push([
    answered({
      ...{ place: "ban-5", ratings: { food: 1 }, choices: { bad: ["cold", "salty"] } },
      texts: { why: "=1+1" },
    }),
  ]);
  await told(1);
  const path = "/api/v1/survey-answers.csv?surveyId=spring&language=vi";
  const { status, bytes } = await staff.download(path);
  expect(status).toBe(200);
  const [head, line] = bytes.toString("utf8").split("\r\n");
  expect(head).toContain('"Món ăn?","Nhân viên?","Vì sao?","Thêm?"');
  expect(line).toContain('"Hồ Gươm","ban-5"');
  expect(line).toContain(`1,"Không hài lòng",,,1,,"Nguội; Mặn","'=1+1"`);
  const viewer = await site.addViewer(staff);
  expect((await viewer.download(path)).status).toBe(403);
  // Who took it stands in the audit log; whom they searched for does not.
  await staff.download(`${path}&search=${encodeURIComponent("nguội")}`);
  type Log = { entries: { action: string; recordId: string; before: unknown; after: object }[] };
  const { entries } = await staff.get<Log>("/api/v1/audit?kind=survey-answers");
  const taken = { action: "GET /api/v1/survey-answers.csv", recordId: "spring", before: null };
  expect(entries).toMatchObject([
    { ...taken, after: { answers: 0, search: true } },
    { ...taken, after: { answers: 1 } },
  ]);
});

test("HM-6.16 a stated threshold parts the content from the others by a tag, by their last word", async () => {
  const { id: happy } = await change("POST", "/tags", { name: "Hài lòng" });
  const { id: unhappy } = await change("POST", "/tags", { name: "Chưa hài lòng" });
  await change("PUT", "/survey-rules", {
    ...{ ...RULES, satisfiedTagId: happy, unsatisfiedTagId: unhappy },
  });
  const lan = box.signIn({ phone: "+84912345678", name: "Lan" });
  const { guestId } = lan;
  await box.push([...lan.events, answered({ guestId, ratings: { stars: 1 } })]);
  const tagged = async () => {
    const { tags } = await staff.get<{ tags: { id: string; customers: number }[] }>("/api/v1/tags");
    return tags.filter(({ customers }) => customers > 0).map(({ id }) => id);
  };
  await askUntil(tagged, (ids) => ids.length === 1 && ids[0] === unhappy);
  await box.push([answered({ guestId, surveyId: "summer", ratings: { stars: 5 } })]);
  await askUntil(tagged, (ids) => ids.length === 1 && ids[0] === happy);
  // Told late: it is not their last word.
  const late = answered({ guestId, surveyId: "winter", ratings: { stars: 1 } });
  await box.push([{ ...late, occurredAt: "2025-01-01T00:00:00.000Z" }]);
  await askUntil(
    () => staff.get<ResultsReply>("/api/v1/survey-results?surveyId=winter"),
    ({ answers }) => answers === 1,
  );
  expect(await tagged()).toEqual([happy]);
  // Other thresholds part everybody anew, and a tag that is given no more is taken back.
  await change("PUT", "/survey-rules", { ...RULES, unsatisfiedTagId: unhappy });
  await askUntil(tagged, (ids) => ids.length === 0);
});

test("a tag is given by one rule: what guests answer, or a segment", async () => {
  const { id: tagId } = await change("POST", "/tags", { name: "Hài lòng" });
  const tree = { kind: "all", of: [{ kind: "field", field: "email", test: { is: "known" } }] };
  const { id: segmentId } = await change("POST", "/segments", { name: "Có e-mail", tree });
  const byAnswers = { ...RULES, satisfiedTagId: tagId };
  await change("PUT", "/survey-rules", byAnswers);
  const rule = { segmentId, removes: true };
  const refused = await staff.request("PUT", `/api/v1/tag-rules/${tagId}`, rule);
  expect(refused.status).toBe(409);
  await change("PUT", "/survey-rules", RULES);
  await change("PUT", `/tag-rules/${tagId}`, rule);
  const clash = await staff.request("PUT", "/api/v1/survey-rules", byAnswers);
  expect(clash).toMatchObject({ status: 409, body: { field: "/satisfiedTagId" } });
});
