import type { BranchSettings, KnownGuest } from "@foyer/contract";
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

const PHONE = "+84912345678";
const HIDDEN = { salt: "AAECAwQFBgcICQoLDA0ODw==", hash: "0f".repeat(32) };

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

const issue = (
  at: EnrolledBox,
  { guestId, deviceId }: { guestId: string; deviceId: string },
  { codeId = uuidv7(), when = new Date(), isErased = false } = {},
) => {
  const hidden = isErased ? {} : HIDDEN;
  return at.write("member-code.issued", { guestId, deviceId, codeId, ...hidden }, when);
};

/** What a box is told of the only customer, from nothing or from a position. */
async function known(isRight: (guest: KnownGuest) => boolean, guests = 0) {
  const reply = await askUntil(
    () => other.pull({ settings: 99, guests }),
    (pulled) => {
      const [guest] = pulled?.knownGuests?.guests ?? [];
      return guest !== undefined && isRight(guest);
    },
  );
  const [guest] = reply?.knownGuests?.guests ?? [];
  if (!guest || !reply?.knownGuests) throw new Error("nobody is known");
  return { guest, position: reply.knownGuests.position };
}

test("a code given at one branch is news to the others, as its hash", async () => {
  const lan = box.signIn({ phone: PHONE, name: "Lan" });
  await box.push(lan.events);
  const before = await known(({ name }) => name === "Lan");
  expect(before.guest).not.toHaveProperty("memberCode");
  const when = new Date();
  const issued = issue(box, lan, { when });
  await box.push([issued]);
  const { guest } = await known(() => true, before.position);
  const { codeId: id } = issued.payload as { codeId: string };
  expect(guest.memberCode).toEqual({ id, ...HIDDEN, issuedAt: when.toISOString() });
});

test("of several the newest is told, in whatever order they come", async () => {
  const here = box.signIn({ phone: PHONE, name: "Lan" });
  const there = other.signIn({ phone: PHONE });
  const ids = [uuidv7(), uuidv7(), uuidv7()];
  const at = (minutes: number) => new Date(Date.now() - minutes * 60_000);
  await box.push([
    ...here.events,
    issue(box, here, { codeId: ids[1], when: at(2) }),
    issue(box, here, { codeId: ids[0], when: at(3) }),
  ]);
  await known(({ memberCode }) => memberCode?.id === ids[1]);
  await other.push([...there.events, issue(other, there, { codeId: ids[2], when: at(1) })]);
  const told = await known(({ memberCode }) => memberCode?.id === ids[2]);
  expect(told.guest.guestIds).toHaveLength(2);
});

test("a code told of before its guest's number is theirs once that is", async () => {
  const lan = box.signIn({ phone: PHONE, name: "Lan" });
  const [seen, registered, verified] = lan.events;
  if (!seen || !registered || !verified) throw new Error("no sign-in");
  await box.push([seen, registered, issue(box, lan)]);
  await box.push([verified]);
  const { guest } = await known(({ memberCode }) => memberCode !== undefined);
  expect(guest.name).toBe("Lan");
});

test("a number proved by a member's code is the same customer's", async () => {
  const lan = box.signIn({ phone: PHONE, name: "Lan" });
  await box.push([...lan.events, issue(box, lan)]);
  const ids = { guestId: uuidv7(), deviceId: uuidv7() };
  const place = { ...ids, nasId: NAS_ID, language: "vi" as const, details: {}, termsVersion: 1 };
  await other.push([
    other.write("guest.registered", place),
    other.write("guest.verified", { ...ids, phone: PHONE, method: "member-code" }),
  ]);
  const { guest } = await known(({ guestIds }) => guestIds.length === 2);
  expect(guest).toMatchObject({ name: "Lan", memberCode: HIDDEN });
});

test("a number's new holder has no code of the one before", async () => {
  const lan = box.signIn({ phone: PHONE, name: "Lan" });
  await box.push([...lan.events, issue(box, lan)]);
  const before = await known(({ memberCode }) => memberCode !== undefined);
  const ids = { guestId: uuidv7(), deviceId: uuidv7() };
  const place = { ...ids, nasId: NAS_ID, language: "vi" as const, termsVersion: 1 };
  const proof = { phone: PHONE, method: "code", newHolder: true } as const;
  await box.push([
    box.write("guest.registered", { ...place, details: { name: "Minh" } }),
    box.write("guest.verified", { ...ids, ...proof }),
  ]);
  const { guest } = await known(({ name }) => name === "Minh", before.position);
  expect(guest).not.toHaveProperty("memberCode");
});

test("a guest who is forgotten has none, nor does a late or an emptied word bring one", async () => {
  const lan = box.signIn({ phone: PHONE, name: "Lan" });
  const { guestId, deviceId } = lan;
  const asked = { requestId: uuidv7(), guestId, deviceId, nasId: NAS_ID, language: "vi" as const };
  await box.push([
    ...lan.events,
    issue(box, lan),
    box.write("guest.deletion-requested", asked),
    issue(box, lan),
  ]);
  const minh = box.signIn({ phone: "+84912345679", name: "Minh" });
  await box.push([...minh.events, issue(box, minh, { isErased: true })]);
  const { guest } = await known(({ name }) => name === "Minh");
  expect(guest).not.toHaveProperty("memberCode");
  expect(await site.countPersonal(staff.tenantId, HIDDEN.hash)).toBe(0);
});

test("staff switch it on in the branch's settings, which boxes then hold", async () => {
  const path = `/api/v1/branches/${other.branchId}/settings`;
  const document = await staff.get<BranchSettings>(path);
  Object.assign(document.signIn, { member: { enabled: true }, order: ["member", "phone"] });
  expect((await staff.request("PUT", path, document)).status).toBe(200);
  const pulled = await other.pull({ settings: 0, guests: 0 });
  expect(pulled?.settings?.signIn).toMatchObject({
    ...{ member: { enabled: true }, order: ["member", "phone"] },
  });
});
