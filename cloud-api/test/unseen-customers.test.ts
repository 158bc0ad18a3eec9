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

const asked = (field: string, test: object): Tree =>
  ({ kind: "all", of: [{ kind: "none", of: [{ kind: "field", field, test }] }] }) as Tree;

test("whoever reads segments and no customers asks of nobody by what one alone has: a count would say whether it is there", async () => {
  const nickname = { key: "own.nickname", kind: "text", label: { vi: "Biệt danh" } };
  const size = {
    ...{ key: "own.size", kind: "choice", label: { vi: "Cỡ" } },
    choices: ["M", "L"].map((value) => ({ value, label: { vi: value } })),
  };
  const passport = { key: "own.passport", kind: "number", label: { vi: "Số hộ chiếu" } };
  for (const field of [nickname, size, passport])
    expect((await owner.request("POST", "/api/v1/customer-fields", field)).status).toBe(201);
  const analyst = await site.addStaffWith(owner, ["segments.read", "segments.edit"]);
  const ask = async (by: TestStaff, tree: Tree, path = "/preview") =>
    (await by.request("POST", `/api/v1/segments${path}`, { name: "One", tree })).status;
  for (const tree of [
    asked("phone", { is: "one-of", values: ["+84912345678"] }),
    asked("email", { is: "begins", text: "lan@" }),
    asked("name", { is: "contains", text: "Lan" }),
    asked("birthday", { is: "on-days", from: "03-08", to: "03-08" }),
    asked("birthday", { is: "in-next-days", days: 3 }),
    asked("own.nickname", { is: "one-of", values: ["Bống"] }),
    asked("own.passport", { is: "at-least", number: 123456789 }),
  ]) {
    expect([await ask(owner, tree), await ask(analyst, tree)]).toEqual([200, 403]);
    expect(await ask(analyst, tree, "")).toBe(403);
  }
  for (const tree of [
    asked("phone", { is: "known" }),
    asked("birthday", { is: "in-months", months: [3] }),
    asked("own.size", { is: "one-of", values: ["M"] }),
  ])
    expect(await ask(analyst, tree)).toBe(200);
  const refused = await analyst.request("POST", "/api/v1/segments/preview", {
    tree: asked("phone", { is: "begins", text: "+84" }),
  });
  expect(refused.body).toMatchObject({ code: "forbidden", field: "/tree/of/0/of/0" });
  const reader = await site.addStaffWith(owner, ["breakdowns.read"]);
  const counts = "/api/v1/customer-counts/fields";
  expect((await reader.request("GET", `${counts}/own.size`)).status).toBe(200);
  expect((await reader.request("GET", `${counts}/own.nickname`)).status).toBe(403);
});

test("a segment that somebody saved of one number is counted for such a role, and shown without the number", async () => {
  const tree = asked("phone", { is: "one-of", values: ["+84912345678"] });
  const saved = await owner.request("POST", "/api/v1/segments", { name: "Lan", tree });
  const { id } = saved.body as { id: string };
  const analyst = await site.addStaffWith(owner, ["segments.read", "segments.edit", "audit.read"]);
  type Segments = { segments: { tree: Tree }[] };
  const [shown] = (await analyst.get<Segments>("/api/v1/segments")).segments;
  expect(shown?.tree).toEqual(asked("phone", { is: "one-of", values: ["•••"] }));
  expect((await owner.get<Segments>("/api/v1/segments")).segments[0]?.tree).toEqual(tree);
  const renamed = { name: "Khác", tree: shown?.tree };
  const path = `/api/v1/segments/${id}`;
  expect((await analyst.request("PUT", path, renamed)).status).toBe(403);
  type Log = { total: number; entries: { after: unknown; isHidden: boolean }[] };
  const log = (by: TestStaff, query: string) => by.get<Log>(`/api/v1/audit?${query}`);
  const told = await log(analyst, "kind=segments");
  expect(told.entries[0]).toMatchObject({ after: { name: "Lan", tree: shown?.tree } });
  const customers = await log(analyst, "kind=customers");
  expect(customers.entries[0]).toMatchObject({ before: null, after: null, isHidden: true });
  for (const search of ["912345678", "Lan"])
    expect((await log(analyst, `search=${search}`)).total, search).toBe(0);
  expect((await log(owner, "search=912345678")).total).toBe(2);
});

test("nor is a day or a number told that somebody saved, in a list of segments or in the audit log", async () => {
  const passport = { key: "own.passport", kind: "number", label: { vi: "Số hộ chiếu" } };
  await owner.request("POST", "/api/v1/customer-fields", passport);
  const made = async (tree: Tree) => {
    const saved = await owner.request("POST", "/api/v1/segments", { name: "Lan", tree });
    expect(saved.status, JSON.stringify(saved.body)).toBe(201);
    const { segments } = await analyst.get<{ segments: { tree: Tree }[] }>("/api/v1/segments");
    const log = await analyst.get<{ entries: object[] }>("/api/v1/audit?kind=segments");
    expect(segments[0]?.tree).toEqual(hidden(tree));
    expect(log.entries[0]).toMatchObject({ after: { tree: hidden(tree) } });
    const { id } = saved.body as { id: string };
    await owner.request("DELETE", `/api/v1/segments/${id}`);
  };
  const hidden = ({ of: [none] }: Tree) => {
    const { field = "" } = (none as unknown as { of: { field?: string }[] }).of[0] ?? {};
    return asked(field, { is: "one-of", values: ["•••"] });
  };
  const analyst = await site.addStaffWith(owner, ["segments.read", "audit.read"]);
  await made(asked("birthday", { is: "on-days", from: "06-05", to: "06-05" }));
  await made(asked("birthday", { is: "in-next-days", days: 3 }));
  await made(asked("own.passport", { is: "at-least", number: 123456789 }));
});

test("of numbers of their own a breakdown tells such a role those that several have", async () => {
  const field = { key: "own.children", kind: "number", label: { vi: "Số con" } };
  await owner.request("POST", "/api/v1/customer-fields", field);
  const { id: branchId } = await owner.addBranch({ name: "Bến Thành" });
  for (const [name, children] of [
    ["Hoa", "2"],
    ["Mai", "2"],
    ["An", "123456789"],
  ]) {
    const values = { name, "own.children": children };
    const made = await owner.request("POST", "/api/v1/customers", { branchId, values });
    expect(made.status, JSON.stringify(made.body)).toBe(201);
  }
  const reader = await site.addStaffWith(owner, ["breakdowns.read"]);
  type Counts = { counts: { value: string; customers: number }[]; valuesLeftOut: number };
  const path = "/api/v1/customer-counts/fields/own.children";
  const { counts, valuesLeftOut } = await reader.get<Counts>(path);
  expect(counts).toMatchObject([{ value: "2", customers: 2 }]);
  expect([counts.length, valuesLeftOut]).toEqual([1, 1]);
  expect((await owner.get<Counts>(path)).counts).toHaveLength(2);
});

test("whoever reads customers of another branch is told of somebody's visits as one is who reads none", async () => {
  const { id: elsewhere } = await owner.addBranch({ name: "Bến Thành" });
  const path = `/api/v1/customers/${lan}/visits`;
  const bound = await addBound(["visits.read"], [elsewhere]);
  expect((await bound.request("GET", path)).status).toBe(200);
});

test("members are looked for by no number where numbers are not seen, and nothing is done to a list that is not", async () => {
  const clerk = await site.addStaffWith(owner, [
    ...["members.read", "customer-lists.read", "customer-lists.act", "customers.export"],
    ...["marks.read", "profiles.link"],
  ]);
  expect((await clerk.request("GET", "/api/v1/members")).status).toBe(200);
  for (const path of [
    "/members?search=0912345678",
    "/customer-views",
    "/customer-actions",
    "/customers.csv?search=0912345678&columns=tags",
  ]) {
    expect((await clerk.request("GET", `/api/v1${path}`)).status, path).toBe(403);
    expect((await owner.request("GET", `/api/v1${path.replace(".csv", "")}`)).status, path).toBe(
      200,
    );
  }
  const link = `/api/v1/customers/${lan}/profile-link`;
  expect((await clerk.request("POST", link)).status).toBe(403);
});

/** Somebody who holds permissions over the whole company, and reads customers of other branches alone. */
async function addBound(permissions: readonly string[], branchIds: readonly string[]) {
  const roleOf = async (held: readonly string[]) => {
    const role = { name: held.join(), permissions: held };
    const made = await owner.request("POST", "/api/v1/roles", role);
    return (made.body as { id: string }).id;
  };
  const all = { role: null, ownRoleId: await roleOf(permissions), scope: { kind: "tenant" } };
  const scope = { kind: "branches", branchIds };
  const bound = { role: null, ownRoleId: await roleOf(["customers.read"]), scope };
  return addWithGrants([all, bound]);
}

async function addWithGrants(grants: readonly object[]): Promise<TestStaff> {
  const colleague = await site.addViewer(owner);
  const { staff } = await colleague.get<{ staff: { id: string } }>("/api/v1/session");
  const path = `/api/v1/staff/${staff.id}/grants`;
  expect((await owner.request("PUT", path, { grants })).status).toBe(204);
  return colleague;
}

test("part of MC-2.13: what needs the right to read customers needs it as far as it reaches itself", async () => {
  const filter = { search: "0912345678", tree: NAMED };
  const act = { kind: "set-group", markId: null, filter };
  const { id: elsewhere } = await owner.addBranch({ name: "Bến Thành" });
  const asked = async (by: TestStaff) => {
    const answers = [
      await by.request("POST", `/api/v1/customers/${lan}/profile-link`),
      await by.request("POST", "/api/v1/customer-actions/preview", act),
      await by.request("GET", "/api/v1/customer-views"),
    ];
    return answers.map(({ status }) => status);
  };
  expect(await asked(owner)).toEqual([201, 200, 200]);
  const permissions = ["profiles.link", "customer-lists.act", "customer-lists.read"];
  expect(await asked(await addBound(permissions, [elsewhere]))).toEqual([403, 403, 403]);
});
