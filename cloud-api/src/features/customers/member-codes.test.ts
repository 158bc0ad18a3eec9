import type { BranchSettings, KnownGuest } from "@foyer/contract";
import { uuidv7 } from "uuidv7";
import { expect, test } from "vitest";
import { askUntil, type EnrolledBox } from "../../../test/open-test-site.ts";
import { openTwoBranches } from "../../../test/open-two-branches.ts";
import { NAS_ID } from "../../../test/test-box.ts";

const PHONE = "+84912345678";
const HIDDEN = { salt: "AAECAwQFBgcICQoLDA0ODw==", hash: "0f".repeat(32) };

const company = openTwoBranches();

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
    () => company.other.pull({ settings: 99, guests }),
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
  const lan = company.box.signIn({ phone: PHONE, name: "Lan" });
  await company.box.push(lan.events);
  const before = await known(({ name }) => name === "Lan");
  expect(before.guest).not.toHaveProperty("memberCode");
  const when = new Date();
  const issued = issue(company.box, lan, { when });
  await company.box.push([issued]);
  const { guest } = await known(() => true, before.position);
  const { codeId: id } = issued.payload as { codeId: string };
  expect(guest.memberCode).toEqual({ id, ...HIDDEN, issuedAt: when.toISOString() });
});

test("of several the newest is told, in whatever order they come", async () => {
  const here = company.box.signIn({ phone: PHONE, name: "Lan" });
  const there = company.other.signIn({ phone: PHONE });
  const ids = [uuidv7(), uuidv7(), uuidv7()];
  const at = (minutes: number) => new Date(Date.now() - minutes * 60_000);
  await company.box.push([
    ...here.events,
    issue(company.box, here, { codeId: ids[1], when: at(2) }),
    issue(company.box, here, { codeId: ids[0], when: at(3) }),
  ]);
  await known(({ memberCode }) => memberCode?.id === ids[1]);
  await company.other.push([
    ...there.events,
    issue(company.other, there, { codeId: ids[2], when: at(1) }),
  ]);
  const told = await known(({ memberCode }) => memberCode?.id === ids[2]);
  expect(told.guest.guestIds).toHaveLength(2);
});

test("a code told of before its guest's number is theirs once that is", async () => {
  const lan = company.box.signIn({ phone: PHONE, name: "Lan" });
  const [seen, registered, verified] = lan.events;
  if (!seen || !registered || !verified) throw new Error("no sign-in");
  await company.box.push([seen, registered, issue(company.box, lan)]);
  await company.box.push([verified]);
  const { guest } = await known(({ memberCode }) => memberCode !== undefined);
  expect(guest.name).toBe("Lan");
});

test("a number proved by a member's code is the same customer's", async () => {
  const lan = company.box.signIn({ phone: PHONE, name: "Lan" });
  await company.box.push([...lan.events, issue(company.box, lan)]);
  const ids = { guestId: uuidv7(), deviceId: uuidv7() };
  const place = { ...ids, nasId: NAS_ID, language: "vi" as const, details: {}, termsVersion: 1 };
  await company.other.push([
    company.other.write("guest.registered", place),
    company.other.write("guest.verified", { ...ids, phone: PHONE, method: "member-code" }),
  ]);
  const { guest } = await known(({ guestIds }) => guestIds.length === 2);
  expect(guest).toMatchObject({ name: "Lan", memberCode: HIDDEN });
});

test("a number's new holder has no code of the one before", async () => {
  const lan = company.box.signIn({ phone: PHONE, name: "Lan" });
  await company.box.push([...lan.events, issue(company.box, lan)]);
  const before = await known(({ memberCode }) => memberCode !== undefined);
  const ids = { guestId: uuidv7(), deviceId: uuidv7() };
  const place = { ...ids, nasId: NAS_ID, language: "vi" as const, termsVersion: 1 };
  const proof = { phone: PHONE, method: "code", newHolder: true } as const;
  await company.box.push([
    company.box.write("guest.registered", { ...place, details: { name: "Minh" } }),
    company.box.write("guest.verified", { ...ids, ...proof }),
  ]);
  const { guest } = await known(({ name }) => name === "Minh", before.position);
  expect(guest).not.toHaveProperty("memberCode");
});

test("a guest who is forgotten has none, nor does a late or an emptied word bring one", async () => {
  const lan = company.box.signIn({ phone: PHONE, name: "Lan" });
  const { guestId, deviceId } = lan;
  const asked = { requestId: uuidv7(), guestId, deviceId, nasId: NAS_ID, language: "vi" as const };
  await company.box.push([
    ...lan.events,
    issue(company.box, lan),
    company.box.write("guest.deletion-requested", asked),
    issue(company.box, lan),
  ]);
  const minh = company.box.signIn({ phone: "+84912345679", name: "Minh" });
  await company.box.push([...minh.events, issue(company.box, minh, { isErased: true })]);
  const { guest } = await known(({ name }) => name === "Minh");
  expect(guest).not.toHaveProperty("memberCode");
  expect(await company.site.countPersonal(company.staff.tenantId, HIDDEN.hash)).toBe(0);
});

test("staff switch it on in the branch's settings, which boxes then hold", async () => {
  const path = `/api/v1/branches/${company.other.branchId}/settings`;
  const document = await company.staff.get<BranchSettings>(path);
  Object.assign(document.signIn, { member: { enabled: true }, order: ["member", "phone"] });
  expect((await company.staff.request("PUT", path, document)).status).toBe(200);
  const pulled = await company.other.pull({ settings: 0, guests: 0 });
  expect(pulled?.settings?.signIn).toMatchObject({
    ...{ member: { enabled: true }, order: ["member", "phone"] },
  });
});
