import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestApp, type TestApp } from "../../../test/open-test-app.ts";
import { withClient } from "../../platform/roles.ts";
import type { ChangeNewsReply, ChangesReply } from "./schema.ts";

let site: TestApp;
beforeAll(async () => {
  site = await openTestApp();
});
afterAll(() => site?.close());

const PATH = "/api/v1/changes";
const NEWS = "/api/v1/me/change-news";
const LOOK = "/api/v1/me/change-look";
type Browser = Awaited<ReturnType<TestApp["signUp"]>>;

const askChanges = async (who: Browser) => (await who.ask<ChangesReply>("GET", PATH)).body;
const countNews = async (who: Browser) => (await who.ask<ChangeNewsReply>("GET", NEWS)).body.count;
const listEntries = ({ versions }: ChangesReply) =>
  versions.flatMap(({ groups }) => groups.flatMap(({ entries }) => entries));

/** As if they had last looked before this entry was written. */
async function unsee(entryId: string): Promise<void> {
  await withClient(site.administratorUrl, (client) =>
    client.query("update directory.change_looks set entries = array_remove(entries, $1)", [
      entryId,
    ]),
  );
}

test("the versions are told with the one that runs, and nothing is new to whoever never looked", async () => {
  const owner = await site.signUp();
  const changes = await askChanges(owner);
  expect(changes).toMatchObject({ running: site.context.release, lookedAt: null });
  expect(changes.versions[0]).toMatchObject({ version: null, date: null });
  expect(listEntries(changes).length).toBeGreaterThan(100);
  expect(listEntries(changes).some(({ isNew }) => isNew)).toBe(false);
  expect(await countNews(owner)).toBe(0);
});

test("what came since somebody looked is marked for them alone, until they look again", async () => {
  const owner = await site.signUp();
  const other = await site.signUp();
  for (const who of [owner, other])
    expect(await who.ask("PUT", LOOK, {})).toMatchObject({ status: 204 });
  const entry = listEntries(await askChanges(owner))[3];
  await unsee(entry?.id ?? "");
  await other.ask("PUT", LOOK, {});
  expect(await countNews(owner)).toBe(1);
  expect(await countNews(other)).toBe(0);
  const changes = await askChanges(owner);
  expect(changes.lookedAt).not.toBeNull();
  expect(listEntries(changes).filter(({ isNew }) => isNew)).toEqual([{ ...entry, isNew: true }]);
  await owner.ask("PUT", LOOK, {});
  expect(await countNews(owner)).toBe(0);
});

test("looks at the same moment leave one, and a stranger is told nothing", async () => {
  const owner = await site.signUp();
  const looks = await Promise.all([1, 2, 3, 4].map(() => owner.ask("PUT", LOOK, {})));
  expect(looks.map(({ status }) => status)).toEqual([204, 204, 204, 204]);
  expect(await countNews(owner)).toBe(0);
  const stranger = site.browser();
  for (const path of [PATH, NEWS])
    expect(await stranger.ask("GET", path)).toMatchObject({ status: 401 });
  expect(await stranger.ask("PUT", LOOK, {})).toMatchObject({ status: 401 });
});
