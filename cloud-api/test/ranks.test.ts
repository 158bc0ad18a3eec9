import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { CustomerListReply } from "../src/features/customers/index.ts";
import type { ImportReply } from "../src/features/imports/schema.ts";
import type { MarkReply, TiersReply } from "../src/features/marks/schema.ts";
import { FIRST_SETTINGS } from "../src/features/scores/rules.ts";
import type { CustomerScoreReply, ScoresReply } from "../src/features/scores/schema.ts";
import type { PreviewReply, Tree } from "../src/features/segments/schema.ts";
import {
  askUntil,
  type EnrolledBox,
  openTestSite,
  type TestSite,
  type TestStaff,
} from "./open-test-site.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

let site: TestSite;
let staff: TestStaff;
let branchId: string;
let box: EnrolledBox;
beforeAll(async () => {
  site = await openTestSite();
});
beforeEach(async () => {
  staff = await site.addOwner();
  branchId = (await staff.addBranch()).id;
  box = await staff.addBox(branchId);
});
afterAll(() => site?.close());

const list = (query: string) => staff.get<CustomerListReply>(`/api/v1/customers?${query}`);
const save = (change: object) =>
  staff.request("PUT", "/api/v1/scores", { ...FIRST_SETTINGS, ...change });
const addTier = async (name: string) =>
  ((await staff.request("POST", "/api/v1/tiers", { name })).body as MarkReply).id;
async function addThree() {
  const tiers = [await addTier("Đồng"), await addTier("Bạc"), await addTier("Vàng")] as const;
  const ranks = [0, 10, 13].map((totalMin, index) => ({ tierId: tiers[index], totalMin }));
  expect((await save({ ranks })).status).toBe(200);
  return tiers;
}

/** Who signed in and came so many days ago each, all told by one push. */
async function come(people: readonly (readonly [string, readonly number[]])[]) {
  const now = site.now().getTime() - HOUR;
  const events = people.flatMap(([name, daysAgo], index) => {
    const signIn = box.signIn({ name, phone: `+8491200${String(index).padStart(4, "0")}` });
    const visits = daysAgo.flatMap((days) => {
      const startedAt = new Date(now - days * DAY);
      const endedAt = new Date(startedAt.getTime() + HOUR / 6);
      return box.visit({ ...signIn, startedAt, endedAt }).events;
    });
    return [...signIn.events, ...visits];
  });
  await box.push(events);
  const found = await askUntil(
    () => list("limit=100"),
    ({ customers }) =>
      people.every(([name, { length }]) =>
        customers.some((each) => each.name === name && each.visits === length),
      ),
  );
  return new Map(found.customers.map(({ name, id }) => [name ?? "", id]));
}
const pointsOf = async (id: string) => {
  const { score } = await staff.get<CustomerScoreReply>(`/api/v1/customers/${id}/score`);
  return score && [score.length, score.recency, score.frequency, score.total];
};

/** How many have each tier, in their order, once `isRight`. */
const countTiers = (isRight: (counts: number[]) => boolean) =>
  askUntil(
    async () =>
      (await staff.get<TiersReply>("/api/v1/tiers")).tiers.map(({ customers }) => customers),
    isRight,
  );

test("HM-1.3 every customer has exactly one rank by stated rules, also who never came", async () => {
  const [bronze, silver, gold] = await addThree();
  // By sign-in and visits; written down by staff; out of a file; and one whom staff gave a rank.
  const ids = await come([
    ["Lan", [80, 60, 40, 20, 10, 5, 3, 1]],
    ["Minh", [400, 300, 200, 90, 60, 40, 30, 25, 20, 15, 12, 10, 8, 6, 4, 3, 2, 1]],
    ["Hoa", [300]],
  ]);
  const add = { branchId, values: { name: "Chưa ghé" } };
  expect((await staff.request("POST", "/api/v1/customers", add)).status).toBe(201);
  const file = Buffer.from("SĐT,Tên\n0911111111,Trong tệp\n0911111112,Cũng vậy\n");
  const sent = (await staff.upload("/api/v1/imports?name=a.csv", file)).body as ImportReply;
  const path = `/api/v1/imports/${sent.id}`;
  const plan = { columns: sent.suggested, branchId, country: "VN", replace: false };
  expect((await staff.request("PUT", `${path}/plan`, plan)).status).toBe(200);
  const read = () => staff.get<ImportReply>(path);
  await askUntil(read, ({ state }) => state === "checked");
  expect((await staff.request("POST", `${path}/run`)).status).toBe(204);
  await askUntil(read, ({ state }) => state === "finished");
  // Lan: 2 + 5 + 4 = 11, Minh: 5 + 5 + 5 = 15, Hoa: 1 + 1 + 1 = 3; the others have none.
  const expected = [4, 1, 1];
  expect(await countTiers((counts) => counts.join() === expected.join())).toEqual(expected);
  expect((await list("")).total).toBe(6);
  for (const [tierId, names] of [
    [silver, ["Lan"]],
    [gold, ["Minh"]],
    [bronze, ["Chưa ghé", "Cũng vậy", "Hoa", "Trong tệp"]],
  ] as const)
    expect(
      (await list(`markId=${tierId}`)).customers.map(({ name }) => name ?? "").toSorted(),
    ).toEqual(names);
  // What staff give by hand takes the place of the one by rule: there is one.
  const hoa = `/api/v1/customers/${ids.get("Hoa")}/tier`;
  expect((await staff.request("PUT", hoa, { tierId: gold })).status).toBe(200);
  expect(await countTiers((counts) => counts.join() === "3,1,2")).toEqual([3, 1, 2]);
  const { unscored, totals } = await staff.get<ScoresReply>("/api/v1/scores");
  expect(unscored).toBe(3);
  expect(totals.map(({ total, customers }) => [total, customers])).toEqual([
    ...[
      [3, 1],
      [11, 1],
      [15, 1],
    ],
  ]);
});

test("whoever never came has no rank where the lowest begins at a point", async () => {
  const tierId = await addTier("Đồng");
  expect((await save({ ranks: [{ tierId, totalMin: 3 }] })).status).toBe(200);
  const add = { branchId, values: { name: "Chưa ghé" } };
  expect((await staff.request("POST", "/api/v1/customers", add)).status).toBe(201);
  await come([["Lan", [1]]]);
  expect(await countTiers(([bronze]) => bronze === 1)).toEqual([1]);
  // A rank for everybody is given to who was there before, and to nobody any more once it is not.
  expect((await save({ ranks: [{ tierId, totalMin: 0 }] })).status).toBe(200);
  expect(await countTiers(([bronze]) => bronze === 2)).toEqual([2]);
  expect((await save({ ranks: [{ tierId, totalMin: 3 }] })).status).toBe(200);
  expect(await countTiers(([bronze]) => bronze === 1)).toEqual([1]);
  expect((await save({ ranks: [{ tierId, totalMin: -1 }] })).status).toBe(400);
});

/**
 * Worked by hand from the bounds below: who came how many days ago, and length, recency, frequency and
 * their sum. Length is from the first visit to the last, recency the days since the last one.
 */
const BOUNDS = {
  ...{ windowDays: 100, lengthDays: [10, 20, 40, 80] },
  ...{ recencyDays: [5, 10, 20, 40], visits: [2, 3, 4, 5] },
};
const WORKED: readonly (readonly [number[], [number, number, number, number]])[] = [
  [[0], [1, 5, 1, 7]],
  [[4], [1, 5, 1, 7]],
  [[5], [1, 4, 1, 6]],
  [
    [18, 9],
    [1, 4, 2, 7],
  ],
  [
    [20, 10],
    [2, 3, 2, 7],
  ],
  [
    [29, 10],
    [2, 3, 2, 7],
  ],
  [
    [39, 19],
    [3, 3, 2, 8],
  ],
  [
    [60, 20],
    [4, 2, 2, 8],
  ],
  [
    [99, 39],
    [4, 2, 2, 8],
  ],
  // One of the two is older than a hundred days: it counts for the length alone.
  [
    [120, 40],
    [5, 1, 1, 7],
  ],
  [
    [2, 1, 0],
    [1, 5, 3, 9],
  ],
  [
    [30, 20, 10, 1],
    [3, 5, 4, 12],
  ],
  [
    [90, 60, 30, 10, 0],
    [5, 5, 5, 15],
  ],
  [
    [80, 40, 20, 10, 5, 0],
    [5, 5, 5, 15],
  ],
  [
    [45, 40, 35, 30, 25],
    [3, 2, 5, 10],
  ],
  [[200], [1, 1, 1, 3]],
  [
    [300, 150],
    [5, 1, 1, 7],
  ],
  [
    [79, 0],
    [4, 5, 2, 11],
  ],
  [
    [12, 11, 7, 6],
    [1, 4, 4, 9],
  ],
  [
    [41, 21, 1],
    [4, 5, 3, 12],
  ],
];

test("part of HM-1.7: length, recency and frequency of twenty customers are as worked out by hand from the stated bounds", async () => {
  expect((await save(BOUNDS)).status).toBe(200);
  const ids = await come(WORKED.map(([daysAgo], index) => [`Khách ${index}`, daysAgo]));
  expect(WORKED).toHaveLength(20);
  for (const [index, [, expected]] of WORKED.entries()) {
    const id = ids.get(`Khách ${index}`) ?? "";
    const points = await askUntil(
      () => pointsOf(id),
      (found) => found?.join() === expected.join(),
    );
    expect(points, `customer ${index}`).toEqual(expected);
  }
});

test("part of HM-1.24: the list of the top class is opened, searched, narrowed and chosen by a segment", async () => {
  const [, , gold] = await addThree();
  // 3 + 5 + 5 points.
  const best = [100, 60, 50, 40, 30, 25, 20, 15, 12, 10, 8, 6, 4, 3, 2, 1, 0];
  await come([
    ["Lan", best],
    ["Minh", best],
    ["Hoa", [1]],
  ]);
  await countTiers((counts) => counts.at(2) === 2);
  const names = async (query: string) =>
    (await list(query)).customers.map(({ name }) => name ?? "").toSorted();
  expect(await names(`markId=${gold}`)).toEqual(["Lan", "Minh"]);
  expect(await names(`markId=${gold}&search=min`)).toEqual(["Minh"]);
  const isGold = { kind: "mark" as const, mark: "tier" as const, has: "any" as const };
  const tree: Tree = {
    kind: "all",
    of: [
      { ...isGold, ids: [gold] },
      { kind: "field", field: "name", test: { is: "begins", text: "Lan" } },
    ],
  };
  expect(await names(`markId=${gold}&tree=${encodeURIComponent(JSON.stringify(tree))}`)).toEqual([
    ...["Lan"],
  ]);
  const { body } = await staff.request("POST", "/api/v1/segments/preview", { tree });
  expect(body as PreviewReply).toMatchObject({ total: 1, sample: [{ name: "Lan" }] });
});
