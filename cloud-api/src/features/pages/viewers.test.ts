import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { openTestApp, type TestApp, type TestBrowser } from "../../../test/open-test-app.ts";
import { makeTestBox, NAS_ID } from "../../../test/test-box.ts";
import { newId } from "../../platform/clock.ts";
import { storePush } from "../ingest/index.ts";
import type { BranchPagesReply, PageContent, PageReply, TestReply } from "./schema.ts";

let site: TestApp;
let owner: TestBrowser;
let branchId: string;
let boxId: string;
let tenantId: string;

beforeAll(async () => {
  site = await openTestApp();
});
afterAll(() => site?.close());
beforeEach(async () => {
  owner = await site.signUp();
  tenantId = (await owner.ask<{ tenantId: string }>("GET", "/api/v1/session")).body.tenantId;
  branchId = await make("/branches", {
    ...{ name: "Hồ Gươm", timeZone: "Asia/Ho_Chi_Minh", country: "VN", languages: ["vi", "en"] },
  });
  const added = await owner.ask<{ box: { id: string } }>(
    "POST",
    `/api/v1/branches/${branchId}/boxes`,
    { name: "Box" },
  );
  boxId = added.body.box.id;
});

async function make(path: string, body: object): Promise<string> {
  const answer = await owner.ask<{ id: string }>("POST", `/api/v1${path}`, body);
  expect(answer.status).toBe(201);
  return answer.body.id;
}

const DAY_MS = 24 * 60 * 60 * 1000;
let numbers = 0;

/** Lan, who was here so often, a day each time, the last a week ago, and answered a survey. */
async function meet({ visits = 4, answers = [] as string[] } = {}): Promise<string> {
  numbers += 1;
  const phone = `+8490100${String(1000 + numbers)}`;
  const box = makeTestBox({ tenantId, branchId, boxId });
  const now = site.clock().getTime();
  const first = new Date(now - (visits + 7) * DAY_MS);
  const guest = box.signIn({ phone, name: "Lan", at: first });
  const { guestId, deviceId } = guest;
  const came = Array.from({ length: visits }, (_, index) => {
    const startedAt = new Date(first.getTime() + index * DAY_MS);
    const endedAt = new Date(startedAt.getTime() + 3_600_000);
    return box.visit({ guestId, deviceId, startedAt, endedAt }).events;
  });
  const answered = answers.map((surveyId) =>
    box.write("survey.answered", {
      ...{ answerId: newId(), surveyId, guestId, deviceId, nasId: NAS_ID, by: "page", place: null },
      ...{ language: "vi", choices: {}, ratings: { stars: 5 }, texts: {} },
    }),
  );
  const events = [...guest.events, ...came.flat(), ...answered];
  await storePush(site.database, { tenantId, branchId, boxId }, { epoch: box.epoch, events });
  await site.follow(tenantId);
  const path = `/api/v1/customers?search=${encodeURIComponent(phone)}`;
  const { body } = await owner.ask<{ customers: { id: string }[] }>("GET", path);
  return body.customers[0]?.id ?? "";
}

async function publish(name: string, when: Partial<PageContent["when"]>): Promise<string> {
  const heading = { vi: `${name}: {name} lần {visit}`, en: `${name}: {name}, visit {visit}` };
  const content = {
    ...{ name, blocks: [{ kind: "welcome", fields: { heading } }] },
    when: { guests: "any", visitNumbers: [], ...when },
  };
  const id = await make("/pages", { content });
  const body = { revision: 1, to: { kind: "all" } };
  const answer = await owner.ask("POST", `/api/v1/pages/${id}/publish`, body);
  expect(answer).toMatchObject({ status: 200 });
  return id;
}

async function tryOut(body: object, by = owner): Promise<TestReply> {
  const path = `/api/v1/branches/${branchId}/page-test`;
  const answer = await by.ask<TestReply>("POST", path, body);
  expect(answer).toMatchObject({ status: 200 });
  return answer.body;
}

const misfitsOf = ({ pages }: TestReply, id: string) =>
  pages.find((each) => each.id === id)?.misfits;

describe("a page is looked at as a customer", () => {
  test("with their name, the visit they begin next, their marks and what they answered", async () => {
    const lan = await meet({ visits: 4, answers: ["spring"] });
    const vip = await make("/tags", { name: "VIP" });
    const given = await owner.ask("PUT", `/api/v1/customers/${lan}/tags`, { tagIds: [vip] });
    expect(given.status).toBeLessThan(300);
    await site.follow(tenantId);
    const id = await publish("VIP", {
      ...{ tags: [vip], visitNumbers: [5], daysSinceVisitMin: 7, daysSinceVisitMax: 8 },
      hours: [{ days: [6], from: "19:00", to: "22:00" }],
    });
    const saturday = "2026-11-28T20:00";
    const path = `/api/v1/pages/${id}/preview?branchId=${branchId}&customerId=${lan}&language=en`;
    const seen = await owner.ask<string>("GET", `${path}&at=${saturday}`);
    expect(seen.body).toContain("VIP: Lan, visit 5</h1>");
    const tried = await tryOut({ customerId: lan, at: saturday });
    expect(tried.person).toEqual({
      name: "Lan",
      isReturning: true,
      visitNumber: 5,
      language: "vi",
    });
    expect(misfitsOf(tried, id)?.filter((each) => each !== "lastVisit")).toEqual([]);
    const sunday = await tryOut({ customerId: lan, at: "2026-11-29T20:00" });
    expect(misfitsOf(sunday, id)).toContain("hours");
  });

  test("is asked on the way online for what is missing of them, and shown no page where nothing is", async () => {
    const lan = await meet();
    const id = await publish("All", {});
    const settings = `/api/v1/branches/${branchId}/settings`;
    const { body: document } = await owner.ask<{ signIn: object }>("GET", settings);
    const fields = [{ key: "name" }, { key: "birthday" }];
    const details = { newcomers: "all", returning: "one", fields };
    const signIn = { ...document.signIn, details };
    expect((await owner.ask("PUT", settings, { ...document, signIn })).status).toBe(200);
    const query = `branchId=${branchId}&customerId=${lan}&language=vi`;
    const missing = async () => {
      type Steps = { steps: { stage: string; missing: string | null }[] };
      const { body } = await owner.ask<Steps>("GET", `/api/v1/pages/${id}/steps?${query}`);
      return body.steps.map((step) => step.missing);
    };
    expect(await missing()).toEqual(["known", null, null]);
    const path = `/api/v1/pages/${id}/preview?${query}&stage=details`;
    const asked = (await owner.ask<string>("GET", path)).body;
    expect(asked).toContain('name="month"');
    expect(asked).not.toContain('name="name"');
    const values = { birthday: "1990-02-28" };
    const told = await owner.ask("PATCH", `/api/v1/customers/${lan}`, { values });
    expect(told.status).toBeLessThan(300);
    await site.follow(tenantId);
    expect(await missing()).toEqual(["known", "known-asked-nothing", null]);
    expect((await owner.ask("GET", path)).status).toBe(404);
  });

  test("by nobody who may not see customers, or not that one", async () => {
    const lan = await meet();
    const id = await publish("All", {});
    const role = await make("/roles", { name: "Writer", permissions: ["pages.read"] });
    const scope = { kind: "tenant" as const };
    const writer = await site.invite(owner, { role: null, ownRoleId: role, scope });
    const path = `/api/v1/pages/${id}/preview?branchId=${branchId}`;
    expect((await writer.ask("GET", path)).status).toBe(200);
    const refused = await writer.ask("GET", `${path}&customerId=${lan}`);
    expect(refused.status).toBe(403);
    expect(JSON.stringify(refused.body)).not.toContain("Lan");
    const steps = path.replace("/preview", "/steps");
    expect((await writer.ask("GET", `${steps}&customerId=${lan}`)).status).toBe(403);
    const elsewhere = await make("/branches", {
      ...{ name: "Tây Hồ", timeZone: "Asia/Ho_Chi_Minh", country: "VN", languages: ["vi"] },
    });
    const there = { kind: "branches" as const, branchIds: [elsewhere] };
    const manager = await site.invite(owner, { role: "manager", ownRoleId: null, scope: there });
    const theirs = `/api/v1/pages/${id}/preview?branchId=${elsewhere}&customerId=${lan}`;
    expect([403, 404]).toContain((await manager.ask("GET", theirs)).status);
    const test = `/api/v1/branches/${elsewhere}/page-test`;
    expect([403, 404]).toContain((await manager.ask("POST", test, { customerId: lan })).status);
  });
});

describe("the tester", () => {
  test("says which page somebody sees, and of each before it what does not fit", async () => {
    const fifth = await publish("Fifth", { guests: "returning", visitNumbers: [5] });
    const stranger = await tryOut({});
    expect(stranger).toMatchObject({ isShown: true, person: { name: null, isReturning: false } });
    expect(misfitsOf(stranger, fifth)).toEqual(["guests", "visit"]);
    const regular = await tryOut({ person: { name: "Minh", visitNumber: 5 } });
    expect(regular.pageId).toBe(fifth);
    const sixth = await tryOut({ person: { name: "Minh", visitNumber: 6 } });
    expect(misfitsOf(sixth, fifth)).toEqual(["visit"]);
    expect(sixth.pageId).not.toBe(fifth);
  });

  test("goes by the clock and the calendar of the branch, to the minute", async () => {
    const hours = [{ days: [6], from: "20:00", to: "00:00" }];
    const night = await publish("Night", { hours });
    const fits = async (at: string) => misfitsOf(await tryOut({ at }), night)?.length === 0;
    const minutes = [
      "2026-11-28T19:59",
      "2026-11-28T20:00",
      "2026-11-28T23:59",
      "2026-11-29T00:00",
    ];
    expect(await Promise.all(minutes.map(fits))).toEqual([false, true, true, false]);
  });

  test("at one moment goes by the wall clock of each branch", async () => {
    const auckland = await make("/branches", {
      ...{ name: "Auckland", timeZone: "Pacific/Auckland", country: "NZ", languages: ["en"] },
    });
    const tryAt = async (id: string) =>
      (await owner.ask<TestReply>("POST", `/api/v1/branches/${id}/page-test`, {})).body;
    // Two hours from the one that it is here: five or six hours before Auckland's.
    const hour = Number((await tryAt(branchId)).at.slice(11, 13));
    const [from = "", to = ""] = [hour, hour + 2].map(
      (each) => `${String(each % 24).padStart(2, "0")}:00`,
    );
    const id = await publish("Now", { hours: [{ days: [1, 2, 3, 4, 5, 6, 7], from, to }] });
    expect(misfitsOf(await tryAt(branchId), id)).toEqual([]);
    expect(misfitsOf(await tryAt(auckland), id)).toEqual(["hours"]);
  });

  test("MC-4.5 a birthday page is shown on the birthday by the branch's date, one of 29 February on the 28th of a common year", async () => {
    const page = await publish("Birthday", { birthday: true });
    const isShown = async (birthday: string, at: string) =>
      (await tryOut({ at, person: { name: "Lan", birthday } })).pageId === page;
    const may = ["2027-05-09T23:59", "2027-05-10T00:00", "2027-05-10T23:59", "2027-05-11T00:00"];
    expect(await Promise.all(may.map((at) => isShown("1990-05-10", at)))).toEqual([
      ...[false, true, true, false],
    ]);
    const days = ["2027-02-28T12:00", "2027-03-01T12:00", "2028-02-28T12:00", "2028-02-29T12:00"];
    expect(await Promise.all(days.map((at) => isShown("--02-29", at)))).toEqual([
      ...[true, false, false, true],
    ]);
  });
});

describe("the pages of a branch", () => {
  const read = async () =>
    (await owner.ask<BranchPagesReply>("GET", `/api/v1/branches/${branchId}/pages`)).body;
  const order = (body: object) =>
    owner.ask<BranchPagesReply>("PUT", `/api/v1/branches/${branchId}/pages`, body);

  test("are told in their order, with what is never reached", async () => {
    const all = await publish("Everybody", {});
    const { pages, warnings } = await read();
    expect(pages.map(({ isKept }) => isKept)).toEqual([true, false, false]);
    expect(warnings).toEqual(
      pages.slice(1).map((page) => ({ pageId: page.id, kind: "never-reached", hiddenBy: [all] })),
    );
  });

  test("are put in another order, made from the settings as they stand, or not at all", async () => {
    const all = await publish("Everybody", {});
    const { version, pages } = await read();
    const ids = pages.map(({ id }) => id);
    const sorted = await order({ version, pageIds: [...ids.slice(1), all] });
    expect(sorted.body.pages.at(-1)?.id).toBe(all);
    expect(sorted.body.warnings).toEqual([
      { pageId: all, kind: "never-reached", hiddenBy: ids.slice(1) },
    ]);
    expect((await order({ version, pageIds: ids })).status).toBe(409);
    const now = version + 1;
    expect((await order({ version: now, pageIds: ids.slice(1) })).status).toBe(409);
    expect((await order({ version: now, pageIds: [...ids.slice(1), newId()] })).status).toBe(409);
  });

  test("that stand in its settings alone are kept as pages to edit, as they stand", async () => {
    const [first] = (await read()).pages;
    const path = `/api/v1/branches/${branchId}/pages/${first?.id}/keep`;
    const kept = await owner.ask<PageReply>("POST", path);
    expect(kept.body).toMatchObject({
      ...{ id: first?.id, branchId, state: "published", version: 1, hasChanges: false },
      places: [{ branchId, version: 1, isChanged: false }],
    });
    expect((await owner.ask<PageReply>("POST", path)).body).toEqual(kept.body);
    const content = { ...kept.body.draft, name: "Chào" };
    await owner.ask("PUT", `/api/v1/pages/${first?.id}/draft`, { revision: 1, content });
    const body = { revision: 2, to: { kind: "all" } };
    await owner.ask("POST", `/api/v1/pages/${first?.id}/publish`, body);
    expect((await read()).pages[0]).toMatchObject({ id: first?.id, version: 2, name: "Chào" });
  });
});
