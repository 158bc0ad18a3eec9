import { createHash } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { openTestApp, type TestApp, type TestBrowser } from "../../../test/open-test-app.ts";
import type { DraftReply, PageContent, PageReply, PagesReply } from "./schema.ts";

let site: TestApp;
let owner: TestBrowser;
let branchId: string;

beforeAll(async () => {
  site = await openTestApp();
});
afterAll(() => site?.close());
beforeEach(async () => {
  owner = await site.signUp();
  branchId = await addBranch("Hồ Gươm");
});

async function addBranch(name: string): Promise<string> {
  const body = { name, timeZone: "Asia/Ho_Chi_Minh", country: "VN", languages: ["vi", "en"] };
  return (await owner.ask<{ id: string }>("POST", "/api/v1/branches", body)).body.id;
}

const content = (given: Partial<PageContent> = {}): PageContent => ({
  name: "Weekend",
  when: { guests: "any", visitNumbers: [] },
  blocks: [{ kind: "heading", fields: { text: { vi: "Chào {name}", en: "Hello {name}" } } }],
  ...given,
});

async function make(given: object = {}, by = owner): Promise<PageReply> {
  const made = await by.ask<PageReply>("POST", "/api/v1/pages", { content: content(), ...given });
  expect(made.status).toBe(201);
  return made.body;
}

const saveDraft = (id: string, body: object, by = owner) =>
  by.ask<DraftReply>("PUT", `/api/v1/pages/${id}/draft`, body);

describe("a draft", () => {
  test("is made, listed, and seen by no guest", async () => {
    const page = await make();
    expect(page).toMatchObject({ state: "draft", version: 0, revision: 1, hasChanges: true });
    expect(page).toMatchObject({ draft: content(), faults: [], places: [], versions: [] });
    const { body } = await owner.ask<PagesReply>("GET", "/api/v1/pages");
    expect(body).toMatchObject({ total: 1, pages: [{ id: page.id, changedBy: "Lan" }] });
    const settings = await owner.ask<{ pages: unknown[] }>(
      "GET",
      `/api/v1/branches/${branchId}/settings`,
    );
    expect(JSON.stringify(settings.body.pages)).not.toContain(page.id);
  });

  test("saved from a revision that stands no more is refused; the same words are saved twice", async () => {
    const { id } = await make();
    const changed = content({ name: "Sunday" });
    const saved = await saveDraft(id, { revision: 1, content: changed });
    expect(saved).toMatchObject({ status: 200, body: { revision: 2 } });
    const again = await saveDraft(id, { revision: 1, content: changed });
    expect(again).toMatchObject({ status: 200, body: { revision: 2 } });
    const stale = await saveDraft(id, { revision: 1, content: content({ name: "Monday" }) });
    expect(stale).toMatchObject({ status: 409, body: { code: "conflict" } });
  });

  test("of two saved from one revision at once, one is kept and the other told", async () => {
    const { id } = await make();
    const answers = await Promise.all(
      ["One", "Two"].map((name) => saveDraft(id, { revision: 1, content: content({ name }) })),
    );
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409]);
  });

  test("that could not be published is kept all the same, and says why", async () => {
    const blocks = [{ kind: "hologram", fields: {} }];
    const page = await make({ content: content({ name: " ", blocks }) });
    expect(page.faults).toEqual([
      { field: "/name", reason: "is empty" },
      { field: "/blocks/0", reason: "hologram: this release knows no such block" },
    ]);
  });

  test("is archived out of the way, changed no more, and comes back", async () => {
    const { id } = await make();
    const archived = await owner.ask("POST", `/api/v1/pages/${id}/archive`);
    expect(archived).toMatchObject({ status: 200, body: { state: "archived" } });
    const saved = await saveDraft(id, { revision: 1, content: content({ name: "Other" }) });
    expect(saved.status).toBe(409);
    const restored = await owner.ask("POST", `/api/v1/pages/${id}/restore`);
    expect(restored).toMatchObject({ status: 200, body: { state: "draft" } });
  });

  test("is another company's to nobody", async () => {
    const { id } = await make();
    const stranger = await site.signUp();
    expect((await stranger.ask("GET", `/api/v1/pages/${id}`)).status).toBe(404);
    expect((await saveDraft(id, { revision: 1, content: content() }, stranger)).status).toBe(404);
  });
});

describe("rights", () => {
  test("a marketer writes pages; a viewer reads them and changes none", async () => {
    const marketer = await site.invite(owner, "marketer");
    const { id } = await make({}, marketer);
    const viewer = await site.invite(owner, "viewer");
    expect((await viewer.ask("GET", `/api/v1/pages/${id}`)).status).toBe(200);
    expect((await saveDraft(id, { revision: 1, content: content() }, viewer)).status).toBe(403);
  });

  test("a branch's people change pages of their branch, and look at the company's", async () => {
    const elsewhere = await addBranch("Tây Hồ");
    const scope = { kind: "branches" as const, branchIds: [branchId] };
    const manager = await site.invite(owner, { role: "manager", ownRoleId: null, scope });
    const { id } = await make();
    const seen = await manager.ask<PageReply>("GET", `/api/v1/pages/${id}`);
    expect(seen).toMatchObject({ status: 200, body: { mayEdit: false } });
    const saved = await saveDraft(id, { revision: 1, content: content({ name: "X" }) }, manager);
    expect(saved.status).toBe(403);
    expect((await manager.ask("POST", "/api/v1/pages", { content: content() })).status).toBe(403);
    const own = await make({ branchId }, manager);
    expect(own).toMatchObject({ branchId, mayEdit: true });
    const theirs = { content: content(), branchId: elsewhere };
    expect((await manager.ask("POST", "/api/v1/pages", theirs)).status).toBe(404);
    const other = await make({ branchId: elsewhere });
    expect((await manager.ask("GET", `/api/v1/pages/${other.id}`)).status).toBe(404);
  });
});

describe("a brand's page", () => {
  test("is written by who has the brand, not by who has one of its branches", async () => {
    const { body } = await owner.ask<{ brands: { id: string }[] }>("GET", "/api/v1/tenant");
    const brandId = body.brands[0]?.id ?? "";
    await addBranch("Tây Hồ");
    const { id } = await make({ brandId });
    const scopes = [
      { kind: "brand" as const, brandId },
      { kind: "branches" as const, branchIds: [branchId] },
    ];
    const answers: unknown[] = [];
    for (const scope of scopes) {
      const by = await site.invite(owner, { role: "manager", ownRoleId: null, scope });
      const { body: seen } = await by.ask<PageReply>("GET", `/api/v1/pages/${id}`);
      const changed = { revision: seen.revision, content: content({ name: scope.kind }) };
      answers.push([seen.mayEdit, (await saveDraft(id, changed, by)).status]);
      const own = await by.ask("POST", "/api/v1/pages", { content: content(), brandId });
      answers.push(own.status);
    }
    expect(answers).toEqual([[true, 200], 201, [false, 403], 403]);
  });
});

describe("the weight of a draft", () => {
  test("counts what stands in the page, the way in below its blocks included", async () => {
    const { id, weight } = await make();
    const path = `/api/v1/pages/${id}/preview?branchId=${branchId}&pictures=files`;
    const mains = ["vi", "en", "fa"].map(async (language) => {
      const { body } = await owner.ask<string>("GET", `${path}&language=${language}`);
      const [, main = ""] = /<div class="sheet">\n([\s\S]*)<\/div><\/main>/.exec(body) ?? [];
      return Buffer.byteLength(main.trimEnd());
    });
    const heaviest = Math.max(...(await Promise.all(mains)));
    expect(heaviest).toBeGreaterThan(600);
    expect(weight.htmlBytes).toBeGreaterThanOrEqual(heaviest);
    expect(weight.htmlBytes).toBeLessThan(heaviest + 100);
    const none = await make({ content: content({ blocks: [] }) });
    expect(none.weight.htmlBytes).toBeGreaterThan(600);
    expect(none.weight.htmlBytes).toBeLessThan(weight.htmlBytes);
  });

  test("is told of a company without a branch too, with the way in that its first would have", async () => {
    const other = await site.signUp();
    const { weight } = await make({}, other);
    expect(weight.htmlBytes).toBeGreaterThan(600);
  });
});

describe("the preview", () => {
  const preview = (id: string, query: string, by = owner) =>
    by.ask<string>("GET", `/api/v1/pages/${id}/preview?branchId=${branchId}&${query}`);

  test("is the page's HTML in a language, as somebody", async () => {
    const { id } = await make();
    const stranger = await preview(id, "language=en");
    expect(stranger.headers["content-type"]).toBe("text/html; charset=utf-8");
    expect(JSON.stringify(stranger.body)).toContain("Hello");
    const lan = await preview(id, `language=vi&name=${encodeURIComponent("<b>Lan")}`);
    expect(JSON.stringify(lan.body)).toContain("Chào &lt;b&gt;Lan");
  });

  test("ends, before access, with the branch's way in, which nobody can use, nor what stands on the page after it", async () => {
    const { id } = await make();
    const { body: before } = await preview(id, "language=en");
    expect(before).toMatch(
      /<section inert>\n<form method="post" action="\/phone"[\s\S]*<\/section>/,
    );
    expect(before).toContain('<input type="checkbox" name="terms"');
    const outside = before.replace(/<section inert>[\s\S]*<\/section>/, "");
    expect(outside).not.toMatch(/<(form|input|button)/);
    const { body: known } = await preview(id, "language=en&name=Lan");
    expect(known).toMatch(/<section inert>\n<form method="post" action="\/returning"/);
    expect(known).not.toContain('name="phone"');
    const { body: after } = await preview(id, "language=en&stage=after&name=Lan");
    expect(after).toContain("online, Lan");
    expect(after.replace(/<section inert>[\s\S]*<\/section>/, "")).not.toMatch(/<(form|input|h1)/);
  });

  test("has its one stylesheet let in by its hash, the way in's rule within it", async () => {
    const { id } = await make();
    for (const stage of ["before", "after"]) {
      const { body, headers } = await preview(id, `stage=${stage}`);
      const sheets = [...body.matchAll(/<style>([\s\S]*?)<\/style>/g)].map(
        ([, sheet = ""]) => sheet,
      );
      expect(sheets).toHaveLength(1);
      const hash = createHash("sha256").update(sheets.join("")).digest("base64");
      expect(headers["content-security-policy"]).toContain(`style-src 'sha256-${hash}'`);
      expect(body).not.toMatch(/<[a-z][^>]* style=/);
      expect(sheets[0]).toContain("section[inert]");
    }
  });

  test("runs, loads and sends nothing, and stands in no page but the staff app's", async () => {
    const { id } = await make();
    const { headers } = await preview(id, "");
    const policy = String(headers["content-security-policy"]);
    expect(policy).toContain("sandbox;");
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("frame-ancestors 'self'");
    expect(policy).toContain("form-action 'none'");
    expect(policy).not.toMatch(/allow-(scripts|forms)/);
  });
});
