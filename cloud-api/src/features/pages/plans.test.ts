import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { openTestApp, type TestApp, type TestBrowser } from "../../../test/open-test-app.ts";
import { pageJobs } from "./jobs.ts";
import { PUBLISH_TASK } from "./publish.ts";
import type { PageContent, PageReply } from "./schema.ts";

let site: TestApp;
let owner: TestBrowser;
let tenantId: string;
let hanoi: string;
let paris: string;

beforeAll(async () => {
  site = await openTestApp();
});
afterAll(() => site?.close());
beforeEach(async () => {
  owner = await site.signUp();
  tenantId = (await owner.ask<{ tenantId: string }>("GET", "/api/v1/session")).body.tenantId;
  hanoi = await addBranch("Hà Nội", "Asia/Ho_Chi_Minh");
  paris = await addBranch("Paris", "Europe/Paris");
});

async function addBranch(name: string, timeZone: string): Promise<string> {
  const body = { name, timeZone, country: "VN", languages: ["vi", "en"] };
  return (await owner.ask<{ id: string }>("POST", "/api/v1/branches", body)).body.id;
}

const CONTENT: PageContent = {
  name: "Tết",
  when: { guests: "any", visitNumbers: [] },
  blocks: [{ kind: "heading", fields: { text: { vi: "Chúc mừng năm mới" } } }],
};
const AT = "2099-02-01T07:30";

async function plan(by = owner, to: object = { kind: "all" }): Promise<PageReply> {
  const made = await owner.ask<PageReply>("POST", "/api/v1/pages", { content: CONTENT });
  const path = `/api/v1/pages/${made.body.id}/publish`;
  const planned = await by.ask<PageReply>("POST", path, { revision: 1, to, at: AT });
  expect(planned.status).toBe(200);
  return planned.body;
}

const carryOut = (planId: string) =>
  pageJobs[PUBLISH_TASK]?.work(site.jobContext, { tenantId, payload: { planId } });
const read = async (id: string) => (await owner.ask<PageReply>("GET", `/api/v1/pages/${id}`)).body;

test("a planned page comes at the time on each branch's own clock", async () => {
  const page = await plan();
  expect(page).toMatchObject({ state: "scheduled", version: 1, plansWaiting: 2, places: [] });
  expect(page.plans.map(({ branchId, dueAt }) => [branchId, dueAt])).toEqual([
    [hanoi, "2099-02-01T00:30:00.000Z"],
    [paris, "2099-02-01T06:30:00.000Z"],
  ]);
  await carryOut(page.plans[0]?.id ?? "");
  const then = await read(page.id);
  expect(then.places.map(({ branchId, placedBy }) => [branchId, placedBy])).toEqual([
    [hanoi, "Lan"],
  ]);
  expect(then.plans.map(({ state }) => state)).toEqual(["done", "waiting"]);
});

test("carried out twice, it is done once", async () => {
  const { id, plans } = await plan();
  const planId = plans[0]?.id ?? "";
  await Promise.all([carryOut(planId), carryOut(planId)]);
  const [place] = (await read(id)).places;
  await carryOut(planId);
  expect((await read(id)).places).toEqual([place]);
});

test("called off, it does not come; and it cannot be called off twice", async () => {
  const { id, plans } = await plan();
  const path = `/api/v1/pages/${id}/plans/${plans[0]?.id}`;
  expect((await owner.ask("DELETE", path)).status).toBe(204);
  await carryOut(plans[0]?.id ?? "");
  expect(await read(id)).toMatchObject({ places: [], plansWaiting: 1 });
  expect((await owner.ask("DELETE", path)).status).toBe(409);
});

test("one that cannot be carried out says why, and leaves the branch as it was", async () => {
  const content = { ...CONTENT, landingUrl: "https://example.com/tet" };
  await owner.ask("PUT", "/api/v1/destinations", { destinations: ["https://example.com/tet"] });
  const made = await owner.ask<PageReply>("POST", "/api/v1/pages", { content });
  const body = { revision: 1, to: { kind: "branches", branchIds: [hanoi] }, at: AT };
  const { id } = made.body;
  const planned = await owner.ask<PageReply>("POST", `/api/v1/pages/${id}/publish`, body);
  await owner.ask("PUT", "/api/v1/destinations", { destinations: [] });
  await carryOut(planned.body.plans[0]?.id ?? "");
  const { plans, places } = await read(id);
  expect(plans[0]).toMatchObject({ state: "failed" });
  expect(plans[0]?.reason).toMatch(/^Hà Nội cannot show this page: \/pages\/\d+\/landingUrl/);
  expect(places).toEqual([]);
});

test("what somebody planned who has left, or is bound to another branch by now, does not come", async () => {
  const scope = (branchId: string) => ({ kind: "branches" as const, branchIds: [branchId] });
  const manager = await site.invite(owner, {
    role: "manager",
    ownRoleId: null,
    scope: scope(hanoi),
  });
  const made = await owner.ask<PageReply>("POST", "/api/v1/pages", { content: CONTENT });
  const path = `/api/v1/pages/${made.body.id}/publish`;
  await owner.ask("POST", path, { revision: 1, to: { kind: "branches", branchIds: [paris] } });
  const planIds: string[] = [];
  for (const hour of ["07", "08", "09"]) {
    const body = { version: 1, to: { kind: "all" }, at: `2099-02-01T${hour}:30` };
    const { body: planned } = await manager.ask<PageReply>("POST", path, body);
    planIds.push(planned.plans.at(-1)?.id ?? "");
  }
  const [first = "", second = "", third = ""] = planIds;
  const session = await manager.ask<{ staff: { id: string } }>("GET", "/api/v1/session");
  const staffPath = `/api/v1/staff/${session.body.staff.id}`;
  const refused = "Whoever planned it may not put pages on this branch any more.";
  const states = async () =>
    (await read(made.body.id)).plans.map(({ state, reason }) => [state, reason]);
  await carryOut(first);
  const elsewhere = { role: "manager", ownRoleId: null, scope: scope(paris) };
  const moved = await owner.ask("PUT", `${staffPath}/grants`, { grants: [elsewhere] });
  expect(moved.status).toBe(204);
  await carryOut(second);
  expect((await owner.ask("DELETE", staffPath)).status).toBe(204);
  await carryOut(third);
  expect(await states()).toEqual([
    ["done", null],
    ["failed", refused],
    ["failed", refused],
  ]);
});

test("a time that is past at a branch, and a day that is none, are refused", async () => {
  const made = await owner.ask<PageReply>("POST", "/api/v1/pages", { content: CONTENT });
  const path = `/api/v1/pages/${made.body.id}/publish`;
  for (const at of ["2020-01-01T00:00", "2099-02-29T10:00"]) {
    const answer = await owner.ask("POST", path, { revision: 1, to: { kind: "all" }, at });
    expect(answer).toMatchObject({ status: 400, body: { field: "/at" } });
  }
  expect(await read(made.body.id)).toMatchObject({ version: 0, plans: [] });
});

test("a branch's people plan, put up and take off on their branch alone what the company made", async () => {
  const scope = { kind: "branches" as const, branchIds: [hanoi] };
  const manager = await site.invite(owner, { role: "manager", ownRoleId: null, scope });
  const made = await owner.ask<PageReply>("POST", "/api/v1/pages", { content: CONTENT });
  const { id } = made.body;
  const path = `/api/v1/pages/${id}/publish`;
  const draft = await manager.ask("POST", path, { revision: 1, to: { kind: "all" } });
  expect(draft.status).toBe(403);
  await owner.ask("POST", path, { revision: 1, to: { kind: "branches", branchIds: [paris] } });
  const mine = await manager.ask<PageReply>("POST", path, { version: 1, to: { kind: "all" } });
  expect(mine).toMatchObject({ status: 200, body: { standsAt: 1 } });
  expect((await read(id)).places).toHaveLength(2);
  const theirs = { version: 1, to: { kind: "branches", branchIds: [paris] } };
  expect((await manager.ask("POST", path, theirs)).status).toBe(404);
  await manager.ask("POST", `/api/v1/pages/${id}/withdraw`, { to: { kind: "all" } });
  expect((await read(id)).places.map(({ branchId }) => branchId)).toEqual([paris]);
});
