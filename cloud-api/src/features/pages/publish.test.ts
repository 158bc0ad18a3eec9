import type { BranchSettings } from "@foyer/contract";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import {
  askUntil,
  type EnrolledBox,
  openTestSite,
  type TestSite,
  type TestStaff,
} from "../../../test/open-test-site.ts";
import type { PageContent, PageReply, Target } from "./schema.ts";

let site: TestSite;
let owner: TestStaff;
let here: EnrolledBox;
let there: EnrolledBox;

beforeAll(async () => {
  site = await openTestSite();
});
afterAll(() => site?.close());
beforeEach(async () => {
  owner = await site.addOwner();
  here = await owner.addBox((await owner.addBranch({ name: "Hồ Gươm" })).id);
  there = await owner.addBox((await owner.addBranch({ name: "Tây Hồ" })).id);
});

const ALL: Target = { kind: "all" };
const content = (given: Partial<PageContent> = {}): PageContent => ({
  name: "Weekend",
  when: { guests: "any", visitNumbers: [] },
  blocks: [{ kind: "heading", fields: { text: { vi: "Cuối tuần", en: "Weekend" } } }],
  ...given,
});

async function make(given: Partial<PageContent> = {}): Promise<PageReply> {
  const made = await owner.request("POST", "/api/v1/pages", { content: content(given) });
  expect(made.status).toBe(201);
  return made.body as PageReply;
}

const act = (id: string, deed: string, body: object, by = owner) =>
  by.request("POST", `/api/v1/pages/${id}/${deed}`, body);

async function publish(id: string, body: object): Promise<PageReply> {
  const answer = await act(id, "publish", body);
  expect(answer).toMatchObject({ status: 200 });
  return answer.body as PageReply;
}

const read = (id: string) => owner.get<PageReply>(`/api/v1/pages/${id}`);

async function pagesOn(box: EnrolledBox) {
  const pulled = await box.pull();
  const settings = pulled?.settings as BranchSettings;
  return settings.pages;
}

async function changeDraft(page: PageReply, given: Partial<PageContent>): Promise<PageReply> {
  const body = { revision: page.revision, content: { ...page.draft, ...given } };
  const saved = await owner.request("PUT", `/api/v1/pages/${page.id}/draft`, body);
  expect(saved.status).toBe(200);
  return read(page.id);
}

async function writeSettings(branchId: string, edit: (document: BranchSettings) => object) {
  const path = `/api/v1/branches/${branchId}/settings`;
  const { version: _version, ...document } = await owner.get<BranchSettings>(path);
  const answer = await owner.request("PUT", path, edit(document as BranchSettings));
  expect(answer.status).toBe(200);
}

describe("publishing", () => {
  test("puts the page on every branch before what would hide it, and boxes are told of it", async () => {
    const { id, revision } = await make();
    const page = await publish(id, { revision, to: ALL });
    expect(page).toMatchObject({ state: "published", version: 1, hasChanges: false, standsAt: 2 });
    for (const box of [here, there]) {
      const [first, ...rest] = await pagesOn(box);
      expect(first).toEqual({ id, version: 1, ...content() });
      expect(rest.map(({ when }) => when.guests)).toEqual(["first-visit", "returning"]);
    }
  });

  test("says which version stands where, and whether each box has taken it", async () => {
    const { id, revision } = await make();
    const { places } = await publish(id, { revision, to: ALL });
    expect(places.map(({ branchName, version }) => [branchName, version])).toEqual([
      ["Hồ Gươm", 1],
      ["Tây Hồ", 1],
    ]);
    expect(places[0]).toMatchObject({ placedBy: "Owner", isChanged: false });
    expect(places.map(({ boxes }) => boxes.map(({ hasTaken }) => hasTaken))).toEqual([
      [false],
      [false],
    ]);
    const settings = (await here.pull())?.settings as BranchSettings;
    await here.pull({ settings: settings.version });
    const taken = (await read(id)).places.map(({ boxes }) => boxes[0]?.hasTaken);
    expect(taken).toEqual([true, false]);
  });

  test("to a brand or to some branches leaves the others as they are", async () => {
    const { brands } = await owner.get<{ brands: { id: string }[] }>("/api/v1/tenant");
    const other = await owner.request("POST", "/api/v1/brands", {
      ...{ name: "Trà Gió", accentColour: "#aa3300" },
    });
    const { id: brandId } = other.body as { id: string };
    await owner.request("PUT", `/api/v1/brands/${brandId}/branches`, {
      branchIds: [there.branchId],
    });
    const { id, revision } = await make();
    await publish(id, { revision, to: { kind: "brand", brandId: brands[0]?.id } });
    expect((await pagesOn(here)).map((each) => each.id)).toContain(id);
    expect((await pagesOn(there)).map((each) => each.id)).not.toContain(id);
    await publish(id, { version: 1, to: { kind: "branches", branchIds: [there.branchId] } });
    expect((await pagesOn(there)).map((each) => each.id)).toContain(id);
  });

  test("is all or nothing, and says which branch cannot show the page and why", async () => {
    const survey = {
      ...{ id: "spring", title: { vi: "Ý kiến" }, thanks: { vi: "Cảm ơn" } },
      questions: [
        { id: "stars", kind: "rating", max: 5, label: { vi: "Thế nào?" }, required: true },
      ],
    };
    await writeSettings(here.branchId, (document) => ({ ...document, surveys: [survey] }));
    const blocks = [{ kind: "survey", fields: { survey: "spring" } }];
    const { id, revision } = await make({ blocks });
    const answer = await act(id, "publish", { revision, to: ALL });
    expect(answer.status).toBe(400);
    expect((answer.body as { message: string }).message).toMatch(/^Tây Hồ cannot show this page/);
    expect((await pagesOn(here)).map((each) => each.id)).not.toContain(id);
    expect(await read(id)).toMatchObject({ version: 0, state: "draft" });
  });

  test("is refused where a box's release lacks a block, naming branch and block", async () => {
    await there.push([there.write("box.started", { release: "0.0.9", settingsVersion: 0 })]);
    const { id, revision } = await make();
    const ask = () => act(id, "publish", { revision, to: ALL });
    await askUntil(
      () => owner.get<object>("/api/v1/branches"),
      (answer) => JSON.stringify(answer).includes('"0.0.9"'),
    );
    const answer = await ask();
    expect(answer).toMatchObject({ status: 409, body: { field: "/blocks/0" } });
    const { message } = answer.body as { message: string };
    expect(message).toMatch(/^Tây Hồ: its box Box runs release 0\.0\.9, .* block heading\./);
    expect((await read(id)).places).toEqual([]);
    await there.push([there.write("box.started", { release: "0.1.0", settingsVersion: 0 })]);
    await askUntil(ask, ({ status }) => status === 200);
    expect((await read(id)).places).toHaveLength(2);
  });

  test("a page whose blocks are wrong, or a draft changed meanwhile, is refused", async () => {
    const broken = await make({ blocks: [{ kind: "button", fields: {} }] });
    const refused = await act(broken.id, "publish", { revision: 1, to: ALL });
    expect(refused).toMatchObject({ status: 400, body: { field: "/blocks/0" } });
    const page = await make();
    await changeDraft(page, { name: "Sunday" });
    expect((await act(page.id, "publish", { revision: 1, to: ALL })).status).toBe(409);
  });

  test("two publishings at once leave every branch with one of the two, and both are told", async () => {
    const page = await make();
    await publish(page.id, { revision: 1, to: ALL });
    const changed = await changeDraft(page, { name: "Sunday" });
    const answers = await Promise.all([
      act(page.id, "publish", { revision: changed.revision, to: ALL }),
      act(page.id, "publish", { version: 1, to: ALL }),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    const versions = (await read(page.id)).places.map(({ version }) => version);
    expect(new Set(versions).size).toBe(1);
    expect((await read(page.id)).places.every(({ isChanged }) => !isChanged)).toBe(true);
  });

  test("the same again changes no settings", async () => {
    const { id } = await make();
    const [first] = (await publish(id, { revision: 1, to: ALL })).places;
    const before = (await here.pull())?.settings as BranchSettings;
    const [again] = (await publish(id, { revision: 1, to: ALL })).places;
    expect((await here.pull())?.settings).toMatchObject({ version: before.version });
    expect(again?.placedAt).toBe(first?.placedAt);
  });

  test("part of MC-4.7: published here too, guests are sent to no address that is not on it", async () => {
    const landingUrl = "https://facebook.com/songhuong";
    const { id, revision } = await make({ landingUrl });
    const refused = await act(id, "publish", { revision, to: ALL });
    expect(refused.status).toBe(400);
    await owner.request("PUT", "/api/v1/destinations", { destinations: [landingUrl] });
    await publish(id, { revision, to: ALL });
    expect((await pagesOn(here))[0]?.landingUrl).toBe(landingUrl);
  });

  test("is written down with who did it, and to which branches", async () => {
    const { id, revision } = await make();
    await publish(id, { revision, to: ALL });
    const told = await site.readAsAdministrator<{ action: string; after: object }>(
      "select action, after from audit_entries where record_kind = 'pages' and record_id = $1 order by id",
      [id],
    );
    expect(told.at(-1)).toMatchObject({
      action: "POST /api/v1/pages/:pageId/publish",
      after: { version: 1 },
    });
  });
});

describe("what stands on branches", () => {
  test("is rolled back to an earlier version in one call", async () => {
    const page = await make();
    await publish(page.id, { revision: 1, to: ALL });
    const changed = await changeDraft(page, { name: "Sunday" });
    await publish(page.id, { revision: changed.revision, to: ALL });
    expect((await pagesOn(here))[0]).toMatchObject({ version: 2, name: "Sunday" });
    const back = await act(page.id, "roll-back", { version: 1 });
    expect(back.status).toBe(200);
    for (const box of [here, there])
      expect((await pagesOn(box))[0]).toEqual({ id: page.id, version: 1, ...content() });
    const { versions, version, places } = await read(page.id);
    expect(version).toBe(2);
    expect(versions.map((each) => [each.version, each.branches])).toEqual([
      [2, 0],
      [1, 2],
    ]);
    expect(places.map((each) => each.version)).toEqual([1, 1]);
  });

  test("is taken off, and only then archived", async () => {
    const { id, revision } = await make();
    await publish(id, { revision, to: ALL });
    const refused = await owner.request("POST", `/api/v1/pages/${id}/archive`);
    expect(refused).toMatchObject({ status: 409 });
    await act(id, "withdraw", { to: { kind: "branches", branchIds: [here.branchId] } });
    expect((await pagesOn(here)).map((each) => each.id)).not.toContain(id);
    expect((await read(id)).standsAt).toBe(1);
    const off = await act(id, "withdraw", { to: ALL });
    expect(off).toMatchObject({ status: 200, body: { state: "draft", places: [] } });
    expect((await owner.request("POST", `/api/v1/pages/${id}/archive`)).status).toBe(200);
    expect((await act(id, "publish", { version: 1, to: ALL })).status).toBe(409);
  });

  test("keeps working where it is changed in the branch's settings, and says that it was", async () => {
    const { id, revision } = await make();
    await publish(id, { revision, to: ALL });
    await writeSettings(here.branchId, (document) => ({
      ...document,
      pages: document.pages.map((page) => (page.id === id ? { ...page, name: "Ours" } : page)),
    }));
    expect((await read(id)).places.map(({ isChanged }) => isChanged)).toEqual([true, false]);
    expect((await pagesOn(here)).find((each) => each.id === id)?.name).toBe("Ours");
  });

  test.each(["groups", "tags", "tiers"] as const)(
    "keeps the %s it is for from being removed, and is not for one that is gone",
    async (noun) => {
      const mark = await owner.request("POST", `/api/v1/${noun}`, { name: "VIP" });
      const { id: markId } = mark.body as { id: string };
      const when = { guests: "any" as const, visitNumbers: [], [noun]: [markId] };
      const { id, revision } = await make({ name: "For VIP", when });
      await publish(id, { revision, to: ALL });
      const remove = () => owner.request("DELETE", `/api/v1/${noun}/${markId}`);
      const refused = await remove();
      expect(refused.status).toBe(409);
      expect((refused.body as { message: string }).message).toContain("For VIP of Hồ Gươm");
      await act(id, "withdraw", { to: ALL });
      expect((await remove()).status).toBe(204);
      const gone = await act(id, "publish", { version: 1, to: ALL });
      expect(gone).toMatchObject({ status: 400, body: { field: `/when/${noun}/0` } });
    },
  );
});
