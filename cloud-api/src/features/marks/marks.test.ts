import type { KnownGuest } from "@foyer/contract";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import {
  askUntil,
  type EnrolledBox,
  openTestSite,
  type TestSite,
  type TestStaff,
} from "../../../test/open-test-site.ts";
import type { CustomerMarksReply, GroupsReply, MarkReply, TagsReply } from "./schema.ts";

const PHONE = "+84912345678";

let site: TestSite;
let staff: TestStaff;
let box: EnrolledBox;

beforeAll(async () => {
  site = await openTestSite();
});
beforeEach(async () => {
  staff = await site.addOwner();
  box = await staff.addBox((await staff.addBranch()).id);
});
afterAll(() => site?.close());

async function make(noun: "groups" | "tags", name: string, by = staff): Promise<MarkReply> {
  const { status, body } = await by.request("POST", `/api/v1/${noun}`, { name });
  expect(status).toBe(201);
  return body as MarkReply;
}

type Customers = { customers: { id: string; name: string | null }[]; total: number };

async function meet(phone = PHONE, name = "Lan"): Promise<string> {
  await box.push(box.signIn({ phone, name }).events);
  const found = await askUntil(
    () => staff.get<Customers>(`/api/v1/customers?search=${phone.slice(-6)}`),
    ({ total }) => total === 1,
  );
  return found.customers[0]?.id ?? "";
}

const put = (customerId: string, what: "group" | "tags", body: object, by = staff) =>
  by.request("PUT", `/api/v1/customers/${customerId}/${what}`, body);
const marksOf = (customerId: string) =>
  staff.get<CustomerMarksReply>(`/api/v1/customers/${customerId}/marks`);

/** The one guest a box is told of, once it is as it should be. */
async function told(isRight: (guest: KnownGuest) => boolean, guests = 0) {
  const reply = await askUntil(
    () => box.pull({ settings: 99, guests }),
    (pulled) => pulled?.knownGuests?.guests.some(isRight) === true,
  );
  if (!reply?.knownGuests) throw new Error("nobody is told of");
  return reply.knownGuests;
}

describe("groups and tags", () => {
  test("a group is made, renamed, counted and removed", async () => {
    const vip = await make("groups", "  Khách   VIP ");
    expect(vip).toEqual({ id: vip.id, name: "Khách VIP", parentId: null, customers: 0 });
    const customerId = await meet();
    await put(customerId, "group", { groupId: vip.id });
    const renamed = await staff.request("PATCH", `/api/v1/groups/${vip.id}`, { name: "Thân quen" });
    expect(renamed).toMatchObject({ status: 200, body: { name: "Thân quen", customers: 1 } });
    const { groups } = await staff.get<GroupsReply>("/api/v1/groups");
    expect(groups).toEqual([{ id: vip.id, name: "Thân quen", parentId: null, customers: 1 }]);
    expect((await staff.request("DELETE", `/api/v1/groups/${vip.id}`)).status).toBe(204);
    expect(await marksOf(customerId)).toEqual({ group: null, tier: null, tags: [] });
  });

  test("two of a kind cannot have one name, a group and a tag can", async () => {
    await make("groups", "VIP");
    const other = await make("groups", "Staff");
    await make("tags", "VIP");
    expect(await staff.request("POST", "/api/v1/groups", { name: " VIP" })).toMatchObject({
      status: 409,
      body: { field: "/name" },
    });
    const renamed = await staff.request("PATCH", `/api/v1/groups/${other.id}`, { name: "VIP" });
    expect(renamed).toMatchObject({ status: 409, body: { field: "/name" } });
    expect((await staff.request("POST", "/api/v1/groups", { name: "  " })).status).toBe(400);
  });

  test("of the same name asked for many times at once, one is made", async () => {
    const made = await Promise.all(
      Array.from({ length: 6 }, () => staff.request("POST", "/api/v1/tags", { name: "Vegan" })),
    );
    expect(made.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409, 409, 409]);
    expect((await staff.get<TagsReply>("/api/v1/tags")).total).toBe(1);
  });

  test("a tag is not a group, and cannot be given as one", async () => {
    const tag = await make("tags", "Vegan");
    const customerId = await meet();
    const answer = await put(customerId, "group", { groupId: tag.id });
    expect(answer).toMatchObject({ status: 400, body: { field: "/groupId" } });
    expect((await staff.request("DELETE", `/api/v1/groups/${tag.id}`)).status).toBe(404);
  });

  test("a viewer sees groups and tags and changes none", async () => {
    const vip = await make("groups", "VIP");
    const customerId = await meet();
    const viewer = await site.addViewer(staff);
    expect((await viewer.get<GroupsReply>("/api/v1/groups")).total).toBe(1);
    const tries = [
      await viewer.request("POST", "/api/v1/groups", { name: "Mine" }),
      await viewer.request("PATCH", `/api/v1/groups/${vip.id}`, { name: "Mine" }),
      await viewer.request("DELETE", `/api/v1/groups/${vip.id}`),
      await put(customerId, "group", { groupId: vip.id }, viewer),
      await put(customerId, "tags", { tagIds: [] }, viewer),
    ];
    expect(tries.map(({ status }) => status)).toEqual([403, 403, 403, 403, 403]);
    expect(await marksOf(customerId)).toEqual({ group: null, tier: null, tags: [] });
  });

  test("another company's group, tag and customer are as if they were not there", async () => {
    const stranger = await site.addOwner("Other");
    const [theirs, tag] = [
      await make("groups", "VIP", stranger),
      await make("tags", "Vegan", stranger),
    ];
    const customerId = await meet();
    const given = await put(customerId, "group", { groupId: theirs.id });
    expect(given).toMatchObject({ status: 400, body: { field: "/groupId" } });
    const tagged = await put(customerId, "tags", { tagIds: [tag.id] });
    expect(tagged).toMatchObject({ status: 400, body: { field: "/tagIds" } });
    expect((await put(customerId, "group", { groupId: theirs.id }, stranger)).status).toBe(404);
    expect((await staff.request("DELETE", `/api/v1/groups/${theirs.id}`)).status).toBe(404);
    expect((await staff.get<GroupsReply>("/api/v1/groups")).groups).toEqual([]);
    const filtered = await stranger.get<Customers>(`/api/v1/customers?markId=${theirs.id}`);
    expect(filtered.total).toBe(0);
  });
});

describe("the marks of a customer", () => {
  test("there is one main group at most: another takes its place", async () => {
    const [vip, regular] = [await make("groups", "VIP"), await make("groups", "Regular")];
    const customerId = await meet();
    await put(customerId, "group", { groupId: vip.id });
    const moved = await put(customerId, "group", { groupId: regular.id });
    expect(moved.body).toEqual({
      group: { id: regular.id, name: "Regular" },
      tier: null,
      tags: [],
    });
    const left = await put(customerId, "group", { groupId: null });
    expect(left.body).toEqual({ group: null, tier: null, tags: [] });
  });

  test("of groups given at once, one stays", async () => {
    const groups = await Promise.all(["A", "B", "C", "D"].map((name) => make("groups", name)));
    const customerId = await meet();
    const answers = await Promise.all(
      groups.map(({ id }) => put(customerId, "group", { groupId: id })),
    );
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    const { groups: counted } = await staff.get<GroupsReply>("/api/v1/groups");
    expect(counted.reduce((sum, { customers }) => sum + customers, 0)).toBe(1);
  });

  test("all tags are set as one list, and the list of customers is narrowed to one of them", async () => {
    const [vegan, loud] = [await make("tags", "Vegan"), await make("tags", "Loud")];
    const lan = await meet();
    await meet("+84987654321", "Hùng");
    await put(lan, "tags", { tagIds: [vegan.id, loud.id] });
    const kept = await put(lan, "tags", { tagIds: [vegan.id] });
    expect(kept.body).toEqual({
      group: null,
      tier: null,
      tags: [{ id: vegan.id, name: "Vegan", byRule: false }],
    });
    const having = (id: string) => staff.get<Customers>(`/api/v1/customers?markId=${id}`);
    expect(await having(vegan.id)).toMatchObject({ total: 1, customers: [{ name: "Lan" }] });
    expect((await having(loud.id)).total).toBe(0);
  });

  test("each change is an event of the log with ids alone; setting the same again is none", async () => {
    const [vip, vegan] = [await make("groups", "VIP"), await make("tags", "Vegan")];
    const customerId = await meet();
    for (const groupId of [vip.id, vip.id, null]) await put(customerId, "group", { groupId });
    for (const tagIds of [[vegan.id], [vegan.id], []]) await put(customerId, "tags", { tagIds });
    const events = await site.listEvents(staff.tenantId, "customer.%");
    const staffId = events[0]?.payload.staffId;
    expect(events).toEqual([
      { type: "customer.group-changed", payload: { customerId, groupId: vip.id, staffId } },
      { type: "customer.group-changed", payload: { customerId, groupId: null, staffId } },
      { type: "customer.tagged", payload: { customerId, tagId: vegan.id, staffId } },
      { type: "customer.untagged", payload: { customerId, tagId: vegan.id, staffId } },
    ]);
  });
});

describe("what a box is told of marks", () => {
  test("a change reaches a box that waits, as ids and without words", async () => {
    const [vip, vegan] = [await make("groups", "VIP"), await make("tags", "Vegan")];
    const customerId = await meet();
    const { position } = await told(() => true);
    await put(customerId, "group", { groupId: vip.id });
    await put(customerId, "tags", { tagIds: [vegan.id] });
    const delta = await told((guest) => guest.tags?.length === 1, position);
    expect(delta).toMatchObject({
      complete: false,
      guests: [{ customerId, groups: [vip.id], tags: [vegan.id] }],
    });
    expect(JSON.stringify(delta)).not.toContain("VIP");
    await put(customerId, "group", { groupId: null });
    await told((guest) => guest.groups?.length === 0, delta.position);
  });

  test("a replay of marks or of customers loses none of them", async () => {
    const vip = await make("groups", "VIP");
    const customerId = await meet();
    await put(customerId, "group", { groupId: vip.id });
    await told((guest) => guest.groups?.[0] === vip.id);
    for (const feature of ["marks", "customers"]) {
      expect((await staff.request("POST", "/api/v1/replays", { feature })).status).toBe(202);
      const { guests } = await told((guest) => guest.groups?.[0] === vip.id);
      expect(guests).toMatchObject([{ customerId }]);
    }
  });
});
