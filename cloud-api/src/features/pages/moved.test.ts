import type { BranchSettings } from "@foyer/contract";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { openTestApp, type TestApp, type TestBrowser } from "../../../test/open-test-app.ts";
import { askUntil } from "../../../test/open-test-site.ts";
import { withClient } from "../../platform/roles.ts";
import { pageJobs } from "./jobs.ts";
import { PUBLISH_TASK } from "./publish.ts";
import type { BranchPagesReply, PageContent, PageReply } from "./schema.ts";

let site: TestApp;
let owner: TestBrowser;
let hoGuom: string;
let tayHo: string;

beforeAll(async () => {
  site = await openTestApp();
});
afterAll(() => site?.close());
beforeEach(async () => {
  owner = await site.signUp();
  hoGuom = await addBranch("Hồ Gươm");
  tayHo = await addBranch("Tây Hồ");
});

async function addBranch(name: string): Promise<string> {
  const body = { name, timeZone: "Asia/Ho_Chi_Minh", country: "VN", languages: ["vi", "en"] };
  return (await owner.ask<{ id: string }>("POST", "/api/v1/branches", body)).body.id;
}

const CONTENT: PageContent = {
  name: "Weekend",
  when: { guests: "any", visitNumbers: [] },
  blocks: [{ kind: "heading", fields: { text: { vi: "Cuối tuần" } } }],
};

async function addBrand(name: string): Promise<string> {
  const made = await owner.ask<{ id: string }>("POST", "/api/v1/brands", {
    ...{ name, accentColour: "#aa3300" },
  });
  expect(made.status).toBe(201);
  return made.body.id;
}

async function putUnder(brandId: string, branchId: string): Promise<void> {
  const path = `/api/v1/brands/${brandId}/branches`;
  expect((await owner.ask("PUT", path, { branchIds: [branchId] })).status).toBe(204);
}

async function make(given: object = {}): Promise<PageReply> {
  const body = { content: CONTENT, ...given };
  return (await owner.ask<PageReply>("POST", "/api/v1/pages", body)).body;
}

const act = (id: string, deed: string, body: object = {}) =>
  owner.ask<PageReply>("POST", `/api/v1/pages/${id}/${deed}`, body);
const read = async (id: string) => (await owner.ask<PageReply>("GET", `/api/v1/pages/${id}`)).body;

describe("a branch that becomes another brand's", () => {
  let brandId: string;
  let otherId: string;
  beforeEach(async () => {
    brandId = await addBrand("Trà Gió");
    otherId = await addBrand("Cà Phê Mây");
    await putUnder(brandId, tayHo);
  });

  test("has the page of its old brand taken off, which is archived then", async () => {
    const { id, revision } = await make({ brandId });
    expect((await act(id, "publish", { revision, to: { kind: "all" } })).status).toBe(200);
    await putUnder(otherId, tayHo);
    const to = { kind: "branches", branchIds: [tayHo] };
    expect(await act(id, "withdraw", { to })).toMatchObject({ status: 200, body: { places: [] } });
    expect((await act(id, "archive")).status).toBe(200);
  });

  test("keeps the page of its old brand out of the archive, whoever of that brand would put it there", async () => {
    const scope = { kind: "brand" as const, brandId };
    const { id, revision } = await make({ brandId });
    const manager = await site.invite(owner, { role: "manager", ownRoleId: null, scope });
    expect((await act(id, "publish", { revision, to: { kind: "all" } })).status).toBe(200);
    await putUnder(otherId, tayHo);
    const archive = () => manager.ask<PageReply>("POST", `/api/v1/pages/${id}/archive`);
    const refused = await archive();
    expect(refused).toMatchObject({ status: 409, body: { code: "conflict" } });
    expect(JSON.stringify(refused.body)).not.toContain("Tây Hồ");
    expect(await read(id)).toMatchObject({ state: "published", archivedAt: null });
    const to = { kind: "branches", branchIds: [tayHo] };
    expect((await act(id, "withdraw", { to })).status).toBe(200);
    expect(await archive()).toMatchObject({ status: 200, body: { state: "archived" } });
  });

  test("while a page of its old brand is put on it, does not get it", async () => {
    const { id, revision } = await make({ brandId });
    await withClient(site.administratorUrl, async (mover) => {
      await mover.query("begin");
      await mover.query("update branches set brand_id = $1 where id = $2", [otherId, tayHo]);
      const putting = act(id, "publish", { revision, to: { kind: "all" } });
      // It has chosen its branches, and waits for this one.
      await withClient(site.administratorUrl, (watcher) =>
        askUntil(
          () =>
            watcher.query(
              `select from pg_stat_activity
               where datname = current_database() and wait_event_type = 'Lock'`,
            ),
          ({ rowCount }) => rowCount === 1,
        ),
      );
      await mover.query("commit");
      expect(await putting).toMatchObject({
        status: 409,
        body: { message: "Tây Hồ was moved to another brand meanwhile." },
      });
    });
    expect(await read(id)).toMatchObject({ places: [] });
  });

  test("is not given the page that its old brand had planned for it, which says so", async () => {
    const { id, revision } = await make({ brandId });
    const later = { revision, to: { kind: "all" }, at: "2099-02-01T07:30" };
    const planId = (await act(id, "publish", later)).body.plans[0]?.id ?? "";
    await putUnder(otherId, tayHo);
    const { body } = await owner.ask<{ tenantId: string }>("GET", "/api/v1/session");
    const job = { tenantId: body.tenantId, payload: { planId } };
    await pageJobs[PUBLISH_TASK]?.work(site.jobContext, job);
    expect(await read(id)).toMatchObject({
      places: [],
      plans: [{ state: "failed", reason: "The branch is another brand's by now." }],
    });
  });
});

test("a brand's page is looked at in the brand's own look", async () => {
  const brandId = await addBrand("Trà Gió");
  await putUnder(brandId, tayHo);
  const { id } = await make({ brandId });
  const { body } = await owner.ask<string>("GET", `/api/v1/pages/${id}/preview`);
  expect(String(body)).toContain("Tây Hồ");
  expect(String(body)).not.toContain("Hồ Gươm");
});

describe("a page of the settings of several branches", () => {
  let pageId: string;
  beforeEach(async () => {
    const path = (id: string) => `/api/v1/branches/${id}/settings`;
    const here = (await owner.ask<BranchSettings>("GET", path(hoGuom))).body;
    const { version: _version, ...there } = (await owner.ask<BranchSettings>("GET", path(tayHo)))
      .body;
    const written = await owner.ask("PUT", path(tayHo), { ...there, pages: here.pages });
    expect(written.status).toBe(200);
    pageId = here.pages[0]?.id ?? "";
  });
  const keep = (branchId: string, by = owner) =>
    by.ask<PageReply>("POST", `/api/v1/branches/${branchId}/pages/${pageId}/keep`);

  test("is kept once, by two who do so at once", async () => {
    const kept = await Promise.all([keep(hoGuom), keep(hoGuom), keep(hoGuom)]);
    expect(kept.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect((await read(pageId)).versions).toHaveLength(1);
  });

  test("that one of them keeps is told to the people of the other, and taken off both", async () => {
    const scope = { kind: "branches" as const, branchIds: [tayHo] };
    const manager = await site.invite(owner, { role: "manager", ownRoleId: null, scope });
    expect((await keep(hoGuom)).status).toBe(200);
    expect(await keep(tayHo, manager)).toMatchObject({ status: 409, body: { code: "conflict" } });
    const off = await act(pageId, "withdraw", { to: { kind: "all" } });
    expect(off).toMatchObject({ status: 200, body: { places: [] } });
    for (const branchId of [hoGuom, tayHo]) {
      const path = `/api/v1/branches/${branchId}/pages`;
      const { pages } = (await owner.ask<BranchPagesReply>("GET", path)).body;
      expect(pages.map(({ id }) => id)).not.toContain(pageId);
    }
  });
});
