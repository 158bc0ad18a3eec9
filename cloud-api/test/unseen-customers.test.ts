import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { PreviewReply, Tree } from "../src/features/segments/schema.ts";
import { askUntil, openTestSite, type TestSite, type TestStaff } from "./open-test-site.ts";

const NAMED: Tree = {
  kind: "all",
  of: [{ kind: "field", field: "name", test: { is: "known" } }],
} as Tree;
let site: TestSite;
let owner: TestStaff;
let lan: string;

beforeAll(async () => {
  site = await openTestSite();
});
beforeEach(async () => {
  owner = await site.addOwner("Long Linh Coffee");
  const { id: branchId } = await owner.addBranch({ name: "Hồ Gươm" });
  const values = { name: "Lan", phone: "0912345678" };
  const made = await owner.request("POST", "/api/v1/customers", { branchId, values });
  lan = (made.body as { id: string }).id;
});
afterAll(() => site?.close());

const preview = async (by: TestStaff) =>
  (await by.request("POST", "/api/v1/segments/preview", { tree: NAMED })).body as PreviewReply;

test("whoever reads segments and no customers is told how many fit, and nobody's name, number or anything that was said of them", async () => {
  const analyst = await site.addStaffWith(owner, ["segments.read", "breakdowns.read"]);
  expect(await preview(owner)).toMatchObject({ total: 1, sample: [{ name: "Lan" }] });
  expect(await preview(analyst)).toEqual({ total: 1, sample: [] });
  const asked = { tree: NAMED, customerId: lan };
  const explain = (by: TestStaff) => by.request("POST", "/api/v1/segments/explain", asked);
  expect((await explain(owner)).status).toBe(200);
  expect((await explain(analyst)).status).toBe(403);
  const inThese = `/api/v1/customers/${lan}/segments`;
  expect((await owner.request("GET", inThese)).status).toBe(200);
  expect((await analyst.request("GET", inThese)).status).toBe(403);
  const counted = "/api/v1/customer-counts/fields/kind/customers";
  expect((await owner.request("GET", counted)).status).toBe(200);
  expect((await analyst.request("GET", counted)).status).toBe(403);
});

test("part of MC-2.13: whoever is bound to branches is told of no pair and no merge of customers who were never there", async () => {
  const field = { key: "own.work", kind: "phone", label: { vi: "Số cơ quan", en: "Work" } };
  await owner.request("POST", "/api/v1/customer-fields", field);
  const there = (await owner.addBranch({ name: "Bến Thành" })).id;
  const here = (await owner.addBranch({ name: "Hội An" })).id;
  const add = async (name: string) => {
    const values = { name, "own.work": "02438251234" };
    const made = await owner.request("POST", "/api/v1/customers", { branchId: there, values });
    return (made.body as { id: string }).id;
  };
  const [keptId, goneId] = [await add("Hoa"), await add("Hoa Lê")];
  const stranger = await site.addStaffOf(owner, [here]);
  const manager = await site.addStaffOf(owner, [there]);
  const pairs = async (by: TestStaff) =>
    (await by.get<{ total: number }>("/api/v1/customer-suggestions")).total;
  expect(await Promise.all([owner, manager, stranger].map(pairs))).toEqual([1, 1, 0]);
  const listed = await stranger.get<object>("/api/v1/customer-suggestions");
  expect(JSON.stringify(listed)).not.toContain("Hoa");
  const merge = await owner.request("POST", "/api/v1/customer-merges", { keptId, goneId });
  const path = `/api/v1/customer-merges/${(merge.body as { id: string }).id}`;
  await askUntil(
    () => owner.get<{ state: string }>(path),
    ({ state }) => state === "merged",
  );
  const merges = async (by: TestStaff) =>
    (await by.get<{ total: number }>("/api/v1/customer-merges")).total;
  expect(await Promise.all([owner, manager, stranger].map(merges))).toEqual([1, 1, 0]);
  expect((await manager.request("GET", path)).status).toBe(200);
  expect((await stranger.request("GET", path)).status).toBe(404);
});
