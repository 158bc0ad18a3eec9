import { createHmac } from "node:crypto";
import type { BranchSettings, KnownGuests } from "@foyer/contract";
import { expect, test } from "vitest";
import { askUntil, type EnrolledBox } from "../../../test/open-test-site.ts";
import { openTwoBranches } from "../../../test/open-two-branches.ts";
import { NAS_ID } from "../../../test/test-box.ts";
import { newId } from "../../platform/clock.ts";

const HOUR = 3_600_000;
const PHONE = "+84912345678";

const company = openTwoBranches();

/** Pulls until the known guests are as they should be, from nothing or from a position. */
async function known(
  from: EnrolledBox,
  isRight: (known: KnownGuests) => boolean,
  guests = 0,
): Promise<KnownGuests> {
  const reply = await askUntil(
    () => from.pull({ settings: 99, guests }),
    (pulled) => pulled?.knownGuests != null && isRight(pulled.knownGuests),
  );
  if (!reply?.knownGuests) throw new Error("nobody is known");
  return reply.knownGuests;
}

const one = ({ guests }: KnownGuests) => guests.length === 1;

function visitOf(
  ids: { guestId: string; deviceId: string },
  { at, from = company.box }: { at: number; from?: EnrolledBox },
) {
  const startedAt = new Date(Date.now() - at * HOUR);
  const endedAt = new Date(startedAt.getTime() + HOUR / 2);
  return from.visit({ ...ids, startedAt, endedAt }).events;
}

test("a box learns of a guest it never met, by a keyed hash and not by the number", async () => {
  const { events, guestId, deviceId } = company.box.signIn({ phone: PHONE, name: "Lan" });
  await company.box.push([...events, ...visitOf({ guestId, deviceId }, { at: 5 })]);
  const told = await known(company.other, one);
  const phoneHash = createHmac("sha256", Buffer.from(told.key, "base64"))
    .update(PHONE)
    .digest("hex");
  expect(told).toMatchObject({
    complete: true,
    removed: [],
    guests: [{ phoneHash, guestIds: [guestId], name: "Lan", language: "vi", visits: 0 }],
  });
  expect(JSON.stringify(told)).not.toContain("912345678");
});

test("each branch has a key of its own, so that hashes of one are nothing at another", async () => {
  await company.box.push(company.box.signIn({ phone: PHONE, name: "Lan" }).events);
  const [here, there] = [await known(company.box, one), await known(company.other, one)];
  expect(here.key).not.toBe(there.key);
  expect(here.guests[0]?.phoneHash).not.toBe(there.guests[0]?.phoneHash);
  expect((await known(company.box, one)).key).toBe(here.key);
});

test("visits are those at the box's own branch, counted through the seq that is named with them", async () => {
  const here = company.box.signIn({ phone: PHONE, name: "Lan" });
  await company.box.push([
    ...here.events,
    ...visitOf(here, { at: 9 }),
    ...visitOf(here, { at: 7 }),
  ]);
  const there = company.other.signIn({ phone: PHONE });
  await company.other.push([...there.events, ...visitOf(there, { at: 5, from: company.other })]);
  const isCounted = (visits: number) => (told: KnownGuests) => told.guests[0]?.visits === visits;
  const at = await known(
    company.box,
    (told) => isCounted(2)(told) && told.guests[0]?.guestIds.length === 2,
  );
  expect(at.countedThrough).toEqual({ epoch: company.box.epoch, seq: 3 + 2 * 4 });
  const elsewhere = await known(company.other, isCounted(1));
  expect(elsewhere.countedThrough).toEqual({ epoch: company.other.epoch, seq: 3 + 4 });
});

test("visits to all branches are told, and as they happen to a branch whose pages are chosen by them", async () => {
  const lan = company.box.signIn({ phone: PHONE, name: "Lan" });
  await company.box.push([...lan.events, ...visitOf(lan, { at: 9 })]);
  const first = await known(company.other, ({ guests }) => guests[0]?.tenantVisits === 1);
  expect(first.guests[0]).toMatchObject({ visits: 0, tenantVisits: 1 });
  await company.box.push(visitOf(lan, { at: 5 }));
  await known(company.box, ({ guests }) => guests[0]?.visits === 2);
  const quiet = await company.other.pull({ settings: 99, guests: first.position });
  expect(quiet?.knownGuests ?? null).toBeNull();
  const path = `/api/v1/branches/${company.other.branchId}/settings`;
  const document = await company.staff.get<BranchSettings>(path);
  Object.assign(document.pages[0]?.when ?? {}, { tenantVisitNumbers: [1] });
  await company.staff.request("PUT", path, document);
  const delta = await known(company.other, () => true, first.position);
  expect(delta.guests[0]).toMatchObject({ visits: 0, tenantVisits: 2 });
});

test("settings that choose pages by visits elsewhere come with whoever was elsewhere since", async () => {
  const version = Number((await company.other.pull())?.settings?.version);
  const lan = company.box.signIn({ phone: PHONE, name: "Lan" });
  await company.box.push([...lan.events, ...visitOf(lan, { at: 9 })]);
  const first = await known(company.other, ({ guests }) => guests[0]?.tenantVisits === 1);
  await company.box.push(visitOf(lan, { at: 5 }));
  await known(company.box, ({ guests }) => guests[0]?.visits === 2);
  const path = `/api/v1/branches/${company.other.branchId}/settings`;
  const document = await company.staff.get<BranchSettings>(path);
  Object.assign(document.pages[0]?.when ?? {}, { tenantVisitNumbers: [1] });
  await company.staff.request("PUT", path, document);
  const held = { settings: version, guests: first.position };
  const told = await company.other.pull(held);
  expect(told?.settings?.version).toBeGreaterThan(version);
  expect(told?.knownGuests?.guests).toMatchObject([{ name: "Lan", tenantVisits: 2 }]);
});

test("an event that overtook the box's backlog counts none of what it overtook", async () => {
  const lan = company.box.signIn({ phone: PHONE, name: "Lan" });
  const backlog = visitOf(lan, { at: 3 });
  const place = {
    codeId: newId(),
    nasId: NAS_ID,
    contact: { kind: "phone", value: PHONE },
    sending: 1,
  } as const;
  const asked = company.box.write("code.requested", { ...place, language: "vi", channel: "none" });
  await company.box.push([...lan.events, asked]);
  expect((await known(company.box, one)).countedThrough).toEqual({
    epoch: company.box.epoch,
    seq: 3,
  });
  await company.box.push(backlog);
  const counted = await known(company.box, ({ guests }) => guests[0]?.visits === 1);
  expect(counted.countedThrough?.seq).toBe(backlog.at(-1)?.seq);
});

test("from a position on, only those who changed are told again", async () => {
  const lan = company.box.signIn({ phone: PHONE, name: "Lan" });
  await company.box.push([
    ...lan.events,
    ...company.box.signIn({ phone: "+84987654321", name: "Hùng" }).events,
  ]);
  const first = await known(company.box, ({ guests }) => guests.length === 2);
  const quiet = await company.box.pull({ settings: 99, guests: first.position });
  expect(quiet?.knownGuests ?? null).toBeNull();
  await company.box.push(visitOf(lan, { at: 1 }));
  const delta = await known(company.box, () => true, first.position);
  expect(delta).toMatchObject({ complete: false, guests: [{ name: "Lan", visits: 1 }] });
  expect(delta.position).toBeGreaterThan(first.position);
});

test("a box that is ahead of the log is told everything anew", async () => {
  await company.box.push(company.box.signIn({ phone: PHONE, name: "Lan" }).events);
  await known(company.box, one);
  expect(await known(company.box, one, 1_000_000)).toMatchObject({ complete: true });
});

test("a box that was told by a log that a restored cloud has lost is told everything anew, though the log is past it", async () => {
  await company.box.push(company.box.signIn({ phone: PHONE, name: "Lan" }).events);
  const { position: guests, mark } = await known(company.box, one);
  await company.box.push(company.box.signIn({ phone: "+84987654321", name: "Hùng" }).events);
  await known(company.box, () => true, guests);
  const tell = async (guestsMark?: string) =>
    (await company.box.pull({ settings: 99, guests, ...(guestsMark && { guestsMark }) }))
      ?.knownGuests;
  expect(await tell(mark)).toMatchObject({ complete: false, guests: [{ name: "Hùng" }] });
  expect(await tell()).toMatchObject({ complete: false });
  const anew = await tell(newId());
  expect(anew).toMatchObject({ complete: true, guests: [{ name: "Lan" }, { name: "Hùng" }] });
  expect(anew?.mark).not.toBe(mark);
  // One that has heard all, in a log where nothing has moved since.
  const { position, mark: last } = anew ?? {};
  const quiet = (guestsMark = newId()) =>
    company.box.pull({ settings: 99, guests: position ?? 0, guestsMark });
  expect((await quiet(last))?.knownGuests ?? null).toBeNull();
  expect((await quiet())?.knownGuests).toMatchObject({ complete: true });
});

test.each([
  ["whole", undefined],
  ["in pages", "start"],
])(
  "a box of a log that was lost, in one that stands where it does and has no guest, is told of nobody, %s",
  async (_, guestsPage) => {
    // What the company began with, which is no guest's, is still coming in.
    let { position } = await known(company.box, ({ guests }) => guests.length === 0);
    const askAsOther = async () => {
      const guests = position;
      const held = { settings: 99, guests, guestsMark: newId(), ...(guestsPage && { guestsPage }) };
      const told = (await company.box.pull(held))?.knownGuests ?? null;
      position = told?.position ?? guests;
      return position === guests ? told : null;
    };
    const told = await askUntil(askAsOther, (reply) => reply !== null);
    expect(told).toMatchObject({ complete: true, guests: [], mark: expect.any(String) });
  },
);

test("the guests of one tenant are never told to a box of another", async () => {
  await company.box.push(company.box.signIn({ phone: PHONE, name: "Lan" }).events);
  await known(company.box, one);
  const strangers = await company.site.addOwner("Other");
  const foreign = await strangers.addBox((await strangers.addBranch()).id);
  const pulled = await askUntil(
    () => foreign.pull(),
    (reply) => reply?.knownGuests != null,
  );
  expect(pulled?.knownGuests?.guests).toEqual([]);
});

test("a guest who has verified an address alone is told of by its keyed hash, which an older box can read", async () => {
  const email = "lan@example.com";
  const ids = { guestId: newId(), deviceId: newId() };
  const told = { ...ids, nasId: NAS_ID, language: "vi" as const, details: { name: "Lan" } };
  await company.box.push([
    company.box.write("guest.registered", { ...told, termsVersion: 1 }),
    company.box.write("guest.verified", { ...ids, email: "Lan@Example.com", method: "code" }),
  ]);
  const { key, guests } = await known(company.other, one);
  const hash = (text: string) =>
    createHmac("sha256", Buffer.from(key, "base64")).update(text).digest("hex");
  expect(guests).toMatchObject([
    { name: "Lan", guestIds: [ids.guestId], phoneHash: hash(email), emailHashes: [hash(email)] },
  ]);
  await company.box.push([
    company.box.write("guest.verified", { ...ids, phone: PHONE, method: "code" }),
  ]);
  const later = await known(company.other, (reply) => reply.guests[0]?.phoneHash === hash(PHONE));
  expect(later.guests).toMatchObject([{ name: "Lan", emailHashes: [hash(email)] }]);
});

test("a customer of two numbers, whom staff made one, is told of by both", async () => {
  const second = "+84987654321";
  const [first, again] = [PHONE, second].map((phone) => company.box.signIn({ phone, name: "Lan" }));
  await company.box.push([...(first?.events ?? []), ...(again?.events ?? [])]);
  const { guests } = await known(company.other, (reply) => reply.guests.length === 2);
  const idOf = (guestId = "") => guests.find((each) => each.guestIds.includes(guestId))?.customerId;
  const [keptId, goneId] = [idOf(first?.guestId), idOf(again?.guestId)];
  const asked = await company.staff.request("POST", "/api/v1/customer-merges", { keptId, goneId });
  expect(asked.status).toBe(202);
  const told = await known(company.other, (reply) => reply.guests[0]?.phoneHashes !== undefined);
  const hash = (text: string) =>
    createHmac("sha256", Buffer.from(told.key, "base64")).update(text).digest("hex");
  expect(told.guests).toMatchObject([
    { customerId: keptId, phoneHash: hash(PHONE), phoneHashes: [hash(second)] },
  ]);
});
