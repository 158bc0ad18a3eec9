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
import type { CaseReply, CaseReportReply, CasesReply } from "./schema.ts";

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
const list = (query = "", by = staff) => by.get<CasesReply>(`/api/v1/cases${query}`);
const raised = (total: number, query = "", by = staff) =>
  askUntil(
    () => list(query, by),
    (reply) => reply.total === total,
  );
const today = () => site.now().toISOString().slice(0, 10);
const report = (by = staff) =>
  by.get<CaseReportReply>(
    `/api/v1/case-report?from=2020-01-01&to=${today().replace(/^\d+/, "2099")}`,
  );

async function change(method: string, path: string, body: unknown, by = staff) {
  const answer = await by.request(method, `/api/v1${path}`, body);
  if (answer.status >= 300) throw new Error(`${method} ${path}: ${JSON.stringify(answer)}`);
  return answer.body as CaseReply;
}
const myId = async (by = staff) =>
  (await by.get<{ staff: { id: string } }>("/api/v1/session")).staff.id;

test("HM-7.4 a low answer is at once in the list to review, with its state and time, and gets an owner", async () => {
  const lan = box.signIn({ phone: "+84912345678", name: "Lan" });
  await box.push([
    ...lan.events,
    answered({ guestId: lan.guestId, ratings: { food: 1 }, texts: { why: "Nguội" }, place: "b5" }),
    answered({ ratings: { food: 3 } }),
    answered({ texts: { why: "Không chấm điểm" } }),
  ]);
  const [found] = (await raised(1)).cases;
  expect(found).toMatchObject({
    ...{ state: "new", ownerId: null, isLate: false, branchId, actions: [] },
    answer: { customerName: "Lan", place: "b5", lowest: 1 },
  });
  expect(found?.answer?.given).toMatchObject([
    { questionId: "food", rating: 1 },
    { questionId: "why", text: "Nguội" },
  ]);
  const hours = (Date.parse(found?.dueAt ?? "") - Date.parse(found?.raisedAt ?? "")) / 3_600_000;
  expect(hours).toBe(48);
  const taken = await change("PATCH", `/cases/${found?.id}`, {
    ...{ changedAt: found?.changedAt, ownerId: await myId() },
  });
  expect(taken).toMatchObject({ state: "working", ownerName: "Owner" });
  const closed = await change("PATCH", `/cases/${found?.id}`, {
    ...{ changedAt: taken.changedAt, state: "closed" },
  });
  expect(closed.closedAt).not.toBeNull();
  expect((await list()).total).toBe(0);
  expect((await list("?state=closed")).cases.map(({ id }) => id)).toEqual([found?.id]);
});

test("an answer that is told twice raises one case, and staff's work outlives a replay", async () => {
  const event = answered({ ratings: { food: 1 } });
  await box.push([event]);
  const [found] = (await raised(1)).cases;
  await change("PATCH", `/cases/${found?.id}`, { changedAt: found?.changedAt, state: "closed" });
  await box.push([event, answered({ ratings: { food: 5 } })]);
  await change("POST", "/replays", { feature: "surveys" });
  await askUntil(
    () => staff.get<{ total: number }>("/api/v1/survey-answers"),
    ({ total }) => total === 2,
  );
  expect((await list()).total).toBe(0);
  expect((await list("?state=closed")).total).toBe(1);
});

test("of two who take a case at once one has it, and the other is told", async () => {
  await box.push([answered({ ratings: { food: 1 } })]);
  const [found] = (await raised(1)).cases;
  const take = async () =>
    staff.request("PATCH", `/api/v1/cases/${found?.id}`, {
      ...{ changedAt: found?.changedAt, ownerId: await myId() },
    });
  const answers = await Promise.all([take(), take()]);
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
  const stranger = await staff.request("PATCH", `/api/v1/cases/${found?.id}`, {
    ...{ changedAt: (await list()).cases[0]?.changedAt, ownerId: newId() },
  });
  expect(stranger).toMatchObject({ status: 400, body: { field: "/ownerId" } });
});

test("a customer's cases are listed, open and closed, and nobody else's", async () => {
  const [lan, mai] = [
    box.signIn({ phone: "+84912345678", name: "Lan" }),
    box.signIn({ phone: "+84987654321", name: "Mai" }),
  ];
  await box.push([
    ...[...lan.events, ...mai.events],
    answered({ guestId: lan.guestId, ratings: { food: 1 } }),
    answered({ guestId: lan.guestId, surveyId: "autumn", ratings: { food: 2 } }),
    answered({ guestId: mai.guestId, ratings: { food: 1 } }),
    answered({ ratings: { food: 1 } }),
  ]);
  const { cases } = await raised(4);
  const own = cases.filter(({ answer }) => answer?.customerName === "Lan");
  const [one] = own;
  await change("PATCH", `/cases/${one?.id}`, { changedAt: one?.changedAt, state: "closed" });
  const of = `customerId=${one?.answer?.customerId}`;
  const all = await list(`?${of}&state=all`);
  expect(all.total).toBe(2);
  expect(new Set(all.cases.map(({ id }) => id))).toEqual(new Set(own.map(({ id }) => id)));
  expect((await list(`?${of}`)).total).toBe(1);
  expect((await list(`?${of}&state=closed`)).cases.map(({ id }) => id)).toEqual([one?.id]);
});

test("a closed case keeps the time it had, until it is opened again", async () => {
  await box.push([answered({ ratings: { food: 1 } })]);
  const [found] = (await raised(1)).cases;
  const path = `/cases/${found?.id}`;
  const dueAt = new Date(site.now().getTime() - 60_000).toISOString();
  const moved = await change("PATCH", path, { changedAt: found?.changedAt, dueAt });
  const closed = await change("PATCH", path, { changedAt: moved.changedAt, state: "closed" });
  expect(closed.isLate).toBe(true);
  const excuse = { changedAt: closed.changedAt, dueAt: found?.dueAt };
  expect(await staff.request("PATCH", `/api/v1${path}`, excuse)).toMatchObject({ status: 409 });
  const again = await change("PATCH", path, { ...excuse, state: "working" });
  expect(again).toMatchObject({ state: "working", isLate: false, dueAt: found?.dueAt });
});

test("HM-7.5 an action is picked or added, and kept with its result", async () => {
  await box.push([answered({ ratings: { food: 1 } }), answered({ ratings: { food: 2 } })]);
  const [one, other] = (await raised(2)).cases;
  const added = await change("POST", `/cases/${one?.id}/actions`, {
    ...{ name: "Gọi điện xin lỗi", result: "Khách vui vẻ" },
  });
  expect(added.actions).toMatchObject([
    { name: "Gọi điện xin lỗi", result: "Khách vui vẻ", doneBy: "Owner" },
  ]);
  expect(added.state).toBe("working");
  type Actions = { actions: { id: string; name: string }[] };
  const { actions } = await staff.get<Actions>("/api/v1/make-good-actions");
  expect(actions.map(({ name }) => name)).toEqual(["Gọi điện xin lỗi"]);
  const picked = { actionId: actions[0]?.id, result: "Không nghe máy" };
  expect((await change("POST", `/cases/${other?.id}/actions`, picked)).actions).toHaveLength(1);
  const path = `/api/v1/cases/${other?.id}/actions`;
  for (const body of [
    { result: "Nothing was picked" },
    { ...picked, name: "Both" },
    { ...picked, actionId: newId() },
  ])
    expect(await staff.request("POST", path, body)).toMatchObject({
      ...{ status: 400, body: { field: "/actionId" } },
    });
  expect((await staff.request("POST", path, { ...picked, result: " " })).status).toBe(400);
});

test("HM-7.7 the report counts what was done, says how soon, and who came again", async () => {
  const lan = box.signIn({ phone: "+84912345678", name: "Lan" });
  await box.push([
    ...lan.events,
    answered({ guestId: lan.guestId, ratings: { food: 1 } }),
    answered({ ratings: { food: 1 } }),
  ]);
  const { cases } = await raised(2);
  const own = cases.find(({ answer }) => answer?.customerId);
  const acted = await change("POST", `/cases/${own?.id}/actions`, {
    ...{ name: "Mời một ly", result: "Đồng ý" },
  });
  site.passSeconds(2 * 3600);
  await change("PATCH", `/cases/${own?.id}`, { changedAt: acted.changedAt, state: "closed" });
  expect(await report()).toMatchObject({
    ...{ raised: 2, closed: 1, late: 0, closedOfKnown: 1, returned: 0 },
    actions: [{ name: "Mời một ly", count: 1, ofKnown: 1, returned: 0 }],
  });
  expect((await report()).hoursToClose).toBeCloseTo(2, 1);
  site.passSeconds(3600);
  const { guestId, deviceId } = lan;
  const again = box.visit({ guestId, deviceId, startedAt: site.now(), endedAt: null });
  await box.push(again.events);
  const found = await askUntil(report, ({ returned }) => returned === 1);
  expect(found.actions).toMatchObject([{ returned: 1 }]);
  expect((await list("?state=closed")).cases[0]?.returnedAt).not.toBeNull();
});

test("the stretches of the report come to its sums, and each opens the cases it counts", async () => {
  await box.push([1, 1, 1].map((food) => answered({ ratings: { food } })));
  const [one] = (await raised(3)).cases;
  await change("PATCH", `/cases/${one?.id}`, { changedAt: one?.changedAt, state: "closed" });
  const day = (days: number) =>
    new Date(site.now().getTime() + days * 86_400_000).toISOString().slice(0, 10);
  const asked = `from=${day(-3)}&to=${day(2)}`;
  const told = await staff.get<CaseReportReply>(`/api/v1/case-report?${asked}`);
  expect(told.step).toBe("day");
  expect(told.slots.map(({ first }) => first)).toEqual([-3, -2, -1, 0, 1, 2].map(day));
  expect(told.raised).toBe(3);
  for (const name of ["raised", "closed", "late", "closedOfKnown", "returned"] as const)
    expect(told.slots.reduce((sum, slot) => sum + slot[name], 0)).toBe(told[name]);
  for (const { first, raised: all, closed } of told.slots) {
    const listed = async (state: string) =>
      (await list(`?state=${state}&from=${first}&to=${first}`)).cases.length;
    expect([first, await listed("all"), await listed("closed")]).toEqual([first, all, closed]);
    expect(await listed("open")).toBe(all - closed);
  }
  expect((await list(`?state=all&from=${day(2)}`)).total).toBe(0);
  const refused = await staff.request("GET", "/api/v1/cases?from=yesterday");
  expect(refused.status).toBe(400);
});

test("HM-7.8 the reasons that unsatisfied guests name are told by branch and over time", async () => {
  const path = `/api/v1/branches/${branchId}/settings`;
  const words = (vi: string) => ({ vi });
  const survey = {
    ...{ id: "spring", title: words("Mùa xuân") },
    questions: [
      { kind: "rating", id: "food", label: words("Món ăn?"), required: true },
      {
        ...{ kind: "choice", id: "bad", label: words("Vì sao?"), required: true, many: true },
        options: [
          { id: "cold", label: words("Nguội") },
          { id: "slow", label: words("Đợi lâu") },
        ],
        onlyAfter: { questionId: "food", answers: ["1", "2"] },
      },
    ],
  };
  const document = await staff.get<BranchSettings>(path);
  const saved = await staff.request("PUT", path, { ...document, surveys: [survey] });
  expect(saved.status).toBe(200);
  const { id } = await staff.addBranch({ name: "Tây Hồ" });
  const other = await staff.addBox(id);
  const bad = (choices: string[], from = box) =>
    answered({ ratings: { food: 1 }, choices: { bad: choices } }, from);
  await box.push([bad(["slow", "cold"]), bad(["slow"])]);
  await other.push([bad(["slow"], other)]);
  await raised(3);
  const { reasons } = await askUntil(report, (reply) => reply.reasons[0]?.count === 3);
  expect(reasons).toMatchObject([
    { value: "slow", label: words("Đợi lâu"), question: words("Vì sao?"), count: 3 },
    { value: "cold", count: 1 },
  ]);
  expect(new Map(reasons[0]?.branches.map((each) => [each.branchId, each.count]))).toEqual(
    new Map([
      [branchId, 2],
      [id, 1],
    ]),
  );
  expect(reasons[0]?.series.reduce((sum, { count }) => sum + count, 0)).toBe(3);
});

test("what staff wrote of a customer goes with them when they are forgotten", async () => {
  const lan = box.signIn({ phone: "+84912345678", name: "Lan" });
  const { guestId, deviceId } = lan;
  await box.push([...lan.events, answered({ guestId, ratings: { food: 1 } })]);
  const [found] = (await raised(1)).cases;
  await change("POST", `/cases/${found?.id}/actions`, { name: "Gọi", result: "Chị Lan đồng ý" });
  const asked = { requestId: newId(), guestId, deviceId, nasId: NAS_ID, language: "vi" } as const;
  await box.push([box.write("guest.deletion-requested", asked)]);
  const { cases } = await askUntil(list, (reply) => reply.cases[0]?.actions[0]?.result === "");
  expect(cases[0]?.actions).toMatchObject([{ name: "Gọi" }]);
  const later = { name: "Gửi quà", result: "Chị Lan ở 5 Hàng Bạc" };
  const { actions } = await change("POST", `/cases/${found?.id}/actions`, later);
  expect(actions).toMatchObject([{ name: "Gọi" }, { name: "Gửi quà", result: "" }]);
});

test("nothing is kept of a customer whose answer by a link came as they were being forgotten", async () => {
  const lan = box.signIn({ phone: "+84912345678", name: "Lan" });
  const { guestId, deviceId } = lan;
  await box.push([...lan.events, answered({ guestId, ratings: { food: 1 } })]);
  const [found] = (await raised(1)).cases;
  const asked = { requestId: newId(), guestId, deviceId, nasId: NAS_ID, language: "vi" } as const;
  await box.push([box.write("guest.deletion-requested", asked)]);
  const customerId = found?.answer?.customerId;
  await askUntil(list, (reply) => reply.cases[0]?.answer?.customerName === null);
  // As of their own guest, whom no box ever met: nobody noted that this one is forgotten.
  const byLink = "update survey_answers set guest_id = $1 where id = $2";
  await site.asAdministrator(byLink, [customerId, found?.id]);
  const told = { name: "Gọi", result: "Chị Lan ở 5 Hàng Bạc" };
  const { actions } = await change("POST", `/cases/${found?.id}/actions`, told);
  expect(actions).toMatchObject([{ name: "Gọi", result: "" }]);
});

test("a viewer reads cases and changes none, and another company sees nothing", async () => {
  await box.push([answered({ ratings: { food: 1 } })]);
  const [found] = (await raised(1)).cases;
  const viewer = await site.addViewer(staff);
  expect((await list("", viewer)).total).toBe(1);
  const change = { changedAt: found?.changedAt, state: "closed" };
  const path = `/api/v1/cases/${found?.id}`;
  expect((await viewer.request("PATCH", path, change)).status).toBe(403);
  const stranger = await site.addOwner("Other");
  expect((await list("", stranger)).total).toBe(0);
  expect((await stranger.request("GET", path)).status).toBe(404);
  expect((await stranger.request("PATCH", path, change)).status).toBe(404);
});

test("a case that is opened again is told by the time since then", async () => {
  await box.push([answered({ ratings: { food: 1 } })]);
  const [found] = (await raised(1)).cases;
  const path = `/cases/${found?.id}`;
  const closed = await change("PATCH", path, { changedAt: found?.changedAt, state: "closed" });
  expect(closed.reopenedAt).toBeNull();
  site.passSeconds(5 * 24 * 3600);
  const again = await change("PATCH", path, { changedAt: closed.changedAt, state: "working" });
  expect(again).toMatchObject({ isLate: false, reopenedAt: again.changedAt });
  expect(Date.parse(again.dueAt)).toBeGreaterThan(site.now().getTime());
  site.passSeconds(3 * 3600);
  await change("PATCH", path, { changedAt: again.changedAt, state: "closed" });
  expect((await report()).hoursToClose).toBeCloseTo(3, 1);
});
