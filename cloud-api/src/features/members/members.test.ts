import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import {
  askUntil,
  type EnrolledBox,
  openTestSite,
  type TestSite,
  type TestStaff,
} from "../../../test/open-test-site.ts";
import { newId } from "../../platform/clock.ts";
import type { BrandCustomersReply, BrandsReply, MembersReply } from "./schema.ts";

const DAY = 86_400_000;
type Made = { id: string };

let site: TestSite;
let owner: TestStaff;
/** Brand → its id, and the box of its one branch. */
let coffee: { id: string; box: EnrolledBox };
let tea: { id: string; box: EnrolledBox };

beforeAll(async () => {
  site = await openTestSite();
});
beforeEach(async () => {
  owner = await site.addOwner("Long Linh");
  coffee = await addBrand("Cà phê");
  tea = await addBrand("Trà");
});
afterAll(() => site?.close());

async function made(path: string, body: object): Promise<Made> {
  const answer = await owner.request("POST", `/api/v1/${path}`, body);
  expect(answer.status, JSON.stringify(answer.body)).toBe(201);
  return answer.body as Made;
}
async function addBrand(name: string) {
  const { id } = await made("brands", { name, accentColour: "#123456" });
  const branch = await owner.addBranch({ name: `Chi nhánh ${name}` });
  const path = `/api/v1/brands/${id}/branches`;
  const answer = await owner.request("PUT", path, { branchIds: [branch.id] });
  expect(answer.status).toBe(204);
  return { id, box: await owner.addBox(branch.id) };
}

type Stays = readonly (readonly [{ box: EnrolledBox }, daysAgo: readonly number[]])[];
/** Somebody with one number at several brands, half an hour each time. */
async function come(name: string, phone: string, stays: Stays) {
  for (const [{ box }, daysAgo] of stays) {
    const { events, ...guest } = box.signIn({ phone, name });
    const visits = daysAgo.flatMap((days) => {
      const startedAt = new Date(site.now().getTime() - days * DAY);
      const endedAt = new Date(startedAt.getTime() + 30 * 60_000);
      return box.visit({ ...guest, startedAt, endedAt }).events;
    });
    await box.push([...events, ...visits]);
  }
}

const listMembers = (query = "", by = owner) => by.get<MembersReply>(`/api/v1/members?${query}`);
const pathOf = ({ id }: Made) => `/api/v1/brands/${id}/customers`;
const listOf = (brand: Made, query = "", by = owner) =>
  by.get<BrandCustomersReply>(`${pathOf(brand)}?${query}`);

/** Lan drinks both, Minh tea alone; An was written down by staff at the café. */
async function bringPeople() {
  await come("Lan", "+84912345601", [
    [coffee, [40, 2]],
    [tea, [1]],
  ]);
  await come("Minh", "+84912345602", [[tea, [9, 5, 3]]]);
  await made("customers", { branchId: coffee.box.branchId, values: { name: "An" } });
  const found = await askUntil(
    () => listMembers(),
    ({ members }) => members.length === 3 && members.filter((each) => each.visits === 3).length > 1,
  );
  return new Map(found.members.map((member) => [member.name, member]));
}

/** One of the staff with permissions of the company's own choice. */
async function addColleague(permissions: readonly string[], scope: object): Promise<TestStaff> {
  const role = await made("roles", { name: `Own ${newId()}`, permissions });
  return addWith([{ role: null, ownRoleId: role.id, scope }]);
}
async function addWith(grants: readonly object[]): Promise<TestStaff> {
  const viewer = await site.addViewer(owner);
  const { staff } = await owner.get<{ staff: { id: string; email: string }[] }>("/api/v1/staff");
  const id = staff.find(({ email }) => email === viewer.email)?.id;
  const answer = await owner.request("PUT", `/api/v1/staff/${id}/grants`, { grants });
  expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300);
  return viewer;
}
const statusOf = async (by: TestStaff, path: string) => (await by.request("GET", path)).status;

test("IP-2.14 members stand with tier and points over all brands, apart from each brand's customers, with a right for each list", async () => {
  const tierId = (await made("tiers", { name: "Đồng" })).id;
  const { settings } = await owner.get<{ settings: object }>("/api/v1/scores");
  const ranks = [{ tierId, totalMin: 0 }];
  expect((await owner.request("PUT", "/api/v1/scores", { ...settings, ranks })).status).toBe(200);
  await bringPeople();
  // Lan: 39 days, yesterday, three visits: 2 + 5 + 2; Minh: 6 days, three days ago: 1 + 5 + 2.
  const points = [8, 9, null];
  const isRanked = ({ members }: MembersReply) =>
    members.every(({ tier }) => tier !== null) &&
    points.every((wanted) => members.some((each) => each.points === wanted));
  const { members, total } = await askUntil(() => listMembers(), isRanked);
  expect(total).toBe(3);
  const said = Object.fromEntries(members.map(({ name, ...each }) => [name, each]));
  expect(said.Lan).toMatchObject({ visits: 3, points: 9, tier: { name: "Đồng" } });
  expect(said.Minh).toMatchObject({ visits: 3, points: 8 });
  expect(said.An).toMatchObject({ visits: 0, points: null, lastVisitAt: null });
  const there = async (brand: Made) =>
    (await listOf(brand)).customers
      .map(({ name, visits, minutes }) => [name, visits, minutes])
      .toSorted();
  expect(await there(coffee)).toEqual([
    ["An", 0, null],
    ["Lan", 2, 30],
  ]);
  expect(await there(tea)).toEqual([
    ["Lan", 1, 30],
    ["Minh", 3, 30],
  ]);
  // Each right opens its list and not the other.
  const everywhere = { kind: "tenant" };
  const ofMembers = await addColleague(["members.read"], everywhere);
  expect(await statusOf(ofMembers, "/api/v1/members")).toBe(200);
  expect(await statusOf(ofMembers, pathOf(tea))).toBe(403);
  const ofBrands = await addColleague(["brand-customers.read"], everywhere);
  expect(await statusOf(ofBrands, pathOf(tea))).toBe(200);
  expect(await statusOf(ofBrands, "/api/v1/members")).toBe(403);
  // Whoever works for a brand sees the company's members, and no other brand's customers.
  const both = ["members.read", "brand-customers.read"];
  const ofTea = await addColleague(both, { kind: "brand", brandId: tea.id });
  expect((await listMembers("", ofTea)).total).toBe(3);
  expect((await listOf(tea, "", ofTea)).customers).toHaveLength(2);
  expect(await statusOf(ofTea, pathOf(coffee))).toBe(404);
  const { brands } = await ofTea.get<BrandsReply>("/api/v1/brands");
  expect(brands).toEqual([{ id: tea.id, name: "Trà", branches: 1 }]);
});

test("whoever has no name is told apart by the end of a number for those who may see it, else by when and where they came", async () => {
  const [day, branchName] = [new Date(site.now().getTime() - DAY), "Chi nhánh Trà"];
  const { events, ...guest } = tea.box.signIn({ phone: "+84912345678", at: day });
  const endedAt = new Date(day.getTime() + 30 * 60_000);
  await tea.box.push([...events, ...tea.box.visit({ ...guest, startedAt: day, endedAt }).events]);
  await come("Lan", "+84912345601", [[tea, [1]]]);
  const { members } = await askUntil(
    () => listMembers(),
    (found) => found.members.length === 2 && found.members.every(({ visits }) => visits === 1),
  );
  const told = { phoneEnd: "5678", seenAt: day.toISOString(), branchName };
  const own = (rows: readonly { name: string | null; unnamed: unknown }[]) =>
    rows.find(({ name }) => name === null)?.unnamed;
  expect(own(members)).toEqual(told);
  expect(members.find(({ name }) => name === "Lan")?.unnamed).toBeNull();
  expect(own((await listOf(tea)).customers)).toEqual(told);
  const lists = ["members.read", "brand-customers.read"];
  const withoutRecords = await addColleague(lists, { kind: "tenant" });
  const hidden = { ...told, phoneEnd: null };
  expect(own((await listMembers("", withoutRecords)).members)).toEqual(hidden);
  expect(own((await listOf(tea, "", withoutRecords)).customers)).toEqual(hidden);
  const ofBranch = { kind: "branches", branchIds: [tea.box.branchId] };
  const records = [...lists, "customers.read"];
  const bound = await addColleague(records, ofBranch);
  expect(own((await listOf(tea, "", bound)).customers)).toEqual(told);
});

test("both lists are searched, narrowed by tier and paged, and tell another company nothing", async () => {
  const people = await bringPeople();
  const tierId = (await made("tiers", { name: "Vàng" })).id;
  const path = `/api/v1/customers/${people.get("Minh")?.id}/tier`;
  expect((await owner.request("PUT", path, { tierId })).status).toBe(200);
  const names = ({ members }: MembersReply) => members.map(({ name }) => name);
  expect(names(await listMembers("search=lan"))).toEqual(["Lan"]);
  expect(names(await listMembers(`tierId=${tierId}`))).toEqual(["Minh"]);
  expect((await listOf(tea, "search=lan")).customers).toMatchObject([{ name: "Lan", visits: 1 }]);
  const first = await listOf(tea, "limit=1");
  expect(first).toMatchObject({ total: 2, isTotalExact: true });
  const second = await listOf(tea, `limit=1&cursor=${first.nextCursor}`);
  expect(second.nextCursor).toBeNull();
  const both = [...first.customers, ...second.customers].map(({ name }) => name);
  expect(both.toSorted()).toEqual(["Lan", "Minh"]);
  expect(await statusOf(owner, `${pathOf(tea)}?cursor=x`)).toBe(400);
  const stranger = await site.addOwner("Other");
  expect((await listMembers("", stranger)).members).toEqual([]);
  expect(await statusOf(stranger, pathOf(tea))).toBe(404);
  // A brand none of whose branches is left is nobody's list; its customers stay the company's.
  const moved = { branchIds: [tea.box.branchId] };
  await owner.request("PUT", `/api/v1/brands/${coffee.id}/branches`, moved);
  expect(await statusOf(owner, pathOf(tea))).toBe(404);
  expect((await listOf(coffee)).total).toBe(3);
});

test("whoever sees customers at more branches than a list reaches searches it all the same; whoever sees them at fewer does not", async () => {
  await bringPeople();
  const at = ({ box }: { box: EnrolledBox }) => ({ kind: "branches", branchIds: [box.branchId] });
  const both = [
    { role: "manager", ownRoleId: null, scope: at(tea) },
    { role: "cashier", ownRoleId: null, scope: at(coffee) },
  ];
  const manager = await addWith(both);
  const { members, maySearch } = await listMembers("search=lan", manager);
  expect([members.map(({ name }) => name), maySearch]).toEqual([["Lan"], true]);
  expect(await listOf(tea, "search=lan", manager)).toMatchObject({ total: 1, maySearch: true });
  const lists = (await made("roles", { name: "Lists", permissions: ["members.read"] })).id;
  const everywhere = { role: null, ownRoleId: lists, scope: { kind: "tenant" } };
  const clerk = await addWith([everywhere, { role: "cashier", ownRoleId: null, scope: at(tea) }]);
  expect(await statusOf(clerk, "/api/v1/members?search=lan")).toBe(403);
  expect((await listMembers("", clerk)).maySearch).toBe(false);
});
