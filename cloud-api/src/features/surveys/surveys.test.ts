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
import type { AnswersReply, SurveysReply } from "./schema.ts";

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

const answered = (given: Partial<EventPayload<"survey.answered">> = {}, from = box) =>
  from.write("survey.answered", {
    ...{ answerId: newId(), surveyId: "spring", guestId: null, deviceId: null, nasId: NAS_ID },
    ...{ by: "page", place: null, language: "vi", choices: {}, ratings: {}, texts: {} },
    ...given,
  });
const ask = (query = "", by = staff) =>
  by.get<AnswersReply>(`/api/v1/survey-answers?surveyId=spring${query}`);
const told = (total: number, query = "", by = staff) =>
  askUntil(
    () => ask(query, by),
    (reply) => reply.total === total,
  );

test("part of MC-3.6: an answer is kept with its table, and with its customer where they are known", async () => {
  const lan = box.signIn({ phone: "+84912345678", name: "Lan" });
  const texts = { why: "Trà ngon" };
  const [known, nobody] = [
    answered({ guestId: lan.guestId, by: "link", place: "table-5", ratings: { stars: 5 }, texts }),
    answered({ ratings: { stars: 2 }, choices: { bad: ["seat", "wait"] } }),
  ];
  await box.push([...lan.events, known, nobody]);
  const reply = await told(2);
  const byTable = reply.answers.find((each) => each.place === "table-5");
  expect(byTable).toMatchObject({ by: "link", branchId, customerName: "Lan", texts });
  expect(reply.answers.find((each) => each.place === null)).toMatchObject({
    ...{ customerId: null, choices: { bad: ["seat", "wait"] } },
  });
  const own = await ask(`&customerId=${byTable?.customerId}`);
  expect(own.answers.map((each) => each.id)).toEqual([byTable?.id]);
});

test("what a guest wrote lies in the erasable rows, never in the log for good", async () => {
  await box.push([answered({ texts: { why: "Call me: +84912345678" } })]);
  expect((await told(1)).answers[0]?.texts).toEqual({ why: "Call me: +84912345678" });
  const [event] = await site.listEvents(staff.tenantId, "survey.answered");
  expect(JSON.stringify(event)).not.toContain("912345678");
});

test("an answer that is told twice, or again by another life of the box, is one", async () => {
  const answerId = newId();
  const event = answered({ answerId });
  await box.push([event]);
  await box.push([event, answered({ answerId }), answered()]);
  expect((await told(2)).answers.map((each) => each.id)).toContain(answerId);
});

test("answers are asked for by branch, and of one company are nothing at another", async () => {
  const other = await staff.addBox((await staff.addBranch({ name: "Tây Hồ" })).id);
  await box.push([answered()]);
  await other.push([answered({}, other)]);
  await told(2);
  expect((await ask(`&branchId=${branchId}`)).total).toBe(1);
  const strangers = await site.addOwner("Other");
  expect((await ask("", strangers)).total).toBe(0);
});

test("a viewer may read answers, and nobody without an account", async () => {
  const viewer = await site.addViewer(staff);
  expect((await ask("", viewer)).total).toBe(0);
  const open = await fetch(`${site.origin}/api/v1/survey-answers?surveyId=spring`);
  expect(open.status).toBe(401);
});

test("the links of a branch's surveys are those its portal answers", async () => {
  const path = `/api/v1/branches/${branchId}`;
  const document = await staff.get<BranchSettings>(`${path}/settings`);
  const surveys = [
    {
      ...{ id: "spring", title: { vi: "Bạn thấy thế nào?", en: "How was it?" } },
      questions: [{ kind: "rating", id: "stars", label: { vi: "Mấy sao?" }, required: true }],
    },
  ];
  const saved = await staff.request("PUT", `${path}/settings`, { ...document, surveys });
  expect(saved.status).toBe(200);
  expect(await staff.get(`${path}/survey-links`)).toEqual({
    links: [{ surveyId: "spring", url: null }],
  });
  const nas = {
    ...{
      kind: "coova",
      id: newId(),
      name: "Counter",
      source: "10.1.0.1",
      radiusSecret: "secret-1",
    },
    ...{ uamSecret: "secret-2", uamServer: "http://10.1.0.2:8080/portal" },
    ...{ loginOrigins: ["http://10.1.0.1:3990"], nasIdentifier: "counter", handBack: "chap" },
    disconnectPort: null,
  };
  const read = await staff.get<BranchSettings>(`${path}/settings`);
  expect(await staff.request("PUT", `${path}/settings`, { ...read, nas: [nas] })).toMatchObject({
    status: 200,
  });
  expect(await staff.get(`${path}/survey-links`)).toEqual({
    links: [{ surveyId: "spring", url: "http://10.1.0.2:8080/survey/spring" }],
  });
});

test("answers are counted on the days of their branch's calendar, the first and the last included", async () => {
  const zone = { timeZone: "Asia/Ho_Chi_Minh" };
  const hanoi = await staff.addBranch(zone);
  const there = await staff.addBox(hanoi.id);
  // 00:30 on the 2nd in Hà Nội.
  const night = { ...answered({}, there), occurredAt: "2026-03-01T17:30:00.000Z" };
  await there.push([night]);
  await told(1, `&branchId=${hanoi.id}`);
  const count = async (from: string, to: string) =>
    (await ask(`&branchId=${hanoi.id}&from=${from}&to=${to}`)).total;
  expect(await count("2026-03-02", "2026-03-02")).toBe(1);
  expect(await count("2026-03-01", "2026-03-01")).toBe(0);
  expect(await count("2026-03-03", "2026-03-09")).toBe(0);
  expect((await ask("&from=2026-03-02")).total).toBe(1);
});

test("every survey is listed with how often it was answered, for the company alone", async () => {
  const path = `/api/v1/branches/${branchId}/settings`;
  const document = await staff.get<BranchSettings>(path);
  const question = { kind: "rating", id: "stars", label: { vi: "Mấy sao?" }, required: true };
  const survey = { id: "spring", title: { vi: "Mùa xuân" }, questions: [question] };
  const saved = await staff.request("PUT", path, { ...document, surveys: [survey] });
  expect(saved.status).toBe(200);
  await box.push([answered({ ratings: { stars: 5 } }), answered({ surveyId: "old" })]);
  await told(1);
  const list = (by = staff) => by.get<SurveysReply>("/api/v1/surveys");
  const { surveys } = await askUntil(list, (reply) => reply.surveys.length === 2);
  expect(surveys).toMatchObject([
    { id: "spring", title: { vi: "Mùa xuân" }, answers: 1 },
    { id: "old", title: null, questions: [], branchNames: [], answers: 1 },
  ]);
  expect(await list(await site.addOwner("Other"))).toEqual({ surveys: [] });
});
