import { afterAll, beforeAll, expect, test } from "vitest";
import {
  askUntil,
  type EnrolledBox,
  openTestSite,
  type TestSite,
  type TestStaff,
} from "../../../test/open-test-site.ts";
import type { CouponsReply } from "./schema.ts";

let site: TestSite;
let staff: TestStaff;
let branchId = "";
let box: EnrolledBox;
beforeAll(async () => {
  site = await openTestSite();
  staff = await site.addOwner();
  branchId = (await staff.addBranch()).id;
  box = await staff.addBox(branchId);
  // Of name, e-mail, birthday, language, address and place: three.
  const kind = await staff.request("POST", "/api/v1/coupon-kinds", {
    ...{ name: { vi: "Cảm ơn" }, offer: { vi: "Một ly trà" }, terms: null, validDays: 30 },
    ...{ branchIds: [], surveyIds: [], profileCompleteness: 50 },
  });
  expect(kind.status).toBe(201);
});
afterAll(() => site?.close());

const listOwners = async () =>
  (await staff.get<CouponsReply>("/api/v1/coupons")).coupons.map(
    ({ customerName }) => customerName,
  );

async function addCustomer(values: object): Promise<string> {
  const made = await staff.request("POST", "/api/v1/customers", { branchId, values });
  expect(made.status).toBe(201);
  return (made.body as { id: string }).id;
}

/** Told in their order: once this one has theirs, all that came before has been looked at. */
async function isLookedAt(name: string) {
  await addCustomer({ name, address: "12 Tràng Tiền", birthday: "1990-02-28" });
  expect(await askUntil(listOwners, (owners) => owners.includes(name))).toContain(name);
}

test("a profile that an address completes earns its coupon as the address is proved, and once", async () => {
  const { events, guestId, deviceId } = box.signIn({ phone: "+84912345671", name: "Lan" });
  const proved = () =>
    box.write("guest.verified", { guestId, deviceId, email: "lan@example.com", method: "code" });
  await box.push(events);
  await isLookedAt("Hoa");
  expect(await listOwners()).toEqual(["Hoa"]);
  await box.push([proved()]);
  await isLookedAt("Mai");
  await box.push([proved()]);
  await isLookedAt("An");
  expect(await listOwners()).toEqual(["An", "Mai", "Lan", "Hoa"]);
});

test("of two records that are complete only together, the one that is kept earns it", async () => {
  const keptId = await addCustomer({ name: "Minh", address: "7 Hàng Bạc" });
  const goneId = await addCustomer({ name: "Minh", birthday: "1990-02-28" });
  await isLookedAt("Vân");
  expect(await listOwners()).not.toContain("Minh");
  const merge = await staff.request("POST", "/api/v1/customer-merges", { keptId, goneId });
  expect(merge.status).toBe(202);
  const owners = await askUntil(listOwners, (all) => all.includes("Minh"));
  expect(owners.filter((name) => name === "Minh")).toHaveLength(1);
});

test("profiles that were complete before the reward are rewarded at once where that is chosen, and once", async () => {
  const other = await site.addOwner("Quán Khác");
  const where = await other.addBranch();
  for (const name of ["Lan", "Hoa"]) {
    const values = { name, address: "7 Hàng Bạc", birthday: "1990-02-28" };
    const made = await other.request("POST", "/api/v1/customers", { branchId: where.id, values });
    expect(made.status).toBe(201);
  }
  const bare = { branchId: where.id, values: { name: "Minh" } };
  expect((await other.request("POST", "/api/v1/customers", bare)).status).toBe(201);
  const kind = {
    ...{ name: { vi: "Cảm ơn" }, offer: { vi: "Một ly trà" }, terms: null, validDays: 30 },
    ...{ branchIds: [], surveyIds: [], profileCompleteness: 50 },
  };
  const made = await other.request("POST", "/api/v1/coupon-kinds", kind);
  const path = `/api/v1/coupon-kinds/${(made.body as { id: string }).id}`;
  const owners = async () =>
    (await other.get<CouponsReply>("/api/v1/coupons")).coupons
      .map(({ customerName }) => customerName)
      .toSorted();
  expect(await owners()).toEqual([]);
  for (const _ of [1, 2])
    expect((await other.request("PUT", path, { ...kind, rewardsEarlier: true })).status).toBe(200);
  expect(await askUntil(owners, (all) => all.length === 2)).toEqual(["Hoa", "Lan"]);
});
