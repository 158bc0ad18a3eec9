import type { EventPayload } from "@foyer/contract";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { DeskReply, TakenBody } from "../src/features/answer-desk/schema.ts";
import type { CaseReply, CasesReply } from "../src/features/cases/schema.ts";
import type { CopyReply } from "../src/features/customers/index.ts";
import type {
  ChoicesReply,
  LinksReply,
  MadeLinkReply,
} from "../src/features/survey-links/schema.ts";
import type {
  AnswersReply,
  ResultsReply,
  SaleTypeReply,
  SaleTypesReply,
  SurveyReply,
} from "../src/features/surveys/schema.ts";
import type { TimelineReply } from "../src/features/timeline/schema.ts";
import { newId } from "../src/platform/clock.ts";
import {
  askUntil,
  type EnrolledBox,
  openTestSite,
  type TestSite,
  type TestStaff,
} from "./open-test-site.ts";
import { NAS_ID } from "./test-box.ts";

const WORDING = {
  title: { vi: "Mùa xuân", en: "Spring" },
  questions: [{ kind: "rating", id: "food", label: { vi: "Món ăn thế nào?" }, required: true }],
};
const TAKEN = "/api/v1/answer-desk/answers";

let site: TestSite;
let owner: TestStaff;
let branchId = "";
let box: EnrolledBox;
let hall = "";
let delivery = "";
/** Asked of every sale, and of what is delivered alone. */
let general: SurveyReply;
let ofDelivery: SurveyReply;

beforeAll(async () => {
  site = await openTestSite();
  owner = await site.addOwner();
  branchId = (await owner.addBranch({ name: "Hồ Gươm" })).id;
  box = await owner.addBox(branchId);
  hall = (await addType({ vi: "Tại chỗ", en: "Dine-in" })).id;
  delivery = (await addType({ vi: "Giao hàng", en: "Delivery" })).id;
  general = await ask({});
  ofDelivery = await ask({ saleTypeIds: [delivery] });
});
afterAll(() => site?.close());

async function okay<Reply>(method: string, path: string, body: unknown): Promise<Reply> {
  const answer = await owner.request(method, `/api/v1${path}`, body);
  expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300);
  return answer.body as Reply;
}
const addType = (name: object) => okay<SaleTypeReply>("POST", "/sale-types", { name });
const ask = (more: object) =>
  okay<SurveyReply>("POST", "/surveys", {
    wording: { ...WORDING, ...more },
    branchIds: [branchId],
  });
const listTypes = async (by = owner) =>
  (await by.get<SaleTypesReply>("/api/v1/sale-types")).saleTypes;

const answered = (given: Partial<EventPayload<"survey.answered">>) =>
  box.write("survey.answered", {
    ...{ answerId: newId(), surveyId: general.id, guestId: null, deviceId: null, nasId: NAS_ID },
    ...{ by: "link", place: null, language: "vi", choices: {}, ratings: {}, texts: {} },
    ...given,
  });
const answers = (query: string) =>
  owner.get<AnswersReply>(`/api/v1/survey-answers?limit=200&surveyId=${query}`);
const told = (query: string, total: number) =>
  askUntil(
    () => answers(query),
    (reply) => reply.total === total,
  );
const find = async (answerId: string) =>
  (
    await askUntil(
      () => owner.get<AnswersReply>("/api/v1/survey-answers?limit=200"),
      (reply) => reply.answers.some(({ id }) => id === answerId),
    )
  ).answers.find(({ id }) => id === answerId);

function taken(survey: SurveyReply, more: Partial<TakenBody> = {}): TakenBody {
  const given = { choices: {}, ratings: { food: 5 }, scales: {}, dates: {}, texts: {} };
  return {
    ...{ answerId: newId(), staffId: "", surveyId: survey.id, version: survey.version, branchId },
    ...{ how: "phone", language: "vi", takenAt: site.now().toISOString(), answers: given },
    ...more,
  };
}

test("results are seen by sale type, stand side by side by it and leave with it", async () => {
  await box.push([
    answered({ ratings: { food: 5 }, saleTypeId: hall }),
    answered({ ratings: { food: 4 }, saleTypeId: hall }),
    answered({ ratings: { food: 1 }, saleTypeId: delivery }),
    answered({ ratings: { food: 3 } }),
    // Written into an address by whoever opened it.
    answered({ ratings: { food: 3 }, saleTypeId: "made-up" }),
  ]);
  await told(general.id, 5);
  const results = (query = "") =>
    owner.get<ResultsReply>(`/api/v1/survey-results?surveyId=${general.id}${query}`);
  const { saleTypes, answers: total } = await results();
  expect(total).toBe(5);
  expect(saleTypes).toMatchObject([
    { saleTypeId: hall, name: { en: "Dine-in" }, answers: 2, average: 4.5, unsatisfied: 0 },
    { saleTypeId: delivery, answers: 1, average: 1, satisfied: 0, unsatisfied: 1 },
    { saleTypeId: null, name: null, answers: 2, average: 3 },
  ]);
  for (const { saleTypeId, answers: count, average } of saleTypes) {
    const query = `&saleTypeId=${saleTypeId ?? "none"}`;
    expect(await results(query)).toMatchObject({ answers: count, average });
    const listed = await answers(general.id + query);
    expect(listed.total).toBe(count);
    expect(listed.answers.every((each) => each.saleTypeId === saleTypeId)).toBe(true);
  }
  const csv = await owner.download(
    `/api/v1/survey-answers.csv?surveyId=${general.id}&language=en&saleTypeId=${hall}`,
  );
  const [head, ...lines] = csv.bytes.toString("utf8").trim().split("\r\n");
  expect(head).toContain('"Sale type"');
  expect(lines).toHaveLength(2);
  for (const line of lines) expect(line).toContain('"Dine-in"');
});

test("a low answer's case, its customer's timeline and their copy say which sale type it was about", async () => {
  const lan = box.signIn({ phone: "+84912345678", name: "Lan" });
  const answerId = newId();
  const given = { guestId: lan.guestId, ratings: { food: 1 } };
  await box.push([
    ...lan.events,
    answered({ ...given, answerId, saleTypeId: delivery }),
    answered({ guestId: lan.guestId, ratings: { food: 5 } }),
  ]);
  const list = () => owner.get<CasesReply>("/api/v1/cases");
  const { cases } = await askUntil(list, (reply) => reply.cases.some(({ id }) => id === answerId));
  const found = cases.find(({ id }) => id === answerId);
  const name = { vi: "Giao hàng", en: "Delivery" };
  expect(found?.answer?.saleType).toEqual(name);
  const { answer } = await owner.get<CaseReply>(`/api/v1/cases/${answerId}`);
  expect(answer?.saleType).toEqual(name);
  const customer = `/api/v1/customers/${answer?.customerId}`;
  const { moments } = await askUntil(
    () => owner.get<TimelineReply>(`${customer}/timeline`),
    (reply) => reply.moments.filter(({ kind }) => kind === "survey").length === 2,
  );
  const soldOf = (kind: string) =>
    moments.filter((each) => each.kind === kind).map(({ saleType }) => saleType);
  expect(soldOf("case")).toEqual([name]);
  expect(soldOf("survey").toSorted()).toEqual([name, null]);
  const { history } = await owner.get<CopyReply>(`${customer}/copy`);
  const said = history.filter(({ kind }) => kind === "survey").map(({ value }) => value);
  expect(said.toSorted()).toEqual(["1", "5", "Giao hàng"]);
});

test("a one-time link carries its sale type, and none that its survey is not for", async () => {
  const make = (more: object) =>
    owner.request("POST", "/api/v1/survey-links", { branchId, days: 7, ...more });
  const refused = await make({ surveyId: ofDelivery.id, saleTypeId: hall });
  expect(refused).toMatchObject({ status: 404, body: { field: "/saleTypeId" } });
  const { branches } = await owner.get<ChoicesReply>("/api/v1/survey-link-choices");
  const choice = branches[0]?.surveys.find(({ id }) => id === ofDelivery.id);
  expect(choice?.saleTypes).toEqual([{ id: delivery, name: { vi: "Giao hàng", en: "Delivery" } }]);
  const made = (await make({ surveyId: general.id, saleTypeId: hall })).body as MadeLinkReply;
  const { links } = await owner.get<LinksReply>("/api/v1/survey-links");
  expect(links.find(({ id }) => id === made.id)?.saleType).toMatchObject({ en: "Dine-in" });
  // Unsaid, it is about the only one that its survey is for.
  const only = (await make({ surveyId: ofDelivery.id })).body as MadeLinkReply;
  for (const [{ url, id }, saleTypeId] of [
    [made, hall],
    [only, delivery],
  ] as const) {
    const body = new URLSearchParams({ version: "1", shown: "food", "q-food": "4" });
    const sent = await fetch(url, { method: "POST", body, headers: { origin: site.origin } });
    expect(sent.status).toBe(200);
    expect(await find(id)).toMatchObject({ by: "link", saleTypeId });
  }
});

test("a link leads nowhere once its survey is for other sale types", async () => {
  const survey = await ask({});
  const asked = { surveyId: survey.id, branchId, saleTypeId: hall, days: 7 };
  const { url } = await okay<MadeLinkReply>("POST", "/survey-links", asked);
  expect((await fetch(url)).status).toBe(200);
  const wording = { ...WORDING, saleTypeIds: [delivery] };
  const change = { wording, branchIds: [branchId], readVersion: 1 };
  await okay("PUT", `/surveys/${survey.id}`, change);
  expect((await fetch(url)).status).toBe(410);
});

test("staff's answer desk says which sale type it was, as long as the survey was for it", async () => {
  const desk = await owner.get<DeskReply>("/api/v1/answer-desk");
  expect(desk.saleTypes.map(({ id }) => id)).toEqual([hall, delivery]);
  const staffId = desk.staff.id;
  const refused = await owner.request(
    "POST",
    TAKEN,
    taken(ofDelivery, { staffId, saleTypeId: hall }),
  );
  expect(refused).toMatchObject({ status: 404, body: { field: "/saleTypeId" } });
  const unknown = taken(general, { staffId, saleTypeId: newId() });
  expect((await owner.request("POST", TAKEN, unknown)).status).toBe(404);
  const said = taken(general, { staffId, saleTypeId: hall });
  const unsaid = taken(ofDelivery, { staffId });
  for (const body of [said, unsaid, said]) await okay("POST", "/answer-desk/answers", body);
  expect(await find(said.answerId)).toMatchObject({ by: "staff", saleTypeId: hall });
  expect(await find(unsaid.answerId)).toMatchObject({ by: "staff", saleTypeId: delivery });
});

test("one that ended is chosen no more, keeps its name, and takes what was told late", async () => {
  const { id } = await addType({ vi: "Tiệc", en: "Banquet" });
  const put = (body: object) => owner.request("PUT", `/api/v1/sale-types/${id}`, body);
  const name = { vi: "Tiệc" };
  const used = await ask({ saleTypeIds: [id] });
  const refused = await put({ name, isOver: true });
  expect(refused).toMatchObject({ status: 409, body: { message: /Spring/ } });
  const change = { wording: WORDING, branchIds: [branchId], readVersion: 1 };
  await okay("PUT", `/surveys/${used.id}`, change);
  const { staff } = await owner.get<DeskReply>("/api/v1/answer-desk");
  const late = taken(used, { staffId: staff.id, version: 1, saleTypeId: id });
  expect((await put({ name, isOver: true })).status).toBe(200);
  await okay("POST", "/answer-desk/answers", late);
  expect(await find(late.answerId)).toMatchObject({ saleTypeId: id });
  expect((await listTypes()).find((each) => each.id === id)).toEqual({ id, name, isOver: true });
  const again = await owner.request("POST", "/api/v1/surveys", {
    ...{ wording: { ...WORDING, saleTypeIds: [id] }, branchIds: [branchId] },
  });
  expect(again).toMatchObject({ status: 400, body: { field: "/wording/saleTypeIds" } });
  const linked = { surveyId: general.id, branchId, saleTypeId: id, days: 7 };
  expect((await owner.request("POST", "/api/v1/survey-links", linked)).status).toBe(404);
  // Its name is free meanwhile; back it comes under another.
  await addType({ vi: "tiệc " });
  expect((await put({ name, isOver: false })).status).toBe(409);
  expect((await put({ name: { vi: "Tiệc cưới" }, isOver: false })).status).toBe(200);
});

test("of a survey being written for one and its end at once, one is refused", async () => {
  const { id } = await addType({ en: "Room service" });
  const wording = { ...WORDING, saleTypeIds: [id] };
  const [written, ended] = await Promise.all([
    owner.request("POST", "/api/v1/surveys", { wording, branchIds: [] }),
    owner.request("PUT", `/api/v1/sale-types/${id}`, {
      name: { en: "Room service" },
      isOver: true,
    }),
  ]);
  expect([written.status, ended.status].toSorted()).toEqual(
    written.status === 201 ? [201, 409] : [200, 400],
  );
});

test("names are no other's, say something, and are few; whoever may not edit surveys writes none", async () => {
  for (const name of [{ en: "dine-IN " }, { vi: "TẠI CHỖ" }])
    expect(await owner.request("POST", "/api/v1/sale-types", { name })).toMatchObject({
      ...{ status: 409, body: { field: "/name" } },
    });
  expect(await owner.request("POST", "/api/v1/sale-types", { name: { en: "  " } })).toMatchObject({
    status: 400,
    body: { field: "/name" },
  });
  const viewer = await site.addViewer(owner);
  expect((await listTypes(viewer)).map(({ id }) => id)).toContain(hall);
  const added = await viewer.request("POST", "/api/v1/sale-types", { name: { en: "Mine" } });
  expect(added.status).toBe(403);
  const stranger = await site.addOwner("Quán Khác");
  expect(await listTypes(stranger)).toEqual([]);
  const put = { name: { en: "Theirs" }, isOver: true };
  expect((await stranger.request("PUT", `/api/v1/sale-types/${hall}`, put)).status).toBe(404);
  const wording = { ...WORDING, saleTypeIds: [hall] };
  const theirs = await stranger.request("POST", "/api/v1/surveys", { wording, branchIds: [] });
  expect(theirs).toMatchObject({ status: 400, body: { field: "/wording/saleTypeIds" } });
});
