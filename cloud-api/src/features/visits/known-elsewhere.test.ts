import { createHmac } from "node:crypto";
import { BOX_API, type GuestAnswers, type KnownGuest, type KnownGuests } from "@foyer/contract";
import { uuidv7 } from "uuidv7";
import { describe, expect, test } from "vitest";
import { askUntil, type EnrolledBox } from "../../../test/open-test-site.ts";
import { openTwoBranches } from "../../../test/open-two-branches.ts";
import { NAS_ID } from "../../../test/test-box.ts";
import { newId } from "../../platform/clock.ts";
import type { CustomerListReply } from "../customers/index.ts";

const HOUR = 3_600_000;
const PHONE = "+84912345678";
const MAC = "00-5E-00-53-00-01";
const MINH_EMAIL = "minh@example.com";

const company = openTwoBranches();

/** Pulls in pages until what was told last is as it should be. */
async function told(
  from: EnrolledBox,
  isRight: (known: KnownGuests) => boolean,
  { guests = 0, guestsPage = "start" } = {},
): Promise<KnownGuests> {
  const reply = await askUntil(
    () => from.pull({ settings: 99, guests, guestsPage }),
    (pulled) => pulled?.knownGuests != null && isRight(pulled.knownGuests),
  );
  if (!reply?.knownGuests) throw new Error("nobody is known");
  return reply.knownGuests;
}

const hashOf = (text: string, { key }: { key: string }) =>
  createHmac("sha256", Buffer.from(key, "base64")).update(text).digest("hex");

type Ids = { guestId: string; deviceId: string };

function agree({ guestId, deviceId }: Ids, purpose: "profiling" | "terms", given = true) {
  const evidence = { guestId, deviceId, nasId: NAS_ID, purpose, textVersion: 1 } as const;
  return company.box.write(given ? "consent.given" : "consent.withdrawn", {
    ...{ ...evidence, consentId: uuidv7(), textSha256: "0".repeat(64) },
    ...{ language: "vi", method: "portal" },
  });
}

/** Lan signs in at the first branch, agrees to a profile and is online for half an hour. */
async function addLan({ purposes = ["terms", "profiling"] as const, mac = MAC } = {}) {
  const lan = company.box.signIn({ phone: PHONE, name: "Lan", mac });
  const startedAt = new Date(company.site.now().getTime() - 2 * HOUR);
  const visit = { ...lan, startedAt, endedAt: new Date(startedAt.getTime() + HOUR / 2) };
  const agreed = purposes.map((purpose) => agree(lan, purpose));
  await company.box.push([...lan.events, ...agreed, ...company.box.visit(visit).events]);
  return lan;
}

const tokensOf = ({ guests }: KnownGuests) => guests.flatMap(({ tokens = [] }) => tokens);
const devicesOf = ({ guests }: KnownGuests) => guests.flatMap(({ devices = [] }) => devices);
const customers = () => company.staff.get<CustomerListReply>("/api/v1/customers");

describe("a box of another branch", () => {
  test("knows a guest's device by a keyed hash, with the day it was proved, once they agreed to a profile", async () => {
    const lan = await addLan();
    const known = await told(company.other, (all) => devicesOf(all).length === 1);
    const [guest] = known.guests;
    expect(guest).toMatchObject({
      ...{ name: "Lan", consents: ["profiling", "terms"], guestIds: [lan.guestId] },
      devices: [{ macHash: hashOf(MAC, known), randomised: false }],
    });
    expect(JSON.stringify(known)).not.toContain(MAC);
    await company.box.push([agree(lan, "profiling", false)]);
    const delta = await told(company.other, ({ guests }) => guests[0]?.consents?.length === 1, {
      guests: known.position,
    });
    expect(delta.guests).toMatchObject([{ consents: ["terms"], devices: [] }]);
  });

  test("knows a guest's browser by a keyed hash of what it keeps, until its device is another guest's", async () => {
    const tokenHash = "3f".repeat(32);
    const lan = await addLan();
    const issued = company.box.write("device.token-issued", { deviceId: lan.deviceId, tokenHash });
    const { position } = await told(company.other, (all) => devicesOf(all).length === 1);
    await company.box.push([issued]);
    const known = await told(company.other, (all) => tokensOf(all).length === 1, {
      guests: position,
    });
    expect(tokensOf(known)).toMatchObject([{ tokenHash: hashOf(tokenHash, known) }]);
    expect(JSON.stringify(known)).not.toContain(tokenHash);
    // Twice, and of a device nobody knows: no more than once, and nobody's.
    await company.box.push([
      ...[company.box.write("device.token-issued", { deviceId: lan.deviceId, tokenHash })],
      company.box.write("device.token-issued", { deviceId: uuidv7(), tokenHash: "4f".repeat(32) }),
    ]);
    const hung = company.box.signIn({ phone: "+84912000009", name: "Hùng" });
    const startedAt = new Date(company.site.now().getTime() - HOUR / 4);
    const visit = { ...hung, deviceId: lan.deviceId, startedAt, endedAt: company.site.now() };
    await company.box.push([
      ...hung.events,
      agree(hung, "profiling"),
      ...company.box.visit(visit).events,
    ]);
    const later = await told(company.other, ({ guests }) =>
      guests.some(({ name, tokens = [] }) => name === "Hùng" && tokens.length === 1),
    );
    expect(later.guests.find(({ name }) => name === "Lan")).toMatchObject({ tokens: [] });
  });

  test("is told of no device of a guest who agreed to the terms alone", async () => {
    await addLan({ purposes: ["terms"] as never });
    const { guests } = await told(company.other, (all) => all.guests[0]?.consents?.length === 1);
    expect(guests).toMatchObject([{ name: "Lan", devices: [] }]);
  });

  test("has its own guest joined to the customer it recognised, with all their visits", async () => {
    await addLan();
    const known = await told(company.other, (all) => devicesOf(all).length === 1);
    const place = { guestId: uuidv7(), deviceId: uuidv7() };
    const { customerId = "" } = known.guests[0] ?? {};
    const recognised = { ...place, customerId, nasId: NAS_ID, proof: "signed-hand-off" } as const;
    const visit = {
      ...place,
      startedAt: new Date(company.site.now().getTime() - HOUR),
      endedAt: null,
    };
    await company.other.push([
      ...company.other.visit(visit).events,
      company.other.write("guest.recognised", recognised),
    ]);
    const delta = await told(
      company.other,
      ({ guests }) => guests[0]?.guestIds.length === 2 && guests[0].visits === 1,
      { guests: known.position },
    );
    expect(delta.guests[0]?.guestIds).toContain(place.guestId);
    const { total, customers: list } = await customers();
    expect({ total, visits: list[0]?.visits }).toEqual({ total: 1, visits: 2 });
  });

  test("hears to forget a guest it recognised after the customer was forgotten", async () => {
    const lan = await addLan();
    const known = await told(company.other, (all) => devicesOf(all).length === 1);
    const asked = { requestId: uuidv7(), ...{ guestId: lan.guestId, deviceId: lan.deviceId } };
    await company.box.push([
      company.box.write("guest.deletion-requested", { ...asked, nasId: NAS_ID, language: "vi" }),
    ]);
    const gone = await told(company.other, ({ removed }) => removed.length === 1, {
      guests: known.position,
    });
    const { customerId = "" } = known.guests[0] ?? {};
    expect(gone.removed).toEqual([customerId]);
    const place = { guestId: uuidv7(), deviceId: uuidv7(), nasId: NAS_ID };
    await company.other.push([
      company.other.write("guest.recognised", { ...place, customerId, proof: "network" }),
    ]);
    const late = await told(company.other, ({ erasedGuestIds = [] }) => erasedGuestIds.length > 0, {
      guests: gone.position,
    });
    expect(late.erasedGuestIds).toEqual([place.guestId]);
  });

  test("hears that a customer has no number any more, whom it could not find by it", async () => {
    const lan = await addLan();
    const known = await told(company.other, (all) => devicesOf(all).length === 1);
    const next = company.other.signIn({ phone: PHONE, name: "Hùng" });
    const events = next.events.map((event) =>
      event.type === "guest.verified"
        ? { ...event, payload: { ...event.payload, newHolder: true } }
        : event,
    );
    await company.other.push(events);
    const delta = await told(company.other, ({ removed }) => removed.length === 1, {
      guests: known.position,
    });
    expect(delta.guests.map(({ name }) => name)).toEqual(["Hùng"]);
    expect(delta.removed).toEqual([
      known.guests.find(({ guestIds }) => guestIds[0] === lan.guestId)?.customerId,
    ]);
  });
});

/** Minh signs in at the first branch by an address, and has no number. */
async function addMinh() {
  const ids = { guestId: uuidv7(), deviceId: uuidv7() };
  const minh = { ...ids, nasId: NAS_ID, language: "vi" as const, details: { name: "Minh" } };
  await company.box.push([
    company.box.write("guest.registered", { ...minh, termsVersion: 1 }),
    company.box.write("guest.verified", { ...ids, email: MINH_EMAIL, method: "code" }),
  ]);
  return { ids, minh };
}

test("a guest who has verified an address alone comes with a page of all, and is no one to forget", async () => {
  const { ids, minh } = await addMinh();
  const known = await told(company.other, ({ guests }) => guests.length === 1);
  const emailHashes = [hashOf(MINH_EMAIL, known)];
  expect(known.fill).toEqual({ first: true, next: null });
  expect(known.guests).toMatchObject([{ name: "Minh", emailHashes, guestIds: [ids.guestId] }]);
  const renamed = { ...minh, details: { name: "Minh Anh" }, termsVersion: 1 };
  await company.box.push([company.box.write("guest.registered", renamed)]);
  const delta = await told(company.other, () => true, { guests: known.position });
  expect(delta).toMatchObject({ complete: false, guests: [{ emailHashes }], removed: [] });
});

describe("all guests of a tenant", () => {
  const seenAt = (each: number) =>
    new Date(company.site.startedAt.getTime() - (each + 1) * 24 * HOUR);
  async function addGuests(count: number) {
    for (let each = 0; each < count; each += 1) {
      const at = seenAt(each);
      const guest = company.box.signIn({ phone: `+8490000000${each}`, name: `Guest ${each}`, at });
      await company.box.push(guest.events);
    }
    await askUntil(customers, ({ total }) => total === count);
  }
  const limit = async (knownGuestsMax: number) => {
    const path = `/api/v1/branches/${company.other.branchId}/settings`;
    const { version: _version, ...document } = await company.staff.get<{ version: number }>(path);
    const answer = await company.staff.request("PUT", path, { ...document, knownGuestsMax });
    expect(answer.status).toBe(200);
  };

  test("come those seen last first, as many as the branch's boxes may hold", async () => {
    await addGuests(4);
    await limit(3);
    const { guests, complete, fill } = await told(company.other, (all) => all.guests.length === 3);
    expect(guests.map(({ name }: KnownGuest) => name)).toEqual(["Guest 0", "Guest 1", "Guest 2"]);
    expect({ complete, fill }).toEqual({ complete: true, fill: { first: true, next: null } });
  });

  test("go on from the page before, and begin anew from one that nobody named", async () => {
    await addGuests(4);
    await limit(3);
    const { position, mark, guests } = await told(company.other, (all) => all.guests.length === 3);
    const after = `2.${seenAt(1).getTime()}.${guests[1]?.customerId}`;
    const guestsPage = `${position}.${after}`;
    const page = await told(company.other, () => true, { guestsPage });
    expect(page.guests.map(({ name }) => name)).toEqual(["Guest 2"]);
    expect(page).toMatchObject({ position, fill: { first: false, next: null } });
    const anew = await told(company.other, () => true, { guestsPage: "nonsense" });
    expect(anew.guests.map(({ name }) => name)).toEqual(guests.map(({ name }) => name));
    // Of a log that a restored cloud has lost: it is not as far, or has another event there.
    for (const lost of [`${position + 1000}.${after}`, `${position}.${after}.${newId()}`]) {
      const begun = await told(company.other, () => true, { guestsPage: lost });
      expect(begun.fill?.first).toBe(true);
    }
    const whole = { guestsPage: `${position}.${after}.${mark}` };
    expect((await told(company.other, () => true, whole)).fill?.first).toBe(false);
  });
});

describe("a question about a guest whom the box does not know", () => {
  const ask = async (from: EnrolledBox, questions: object[]) => {
    const { status, body } = await from.call(BOX_API.guestQuestions, { questions });
    expect(status).toBe(200);
    return body as GuestAnswers;
  };

  test("is answered with who has that number or device, and with nobody for all others", async () => {
    await addLan();
    const known = await told(
      company.other,
      (all) => devicesOf(all).length === 1 && all.guests[0]?.tenantVisits === 1,
    );
    for (const question of [{ phone: PHONE }, { mac: MAC }]) {
      const answers = await ask(company.other, [question]);
      const { position, ...rest } = answers;
      expect(rest).toEqual({ key: known.key, guests: known.guests });
      expect(position).toBeGreaterThanOrEqual(known.position);
    }
    const nobody = [{ phone: "+84999999999" }, { mac: "00-5E-00-53-00-99" }];
    expect((await ask(company.other, nobody)).guests).toEqual([]);
  });

  test("is answered with who has verified an address, and with nobody for any other", async () => {
    const { ids } = await addMinh();
    const known = await told(company.other, ({ guests }) => guests.length === 1);
    const { guests } = await ask(company.other, [{ email: MINH_EMAIL }]);
    const emailHashes = [hashOf(MINH_EMAIL, known)];
    expect(guests).toMatchObject([{ name: "Minh", emailHashes, guestIds: [ids.guestId] }]);
    expect((await ask(company.other, [{ email: "lan@example.com" }])).guests).toEqual([]);
  });

  test("is answered as often as guests come, and not to whoever tries out numbers", async () => {
    const some = (at: number) =>
      Array.from({ length: 50 }, (_, each) => ({ phone: `+8490${at * 50 + each + 1_000_000}` }));
    const statuses: number[] = [];
    for (let at = 0; at < 16; at += 1)
      statuses.push(
        (await company.box.call(BOX_API.guestQuestions, { questions: some(at) })).status,
      );
    expect(statuses.filter((status) => status === 200).length).toBeGreaterThanOrEqual(12);
    expect(statuses.at(-1)).toBe(429);
    expect((await ask(company.other, [{ phone: PHONE }])).guests).toEqual([]);
  });

  test("is never answered with a guest of another tenant, and one of nonsense is refused", async () => {
    await addLan();
    await told(company.other, (all) => devicesOf(all).length === 1);
    const strangers = await company.site.addOwner("Other");
    const foreign = await strangers.addBox((await strangers.addBranch()).id);
    expect((await ask(foreign, [{ phone: PHONE }, { mac: MAC }])).guests).toEqual([]);
    const email = "a".repeat(300);
    for (const questions of [[], [{ phone: "Lan" }], [{ mac: MAC, phone: PHONE }], [{ email }]])
      expect((await company.other.call(BOX_API.guestQuestions, { questions })).status).toBe(400);
  });
});
