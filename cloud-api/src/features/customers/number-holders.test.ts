import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import {
  askUntil,
  type EnrolledBox,
  openTestSite,
  type TestSite,
  type TestStaff,
} from "../../../test/open-test-site.ts";
import type { CustomerListReply } from "./schema.ts";

let site: TestSite;
let staff: TestStaff;
let box: EnrolledBox;

beforeAll(async () => {
  site = await openTestSite();
});
beforeEach(async () => {
  staff = await site.addOwner();
  box = await staff.addBox((await staff.addBranch({ name: "Hồ Gươm" })).id);
});
afterAll(() => site?.close());

const phone = "+84912345678";
const day = (date: string) => new Date(`${date}T02:00:00Z`);

/** A guest who says that the number was somebody else's before. */
function takeOver(name: string, at: Date) {
  const { events, ...ids } = box.signIn({ phone, name, at });
  const changed = events.map((event) =>
    event.type === "guest.verified"
      ? { ...event, payload: { ...event.payload, newHolder: true as const } }
      : event,
  );
  return { events: changed, ...ids };
}

async function whoHas(count: number): Promise<Record<string, string | null>> {
  const { customers } = await askUntil(
    () => staff.get<CustomerListReply>("/api/v1/customers"),
    ({ total }) => total === count,
  );
  return Object.fromEntries(customers.map(({ name, phone: number }) => [name, number]));
}

test("a number that passed to somebody else is the new customer's, and the old one stays without it", async () => {
  const lan = box.signIn({ phone, name: "Lan", at: day("2025-01-01") });
  const minh = takeOver("Minh", day("2026-01-01"));
  await box.push(lan.events);
  await box.push(minh.events);
  await box.push(minh.events);
  expect(await whoHas(2)).toEqual({ Lan: null, Minh: phone });
  const again = box.signIn({ phone, name: "Minh", at: day("2026-02-01") });
  const end = box.signIn({ phone: "+84999999999", name: "Cuối" });
  await box.push([...again.events, ...end.events]);
  expect(await whoHas(3)).toEqual({ Lan: null, Minh: phone, Cuối: "+84999999999" });
});

test("told in the other order, the sign-in before it is the former holder's all the same", async () => {
  const lan = box.signIn({ phone, name: "Lan", at: day("2025-01-01") });
  const lanElsewhere = box.signIn({ phone, name: "Lan", at: day("2025-06-01") });
  await box.push(takeOver("Minh", day("2026-01-01")).events);
  await box.push([...lan.events, ...lanElsewhere.events]);
  expect(await whoHas(2)).toEqual({ Lan: null, Minh: phone });
});

test("boxes hear when a customer was seen last, and forget the former holder's number", async () => {
  const known = (name: string) =>
    askUntil(
      async () => (await box.pull())?.knownGuests?.guests ?? [],
      (guests) => guests.some((guest) => guest.name === name),
    );
  await box.push(box.signIn({ phone, name: "Lan", at: day("2025-01-01") }).events);
  expect(await known("Lan")).toMatchObject([{ name: "Lan", lastSeenOn: "2025-01-01" }]);
  await box.push(takeOver("Minh", day("2026-01-01")).events);
  expect((await known("Minh")).map(({ name }) => name)).toEqual(["Minh"]);
});
