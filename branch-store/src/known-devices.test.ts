import { describe, expect, test } from "vitest";
import { CUSTOMER, deviceOf, known, tell } from "../test/known.ts";
import {
  MAC,
  NAS,
  OTHER_MAC,
  openTestStore,
  PHONE,
  see,
  signIn,
  type TestStore,
} from "../test/store.ts";
import {
  adoptKnownGuest,
  eraseGuest,
  expireGuest,
  findDeviceByMac,
  findGuest,
  findKnownGuestByPhone,
  findVisitNumber,
} from "./index.ts";

const lan = () =>
  known({ name: "Lan", visits: 4, consents: ["terms", "profiling"], devices: [deviceOf(MAC)] });

const meet = (store: TestStore, mac = MAC) => {
  const device = see(store, mac);
  return store.transaction((tx) =>
    adoptKnownGuest(tx, { device, nasId: NAS, proof: "signed-hand-off" }),
  );
};

describe("a device that another branch has proved", () => {
  test("is its guest's here as well, and the cloud is told whose guest that is", () => {
    const store = openTestStore();
    tell(store, [lan()]);
    const guest = meet(store);
    expect(guest).toMatchObject({ name: "Lan", phone: null });
    expect(store.listEvents("guest.recognised").map(({ payload }) => payload)).toEqual([
      {
        ...{ guestId: guest?.id, customerId: CUSTOMER, proof: "signed-hand-off" },
        ...{ deviceId: store.read((tx) => findDeviceByMac(tx, MAC))?.id, nasId: NAS },
      },
    ]);
    expect(store.read((tx) => findVisitNumber(tx, guest?.id ?? ""))).toBe(5);
    expect(meet(store), "the device is theirs by now").toBeNull();
    expect(store.listEvents("guest.recognised")).toHaveLength(1);
  });

  test("is nobody's where its guest did not agree to being known by it, or that was not told", () => {
    const store = openTestStore();
    tell(store, [{ ...lan(), consents: ["terms"] }]);
    expect(meet(store)).toBeNull();
    const { consents: _consents, ...untold } = lan();
    tell(store, [untold], { position: 2 });
    expect(meet(store)).toBeNull();
  });

  test.each([
    ["90 days for a MAC it was made with", { mac: MAC, days: 90, randomised: false }],
    ["14 days for one it made up", { mac: OTHER_MAC, days: 14, randomised: true }],
  ])("is believed for the branch's days: %s", (_name, { mac, days, randomised }) => {
    const store = openTestStore();
    const dayBefore = (count: number) =>
      new Date(store.read((tx) => tx.now).getTime() - count * 86_400_000)
        .toISOString()
        .slice(0, 10);
    const proved = (count: number) =>
      known({ ...lan(), devices: [deviceOf(mac, { provedOn: dayBefore(count), randomised })] });
    tell(store, [proved(days + 1)]);
    expect(meet(store, mac)).toBeNull();
    tell(store, [proved(days)], { position: 2 });
    expect(meet(store, mac)).not.toBeNull();
  });

  test("is the guest's who proved it last, where two had it", () => {
    const store = openTestStore();
    const hung = known({
      ...{ ...lan(), customerId: CUSTOMER.replace("c1", "c2"), phoneHash: "0".repeat(64) },
      ...{ name: "Hùng", devices: [deviceOf(MAC, { provedOn: "2026-02-25" })] },
    });
    tell(store, [hung, lan()]);
    expect(meet(store)?.name).toBe("Hùng");
  });

  test("joins the guest who has proved that number here on another device", () => {
    const store = openTestStore();
    const { guest } = signIn(store, { mac: OTHER_MAC });
    tell(store, [{ ...lan(), guestIds: [guest.id] }]);
    expect(meet(store)?.id).toBe(guest.id);
    expect(store.listEvents("guest.recognised")).toEqual([]);
  });

  test("of somebody who is known here already stays theirs", () => {
    const store = openTestStore();
    const { guest } = signIn(store, { phone: "+84900000009" });
    tell(store, [lan()]);
    expect(meet(store)).toBeNull();
    expect(store.read((tx) => findDeviceByMac(tx, MAC))?.guestId).toBe(guest.id);
  });
});

describe("a guest who was recognised so", () => {
  test("is the same guest once they prove the number the cloud knows them by", () => {
    const store = openTestStore();
    tell(store, [lan()]);
    const recognised = meet(store);
    expect(signIn(store).guest).toMatchObject({ id: recognised?.id, phone: PHONE });
  });

  test("is left alone by whoever proves another number on the device: two numbers never merge", () => {
    const store = openTestStore();
    tell(store, [lan()]);
    const recognised = meet(store);
    const other = signIn(store, { phone: "+84900000009" }).guest;
    expect(other.id).not.toBe(recognised?.id);
    expect(store.read((tx) => findGuest(tx, recognised?.id ?? ""))).toMatchObject({ phone: null });
    expect(store.read((tx) => findDeviceByMac(tx, MAC))?.guestId).toBe(other.id);
  });

  test("and asks to be forgotten is not recognised again, whatever the cloud still says", () => {
    const store = openTestStore();
    tell(store, [lan()]);
    const recognised = meet(store);
    const place = { guestId: recognised?.id ?? "", nasId: NAS, language: "vi" } as const;
    const deviceId = store.read((tx) => findDeviceByMac(tx, MAC))?.id ?? "";
    store.transaction((tx) => eraseGuest(tx, { ...place, deviceId }));
    tell(store, [lan()], { position: 2, complete: false });
    expect(meet(store)).toBeNull();
    expect(store.read((tx) => findKnownGuestByPhone(tx, PHONE))).toBeNull();
  });

  test("and was not heard of for too long is recognised again: nobody asked to be forgotten", () => {
    const store = openTestStore();
    tell(store, [lan()]);
    const recognised = meet(store)?.id ?? "";
    store.transaction((tx) => expireGuest(tx, recognised));
    tell(store, [lan()], { position: 2, complete: false });
    expect(meet(store)).toMatchObject({ name: "Lan" });
  });
});
