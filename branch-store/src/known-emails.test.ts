import { createHmac, randomBytes } from "node:crypto";
import type { KnownGuest, KnownGuests } from "@foyer/contract";
import { expect, test } from "vitest";
import { MAC, NAS, OTHER_MAC, openTestStore, PHONE, see, type TestStore } from "../test/store.ts";
import {
  applyKnownGuests,
  eraseGuest,
  findGuestMarks,
  findKnownGuestByEmail,
  findKnownGuestByPhone,
  signInGuest,
} from "./index.ts";

const KEY = randomBytes(32);
const EMAIL = "lan@example.com";
const VIP = "01990000-0000-7000-8000-0000000000f1";
const LAN = "01990000-0000-7000-8000-0000000000c1";
const hash = (text: string) => createHmac("sha256", KEY).update(text).digest("hex");

/** Lan, who has verified an address and no number. */
const lan = (change: Partial<KnownGuest> = {}): KnownGuest => ({
  ...{ customerId: LAN, phoneHash: hash(EMAIL), emailHashes: [hash(EMAIL)], guestIds: [] },
  ...{ name: "Lan", language: "vi", visits: 3, groups: [VIP], ...change },
});

function tell(
  store: TestStore,
  guests: KnownGuest[],
  {
    position = 1,
    complete = false,
    removed = [] as string[],
    fill = undefined as KnownGuests["fill"],
  } = {},
): void {
  const key = KEY.toString("base64");
  const told = { position, complete, key, guests, removed, ...(fill ? { fill } : {}) };
  store.transaction((tx) => applyKnownGuests(tx, { ...told, countedThrough: null }));
}

function signInByEmail(store: TestStore, { email = EMAIL, mac = MAC } = {}) {
  const device = see(store, mac);
  const guest = store.transaction((tx) =>
    signInGuest(tx, {
      ...{ deviceId: device.id, nasId: NAS, language: "vi", details: {}, termsVersion: 1 },
      ...{ phone: null, email, proved: true },
    }),
  );
  return { guest, device };
}

const isKnown = (store: TestStore, email = EMAIL) =>
  store.read((tx) => findKnownGuestByEmail(tx, email)) !== null;

test("a guest who proves an address that the cloud knows has their name and their marks", () => {
  const store = openTestStore();
  tell(store, [lan()]);
  const { guest } = signInByEmail(store);
  expect(guest.name).toBe("Lan");
  expect(store.read((tx) => findGuestMarks(tx, guest.id)).groups).toEqual([VIP]);
  const stranger = signInByEmail(store, { email: "minh@example.com", mac: OTHER_MAC });
  expect(stranger.guest.name).toBeNull();
});

test("a customer with a number is known by each of their addresses as well", () => {
  const store = openTestStore();
  const emailHashes = [EMAIL, "lan@work.example"].map(hash);
  tell(store, [lan({ phoneHash: hash(PHONE), emailHashes })]);
  for (const email of [EMAIL, "lan@work.example"]) expect(isKnown(store, email)).toBe(true);
});

test("an address that has moved to another customer is the newest one's", () => {
  const store = openTestStore();
  tell(store, [lan()]);
  const minh = { customerId: VIP, name: "Minh", phoneHash: hash(PHONE) };
  tell(store, [lan(minh)], { position: 2 });
  expect(store.read((tx) => findKnownGuestByEmail(tx, EMAIL))?.name).toBe("Minh");
});

test("an address that the cloud takes back, one by one or all at once, is nobody's", () => {
  const store = openTestStore();
  const held = () => store.read((tx) => tx.sql("select * from known_emails").all());
  tell(store, [lan()]);
  tell(store, [], { position: 2, removed: [LAN] });
  expect([isKnown(store), held()]).toEqual([false, []]);
  tell(store, [lan()], { position: 3 });
  tell(store, [], { position: 4, complete: true });
  expect([isKnown(store), held()]).toEqual([false, []]);
  tell(store, [lan()], { position: 5 });
  tell(store, [lan({ phoneHash: hash(PHONE), emailHashes: [] })], { position: 6 });
  expect([isKnown(store), held()]).toEqual([false, []]);
});

test("while all are told anew, page by page, addresses, further numbers and codes told before serve", () => {
  const store = openTestStore();
  const second = "+84987654321";
  const salt = randomBytes(16).toString("base64");
  const issuedAt = "2026-03-01T02:00:00.000Z";
  const memberCode = { id: VIP, salt, hash: hash("1234"), issuedAt };
  tell(store, [lan({ phoneHash: hash(PHONE), phoneHashes: [hash(second)], memberCode })]);
  const count = (table: string) =>
    store.read((tx) => (tx.sql(`select * from ${table}`).all() as unknown[]).length);
  const held = () => [count("known_emails"), count("known_member_codes")];
  const page = (first: boolean, next: string | null) => ({
    ...{ complete: true, position: 2, fill: { first, next } },
  });
  const minh = { customerId: VIP, name: "Minh", phoneHash: hash("+84911111111"), emailHashes: [] };
  tell(store, [lan(minh)], page(true, "more"));
  expect([isKnown(store), ...held()]).toEqual([true, 2, 1]);
  expect(store.read((tx) => findKnownGuestByPhone(tx, second))?.name).toBe("Lan");
  tell(store, [], page(false, null));
  expect([isKnown(store), ...held()]).toEqual([false, 0, 0]);
});

test("a cloud of an older release, which tells of no addresses, is understood", () => {
  const store = openTestStore();
  const { emailHashes: _, ...older } = lan({ phoneHash: hash(PHONE) });
  tell(store, [older]);
  expect(isKnown(store)).toBe(false);
  expect(signInByEmail(store).guest.name).toBeNull();
});

test("whoever was forgotten here is no known guest by their address, until the cloud forgets them too", () => {
  const store = openTestStore();
  tell(store, [lan()]);
  const { guest, device } = signInByEmail(store);
  const request = { guestId: guest.id, deviceId: device.id, nasId: NAS, language: "vi" as const };
  store.transaction((tx) => eraseGuest(tx, request));
  expect(isKnown(store)).toBe(false);
  tell(store, [lan()], { position: 2 });
  expect(isKnown(store)).toBe(false);
  expect(signInByEmail(store, { mac: OTHER_MAC }).guest.name).toBeNull();
});

test("a customer of several numbers is known by each of them, until the cloud takes one back", () => {
  const store = openTestStore();
  const second = "+84987654321";
  const nameOf = (phone: string) =>
    store.read((tx) => findKnownGuestByPhone(tx, phone))?.name ?? null;
  const both = lan({ phoneHash: hash(PHONE), phoneHashes: [hash(second)], emailHashes: [] });
  tell(store, [both]);
  expect([PHONE, second].map(nameOf)).toEqual(["Lan", "Lan"]);
  tell(store, [lan({ phoneHash: hash(PHONE) })], { position: 2 });
  expect([PHONE, second].map(nameOf)).toEqual(["Lan", null]);
  tell(store, [both], { position: 3 });
  tell(store, [lan({ customerId: VIP, name: "Minh", phoneHash: hash(second) })], { position: 4 });
  expect([PHONE, second].map(nameOf)).toEqual(["Lan", "Minh"]);
  tell(store, [], { position: 5, removed: [LAN, VIP] });
  expect([PHONE, second].map(nameOf)).toEqual([null, null]);
});

test("whoever was forgotten here by their second number is known by neither", () => {
  const store = openTestStore();
  const both = () =>
    tell(store, [lan({ phoneHash: hash("+84987654321"), phoneHashes: [hash(PHONE)] })]);
  both();
  const device = see(store, MAC);
  const guest = store.transaction((tx) =>
    signInGuest(tx, {
      ...{ deviceId: device.id, nasId: NAS, language: "vi", details: {}, termsVersion: 1 },
      ...{ phone: PHONE, proved: true },
    }),
  );
  expect(guest.name).toBe("Lan");
  const request = { guestId: guest.id, deviceId: device.id, nasId: NAS, language: "vi" as const };
  store.transaction((tx) => eraseGuest(tx, request));
  const held = () => store.read((tx) => tx.sql("select * from known_guests").all());
  expect(held()).toEqual([]);
  both();
  expect(held()).toEqual([]);
});
