import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { CountsReply } from "../src/features/breakdowns/schema.ts";
import type { ContactsReply } from "../src/features/customers/edit-schema.ts";
import type { CustomerListReply, CustomerReply } from "../src/features/customers/index.ts";
import type { ImportReply } from "../src/features/imports/schema.ts";
import { listTree } from "../src/features/marks/rules.ts";
import type { GroupsReply } from "../src/features/marks/schema.ts";
import type { PreviewReply, Tree, TreeNode } from "../src/features/segments/schema.ts";
import { newId } from "../src/platform/clock.ts";
import { askUntil, openTestSite, type TestSite, type TestStaff } from "./open-test-site.ts";
import { NAS_ID } from "./test-box.ts";

type Guest = { guestId: string; deviceId: string };

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

const readImport = (id: string) => owner.get<ImportReply>(`/api/v1/imports/${id}`);
/** Takes the columns as they are said to be, and brings the file in to its end. */
async function bringIn(id: string, columns: ImportReply["suggested"]): Promise<ImportReply> {
  const plan = { columns, branchId, country: "VN", replace: false };
  const path = `/api/v1/imports/${id}`;
  expect((await owner.request("PUT", `${path}/plan`, plan)).status).toBe(200);
  const reach = (wanted: string) =>
    askUntil(
      () => readImport(id),
      ({ state }) => state === wanted,
    );
  await reach("checked");
  expect((await owner.request("POST", `${path}/run`)).status).toBe(204);
  return reach("finished");
}

test("RP-1.4 a typed field that an admin adds is shown, imported, searched, counted and used in segments at once", async () => {
  const label = { vi: "Ngành nghề", en: "Trade" };
  // A file that lies there with its columns unchosen before there is any field.
  const table =
    "SĐT,Tên,Ngành nghề,Số nhân viên\n0912345678,Công ty Hoa,Trồng hoa,240\n0912345679,Công ty An,Mây tre,?\n";
  const bytes = Buffer.from(table);
  const sent = (await owner.upload("/api/v1/imports?name=khach.csv", bytes)).body as ImportReply;
  expect(sent.suggested).toEqual(["phone", "name", null, null]);
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
  // Imported: the file's columns are them from now on, and what is of another type comes back.
  const { suggested } = await readImport(sent.id);
  expect(suggested).toEqual(["phone", "name", "own.trade", "own.staff"]);
  expect(await bringIn(sent.id, suggested)).toMatchObject({
    result: { new: 1, bad: 1 },
    reasons: [{ reason: "own-number", field: "own.staff", rows: 1 }],
  });
  const [hoa] = (await list("search=0912345678")).customers;
  expect((await owner.get<CustomerReply>(`/api/v1/customers/${hoa?.id}`)).fields).toMatchObject(
    expect.arrayContaining([expect.objectContaining({ field: "own.trade", value: "Trồng hoa" })]),
  );
  // Searched: by its words without their marks.
  for (const [search, name] of [
    ["xuat khau", "Công ty Lan"],
    ["det may", "Công ty Minh"],
    ["trong hoa", "Công ty Hoa"],
  ])
    expect((await list(`search=${search}`)).customers.map((each) => each.name)).toEqual([name]);
  // Counted.
  const counts = await owner.get<CountsReply>("/api/v1/customer-counts/fields/own.trade");
  expect(counts).toMatchObject({ counts: [1, 1, 1].map((customers) => ({ customers })), total: 3 });
  // Used in segments.
  const field = (name: string, check: object) =>
    ({ kind: "field", field: name, test: check }) as TreeNode;
  expect(await namesIn(field("own.staff", { is: "at-least", number: 100 }))).toEqual([
    ...["Công ty Hoa", "Công ty Lan"],
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

test("part of RP-1.2: a company has any number of contacts with position, phone and email, each of them somebody to write to", async () => {
  const company = await add({ kind: "company", name: "Công ty Hương Sen" });
  const numbers = Array.from({ length: 30 }, (_, index) => 912_345_600 + index);
  for (const number of numbers) {
    const values = { name: `Người ${number}`, phone: `0${number}`, email: `p${number}@sen.test` };
    const path = `/api/v1/customers/${company}/contacts/${await add(values)}`;
    const role = number % 2 === 0 ? "Kế toán" : "Giám đốc";
    expect((await owner.request("PUT", path, { role })).status).toBe(204);
  }
  const { contacts } = await owner.get<ContactsReply>(`/api/v1/customers/${company}/contacts`);
  expect(contacts).toHaveLength(30);
  for (const { customerId, role, name } of contacts) {
    const number = Number(name?.split(" ")[1]);
    expect(role).toBe(number % 2 === 0 ? "Kế toán" : "Giám đốc");
    // Each is a customer of their own: with a phone and an address to be written to, found by both,
    // and chosen by segments, as whoever sends goes by.
    const each = await owner.get<CustomerReply>(`/api/v1/customers/${customerId}`);
    expect(each).toMatchObject({ phone: `+84${number}`, email: `p${number}@sen.test` });
  }
  for (const search of ["0912345607", "p912345607@sen.test"])
    expect((await list(`search=${search}`)).customers).toMatchObject([{ name: "Người 912345607" }]);
  const phoned: TreeNode = { kind: "field", field: "phone", test: { is: "known" } };
  const person: TreeNode = {
    ...{ kind: "field", field: "kind", test: { is: "one-of", values: ["person"] } },
  };
  const fitting = await owner.request("POST", "/api/v1/segments/preview", {
    tree: { kind: "all", of: [phoned, person] },
  });
  expect((fitting.body as PreviewReply).total).toBe(30);
});

test("part of MC-2.15: who has not come for a year is found by search, list and segment, told apart by the channels they agreed to", async () => {
  const box = await owner.addBox(branchId);
  const DAY = 86_400_000;
  const come = async (phone: string, name: string, daysAgo: number) => {
    const at = new Date(site.now().getTime() - daysAgo * DAY);
    const { events, ...guest } = box.signIn({ phone, name, at });
    const endedAt = new Date(at.getTime() + 3_600_000);
    const visit = box.visit({ ...guest, startedAt: at, endedAt });
    await box.push([...events, ...visit.events]);
    return guest;
  };
  const answer = (guest: Guest, channel: "sms" | "email", type: "given" | "withdrawn") => {
    const evidence = { textVersion: 1, textSha256: "a".repeat(64), language: "vi" as const };
    const place = { ...guest, nasId: NAS_ID, consentId: newId(), method: "portal" as const };
    const told = { ...place, ...evidence, purpose: "marketing" as const, channel };
    return box.push([box.write(`consent.${type}`, told)]);
  };
  const lan = await come("+84912345678", "Lan", 500);
  const minh = await come("+84912345679", "Minh", 400);
  const an = await come("+84912345680", "An", 3);
  await askUntil(
    () => list(""),
    ({ total }) => total === 3,
  );
  await answer(lan, "sms", "given");
  await answer(minh, "email", "given");
  await answer(minh, "sms", "withdrawn");
  await answer(an, "sms", "given");
  const past: TreeNode = {
    ...{ kind: "visit-time", which: "last", visits: {} },
    when: { is: "before", amount: 365, unit: "day" },
  };
  const agreed = (channel: "sms" | "email" | "zalo"): TreeNode => ({
    ...{ kind: "consent", purpose: "marketing", channel, state: "given" },
  });
  // Customers are there before their visits are.
  const absent = await askUntil(
    () => namesIn(past),
    (names) => names.length === 2,
  );
  expect(absent).toEqual(["Lan", "Minh"]);
  for (const [search, name] of [
    ["lan", "Lan"],
    ["345679", "Minh"],
  ])
    expect((await list(`search=${search}`)).customers).toMatchObject([{ name }]);
  await askUntil(
    () => namesIn(past, agreed("sms")),
    (names) => names.length === 1,
  );
  await askUntil(
    () => namesIn(past, agreed("email")),
    (names) => names.length === 1,
  );
  expect(await namesIn(past, agreed("sms"))).toEqual(["Lan"]);
  expect(await namesIn(past, agreed("email"))).toEqual(["Minh"]);
  expect(await namesIn(past, agreed("zalo"))).toEqual([]);
});
