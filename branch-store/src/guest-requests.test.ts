import { createHmac, randomBytes } from "node:crypto";
import { readEvent } from "@foyer/contract";
import { describe, expect, test } from "vitest";
import { openRows } from "../test/open-rows.ts";
import { MAC, NAS, openTestStore, PHONE, POLICY, signIn, type TestStore } from "../test/store.ts";
import {
  addGuestDetails,
  applyKnownGuests,
  applySettings,
  countCodeMessages,
  createCode,
  eraseGuest,
  findCredential,
  findDevice,
  findDeviceByToken,
  findGuest,
  findGuestByPhone,
  findKnownGuestByPhone,
  findPendingCode,
  findSettings,
  findTicket,
  giveConsent,
  handOverEvents,
  issueCredential,
  issueDeviceToken,
  issueTicket,
  linkDevice,
  listConsents,
  listDueDisconnects,
  noteCodeMessage,
  openBranchStore,
  requestCopy,
  startSession,
} from "./index.ts";

const KEY = randomBytes(32);
const CUSTOMER = "01990000-0000-7000-8000-0000000000c1";

/** Lan, with all that a box can hold of somebody. */
function registerLan(store: TestStore) {
  const { device, guest } = signIn(store);
  const place = { deviceId: device.id, nasId: NAS, language: "vi" } as const;
  const lan = store.transaction((tx) => {
    const details = { name: "Lan", email: "lan@example.test", birthday: "--02-29" };
    const told = { ...details, own: { "own.pet": "Bống" } };
    addGuestDetails(tx, { ...place, guestId: guest.id, details: told, termsVersion: 1 });
    for (const purpose of ["terms", "marketing"] as const)
      giveConsent(tx, {
        ...{ ...place, guestId: guest.id, purpose, textVersion: 1, textSha256: "a".repeat(64) },
        ip: "10.10.0.92",
      });
    const token = issueDeviceToken(tx, device.id);
    const credential = issueCredential(tx, { deviceId: device.id, guestId: guest.id });
    const code = createCode(tx, {
      ...{
        nasId: NAS,
        mac: MAC,
        contact: { kind: "phone", value: PHONE },
        language: "vi",
        secret: "SECRET",
      },
      ...{ codeSeconds: 300, terms: null },
    });
    noteCodeMessage(tx, { codeId: code.id, channel: "outbox" });
    const right = { deviceId: device.id, guestId: guest.id, policyId: POLICY };
    const ticket = issueTicket(tx, { ...right, nasId: NAS, mac: MAC, method: "phone-code" });
    startSession(tx, {
      ...{ nasId: NAS, acctSessionId: "s1", mac: MAC, at: tx.now },
      ...{ guestId: guest.id, policyId: POLICY, ip: "10.10.0.92" },
    });
    return { token, credential, code, ticket };
  });
  return { ...lan, request: { ...place, guestId: guest.id }, device };
}

const erase = (store: TestStore, request: Parameters<typeof eraseGuest>[1]) =>
  store.transaction((tx) => eraseGuest(tx, request));

function tellOfLan(
  store: TestStore,
  told: { guestIds?: string[]; erasedGuestIds?: string[]; complete?: boolean; position?: number },
) {
  const { guestIds = [], position = 1, complete = true, ...more } = told;
  const phoneHash = createHmac("sha256", KEY).update(PHONE).digest("hex");
  const lan = { customerId: CUSTOMER, phoneHash, guestIds, name: "Lan", language: null, visits: 4 };
  const key = KEY.toString("base64");
  const rest = { position, complete, key, removed: [], countedThrough: null, ...more };
  store.transaction((tx) => applyKnownGuests(tx, { ...rest, guests: [lan] }));
}

/** Every text in every table, without the outbox. */
function dump(store: TestStore): string {
  return store.read((tx) => {
    const tables = tx.sql("select name from sqlite_master where type = 'table'").all();
    const names = (tables as { name: string }[]).map(({ name }) => name);
    const kept = names.filter((name) => name !== "outbox" && name !== "settings");
    return JSON.stringify(kept.map((name) => openRows(tx, tx.sql(`select * from ${name}`).all())));
  });
}

describe("a guest who is forgotten", () => {
  test("leaves no name, number, email, birthday or field of their own on the box", () => {
    const store = openTestStore();
    const { request } = registerLan(store);
    tellOfLan(store, { guestIds: [request.guestId] });
    expect(dump(store)).toMatch(/Lan.*lan@example/);
    expect(erase(store, request)).toBe(true);
    // The address of a session that goes on is the network's, until it ends.
    for (const secret of [/Lan/, /lan@example/, /02-29/, /900000001/, /Bống/])
      expect(dump(store)).not.toMatch(secret);
    expect(store.read((tx) => findGuest(tx, request.guestId))).toBeNull();
    expect(store.read((tx) => findGuestByPhone(tx, PHONE))).toBeNull();
  });

  test("has no device, token, credential, code or unused ticket any more", () => {
    const store = openTestStore();
    const { request, device, token, credential, code, ticket } = registerLan(store);
    erase(store, request);
    store.read((tx) => {
      expect(findDevice(tx, device.id)).toMatchObject({ guestId: null, provedAt: null });
      expect(findDeviceByToken(tx, token)).toBeNull();
      expect(findCredential(tx, credential.username)?.revokedAt).not.toBeNull();
      expect(findPendingCode(tx, code.id)).toBeNull();
      expect(findTicket(tx, ticket.username)).toBeNull();
    });
    expect(store.listEvents("credential.revoked")).toHaveLength(1);
  });

  test("is told of once, after each consent was taken back, and what stays of those names no device", () => {
    const store = openTestStore();
    const { request } = registerLan(store);
    expect([erase(store, request), erase(store, request)]).toEqual([true, false]);
    expect(store.listEvents("guest.deletion-requested").map(({ payload }) => payload)).toEqual([
      { ...request, requestId: expect.any(String) },
    ]);
    const types = store.listEvents().map(({ type }) => type);
    expect(types.slice(-4)).toEqual([
      "consent.withdrawn",
      "consent.withdrawn",
      "credential.revoked",
      "guest.deletion-requested",
    ]);
    for (const event of store.listEvents()) expect(readEvent(event).kind).toBe("known");
    store.read((tx) => {
      expect(listConsents(tx, request.guestId)).toEqual([]);
      const kept = tx.sql("select purpose, given from erased_consents order by rowid").all();
      expect(kept).toEqual([
        { purpose: "terms", given: 1 },
        { purpose: "marketing", given: 1 },
        { purpose: "terms", given: 0 },
        { purpose: "marketing", given: 0 },
      ]);
    });
  });

  test("keeps what waits for the cloud from naming them, but for the number it is found by", () => {
    const store = openTestStore();
    const { request } = registerLan(store);
    erase(store, request);
    const unsent = JSON.stringify(
      store.transaction((tx) => handOverEvents(tx, store.listEvents())),
    );
    expect(unsent).not.toMatch(/Lan|example\.test|02-29|Bống|10\.10\.0\.92/);
    expect(store.listEvents("guest.verified").map(({ payload }) => payload.phone)).toEqual([PHONE]);
  });

  test("is put offline by the usual order, and the session's count stays as nobody's", () => {
    const store = openTestStore();
    const { request, device } = registerLan(store);
    erase(store, request);
    expect(store.read(listDueDisconnects)).toMatchObject([{ deviceId: device.id }]);
    const rows = store.read((tx) => tx.sql("select guest_id, ended_at from sessions").all());
    expect(rows).toEqual([{ guest_id: null, ended_at: null }]);
  });

  test("still has had their messages: forgetting oneself is no way to more of them", () => {
    const store = openTestStore();
    const { request } = registerLan(store);
    const since = new Date("2026-03-01T01:00:00Z");
    const count = () =>
      store.read((tx) =>
        countCodeMessages(tx, { contact: { kind: "phone", value: PHONE }, since }),
      );
    expect(count()).toEqual({ taken: 1, attempts: 1 });
    erase(store, request);
    expect(count()).toEqual({ taken: 1, attempts: 1 });
  });

  test("who signs in again is a stranger, and a newcomer of theirs is erased by no older word", () => {
    const store = openTestStore();
    const { request } = registerLan(store);
    erase(store, request);
    const { guest } = signIn(store);
    expect(guest.id).not.toBe(request.guestId);
    expect(guest).toMatchObject({ name: null, phone: PHONE });
    expect(erase(store, request)).toBe(false);
    expect(store.read((tx) => findGuest(tx, guest.id))).not.toBeNull();
  });
});

describe("a guest who was forgotten stays so", () => {
  test("when the device is given to them by a log-in that was decided before", () => {
    const store = openTestStore();
    const { request, device } = registerLan(store);
    erase(store, request);
    const link = { deviceId: device.id, guestId: request.guestId };
    store.transaction((tx) => linkDevice(tx, link));
    const report = { nasId: NAS, acctSessionId: "s2", mac: MAC, guestId: request.guestId };
    store.transaction((tx) => startSession(tx, { ...report, at: tx.now }));
    expect(store.read((tx) => findDevice(tx, device.id)?.guestId)).toBeNull();
    const named = "select count(*) as count from sessions where guest_id is not null";
    expect(store.read((tx) => tx.sql(named).get())).toEqual({ count: 0 });
  });

  test.each([
    ["by the guest's id", (guestId: string) => [guestId]],
    ["by the number alone", () => []],
  ])("when the cloud, which has not heard yet, tells of them %s", (_, idsOf) => {
    const store = openTestStore();
    const { request } = registerLan(store);
    tellOfLan(store, { guestIds: idsOf(request.guestId) });
    erase(store, request);
    tellOfLan(store, { guestIds: idsOf(request.guestId), position: 2 });
    expect(dump(store)).not.toMatch(/Lan/);
    expect(signIn(store).guest.name).toBeNull();
  });

  test("when no known guests had come before: the number alone is enough to hold the name back", () => {
    const store = openTestStore();
    const { request } = registerLan(store);
    erase(store, request);
    tellOfLan(store, {});
    expect(store.read((tx) => findKnownGuestByPhone(tx, PHONE))).toBeNull();
    expect(signIn(store).guest.name).toBeNull();
  });

  test("after a restart, and settings that are put in force again", () => {
    const store = openTestStore();
    const { request } = registerLan(store);
    erase(store, request);
    store.transaction((tx) => {
      const settings = findSettings(tx);
      if (settings) applySettings(tx, settings);
    });
    const { folder } = store;
    const identity = store.transaction((tx) => tx.identity);
    const again = openBranchStore({ folder, identity, clock: () => new Date() });
    tellOfLan({ ...store, ...again }, { guestIds: [request.guestId] });
    expect(again.read((tx) => findKnownGuestByPhone(tx, PHONE))).toBeNull();
    again.close();
    expect(dump(store)).not.toMatch(/Lan/);
  });

  test("until the cloud has forgotten them too: what it tells then is of somebody new", () => {
    const store = openTestStore();
    const { request } = registerLan(store);
    erase(store, request);
    tellOfLan(store, { erasedGuestIds: [request.guestId] });
    expect(store.read((tx) => findKnownGuestByPhone(tx, PHONE)?.name)).toBe("Lan");
    const hashes = "select phone_mark, phone_hash from erased_guests";
    expect(store.read((tx) => tx.sql(hashes).all())).toEqual([
      { phone_mark: null, phone_hash: null },
    ]);
  });
});

test("a guest who asked at another branch is forgotten here when the cloud says so, and not told again", () => {
  const store = openTestStore();
  const { request } = registerLan(store);
  tellOfLan(store, { erasedGuestIds: [request.guestId] });
  expect(store.read((tx) => findGuest(tx, request.guestId))).toBeNull();
  expect(store.read(listDueDisconnects)).toHaveLength(1);
  expect(store.listEvents("guest.deletion-requested")).toEqual([]);
  tellOfLan(store, { erasedGuestIds: [request.guestId], position: 2 });
});

test("a copy is asked for once, however often it is tapped, and anew when that was long ago", () => {
  const store = openTestStore();
  const { request } = registerLan(store);
  const ask = () => store.transaction((tx) => requestCopy(tx, request));
  expect([ask(), ask()]).toEqual([true, false]);
  store.advance(21 * 24 * 60 * 60);
  expect(ask()).toBe(true);
  expect(store.listEvents("guest.copy-requested")).toHaveLength(2);
  erase(store, request);
  expect(ask()).toBe(false);
});
