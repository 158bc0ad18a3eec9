import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestApp, type TestApp, type TestBrowser } from "../../../test/open-test-app.ts";
import { newId } from "../../platform/clock.ts";
import { nameSource } from "./picture-forms.ts";
import { insertPage } from "./queries.ts";
import type { PageContent, PageReply } from "./schema.ts";

const url = (type: string, name: string) =>
  `data:image/${type};base64,${Buffer.from(name).toString("base64")}`;
const [tea, cake] = ["tea", "cake"].map((name) => ({
  ...{ source: url("jpeg", name), webp: url("webp", name) },
}));
const avif = url("avif", "tea");
const avifOf = nameSource(tea?.source ?? "");

let site: TestApp;
let owner: TestBrowser;
beforeAll(async () => {
  site = await openTestApp();
  owner = await site.signUp();
});
afterAll(() => site?.close());

const contentOf = (blocks: PageContent["blocks"]) => ({
  ...{ name: "Tea", when: { guests: "any", visitNumbers: [] }, blocks },
});
const imageOf = (fields: object) => ({ kind: "image", fields: { ...fields } });

async function make(blocks: PageContent["blocks"]): Promise<PageReply> {
  const body = { content: contentOf(blocks) };
  const made = await owner.ask<PageReply>("POST", "/api/v1/pages", body);
  expect(made.status).toBe(201);
  return made.body;
}

/** Saves blocks in the place of those that stand, and gives what is kept. */
async function save(id: string, blocks: PageContent["blocks"]): Promise<PageContent["blocks"]> {
  const path = `/api/v1/pages/${id}`;
  const { revision } = (await owner.ask<PageReply>("GET", path)).body;
  const body = { revision, content: contentOf(blocks) };
  expect((await owner.ask("PUT", `${path}/draft`, body)).status).toBe(200);
  return (await owner.ask<PageReply>("GET", path)).body.draft.blocks;
}

test("an AVIF says of which picture it is, and stays with it", async () => {
  const kept = imageOf({ ...tea, avif, avifOf });
  const { id, draft } = await make([kept]);
  expect(draft.blocks).toEqual([kept]);
  expect(await save(id, [kept, kept])).toEqual([kept, kept]);
});

test("an editor from before AVIF replaces a picture, and the AVIF of the one before is not kept beside it", async () => {
  const { id, draft } = await make([imageOf({ ...tea, avif, avifOf })]);
  const [before] = draft.blocks;
  // It knows two fields, and leaves alone what else stands there.
  const replaced = imageOf({ ...before?.fields, ...cake });
  for (let saves = 0; saves < 2; saves += 1)
    expect(await save(id, [replaced])).toEqual([imageOf({ ...cake })]);
  // What it undoes is whole again.
  expect(await save(id, [imageOf({ ...before?.fields })])).toEqual(draft.blocks);
});

/** A page as it was kept before there was `avifOf`. */
async function keepOld(blocks: PageContent["blocks"]): Promise<string> {
  const { tenantId } = (await owner.ask<{ tenantId: string }>("GET", "/api/v1/session")).body;
  const id = newId();
  const draft = contentOf(blocks) as PageContent;
  await site.database.changeTenant(tenantId, async (tx) => {
    await insertPage(tx, { id, brandId: null, branchId: null, draft, by: null });
    return { result: null, events: [] };
  });
  return id;
}

test("nor is it where the page was kept, and opened, before an AVIF said of which picture it is", async () => {
  const opened = { ...tea, avif };
  const replaced = { ...opened, ...cake };
  const id = await keepOld([imageOf(opened), { kind: "video", fields: { still: opened } }]);
  const given = (await owner.ask<PageReply>("GET", `/api/v1/pages/${id}`)).body.draft.blocks;
  for (let saves = 0; saves < 2; saves += 1)
    expect(
      await save(id, [imageOf(replaced), { kind: "video", fields: { still: replaced } }]),
    ).toEqual([imageOf({ ...cake }), { kind: "video", fields: { still: { ...cake } } }]);
  // What was given out says it: undone, it is whole again.
  expect(given[0]).toEqual(imageOf({ ...opened, avifOf }));
  expect(await save(id, given)).toEqual(given);
});

test("an AVIF that does not say it stays beside the picture it was kept with, and is not kept beside another", async () => {
  const opened = imageOf({ ...tea, avif });
  const id = await keepOld([opened]);
  const moved = [imageOf({ ...cake, avif: url("avif", "cake") }), opened];
  const kept = imageOf({ ...tea, avif, avifOf });
  expect(await save(id, moved)).toEqual([imageOf({ ...cake }), kept]);
  expect((await make([opened])).draft.blocks).toEqual([imageOf({ ...tea })]);
});

test("the same of a picture among several, and of the still of a film", async () => {
  const stale = { ...cake, avif, avifOf };
  const { draft } = await make([
    { kind: "pictures", fields: { pictures: [{ ...tea, avif, avifOf }, stale] } },
    { kind: "video", fields: { still: stale } },
  ]);
  const [pictures, film] = draft.blocks;
  expect(pictures?.fields.pictures).toEqual([{ ...tea, avif, avifOf }, { ...cake }]);
  expect(film?.fields.still).toEqual({ ...cake });
});
