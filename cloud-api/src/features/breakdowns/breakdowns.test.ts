import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import {
  askUntil,
  type EnrolledBox,
  openTestSite,
  type TestSite,
  type TestStaff,
} from "../../../test/open-test-site.ts";
import type { CountedReply, CountFieldsReply, CountsReply } from "./schema.ts";

let site: TestSite;
let owner: TestStaff;
let branchIds: string[];
let box: EnrolledBox;

beforeAll(async () => {
  site = await openTestSite();
});
beforeEach(async () => {
  owner = await site.addOwner("Long Linh Coffee");
  branchIds = [];
  for (const name of ["Hồ Gươm", "Bến Thành"]) branchIds.push((await owner.addBranch({ name })).id);
  box = await owner.addBox(branchIds[0] ?? "");
});
afterAll(() => site?.close());

const PATH = "/api/v1/customer-counts";
const count = (field: string, by = owner) => by.get<CountsReply>(`${PATH}/fields/${field}`);
const numbers = async (field: string) => {
  const { counts, unknown } = await count(field);
  const rows = counts.map(({ value, name, customers }) => [name ?? value, customers] as const);
  return Object.fromEntries([...rows, ["?", unknown] as const]);
};
async function listOf(field: string, value: string | null): Promise<string[]> {
  const ids: string[] = [];
  for (let cursor: string | null = ""; cursor !== null; ) {
    const query = new URLSearchParams({ limit: "2" });
    if (value !== null) query.set("value", value);
    if (cursor) query.set("cursor", cursor);
    const page: CountedReply = await owner.get(`${PATH}/fields/${field}/customers?${query}`);
    ids.push(...page.customers.map(({ id }) => id));
    cursor = page.nextCursor;
    if (cursor === null) expect(page.total).toBe(ids.length);
  }
  return ids;
}
async function add(values: Record<string, string>, branch = 0): Promise<string> {
  const { status, body } = await owner.request("POST", "/api/v1/customers", {
    ...{ branchId: branchIds[branch], values },
  });
  expect(status, JSON.stringify(body)).toBe(201);
  return (body as { id: string }).id;
}
const make = async (path: string, body: object) =>
  (await owner.request("POST", `/api/v1/${path}`, body)).body as { id: string; key: string };

/** Four customers who differ in every field. */
async function fill(): Promise<{ lan: string; minh: string }> {
  const choices = ["trà", "cà phê"].map((value) => ({ value, label: { vi: value } }));
  for (const field of [
    { key: "own.drink", kind: "choice", label: { vi: "Đồ uống" }, choices },
    { key: "own.likes", kind: "choices", label: { vi: "Thích" }, choices },
    { key: "own.founded", kind: "date", label: { vi: "Ngày lập" } },
    { key: "own.regular", kind: "yes-no", label: { vi: "Quen" } },
    { key: "own.size", kind: "number", label: { vi: "Cỡ" } },
  ])
    await make("customer-fields", field);
  const lan = await add({
    ...{ name: "Lan", phone: "0912345678", language: "vi", birthday: "1990-05-31" },
    ...{ "own.drink": "trà", "own.likes": "trà\ncà phê", "own.founded": "2001-05-01" },
    ...{ "own.regular": "yes", "own.size": "38", place: "21.0285,105.8542" },
  });
  const minh = await add(
    { name: "Minh", language: "en", birthday: "--05-02", "own.drink": "trà", "own.likes": "trà" },
    1,
  );
  const hoa = await add({ name: "Công ty Hoa", kind: "company", "own.size": "38" }, 1);
  const vip = await make("groups", { name: "VIP", parentId: null });
  const gold = await make("tiers", { name: "Vàng" });
  const tags = [await make("tags", { name: "Chay" }), await make("tags", { name: "Quen" })];
  await owner.request("PUT", `/api/v1/customers/${lan}/group`, { groupId: vip.id });
  await owner.request("PUT", `/api/v1/customers/${lan}/tier`, { tierId: gold.id });
  await owner.request("PUT", `/api/v1/customers/${lan}/tags`, { tagIds: tags.map(({ id }) => id) });
  await owner.request("PUT", `/api/v1/customers/${hoa}/tags`, { tagIds: [tags[0]?.id] });
  // Somebody who signed in at a box, came, and agreed to be written to.
  const guest = box.signIn({ phone: "+84987654321", name: "An" });
  const startedAt = new Date(site.now().getTime() - 3_600_000);
  const visit = box.visit({ ...guest, startedAt, endedAt: site.now() });
  await box.push([...guest.events, ...visit.events]);
  await askUntil(
    () => count("visits"),
    ({ counts }) => counts.some(({ value, customers }) => value === "1" && customers === 1),
  );
  await askUntil(
    () => count("name"),
    ({ counts }) => counts[0]?.customers === 4,
  );
  return { lan, minh };
}

test("HM-2.6 customers are counted by any field there is, and each number opens just those it counts", async () => {
  const { lan, minh } = await fill();
  expect(await numbers("kind")).toEqual({ person: 3, company: 1, "?": 0 });
  expect(await numbers("language")).toMatchObject({ en: 1 });
  expect(await numbers("birthday")).toEqual({ "05": 2, "?": 2 });
  expect(await numbers("branch")).toEqual({ "Hồ Gươm": 2, "Bến Thành": 2, "?": 0 });
  expect(await numbers("visits")).toEqual({ 0: 3, 1: 1, "?": 0 });
  expect(await numbers("last-visit")).toEqual({ 30: 1, "?": 3 });
  expect(await numbers("phone")).toEqual({ known: 2, "?": 2 });
  expect(await numbers("place")).toEqual({ known: 1, "?": 3 });
  expect(await numbers("group")).toEqual({ VIP: 1, "?": 3 });
  expect(await numbers("tier")).toEqual({ Vàng: 1, "?": 3 });
  expect(await numbers("tag")).toEqual({ Chay: 2, Quen: 1, "?": 2 });
  expect(await numbers("own.drink")).toEqual({ trà: 2, "?": 2 });
  expect(await numbers("own.likes")).toEqual({ trà: 2, "cà phê": 1, "?": 2 });
  expect(await numbers("own.founded")).toEqual({ "05": 1, "?": 3 });
  expect(await numbers("own.regular")).toEqual({ yes: 1, "?": 3 });
  expect(await numbers("own.size")).toEqual({ 38: 2, "?": 2 });
  expect((await listOf("own.drink", "trà")).toSorted()).toEqual([lan, minh].toSorted());

  const { fields } = await owner.get<CountFieldsReply>(PATH);
  expect(fields.map(({ field }) => field)).toContain("consent.marketing");
  for (const { field } of fields) {
    const { counts, unknown, total, multiple } = await count(field);
    expect(total).toBe(4);
    const sum = counts.reduce((all, { customers }) => all + customers, unknown);
    if (!multiple) expect([field, sum]).toEqual([field, total]);
    for (const { value, customers } of counts)
      expect([field, value, await listOf(field, value)]).toMatchObject([
        ...[field, value, { length: customers }],
      ]);
    expect([field, (await listOf(field, null)).length]).toEqual([field, unknown]);
  }
}, 90_000);

test("who restricted their record or was forgotten is in no count, and an archived field is not offered", async () => {
  await make("customer-fields", { key: "own.size", kind: "number", label: { vi: "Cỡ" } });
  const ids = [await add({ name: "Lan" }), await add({ name: "Minh" }), await add({ name: "Hoa" })];
  const wishes = ["restriction", "deletion"];
  for (const [index, kind] of wishes.entries()) {
    const path = `/api/v1/customers/${ids[index]}/requests`;
    const { id } = (await owner.request("POST", path, { kind, note: "Gọi điện" })).body as {
      id: string;
    };
    await owner.request("POST", `${path}/${id}/outcome`, { outcome: "done" });
  }
  await askUntil(
    () => count("kind"),
    ({ total }) => total === 1,
  );
  expect(await listOf("kind", "person")).toEqual([ids[2]]);
  await owner.request("PATCH", "/api/v1/customer-fields/own.size", { archived: true });
  const { fields } = await owner.get<CountFieldsReply>(PATH);
  expect(fields.map(({ field }) => field)).not.toContain("own.size");
});

test("what is no field is refused, and another company is counted apart", async () => {
  await add({ name: "Lan" });
  expect((await owner.request("GET", `${PATH}/fields/own.nothing`)).status).toBe(404);
  expect((await owner.request("GET", `${PATH}/fields/kind/customers?cursor=x`)).status).toBe(400);
  const stranger = await site.addOwner("Another company");
  expect(await count("kind", stranger)).toMatchObject({ counts: [], total: 0 });
  const viewer = await site.addViewer(owner);
  expect(await count("kind", viewer)).toMatchObject({ total: 1 });
});
