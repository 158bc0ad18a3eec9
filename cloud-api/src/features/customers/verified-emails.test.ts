import { uuidv7 } from "uuidv7";
import { expect, test } from "vitest";
import { askUntil, type EnrolledBox } from "../../../test/open-test-site.ts";
import { openTwoBranches } from "../../../test/open-two-branches.ts";
import { NAS_ID } from "../../../test/test-box.ts";
import type { CustomerListReply } from "./schema.ts";

const place = openTwoBranches();

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
  await place.box.push(guestOf(place.box, last).proves({ phone: `+8499999${1000 + lasts}` }));
  const { customers } = await askUntil(
    () => place.staff.get<CustomerListReply>("/api/v1/customers"),
    (reply) => reply.customers.some(({ name }) => name === last),
  );
  return customers
    .filter(({ name }) => !name?.startsWith("Cuối"))
    .map(({ name, phone }) => [name, phone])
    .toSorted(([one], [other]) => String(one).localeCompare(String(other), "vi"));
}

test("an address verified at two branches, however it is written, is one customer", async () => {
  const here = guestOf(place.box, "Lan").proves({ email: EMAIL });
  await place.box.push([...here, ...here]);
  await place.other.push(guestOf(place.other, "Lan").proves({ email: "Lan@Example.com" }));
  expect(await listAll()).toEqual([["Lan", null]]);
});

test("an address that was only told joins nobody", async () => {
  const { events } = place.box.signIn({ phone: PHONE, name: "Minh" });
  const told = { nasId: NAS_ID, language: "vi" as const, termsVersion: 1 };
  const minh = events[1]?.payload as { guestId: string; deviceId: string };
  const { guestId, deviceId } = minh;
  const details = { email: EMAIL };
  await place.box.push([
    ...events,
    place.box.write("guest.registered", { guestId, deviceId, ...told, details }),
  ]);
  await place.other.push(guestOf(place.other, "Lan").proves({ email: EMAIL }));
  expect(await listAll()).toEqual([
    ["Lan", null],
    ["Minh", PHONE],
  ]);
});

test("a guest who proves both is one customer with both, in either order", async () => {
  await place.box.push(guestOf(place.box, "Lan").proves({ email: EMAIL }, { phone: PHONE }));
  await place.other.push(
    guestOf(place.other, "Minh").proves({ phone: "+84911111111" }, { email: "minh@example.com" }),
  );
  expect(await listAll()).toEqual([
    ["Lan", PHONE],
    ["Minh", "+84911111111"],
  ]);
});

test("who has a number and proves the address of a customer without one is one with them from then on", async () => {
  await place.box.push(guestOf(place.box, "Lan").proves({ email: EMAIL }));
  await listAll();
  await place.other.push(
    guestOf(place.other, "Lan Anh").proves({ phone: PHONE }, { email: EMAIL }),
  );
  await listAll();
  await place.box.push(guestOf(place.box, "Lan thứ ba").proves({ email: EMAIL }));
  expect(await listAll()).toEqual([["Lan thứ ba", PHONE]]);
});

test("two customers with a number each are never made one by an address", async () => {
  await place.box.push(guestOf(place.box, "Lan").proves({ phone: PHONE }, { email: EMAIL }));
  await listAll();
  await place.other.push(
    guestOf(place.other, "Minh").proves({ phone: "+84911111111" }, { email: EMAIL }),
  );
  await listAll();
  await place.box.push(guestOf(place.box, "Lan mới").proves({ email: EMAIL }));
  expect(await listAll()).toEqual([
    ["Lan mới", PHONE],
    ["Minh", "+84911111111"],
  ]);
});

test("nobody is made of an event whose address was erased", async () => {
  const ids = { guestId: uuidv7(), deviceId: uuidv7() };
  await place.box.push([place.box.write("guest.verified", { ...ids, method: "code" })]);
  expect(await listAll()).toEqual([]);
});
