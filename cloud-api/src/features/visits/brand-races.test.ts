import { seededRandom } from "@foyer/contract/test/seeded-random";
import { beforeEach, expect, test } from "vitest";
import { type KnownShelf, openKnownShelf } from "../../../test/known-shelf.ts";
import { askUntil, type EnrolledBox } from "../../../test/open-test-site.ts";
import { openTwoBranches } from "../../../test/open-two-branches.ts";

const MOVES = 10;
const REST_MILLISECONDS_MAX = 700;
const PULLS_MILLISECONDS = 50;

const company = openTwoBranches();
/** At a branch each; `regulars`: names of whoever is a guest there. */
type Stand = { box: EnrolledBox; shelf: KnownShelf; brandId: string; regulars: Set<string> };
let brandIds: string[];
let stands: Stand[];

beforeEach(async () => {
  const { box, other, staff } = company;
  const third = await staff.addBox((await staff.addBranch({ name: "Ba Đình" })).id);
  const fourth = await staff.addBox((await staff.addBranch({ name: "Đống Đa" })).id);
  const { branches } = await staff.get<{ branches: { brandId: string }[] }>("/api/v1/branches");
  const first = branches[0]?.brandId ?? "";
  brandIds = [first, await addBrand("Trà"), await addBrand("Chè")];
  stands = [box, other, third, fourth].map((each) => ({
    ...{ box: each, shelf: openKnownShelf(each), brandId: first, regulars: new Set<string>() },
  }));
});

async function addBrand(name: string): Promise<string> {
  const path = "/api/v1/brands";
  const made = await company.staff.request("POST", path, { name, accentColour: "#123456" });
  return (made.body as { id: string }).id;
}

async function put(chosen: readonly Stand[], brandId: string): Promise<void> {
  const branchIds = chosen.map(({ box }) => box.branchId);
  const path = `/api/v1/brands/${brandId}/branches`;
  expect((await company.staff.request("PUT", path, { branchIds })).status).toBe(204);
  for (const stand of chosen) stand.brandId = brandId;
}

/**
 * Whether who came is known in the cloud: before that nobody's box can be told of them, and one that is told
 * of another brand's guests meanwhile is without them until the log has been read (`brand-window.test.ts`).
 */
const haveFollowed = async (): Promise<boolean> => {
  const [row] = await company.site.readAsAdministrator<{ all: boolean }>(
    `select bool_and(cursors.position >= tenant_log.position) as all
     from cursors join tenant_log using (tenant_id)
     where cursors.tenant_id = (select tenant_id from branches where id = $1)
       and feature in ('customers', 'marks', 'visits')`,
    [company.box.branchId],
  );
  return row?.all === true;
};

/** Each number is one person, whose name it makes. */
async function come({ box, regulars }: Stand, number: number): Promise<void> {
  const name = `Guest ${number}`;
  const phone = `+849000000${String(number).padStart(2, "0")}`;
  await box.push(box.signIn({ phone, name }).events);
  expect(await askUntil(haveFollowed, (all) => all)).toBe(true);
  regulars.add(name);
}

type Way = { coming: string | null; isThere: boolean };

const findWay = async ({ box }: Stand): Promise<Way | undefined> => {
  const [row] = await company.site.readAsAdministrator<Way>(
    `select coming_brand_id as coming, coming_brand_id is null and walked_to is null
       and told_brand_id = brand_id as "isThere"
     from branches where id = $1`,
    [box.branchId],
  );
  return row;
};

const haveArrived = async () =>
  (await Promise.all(stands.map(findWay))).every((way) => way?.isThere === true);

const namesOf = ({ shelf }: Stand) => [...shelf.held().values()].sort();
const expected = ({ brandId }: Stand) =>
  [
    ...new Set(stands.flatMap((stand) => (stand.brandId === brandId ? [...stand.regulars] : []))),
  ].sort();

/** Until every box holds its brand's guests and nobody else. */
async function expectSettled(words: string): Promise<void> {
  expect(await askUntil(haveArrived, (all) => all), words).toBe(true);
  for (const stand of stands) {
    const holds = await askUntil(
      async () => {
        await stand.shelf.pull();
        return namesOf(stand);
      },
      (names) => names.join() === expected(stand).join(),
      20_000,
    );
    expect(holds, words).toEqual(expected(stand));
  }
}

/** Boxes ask again and again until `work` is done; names whoever was taken from a box of their own branch. */
async function pullMeanwhile(work: () => Promise<void>): Promise<string[]> {
  const lost = new Set<string>();
  let isDone = false;
  const asking = stands.map(async (stand) => {
    let before = new Set(namesOf(stand));
    while (!isDone) {
      const own = new Set(stand.regulars);
      await stand.shelf.pull();
      const now = new Set(namesOf(stand));
      for (const name of own) if (before.has(name) && !now.has(name)) lost.add(name);
      before = now;
      await new Promise((resolve) => setTimeout(resolve, PULLS_MILLISECONDS));
    }
  });
  try {
    await work();
  } finally {
    isDone = true;
    await Promise.all(asking);
  }
  return [...lost];
}

test("branches that change brands at once and again end with their brand's guests, and are never without their own", async () => {
  const seed = Number(process.env.FOYER_TEST_SEED ?? Math.floor(Math.random() * 2 ** 31));
  const random = seededRandom(seed);
  const below = (count: number) => Math.floor(count * random());
  const words = `FOYER_TEST_SEED=${seed}`;
  for (const [at, stand] of stands.entries())
    for (const number of [at, at + 10, 20]) await come(stand, number);
  await expectSettled(words);
  const lost = await pullMeanwhile(async () => {
    for (let move = 0; move < MOVES; move += 1) {
      const chosen = stands.filter(() => random() < 0.5);
      const brandId = brandIds[below(brandIds.length)] ?? "";
      if (chosen.length > 0) await put(chosen, brandId);
      const [stand] = stands.slice(below(stands.length));
      // Somebody new, or a regular of another branch, while branches are on their way.
      if (stand) await come(stand, random() < 0.5 ? 30 + move : below(4));
      await new Promise((resolve) => setTimeout(resolve, REST_MILLISECONDS_MAX * random()));
    }
    expect(await askUntil(haveArrived, (all) => all), words).toBe(true);
  });
  expect(lost, words).toEqual([]);
  await expectSettled(words);
});

test("a branch that is put back before it has moved ends where it was, and so do its guests", async () => {
  const [going, staying] = stands as [Stand, Stand];
  const [coffee = "", tea = ""] = brandIds;
  await put([staying], tea);
  await come(going, 1);
  await come(staying, 2);
  await expectSettled("before");
  const lost = await pullMeanwhile(async () => {
    await put([going], tea);
    await askUntil(
      () => findWay(going),
      (way) => way?.coming === tea,
    );
    await put([going], coffee);
    expect(await askUntil(haveArrived, (all) => all)).toBe(true);
  });
  expect(lost).toEqual([]);
  await expectSettled("after");
  expect([going, staying].map(namesOf)).toEqual([["Guest 1"], ["Guest 2"]]);
});
