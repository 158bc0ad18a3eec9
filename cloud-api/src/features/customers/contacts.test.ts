import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { openTestCloud, type TestCloud } from "../../../test/open-test-cloud.ts";
import { openTestPeople, STAFF_ID, type TestPeople } from "../../../test/open-test-people.ts";
import { findDifference } from "../../platform/audit-rules.ts";
import { newId } from "../../platform/clock.ts";
import type { TenantTransaction } from "../../platform/db.ts";
import { keepContact, listLinked } from "./edit-queries.ts";
import { addCustomer, changeContact } from "./edits.ts";
import { askToMerge } from "./merges.ts";

let cloud: TestCloud;
let people: TestPeople;

beforeAll(async () => {
  cloud = await openTestCloud();
});
beforeEach(async () => {
  people = await openTestPeople(cloud);
});
afterAll(() => cloud?.close());

const add = (values: Record<string, string>) =>
  cloud.database.changeTenant(people.tenantId, async (tx) => {
    const told = { branchId: newId(), country: "VN", values, staffId: STAFF_ID };
    const { customerId: result, events } = await addCustomer(tx, told);
    return { result, events };
  });

test("the last word on a contact stands, whenever the log of earlier words is followed", async () => {
  const companyId = await add({ kind: "company", name: "Công ty Hương Sen" });
  const contactId = await add({ kind: "person", name: "Lan" });
  const say = (role: string | null) =>
    cloud.database.changeTenant(people.tenantId, async (tx) => ({
      result: null,
      events: await changeContact(tx, { companyId, contactId, role, staffId: STAFF_ID }),
    }));
  const roles = async () => {
    const linked = await cloud.database.inTenant(people.tenantId, (tx) =>
      listLinked(tx, { customerId: companyId, of: "company" }),
    );
    return linked.map(({ role }) => role);
  };
  const pair = { companyId, contactId, role: "Kế toán", at: cloud.clock() };
  const first = newId();
  const follow = () =>
    cloud.database.inTenant(people.tenantId, (tx) => keepContact(tx, { ...pair, eventId: first }));
  await follow();
  expect(await roles()).toEqual(["Kế toán"]);
  await say(null);
  await follow();
  expect(await roles()).toEqual([]);
  await say("Giám đốc");
  await say(null);
  expect(await roles()).toEqual([]);
  await expect(say(null)).rejects.toThrow("no contact");
  await cloud.follow(people.tenantId);
  expect(await roles()).toEqual([]);
  await say(" Kho ");
  expect(await roles()).toEqual(["Kho"]);
  await cloud.follow(people.tenantId);
  expect(await roles()).toEqual(["Kho"]);
});

test("a contact that came along with a merged record gets another role, and is taken off", async () => {
  const keptId = await add({ kind: "company", name: "Hương Sen" });
  const goneId = await add({ kind: "company", name: "Công ty Hương Sen" });
  const contactId = await add({ kind: "person", name: "Lan" });
  const say = (companyId: string, role: string | null) =>
    people.change((tx) => changeContact(tx, { companyId, contactId, role, staffId: STAFF_ID }));
  await say(goneId, "Kế toán");
  await people.change(
    async (tx) => (await askToMerge(tx, { keptId, goneId, staffId: STAFF_ID })).events,
  );
  const roles = async () => {
    const linked = await people.read((tx) => listLinked(tx, { customerId: keptId, of: "company" }));
    return linked.map(({ role }) => role);
  };
  expect(await roles()).toEqual(["Kế toán"]);
  await say(keptId, "Thủ quỹ");
  expect(await roles()).toEqual(["Thủ quỹ"]);
  await say(keptId, null);
  expect(await roles()).toEqual([]);
  await expect(say(keptId, null)).rejects.toThrow("no contact");
});

test("the audit log is told of each link that a change of a contact changes", async () => {
  const keptId = await add({ kind: "company", name: "Hương Sen" });
  const goneId = await add({ kind: "company", name: "Công ty Hương Sen" });
  const contactId = await add({ kind: "person", name: "Lan" });
  const say = (companyId: string, role: string) => async (tx: TenantTransaction) =>
    changeContact(tx, { companyId, contactId, role, staffId: STAFF_ID });
  await people.change(say(keptId, "Kế toán"));
  await people.change(say(goneId, "Thủ quỹ"));
  await people.change(
    async (tx) => (await askToMerge(tx, { keptId, goneId, staffId: STAFF_ID })).events,
  );
  const tell = (role: string) =>
    people.read(async (tx) => {
      await say(keptId, role)(tx);
      return tx.noted.map(findDifference);
    });
  const changed = (before: string, after: string) => ({
    before: { role: before },
    after: { role: after },
  });
  // Whichever of the two links has the role already.
  expect(await tell("Kế toán")).toEqual([null, changed("Thủ quỹ", "Kế toán")]);
  expect(await tell("Kho")).toEqual([changed("Kế toán", "Kho"), changed("Kế toán", "Kho")]);
  expect(await tell("Kho")).toEqual([null, null]);
});
