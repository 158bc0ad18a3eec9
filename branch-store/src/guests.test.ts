import { describe, expect, test } from "vitest";
import {
  GAP,
  NAS,
  OTHER_MAC,
  openTestStore,
  PHONE,
  see,
  signIn,
  type TestStore,
} from "../test/store.ts";
import {
  findConsent,
  findDeviceByToken,
  findGuest,
  findKnownGuestOfDevice,
  findViewedGuest,
  giveConsent,
  issueDeviceToken,
  listConsents,
  recogniseDevice,
  withdrawConsent,
} from "./index.ts";

describe("guests and devices", () => {
  test("a number is one guest, on however many devices", () => {
    const store = openTestStore();
    const first = signIn(store);
    const second = signIn(store, { mac: OTHER_MAC });
    expect(second.guest.id).toBe(first.guest.id);
    expect(store.listEvents("guest.registered")).toHaveLength(1);
    expect(store.listEvents("guest.verified")).toHaveLength(2);
  });

  test("a click-through guest who later proves a number stays the same guest", () => {
    const store = openTestStore();
    const anonymous = signIn(store, { phone: null });
    expect(anonymous.guest.phone).toBeNull();
    expect(signIn(store).guest).toMatchObject({ id: anonymous.guest.id, phone: PHONE });
  });

  test("another number on a known device is another guest, and the first is left alone", () => {
    const store = openTestStore();
    const { guest } = signIn(store);
    const other = signIn(store, { phone: "+84900000002" });
    expect(other.guest.id).not.toBe(guest.id);
    expect(signIn(store).guest.id).toBe(guest.id);
  });

  test("an unproved device neither takes nor becomes a known guest by clicking through", () => {
    const store = openTestStore();
    const { guest, device } = signIn(store);
    const stranger = signIn(store, { phone: null, proved: false });
    expect(stranger.guest.id).not.toBe(guest.id);
    const owner = store.read((tx) => findKnownGuestOfDevice(tx, device.id));
    expect(owner?.id).toBe(guest.id);
  });

  test("a device is seen once a visit, and a made-up MAC is told as one", () => {
    const store = openTestStore();
    see(store);
    store.advance(60);
    see(store);
    expect(store.listEvents("device.seen")).toHaveLength(1);
    store.advance(GAP + 1);
    expect(see(store).randomised).toBe(false);
    expect(see(store, OTHER_MAC).randomised).toBe(true);
    expect(store.listEvents("device.seen")).toHaveLength(3);
  });

  test("a device is forgotten after its days, a made-up MAC sooner", () => {
    const store = openTestStore();
    const real = signIn(store).device;
    const madeUp = signIn(store, { mac: OTHER_MAC }).device;
    const known = (deviceId: string) =>
      store.read((tx) => findKnownGuestOfDevice(tx, deviceId) !== null);
    store.advance(15 * 86_400);
    expect([known(real.id), known(madeUp.id)]).toEqual([true, false]);
    store.advance(80 * 86_400);
    expect(known(real.id)).toBe(false);
  });

  test("a made-up MAC is believed for its days, the device's token for all of them", () => {
    const store = openTestStore();
    const { device } = signIn(store, { mac: OTHER_MAC });
    const known = (by: "mac" | "token") =>
      store.read((tx) => findKnownGuestOfDevice(tx, device.id, by) !== null);
    store.advance(15 * 86_400);
    expect([known("mac"), known("token")]).toEqual([false, true]);
    store.advance(76 * 86_400);
    expect(known("token")).toBe(false);
  });

  test("a device is recognised without anything of its guest being opened", () => {
    const store = openTestStore();
    const { device, guest } = signIn(store);
    const broken = "~1~AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    store.transaction((tx) =>
      tx.sql("update guests set phone = $broken, name = $broken, email = $broken").run({ broken }),
    );
    expect(() => store.read((tx) => findGuest(tx, guest.id))).toThrow();
    const met = { deviceId: device.id, nasId: NAS, proof: "radius" } as const;
    expect(store.transaction((tx) => recogniseDevice(tx, met))).toEqual({ id: guest.id });
    expect(store.read((tx) => findViewedGuest(tx, guest.id))).toMatchObject({ birthday: null });
  });

  test("being seen does not keep a device known, being recognised does", () => {
    const store = openTestStore();
    const { device } = signIn(store);
    const recognise = () =>
      store.transaction((tx) =>
        recogniseDevice(tx, { deviceId: device.id, nasId: NAS, proof: "signed-hand-off" }),
      );
    store.advance(80 * 86_400);
    expect(recognise()).not.toBeNull();
    store.advance(80 * 86_400);
    see(store);
    expect(recognise()).not.toBeNull();
    store.advance(80 * 86_400);
    see(store);
    store.advance(20 * 86_400);
    expect(recognise()).toBeNull();
    expect(store.listEvents("device.recognised")).toHaveLength(2);
  });

  test("a device's five newest tokens find it, one for each of its browsers", () => {
    const store = openTestStore();
    const { device } = signIn(store);
    const other = signIn(store, { mac: OTHER_MAC }).device;
    const issue = (deviceId: string) => store.transaction((tx) => issueDeviceToken(tx, deviceId));
    const others = issue(other.id);
    const tokens = [1, 2, 3, 4, 5, 6].map(() => issue(device.id));
    const found = tokens.map((token) => store.read((tx) => findDeviceByToken(tx, token)?.id));
    expect(found).toEqual([undefined, ...Array(5).fill(device.id)]);
    expect(store.read((tx) => findDeviceByToken(tx, others)?.id)).toBe(other.id);
  });
});

describe("consents", () => {
  const act = (store: TestStore) => {
    const { guest, device } = signIn(store);
    return {
      guestId: guest.id,
      deviceId: device.id,
      nasId: NAS,
      purpose: "marketing",
      textVersion: 1,
      textSha256: "a".repeat(64),
      language: "vi",
    } as const;
  };

  test("the same yes is kept once, other words are another yes", () => {
    const store = openTestStore();
    const given = act(store);
    store.transaction((tx) => giveConsent(tx, given));
    store.transaction((tx) => giveConsent(tx, given));
    store.transaction((tx) =>
      giveConsent(tx, { ...given, textVersion: 2, textSha256: "b".repeat(64) }),
    );
    expect(store.listEvents("consent.given")).toHaveLength(2);
  });

  test("the last word counts, also when the clock jumped back before it", () => {
    const store = openTestStore();
    const given = act(store);
    store.transaction((tx) => giveConsent(tx, given));
    store.advance(-7 * 3600);
    store.transaction((tx) => withdrawConsent(tx, given));
    expect(store.read((tx) => listConsents(tx, given.guestId))[0]?.given).toBe(false);
    expect(store.read((tx) => findConsent(tx, given))?.given).toBe(false);
  });

  test("a guest's word on one purpose is not that on another, nor another guest's", () => {
    const store = openTestStore();
    const given = act(store);
    store.transaction((tx) => giveConsent(tx, { ...given, textVersion: 7 }));
    const find = (asked: Parameters<typeof findConsent>[1]) =>
      store.read((tx) => findConsent(tx, asked));
    expect(find(given)).toEqual(store.read((tx) => listConsents(tx, given.guestId))[0]);
    expect(find(given)?.textVersion).toBe(7);
    expect(find({ ...given, purpose: "terms" })).toBe(null);
    expect(find({ ...given, guestId: crypto.randomUUID() })).toBe(null);
  });

  test("a withdrawal stands until the next yes, and withdrawing nothing says nothing", () => {
    const store = openTestStore();
    const given = act(store);
    store.transaction((tx) => withdrawConsent(tx, given));
    expect(store.listEvents("consent.withdrawn")).toHaveLength(0);
    store.transaction((tx) => giveConsent(tx, given));
    store.transaction((tx) => withdrawConsent(tx, given));
    expect(store.read((tx) => listConsents(tx, given.guestId))[0]?.given).toBe(false);
    store.transaction((tx) => giveConsent(tx, given));
    expect(store.read((tx) => listConsents(tx, given.guestId))[0]?.given).toBe(true);
  });
});
