import type { KnownGuest } from "@foyer/contract";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import {
  askUntil,
  type EnrolledBox,
  openTestSite,
  type TestSite,
  type TestStaff,
} from "../../../test/open-test-site.ts";
import type { MarkReply, TiersReply } from "./schema.ts";

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

async function make(name: string, by = staff): Promise<MarkReply> {
  const { status, body } = await by.request("POST", "/api/v1/tiers", { name });
  expect(status).toBe(201);
  return body as MarkReply;
}

async function makeThree() {
  const [bronze, silver, gold] = [await make("Đồng"), await make("Bạc"), await make("Vàng")];
  return { bronze, silver, gold };
}

type Customers = { customers: { id: string }[]; total: number };

async function meet(): Promise<string> {
  await box.push(box.signIn({ phone: "+84912345678", name: "Lan" }).events);
  const found = await askUntil(
    () => staff.get<Customers>("/api/v1/customers?search=345678"),
    ({ total }) => total === 1,
  );
  return found.customers[0]?.id ?? "";
}

const give = (customerId: string, tierId: string | null, by = staff) =>
  by.request("PUT", `/api/v1/customers/${customerId}/tier`, { tierId });
const order = (tierIds: string[], by = staff) =>
  by.request("PUT", "/api/v1/tier-order", { tierIds });
const listNames = async () =>
  (await staff.get<TiersReply>("/api/v1/tiers")).tiers.map(({ name }) => name);

test("tiers stand in the order they were made in, until staff put them into another", async () => {
  const { bronze, silver, gold } = await makeThree();
  expect(await listNames()).toEqual(["Đồng", "Bạc", "Vàng"]);
  const moved = await order([silver.id, bronze.id, gold.id]);
  expect(moved).toMatchObject({ status: 200, body: { total: 3 } });
  expect(await listNames()).toEqual(["Bạc", "Đồng", "Vàng"]);
  await make("Kim cương");
  expect((await listNames()).at(-1)).toBe("Kim cương");
});

test("an order that leaves a tier out, or names one that is gone or of another kind, is refused", async () => {
  const { bronze, silver, gold } = await makeThree();
  const { body: tag } = await staff.request("POST", "/api/v1/tags", { name: "Vegan" });
  expect((await order([bronze.id, silver.id])).status).toBe(409);
  expect((await order([bronze.id, silver.id, gold.id, (tag as MarkReply).id])).status).toBe(409);
  await staff.request("DELETE", `/api/v1/tiers/${gold.id}`);
  expect((await order([gold.id, bronze.id, silver.id])).status).toBe(409);
  expect((await order([silver.id, silver.id])).status).toBe(400);
  expect(await listNames()).toEqual(["Đồng", "Bạc"]);
});

test("a customer has one tier at most, whatever is given at once, beside a group of the same name", async () => {
  const { bronze, silver, gold } = await makeThree();
  const { body: group } = await staff.request("POST", "/api/v1/groups", { name: "Vàng" });
  const customerId = await meet();
  await staff.request("PUT", `/api/v1/customers/${customerId}/group`, {
    groupId: (group as MarkReply).id,
  });
  const given = await Promise.all([bronze, silver, gold].map(({ id }) => give(customerId, id)));
  expect(given.map(({ status }) => status)).toEqual([200, 200, 200]);
  const { tiers } = await staff.get<TiersReply>("/api/v1/tiers");
  expect(tiers.reduce((sum, { customers }) => sum + customers, 0)).toBe(1);
  const last = await give(customerId, gold.id);
  expect(last.body).toMatchObject({ group: { name: "Vàng" }, tier: { id: gold.id, name: "Vàng" } });
  expect((await give(customerId, null)).body).toMatchObject({ tier: null });
  expect(await give(customerId, (group as MarkReply).id)).toMatchObject({
    ...{ status: 400, body: { field: "/tierId" } },
  });
});

test("a box is told of a tier that is given and taken away, and each is an event with ids alone", async () => {
  const { gold } = await makeThree();
  const customerId = await meet();
  const told = (isRight: (guest: KnownGuest) => boolean) =>
    askUntil(
      () => box.pull({ settings: 99, guests: 0 }),
      (pulled) => pulled?.knownGuests?.guests.some(isRight) === true,
    );
  await give(customerId, gold.id);
  await give(customerId, gold.id);
  await told((guest) => guest.tier === gold.id);
  await give(customerId, null);
  await told((guest) => guest.tier === null);
  const events = await site.listEvents(staff.tenantId, "customer.tier-%");
  expect(events.map(({ payload }) => payload.tierId)).toEqual([gold.id, null]);
  expect(JSON.stringify(events)).not.toContain("Vàng");
});

test("a policy for a tier is saved, keeps the tier from being removed, and none is saved for one that is gone", async () => {
  const { bronze, gold } = await makeThree();
  const path = `/api/v1/branches/${branchId}/access-policies`;
  type Policies = { version: number; policies: { when: object }[] };
  const save = async (tiers: string[]) => {
    const { version, policies } = await staff.get<Policies>(path);
    const changed = policies.map((each) => ({ ...each, when: { ...each.when, tiers } }));
    return staff.request("PUT", path, { version, policies: changed });
  };
  expect((await save([gold.id])).status).toBe(200);
  expect((await staff.request("DELETE", `/api/v1/tiers/${gold.id}`)).status).toBe(409);
  expect((await staff.request("DELETE", `/api/v1/tiers/${bronze.id}`)).status).toBe(204);
  expect(await save([bronze.id])).toMatchObject({
    ...{ status: 400, body: { field: "/policies/0/when/tiers/0" } },
  });
});

test("a viewer sees tiers and changes none; another company's are as if they were not there", async () => {
  const { bronze, silver, gold } = await makeThree();
  const customerId = await meet();
  const viewer = await site.addViewer(staff);
  expect((await viewer.get<TiersReply>("/api/v1/tiers")).total).toBe(3);
  expect((await order([gold.id, silver.id, bronze.id], viewer)).status).toBe(403);
  expect((await give(customerId, gold.id, viewer)).status).toBe(403);
  const stranger = await site.addOwner("Other");
  expect((await stranger.get<TiersReply>("/api/v1/tiers")).total).toBe(0);
  expect((await order([gold.id, silver.id, bronze.id], stranger)).status).toBe(409);
  const theirs = await make("Vàng", stranger);
  expect((await give(customerId, theirs.id)).status).toBe(400);
});
