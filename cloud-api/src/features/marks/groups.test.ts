import type { KnownGuest } from "@foyer/contract";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import {
  askUntil,
  type EnrolledBox,
  openTestSite,
  type TestSite,
  type TestStaff,
} from "../../../test/open-test-site.ts";
import type { GroupsReply, MarkReply } from "./schema.ts";

let site: TestSite;
let staff: TestStaff;

beforeAll(async () => {
  site = await openTestSite();
});
beforeEach(async () => {
  staff = await site.addOwner();
});
afterAll(() => site?.close());

async function make(name: string, parentId: string | null = null): Promise<MarkReply> {
  const { status, body } = await staff.request("POST", "/api/v1/groups", { name, parentId });
  expect(status).toBe(201);
  return body as MarkReply;
}
const move = ({ id, name }: MarkReply, parentId: string | null) =>
  staff.request("PATCH", `/api/v1/groups/${id}`, { name, parentId });
const remove = ({ id }: MarkReply) => staff.request("DELETE", `/api/v1/groups/${id}`);
async function listPlaces() {
  const { groups } = await staff.get<GroupsReply>("/api/v1/groups");
  return Object.fromEntries(groups.map(({ name, parentId }) => [name, parentId]));
}

test("a group is made below another, renamed where it stands, and moved to the top", async () => {
  const vip = await make("VIP");
  const gold = await make("Gold", vip.id);
  const path = `/api/v1/groups/${gold.id}`;
  const renamed = await staff.request("PATCH", path, { name: "Golden" });
  expect(renamed).toMatchObject({ status: 200, body: { name: "Golden", parentId: vip.id } });
  expect((await move({ ...gold, name: "Golden" }, null)).status).toBe(200);
  expect(await listPlaces()).toEqual({ VIP: null, Golden: null });
});

test("a group stands neither in itself nor below itself, nor in one that is not there", async () => {
  const vip = await make("VIP");
  const gold = await make("Gold", vip.id);
  const old = await make("Old", gold.id);
  const stranger = await site.addOwner("Other");
  const theirs = await stranger.request("POST", "/api/v1/groups", { name: "Theirs" });
  for (const parentId of [vip.id, gold.id, old.id, (theirs.body as MarkReply).id])
    expect(await move(vip, parentId)).toMatchObject({ status: 400, body: { field: "/parentId" } });
  const tag = await staff.request("POST", "/api/v1/tags", { name: "T", parentId: vip.id });
  expect(tag).toMatchObject({ status: 400, body: { field: "/parentId" } });
  expect(await listPlaces()).toEqual({ VIP: null, Gold: vip.id, Old: gold.id });
});

test("of two groups that are put into each other at once, one is", async () => {
  for (const round of [1, 2, 3]) {
    const [one, other] = [await make(`One ${round}`), await make(`Other ${round}`)];
    const moved = await Promise.all([move(one, other.id), move(other, one.id)]);
    expect(moved.map(({ status }) => status).sort()).toEqual([200, 400]);
  }
});

test("a group that others stand in is not removed before them", async () => {
  const vip = await make("VIP");
  const gold = await make("Gold", vip.id);
  expect(await remove(vip)).toMatchObject({ status: 409, body: { field: "/groups" } });
  expect((await remove(gold)).status).toBe(204);
  expect((await remove(vip)).status).toBe(204);
});

test("the list of customers of a group has those of the groups below it", async () => {
  const box = await staff.addBox((await staff.addBranch()).id);
  await box.push(box.signIn({ phone: "+84912345678", name: "Lan" }).events);
  type Customers = { customers: { id: string }[]; total: number };
  const list = (query: string) => staff.get<Customers>(`/api/v1/customers?${query}`);
  const found = await askUntil(
    () => list("search=345678"),
    ({ total }) => total === 1,
  );
  const vip = await make("VIP");
  const gold = await make("Gold", vip.id);
  const other = await make("Other");
  const path = `/api/v1/customers/${found.customers[0]?.id}/group`;
  await staff.request("PUT", path, { groupId: gold.id });
  const totals = await Promise.all([vip, gold, other].map(({ id }) => list(`markId=${id}`)));
  expect(totals.map(({ total }) => total)).toEqual([1, 1, 0]);
});

describe("what a box is told of a customer's group", () => {
  let box: EnrolledBox;
  let customerId: string;

  beforeEach(async () => {
    box = await staff.addBox((await staff.addBranch()).id);
    await box.push(box.signIn({ phone: "+84912345678", name: "Lan" }).events);
    customerId = (await told(({ name }) => name === "Lan")).customerId;
  });

  const put = (groupId: string | null, of = customerId) =>
    staff.request("PUT", `/api/v1/customers/${of}/group`, { groupId });

  let position = 0;
  let all: readonly KnownGuest[] = [];
  async function told(isRight: (guest: KnownGuest) => boolean, after = 0): Promise<KnownGuest> {
    const reply = await askUntil(
      () => box.pull({ settings: 99, guests: after }),
      (pulled) => pulled?.knownGuests?.guests.some(isRight) === true,
    );
    const guest = reply?.knownGuests?.guests.find(isRight);
    if (!guest || !reply?.knownGuests) throw new Error("nobody is told of");
    position = reply.knownGuests.position;
    all = reply.knownGuests.guests;
    return guest;
  }
  const isIn =
    (...ids: string[]) =>
    ({ groups = [] }: KnownGuest) =>
      groups.join() === ids.join();

  test("is the group and those it stands in, the nearest first", async () => {
    const vip = await make("VIP");
    const gold = await make("Gold", vip.id);
    const old = await make("Old", gold.id);
    await make("Silver", vip.id);
    await put(old.id);
    await told(isIn(old.id, gold.id, vip.id));
    await put(vip.id);
    await told(isIn(vip.id), position);
    await put(null);
    await told(isIn(), position);
  });

  test("is news when that group, or one around it, is moved", async () => {
    const [vip, other] = [await make("VIP"), await make("Other")];
    const gold = await make("Gold", vip.id);
    const old = await make("Old", gold.id);
    await put(old.id);
    await told(isIn(old.id, gold.id, vip.id));
    await move(gold, other.id);
    await told(isIn(old.id, gold.id, other.id), position);
    await move(gold, null);
    await told(isIn(old.id, gold.id), position);
  });

  test("is no news when it is renamed, or when a group elsewhere is moved", async () => {
    const [vip, other] = [await make("VIP"), await make("Other")];
    await put(vip.id);
    await box.push(box.signIn({ phone: "+84912345679", name: "Minh" }).events);
    const minh = await told(({ name }) => name === "Minh");
    // What is told of Minh comes after all that was noted before.
    await put(vip.id, minh.customerId);
    await told(({ name, groups }) => name === "Minh" && groups?.length === 1, position);
    await put(null, minh.customerId);
    await told(({ name, groups }) => name === "Minh" && groups?.length === 0, position);
    await move({ ...vip, name: "Best" }, null);
    await move(await make("Elsewhere"), other.id);
    // Twice: what was noted of Minh before may be told with what is so now.
    for (const groupId of [other.id, null]) {
      await put(groupId, minh.customerId);
      const count = groupId === null ? 0 : 1;
      await told(({ name, groups }) => name === "Minh" && groups?.length === count, position);
      expect(all.map(({ name }) => name)).toEqual(["Minh"]);
    }
  });

  test("is news when it is removed", async () => {
    const vip = await make("VIP");
    const gold = await make("Gold", vip.id);
    await put(gold.id);
    await told(isIn(gold.id, vip.id));
    expect((await remove(gold)).status).toBe(204);
    await told(isIn(), position);
  });

  test("has fifty groups at most, those nearest to it", async () => {
    const ids: string[] = [];
    for (let depth = 0; depth < 55; depth += 1)
      ids.unshift((await make(`Depth ${depth}`, ids[0] ?? null)).id);
    await put(ids[0] ?? null);
    await told(isIn(...ids.slice(0, 50)));
  });
});
