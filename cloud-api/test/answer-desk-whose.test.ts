import { afterAll, beforeAll, expect, test } from "vitest";
import type {
  CustomerCheckReply,
  DeskReply,
  TakenBody,
  TakenReply,
} from "../src/features/answer-desk/schema.ts";
import type { CouponsReply } from "../src/features/coupons/schema.ts";
import type { AnswersReply } from "../src/features/surveys/schema.ts";
import type { TimelineReply } from "../src/features/timeline/schema.ts";
import { newId } from "../src/platform/clock.ts";
import { askUntil, openTestSite, type TestSite, type TestStaff } from "./open-test-site.ts";

let site: TestSite;
let owner: TestStaff;
let desk: DeskReply;
let branchId: string;
let otherBranchId: string;

const WORDING = {
  title: { vi: "Mùa xuân" },
  questions: [
    { kind: "rating", id: "food", label: { vi: "Món ăn thế nào?" }, required: true },
    { kind: "text", id: "why", label: { vi: "Vì sao?" }, required: false },
  ],
};
const COUPON = {
  ...{ name: { vi: "Trà miễn phí" }, offer: { vi: "Một ly trà" }, terms: null, validDays: 30 },
  ...{ branchIds: [], profileCompleteness: null },
};

beforeAll(async () => {
  site = await openTestSite();
  owner = await site.addOwner();
  branchId = (await owner.addBranch({ name: "Hồ Gươm" })).id;
  otherBranchId = (await owner.addBranch({ name: "Tây Hồ" })).id;
  const branchIds = [branchId, otherBranchId];
  const made = await owner.request("POST", "/api/v1/surveys", { wording: WORDING, branchIds });
  expect(made.status).toBe(201);
  desk = await owner.get<DeskReply>("/api/v1/answer-desk");
  const surveyIds = [desk.branches[0]?.surveys[0]?.id ?? ""];
  const kind = await owner.request("POST", "/api/v1/coupon-kinds", { ...COUPON, surveyIds });
  expect(kind.status).toBe(201);
});
afterAll(() => site?.close());

let numbers = 0;
async function addCustomer(name: string, at = branchId): Promise<{ id: string; phone: string }> {
  numbers += 1;
  const phone = `09120000${String(numbers).padStart(2, "0")}`;
  const { status, body } = await owner.request("POST", "/api/v1/customers", {
    ...{ branchId: at, values: { name, phone } },
  });
  expect(status).toBe(201);
  return { id: (body as { id: string }).id, phone };
}

function taken(more: Partial<TakenBody> = {}): TakenBody {
  const survey = desk.branches[0]?.surveys[0];
  return {
    ...{ answerId: newId(), staffId: desk.staff.id, surveyId: survey?.id ?? "" },
    ...{ version: survey?.version ?? null, branchId, how: "phone", language: "vi" },
    ...{ takenAt: site.now().toISOString() },
    answers: { choices: {}, ratings: { food: 5 }, scales: {}, dates: {}, texts: {} },
    ...more,
  };
}
async function tell(body: TakenBody, by = owner): Promise<TakenReply> {
  const reply = await by.request("POST", "/api/v1/answer-desk/answers", body);
  expect(reply.status, JSON.stringify(reply.body)).toBe(200);
  return reply.body as TakenReply;
}
async function check(phone: string, by = owner): Promise<CustomerCheckReply> {
  const path = "/api/v1/answer-desk/customer-checks";
  const reply = await by.request("POST", path, { branchId, phone });
  expect(reply.status).toBe(200);
  return reply.body as CustomerCheckReply;
}
const find = async (answerId: string) => {
  const [found] = await askUntil(
    async () =>
      (await owner.get<AnswersReply>("/api/v1/survey-answers?limit=200")).answers.filter(
        ({ id }) => id === answerId,
      ),
    ([one]) => one !== undefined,
  );
  return found;
};
const coupons = (customerId: string) =>
  owner.get<CouponsReply>(`/api/v1/coupons?customerId=${customerId}`);

test("part of HM-6.7: an answer taken of somebody known is theirs on their timeline, in segments, and earns one coupon", async () => {
  const { id, phone } = await addCustomer("Lan");
  expect(await check(`${phone.slice(0, 4)} ${phone.slice(4)}`)).toEqual({
    ...{ state: "found", name: "Lan" },
  });
  const body = taken({ phone: phone.replace("0", "+84") });
  const reply = await tell(body);
  expect(reply).toMatchObject({ outcome: "kept", whose: "customer" });
  expect(reply.coupon).toMatchObject({ offer: { vi: "Một ly trà" } });
  const code = reply.coupon?.code.replaceAll(/\W/g, "");
  expect(reply.coupon?.redeemPath).toBe(`/coupons/till#${code}`);
  // The reply was lost, and told again: nothing is given twice.
  expect(await tell(body)).toEqual({ ...reply, outcome: "kept-before" });
  expect(await find(body.answerId)).toMatchObject({ customerId: id, customerName: "Lan" });
  const timeline = await askUntil(
    () => owner.get<TimelineReply>(`/api/v1/customers/${id}/timeline`),
    ({ moments }) => moments.some(({ kind }) => kind === "survey"),
  );
  expect(timeline.moments.filter(({ kind }) => kind === "survey")).toHaveLength(1);
  const tree = {
    kind: "event",
    event: "survey.answered",
    detail: body.surveyId,
    count: { min: 1 },
  };
  const preview = await owner.request("POST", "/api/v1/segments/preview", {
    tree: { kind: "all", of: [tree] },
  });
  expect(preview.body).toMatchObject({ total: 1 });
  // Two more answers at once: they count, and the coupon stays the one there is.
  const more = await Promise.all([taken({ phone }), taken({ phone })].map((each) => tell(each)));
  expect(more.map(({ coupon }) => coupon?.code)).toEqual(Array(2).fill(reply.coupon?.code));
  expect(await coupons(id)).toMatchObject({ total: 1, coupons: [{ state: "open" }] });
  const redeem = { code, branchId, redemptionId: newId() };
  const redeemed = await owner.request("POST", "/api/v1/coupon-redemptions", redeem);
  expect(redeemed.body).toMatchObject({ state: "redeemed" });
  expect(await tell(taken({ phone }))).toMatchObject({ whose: "customer", coupon: null });
});

test("two first answers of one customer told at once give one coupon", async () => {
  const { id, phone } = await addCustomer("Minh");
  const bodies = [1, 2, 3].map(() => taken({ phone }));
  const replies = await Promise.all(bodies.map((body) => tell(body)));
  expect(new Set(replies.map(({ coupon }) => coupon?.code)).size).toBe(1);
  expect(await coupons(id)).toMatchObject({ total: 1 });
});

test("an answer with a number that is nobody's, none, or of whoever is to be left alone is kept without a name", async () => {
  const { id, phone } = await addCustomer("Hoa");
  const noted = await owner.request("POST", `/api/v1/customers/${id}/requests`, {
    ...{ kind: "restriction", note: "Gọi điện" },
  });
  const { id: requestId } = noted.body as { id: string };
  const outcome = `/api/v1/customers/${id}/requests/${requestId}/outcome`;
  expect((await owner.request("POST", outcome, { outcome: "done" })).status).toBe(204);
  for (const [typed, whose] of [
    ["0987 654 321", "unknown"],
    ["12", "not-a-number"],
    [phone, "restricted"],
  ] as const) {
    expect(await check(typed)).toEqual({ state: whose });
    const body = taken({ phone: typed });
    expect(await tell(body)).toEqual({ outcome: "kept", whose, coupon: null });
    expect(await find(body.answerId)).toMatchObject({ customerId: null, by: "staff" });
  }
  expect(await coupons(id)).toMatchObject({ total: 0 });
  const body = taken();
  expect(await tell(body)).toEqual({ outcome: "kept", whose: null, coupon: null });
});

test("staff of one branch tie answers to whom it knows, and are told of nobody else", async () => {
  const known = await addCustomer("Mai");
  const stranger = await addCustomer("Tú", otherBranchId);
  const staff = await site.addStaffOf(owner, [branchId]);
  const own = await staff.get<DeskReply>("/api/v1/answer-desk");
  expect(own.mayTie).toBe(true);
  expect(await check(known.phone, staff)).toEqual({ state: "found", name: "Mai" });
  expect(await check(stranger.phone, staff)).toEqual({ state: "unknown" });
  const of = { staffId: own.staff.id };
  expect(await tell(taken({ ...of, phone: stranger.phone }), staff)).toMatchObject({
    ...{ whose: "unknown", coupon: null },
  });
  expect(await tell(taken({ ...of, phone: known.phone }), staff)).toMatchObject({
    ...{ whose: "customer", coupon: { offer: { vi: "Một ly trà" } } },
  });
  const elsewhere = { branchId: otherBranchId, phone: known.phone };
  const path = "/api/v1/answer-desk/customer-checks";
  expect((await staff.request("POST", path, elsewhere)).status).toBe(404);
});

test("of somebody who is forgotten the answer counts on, without its words, its name or its coupon's", async () => {
  const { id, phone } = await addCustomer("Nga");
  const { answers } = taken();
  const body = taken({ phone, answers: { ...answers, texts: { why: "Tôi là Nga" } } });
  await tell(body);
  expect(await find(body.answerId)).toMatchObject({ customerId: id, texts: { why: "Tôi là Nga" } });
  const noted = await owner.request("POST", `/api/v1/customers/${id}/requests`, {
    ...{ kind: "deletion", note: "Gọi điện" },
  });
  const { id: requestId } = noted.body as { id: string };
  const outcome = `/api/v1/customers/${id}/requests/${requestId}/outcome`;
  expect((await owner.request("POST", outcome, { outcome: "done" })).status).toBe(204);
  const erased = await askUntil(
    () => find(body.answerId),
    (found) => found?.texts === null,
  );
  expect(erased).toMatchObject({ texts: null, customerName: null, ratings: { food: 5 } });
  expect(await check(phone)).toEqual({ state: "unknown" });
  const left = await askUntil(
    () => coupons(id),
    ({ total }) => total === 0,
  );
  expect(left.total).toBe(0);
});

test("a number that several claim and nobody has proved ties an answer to none of them", async () => {
  const { id, phone } = await addCustomer("Vân");
  const field = { kind: "phone", label: { vi: "Số khác" } };
  const made = await owner.request("POST", "/api/v1/customer-fields", field);
  const { key } = made.body as { key: string };
  const values = { name: "Vy", [key]: phone };
  const other = await owner.request("POST", "/api/v1/customers", { branchId, values });
  expect(other.status).toBe(201);
  const state = await askUntil(
    () => check(phone),
    (reply) => reply.state === "several",
  );
  expect(state).toEqual({ state: "several" });
  const body = taken({ phone });
  expect(await tell(body)).toEqual({ outcome: "kept", whose: "several", coupon: null });
  expect(await find(body.answerId)).toMatchObject({ customerId: null });
  expect(await coupons(id)).toMatchObject({ total: 0 });
});

test("a role that may see no customers takes answers, learns of no number and ties none", async () => {
  const { id, phone } = await addCustomer("Sen");
  const staff = await site.addStaffWith(owner, ["answer-desk.take"]);
  const own = await staff.get<DeskReply>("/api/v1/answer-desk");
  expect(own.mayTie).toBe(false);
  const path = "/api/v1/answer-desk/customer-checks";
  for (const typed of [phone, "0987654321", "12"])
    expect((await staff.request("POST", path, { branchId, phone: typed })).status).toBe(403);
  const body = taken({ staffId: own.staff.id, phone });
  expect(await tell(body, staff)).toEqual({ outcome: "kept", whose: "not-allowed", coupon: null });
  expect(await find(body.answerId)).toMatchObject({ customerId: null, by: "staff" });
  expect(await coupons(id)).toMatchObject({ total: 0 });
});

test("a number that is told days after the answer was taken ties it, on the day it was given", async () => {
  const takenAt = new Date(site.now().getTime() - 3 * 86_400_000).toISOString();
  // Whoever was nobody's customer when they answered is one by the time the device tells it.
  const { id, phone } = await addCustomer("Thu");
  const body = taken({ phone, takenAt });
  const reply = await tell(body);
  expect(reply).toMatchObject({ outcome: "kept", whose: "customer" });
  expect(reply.coupon).not.toBeNull();
  expect(await find(body.answerId)).toMatchObject({ customerId: id, answeredAt: takenAt });
});

test("an answer that is told again with another's number, none, or at another branch stays whose it was", async () => {
  const [first, second] = [await addCustomer("Hà"), await addCustomer("Hải")];
  const body = taken({ phone: first.phone });
  const reply = await tell(body);
  const again = { ...reply, outcome: "kept-before" };
  expect(await tell({ ...body, phone: second.phone })).toEqual(again);
  const { phone: _none, ...without } = body;
  expect(await tell(without)).toEqual(again);
  expect(await tell({ ...body, branchId: otherBranchId })).toEqual(again);
  expect(await find(body.answerId)).toMatchObject({ customerId: first.id });
  expect(await coupons(second.id)).toMatchObject({ total: 0 });
});

test("an answer earns what its survey gives, and told again as of another survey nothing of that one's", async () => {
  const { id, phone } = await addCustomer("Hương");
  const branchIds = [branchId];
  const made = await owner.request("POST", "/api/v1/surveys", { wording: WORDING, branchIds });
  const { id: surveyId } = made.body as { id: string };
  const kind = { ...COUPON, offer: { vi: "Một cái bánh" }, surveyIds: [surveyId] };
  expect((await owner.request("POST", "/api/v1/coupon-kinds", kind)).status).toBe(201);
  const body = taken({ phone });
  const reply = await tell(body);
  expect(reply.coupon).toMatchObject({ offer: { vi: "Một ly trà" } });
  const swapped = await tell({ ...body, surveyId, version: 1 });
  expect(swapped).toEqual({ ...reply, outcome: "kept-before" });
  expect(await coupons(id)).toMatchObject({ total: 1, coupons: [{ surveyId: body.surveyId }] });
  // An answer of its own does earn it.
  const own = await tell(taken({ phone, surveyId, version: 1 }));
  expect(own.coupon).toMatchObject({ offer: { vi: "Một cái bánh" } });
});

test("an answer that was kept without a name stays so when it is told again, and gives nobody a coupon", async () => {
  const known = await addCustomer("Yến");
  const phone = "0912999888";
  const body = taken({ phone });
  const nameless = { whose: "unknown", coupon: null };
  expect(await tell(body)).toEqual({ outcome: "kept", ...nameless });
  const values = { name: "Uyên", phone };
  const made = await owner.request("POST", "/api/v1/customers", { branchId, values });
  expect(made.status).toBe(201);
  const { id } = made.body as { id: string };
  expect(await tell(body)).toEqual({ outcome: "kept-before", ...nameless });
  // Nor does a number that it was not taken with make it somebody else's.
  expect(await tell({ ...body, phone: known.phone })).toMatchObject(nameless);
  expect(await find(body.answerId)).toMatchObject({ customerId: null });
  for (const customerId of [id, known.id])
    expect(await coupons(customerId)).toMatchObject({ total: 0 });
});
