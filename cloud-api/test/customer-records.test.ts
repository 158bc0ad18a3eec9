import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { CountsReply } from "../src/features/breakdowns/schema.ts";
import type { CustomerListReply, CustomerReply } from "../src/features/customers/index.ts";
import { listTree } from "../src/features/marks/rules.ts";
import type { GroupsReply } from "../src/features/marks/schema.ts";
import type { PreviewReply, Tree, TreeNode } from "../src/features/segments/schema.ts";
import { openTestSite, type TestSite, type TestStaff } from "./open-test-site.ts";

let site: TestSite;
let owner: TestStaff;
let branchId: string;

beforeAll(async () => {
  site = await openTestSite();
});
beforeEach(async () => {
  owner = await site.addOwner("Long Linh Coffee");
  branchId = (await owner.addBranch({ name: "Hồ Gươm" })).id;
});
afterAll(() => site?.close());

async function made(path: string, body: object): Promise<{ id: string }> {
  const answer = await owner.request("POST", `/api/v1/${path}`, body);
  expect(answer.status, JSON.stringify(answer.body)).toBe(201);
  return answer.body as { id: string };
}
const add = async (values: Record<string, string>) =>
  (await made("customers", { branchId, values })).id;
const list = (query: string) => owner.get<CustomerListReply>(`/api/v1/customers?${query}`);
async function namesIn(...of: TreeNode[]): Promise<(string | null)[]> {
  const tree: Tree = { kind: "all", of };
  const { status, body } = await owner.request("POST", "/api/v1/segments/preview", { tree });
  expect(status, JSON.stringify(body)).toBe(200);
  const { sample, total } = body as PreviewReply;
  expect(total).toBe(sample.length);
  return sample.map(({ name }) => name).toSorted();
}

test("RP-1.3 groups form a tree, a customer is in one main group, and its count rolls up to those around it", async () => {
  const group = (name: string, parentId: string | null = null) =>
    made("groups", { name, parentId });
  const retail = await group("Bán lẻ");
  const wholesale = await group("Bán buôn");
  const vip = await group("VIP", retail.id);
  const gold = await group("VIP vàng", vip.id);
  const [lan, minh, hoa] = [
    await add({ name: "Lan" }),
    await add({ name: "Minh" }),
    await add({ name: "Hoa" }),
  ];
  const put = async (customerId: string, groupId: string | null) => {
    const path = `/api/v1/customers/${customerId}/group`;
    expect((await owner.request("PUT", path, { groupId })).status).toBe(200);
  };
  await put(lan, gold.id);
  await put(minh, vip.id);
  await put(hoa, wholesale.id);
  const counts = async () => {
    const { groups } = await owner.get<GroupsReply>("/api/v1/groups");
    return Object.fromEntries(
      listTree(groups).map(({ name, customersWithin }) => [name, customersWithin]),
    );
  };
  expect(await counts()).toEqual({ "Bán lẻ": 2, VIP: 2, "VIP vàng": 1, "Bán buôn": 1 });
  // Another group takes the place of the one before: there is one.
  await put(hoa, retail.id);
  expect(await counts()).toEqual({ "Bán lẻ": 3, VIP: 2, "VIP vàng": 1, "Bán buôn": 0 });
  for (const [{ id }, total] of [
    ...([
      [retail, 3],
      [vip, 2],
      [gold, 1],
      [wholesale, 0],
    ] as const),
  ])
    expect((await list(`markId=${id}`)).total).toBe(total);
});

test("part of RP-1.4: a typed field that an admin adds is shown, searched, counted and used in segments at once", async () => {
  const label = { vi: "Ngành nghề", en: "Trade" };
  await made("customer-fields", { key: "own.trade", kind: "text", label });
  await made("customer-fields", {
    key: "own.staff",
    kind: "number",
    label: { vi: "Số nhân viên" },
  });
  // Shown: with the customer, under the words the admin gave it.
  const lan = await add({ name: "Công ty Lan", "own.trade": "Xuất khẩu gạo", "own.staff": "120" });
  const { fields } = await owner.get<CustomerReply>(`/api/v1/customers/${lan}`);
  expect(fields.find(({ field }) => field === "own.trade")).toMatchObject({
    ...{ label, value: "Xuất khẩu gạo" },
  });
  // Typed: what is no number is refused where it stands.
  const wrong = { values: { "own.staff": "many" } };
  expect(await owner.request("PATCH", `/api/v1/customers/${lan}`, wrong)).toMatchObject({
    ...{ status: 400, body: { field: "/values/own.staff" } },
  });
  await add({ name: "Công ty Minh", "own.trade": "Dệt may", "own.staff": "35" });
  // Searched: by its words without their marks.
  for (const [search, name] of [
    ["xuat khau", "Công ty Lan"],
    ["det may", "Công ty Minh"],
  ])
    expect((await list(`search=${search}`)).customers.map((each) => each.name)).toEqual([name]);
  // Counted.
  const counts = await owner.get<CountsReply>("/api/v1/customer-counts/fields/own.trade");
  expect(counts).toMatchObject({ counts: [{ customers: 1 }, { customers: 1 }], total: 2 });
  // Used in segments.
  const field = (name: string, check: object) =>
    ({ kind: "field", field: name, test: check }) as TreeNode;
  expect(await namesIn(field("own.staff", { is: "at-least", number: 100 }))).toEqual([
    ...["Công ty Lan"],
  ]);
  expect(await namesIn(field("own.trade", { is: "begins", text: "Dệt" }))).toEqual([
    ...["Công ty Minh"],
  ]);
});

test("RP-1.6 birthdays, wedding days and founding days are found by their month, whatever the year", async () => {
  for (const [key, vi] of [
    ["own.wedding", "Ngày cưới"],
    ["own.founded", "Ngày thành lập"],
  ])
    await made("customer-fields", { key, kind: "date", label: { vi } });
  await add({ name: "Lan", birthday: "1990-05-20", "own.wedding": "2016-02-29" });
  await add({ name: "Minh", birthday: "--05-01", "own.wedding": "1999-02-14" });
  await add({ name: "An", birthday: "1990-06-05", "own.wedding": "2020-10-10" });
  await add({ name: "Công ty Hoa", kind: "company", "own.founded": "1986-05-31" });
  const inMonths = (field: string, ...months: number[]): TreeNode => ({
    ...{ kind: "field", field, test: { is: "in-months", months } },
  });
  expect(await namesIn(inMonths("birthday", 5))).toEqual(["Lan", "Minh"]);
  expect(await namesIn(inMonths("birthday", 6, 7))).toEqual(["An"]);
  expect(await namesIn(inMonths("own.wedding", 2))).toEqual(["Lan", "Minh"]);
  expect(await namesIn(inMonths("own.founded", 5))).toEqual(["Công ty Hoa"]);
  const soon: TreeNode = {
    ...{ kind: "field", field: "own.wedding", test: { is: "in-next-days", days: 366 } },
  };
  expect(await namesIn(soon)).toEqual(["An", "Lan", "Minh"]);
});
