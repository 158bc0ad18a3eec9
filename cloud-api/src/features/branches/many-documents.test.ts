import type { PageSettings } from "@foyer/contract";
import type { KyselyPlugin } from "kysely";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { openTestCloud, type TestCloud } from "../../../test/open-test-cloud.ts";
import { newId } from "../../platform/clock.ts";
import type { TenantTransaction } from "../../platform/db.ts";
import {
  addBranch,
  type BranchDocument,
  findDocument,
  findPagesFault,
  listStandings,
  publishSettings,
  saveDocument,
  saveDocuments,
  savePages,
} from "./index.ts";

let cloud: TestCloud;
let tenantId: string;

beforeAll(async () => {
  cloud = await openTestCloud();
});
afterAll(() => cloud?.close());
beforeEach(async () => {
  tenantId = await cloud.addTenant();
});

async function addBranches(count: number): Promise<string[]> {
  const place = { timeZone: "Asia/Ho_Chi_Minh", country: "VN", languages: ["vi" as const] };
  const ids: string[] = [];
  for (let number = 0; number < count; number += 1)
    await cloud.database.changeTenant(tenantId, async (tx) => {
      const { result, events } = await addBranch(tx, { name: `Branch ${number}`, ...place });
      ids.push(result.id);
      return { result: null, events };
    });
  return ids;
}

const PAGE: PageSettings = {
  ...{ id: newId(), name: "Weekend", version: 1 },
  when: { guests: "any", visitNumbers: [] },
  blocks: [{ kind: "heading", fields: { text: { vi: "Cuối tuần" } } }],
};
const putFirst =
  (page: PageSettings) =>
  (pages: readonly PageSettings[]): PageSettings[] => [
    page,
    ...pages.filter(({ id }) => id !== page.id),
  ];

/** A page of one branch alone, with a picture of so many characters. */
function makeOwn(name: string, length: number): PageSettings {
  const source = `data:image/jpeg;base64,${"A".repeat(length)}`;
  const blocks = [{ kind: "image", fields: { source, alt: { vi: name } } }];
  return { ...PAGE, id: newId(), name, blocks };
}

/** Counts the statements of a transaction, and what is sent with them. */
function count(tx: TenantTransaction) {
  const counts = { statements: 0, characters: 0 };
  const plugin: KyselyPlugin = {
    transformQuery: ({ node }) => {
      counts.statements += 1;
      counts.characters += JSON.stringify(node).length;
      return node;
    },
    transformResult: async ({ result }) => result,
  };
  // A transaction with a plugin is one still: its type says less.
  const db = tx.db.withPlugin(plugin) as TenantTransaction["db"];
  return { tx: { ...tx, db }, counts };
}

function save(branchIds: readonly string[], edit: Parameters<typeof savePages>[2]) {
  return cloud.database.changeTenant(tenantId, async (whole) => {
    const { tx, counts } = count(whole);
    const saved = await savePages(tx, branchIds, edit);
    const events = saved.kind === "saved" ? saved.events : [];
    return { result: { saved, ...counts }, events };
  });
}

function saveWhole(
  branchIds: readonly string[],
  edit: (document: BranchDocument) => BranchDocument,
) {
  return cloud.database.changeTenant(tenantId, async (whole) => {
    const { tx, counts } = count(whole);
    const saved = await saveDocuments(tx, branchIds, edit);
    const events = saved.kind === "saved" ? saved.events : [];
    return { result: { saved, ...counts }, events };
  });
}

const read = <T>(work: (tx: TenantTransaction) => Promise<T>) =>
  cloud.database.readTenant(tenantId, work);
const pagesOf = async (branchId: string) =>
  (await read((tx) => findDocument(tx, branchId)))?.document.pages ?? [];

test("a page is put on twenty branches in as many statements as on two, beside each one's own pages", async () => {
  const ids = await addBranches(20);
  const own = await Promise.all(ids.map(pagesOf));
  const few = await save(ids.slice(0, 2), putFirst(PAGE));
  const many = await save(ids, putFirst({ ...PAGE, version: 2 }));
  expect(many.statements).toBe(few.statements);
  for (const [index, id] of ids.entries())
    expect(await pagesOf(id)).toEqual([{ ...PAGE, version: 2 }, ...(own[index] ?? [])]);
});

test("a branch's own pages stay as they were and where they were, around the one that is put there", async () => {
  const ids = await addBranches(3);
  const own = new Map<string, PageSettings[]>();
  for (const [index, id] of ids.entries()) {
    const pages = ["a", "b", "c"].slice(index).map((name) => makeOwn(`${name}${index}`, 400));
    await save([id], () => pages);
    own.set(id, await pagesOf(id));
  }
  const around = (page: PageSettings) => (pages: readonly PageSettings[]) => {
    const others = pages.filter(({ id }) => id !== page.id).toReversed();
    return [...others.slice(0, 1), page, ...others.slice(1)];
  };
  const told = async (id: string) => JSON.stringify(await pagesOf(id));
  await save(ids, around(PAGE));
  const [kept] = (await pagesOf(ids[0] ?? "")).filter(({ id }) => id === PAGE.id);
  expect(kept).toEqual(PAGE);
  for (const id of ids)
    expect(await told(id)).toBe(JSON.stringify(around(kept ?? PAGE)(own.get(id) ?? [])));
  await save(ids, (pages) => pages.filter(({ id }) => id !== PAGE.id).toReversed());
  for (const id of ids) expect(await told(id)).toBe(JSON.stringify(own.get(id)));
});

test("what is sent to put a page there does not grow with the pages that stand there", async () => {
  const ids = await addBranches(4);
  const putBesideOwn = async (length: number) => {
    for (const id of ids) await save([id], () => [makeOwn("Own", length), makeOwn("Own", length)]);
    return save(ids, putFirst(PAGE));
  };
  const light = await putBesideOwn(400);
  const heavy = await putBesideOwn(40_000);
  expect(heavy.saved).toMatchObject({ kind: "saved" });
  expect(heavy.characters).toBe(light.characters);
  const taken = await save(ids, (pages) => pages.slice(1));
  expect(taken.characters).toBeLessThan(heavy.characters);
});

test("each branch's settings get their next version, and one whose pages say the same keeps its own", async () => {
  const [one = "", other = ""] = await addBranches(2);
  const first = await save([one], putFirst(PAGE));
  expect(first.saved).toMatchObject({ kind: "saved", versions: new Map([[one, 2]]) });
  const { saved } = await save([one, other], putFirst(PAGE));
  expect(saved).toMatchObject({ versions: new Map([[other, 2]]) });
  expect(saved).toMatchObject({ events: [{ branchId: other, payload: { settingsVersion: 2 } }] });
  const emptied = await save([one, other], () => []);
  expect(emptied.saved).toMatchObject({
    versions: new Map([
      [one, 3],
      [other, 3],
    ]),
  });
  expect(await pagesOf(one)).toEqual([]);
});

test("one branch that cannot show it keeps it off all, and is named with what is wrong", async () => {
  const [one = "", other = ""] = await addBranches(2);
  const edit = (pages: readonly PageSettings[]) => [
    ...pages,
    { ...PAGE, landingUrl: "https://a.example/" },
  ];
  const { saved } = await save([one, other], edit);
  expect(saved).toMatchObject({ kind: "invalid", branchId: one, field: "/pages/2/landingUrl" });
  expect(await read((tx) => findPagesFault(tx, [other], edit))).toMatchObject({ branchId: other });
  expect(await pagesOf(other)).toHaveLength(2);
  const strange = newId();
  const lost = await save([one, strange], putFirst(PAGE));
  expect(lost.saved).toEqual({ kind: "not-found", branchId: strange });
});

test("where a page stands is told with its content only where the settings changed since it was put there", async () => {
  const [one = "", other = ""] = await addBranches(2);
  await save([one, other], putFirst(PAGE));
  await cloud.database.changeTenant(tenantId, async (tx) => ({
    ...{ result: null, events: await publishSettings(tx, other) },
  }));
  const put = [one, other].map((branchId) => ({ branchId, version: 1, settingsVersion: 2 }));
  const told = await read((tx) => listStandings(tx, { pageId: PAGE.id, put }));
  expect(
    told.map(({ branchId, version, contentHash }) => [branchId, version, contentHash]),
  ).toEqual([
    [one, 1, null],
    [other, 1, expect.stringMatching(/^[0-9a-f]{32}$/)],
  ]);
});

const paint =
  (accentColour: string, logo: string | null = null) =>
  (document: BranchDocument) => ({
    ...document,
    brand: { ...document.brand, accentColour, logo },
  });

test("many branches are given a part of their settings in as many statements as two, and keep the others", async () => {
  const ids = await addBranches(20);
  await save(ids.slice(0, 5), putFirst(PAGE));
  const before = await Promise.all(ids.map((id) => read((tx) => findDocument(tx, id))));
  const few = await saveWhole(ids.slice(0, 2), paint("#112233"));
  const many = await saveWhole(ids, paint("#332211"));
  expect(many.statements).toBe(few.statements);
  const after = await Promise.all(ids.map((id) => read((tx) => findDocument(tx, id))));
  expect(after.map((found) => found?.document)).toEqual(
    before.map((found) => found && paint("#332211")(found.document)),
  );
});

test("what branches get alike goes over once, however many they are", async () => {
  const ids = await addBranches(8);
  const logo = (letter: string) => `data:image/png;base64,${letter.repeat(8_000)}`;
  const two = await saveWhole(ids.slice(0, 2), paint("#112233", logo("A")));
  const all = await saveWhole(ids, paint("#112233", logo("B")));
  expect(all.saved).toMatchObject({ kind: "saved" });
  expect(all.characters - two.characters).toBeLessThan(2_000);
});

test("a part that an edit leaves out is gone, and one that it adds is there, beside pages that change", async () => {
  const [one = "", other = ""] = await addBranches(2);
  const words = { version: 1, label: { vi: "Nhận tin" }, body: { vi: "Nhận tin" } };
  await cloud.database.changeTenant(tenantId, async (tx) => {
    const marketingText = { ...words, channels: ["sms" as const] };
    const saved = await saveDocument(tx, one, (document) => ({ ...document, marketingText }));
    if (saved.kind !== "saved") throw new Error(JSON.stringify(saved));
    return { result: null, events: saved.events };
  });
  await saveWhole([one, other], ({ marketingText: _, pages, ...document }) => ({
    ...{ ...document, surveys: [], pages: [PAGE, ...pages] },
  }));
  for (const id of [one, other]) {
    const document = (await read((tx) => findDocument(tx, id)))?.document;
    expect(document).toMatchObject({ surveys: [] });
    expect(document).not.toHaveProperty("marketingText");
    expect(document?.pages[0]).toEqual(PAGE);
  }
});

test("one whose settings an edit leaves as they are keeps its version, and what a branch is stays its own", async () => {
  const [one = "", other = ""] = await addBranches(2);
  const { saved } = await saveWhole([one, other], (document) =>
    document.branch.id === one ? paint("#445566")(document) : document,
  );
  expect(saved).toMatchObject({ versions: new Map([[one, 2]]) });
  const rename = (document: BranchDocument) => ({
    ...document,
    branch: { ...document.branch, name: "Another" },
  });
  await expect(saveWhole([one, other], rename)).rejects.toThrow("at that branch alone");
});
