import { uuidv7 } from "uuidv7";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import {
  askUntil,
  type EnrolledBox,
  openTestSite,
  type TestSite,
  type TestStaff,
} from "../../../test/open-test-site.ts";
import { NAS_ID } from "../../../test/test-box.ts";
import type { CustomerListReply } from "./schema.ts";

let site: TestSite;
let staff: TestStaff;
let box: EnrolledBox;
let other: EnrolledBox;

beforeAll(async () => {
  site = await openTestSite();
});
beforeEach(async () => {
  staff = await site.addOwner();
  box = await staff.addBox((await staff.addBranch({ name: "Hồ Gươm" })).id);
  other = await staff.addBox((await staff.addBranch({ name: "Tây Hồ" })).id);
});
afterAll(() => site?.close());

const EMAIL = "lan@example.com";
const PHONE = "+84912345678";

type Proof = { phone: string } | { email: string };

/** A guest of a box, who proves one thing after another. */
function guestOf(at: EnrolledBox, name: string) {
  const ids = { guestId: uuidv7(), deviceId: uuidv7() };
  const told = { ...ids, nasId: NAS_ID, language: "vi" as const, details: { name } };
  const registered = at.write("guest.registered", { ...told, termsVersion: 1 });
  return {
    ...ids,
    proves: (...proofs: Proof[]) => [
      registered,
      ...proofs.map((proof) => at.write("guest.verified", { ...ids, ...proof, method: "code" })),
    ],
  };
}

let lasts = 0;

/** Everybody, once a last guest is there who comes after the others: [name, phone]. */
async function listAll() {
  lasts += 1;
  const last = `Cuối ${lasts}`;
  await box.push(guestOf(box, last).proves({ phone: `+8499999${1000 + lasts}` }));
  const { customers } = await askUntil(
    () => staff.get<CustomerListReply>("/api/v1/customers"),
    (reply) => reply.customers.some(({ name }) => name === last),
  );
  return customers
    .filter(({ name }) => !name?.startsWith("Cuối"))
    .map(({ name, phone }) => [name, phone])
    .toSorted(([one], [other]) => String(one).localeCompare(String(other), "vi"));
}

test("an address verified at two branches, however it is written, is one customer", async () => {
  const here = guestOf(box, "Lan").proves({ email: EMAIL });
  await box.push([...here, ...here]);
  await other.push(guestOf(other, "Lan").proves({ email: "Lan@Example.com" }));
  expect(await listAll()).toEqual([["Lan", null]]);
});

test("an address that was only told joins nobody", async () => {
  const { events } = box.signIn({ phone: PHONE, name: "Minh" });
  const told = { nasId: NAS_ID, language: "vi" as const, termsVersion: 1 };
  const minh = events[1]?.payload as { guestId: string; deviceId: string };
  const { guestId, deviceId } = minh;
  const details = { email: EMAIL };
  await box.push([
    ...events,
    box.write("guest.registered", { guestId, deviceId, ...told, details }),
  ]);
  await other.push(guestOf(other, "Lan").proves({ email: EMAIL }));
  expect(await listAll()).toEqual([
    ["Lan", null],
    ["Minh", PHONE],
  ]);
});

test("a guest who proves both is one customer with both, in either order", async () => {
  await box.push(guestOf(box, "Lan").proves({ email: EMAIL }, { phone: PHONE }));
  await other.push(
    guestOf(other, "Minh").proves({ phone: "+84911111111" }, { email: "minh@example.com" }),
  );
  expect(await listAll()).toEqual([
    ["Lan", PHONE],
    ["Minh", "+84911111111"],
  ]);
});

test("who has a number and proves the address of a customer without one is one with them from then on", async () => {
  await box.push(guestOf(box, "Lan").proves({ email: EMAIL }));
  await listAll();
  await other.push(guestOf(other, "Lan Anh").proves({ phone: PHONE }, { email: EMAIL }));
  await listAll();
  await box.push(guestOf(box, "Lan thứ ba").proves({ email: EMAIL }));
  expect(await listAll()).toEqual([["Lan thứ ba", PHONE]]);
});

test("two customers with a number each are never made one by an address", async () => {
  await box.push(guestOf(box, "Lan").proves({ phone: PHONE }, { email: EMAIL }));
  await listAll();
  await other.push(guestOf(other, "Minh").proves({ phone: "+84911111111" }, { email: EMAIL }));
  await listAll();
  await box.push(guestOf(box, "Lan mới").proves({ email: EMAIL }));
  expect(await listAll()).toEqual([
    ["Lan mới", PHONE],
    ["Minh", "+84911111111"],
  ]);
});

test("nobody is made of an event whose address was erased", async () => {
  const ids = { guestId: uuidv7(), deviceId: uuidv7() };
  await box.push([box.write("guest.verified", { ...ids, method: "code" })]);
  expect(await listAll()).toEqual([]);
});
