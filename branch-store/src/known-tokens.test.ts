import { describe, expect, test } from "vitest";
import { CUSTOMER, known, tell, tokenOf } from "../test/known.ts";
import { MAC, NAS, OTHER_MAC, openTestStore, see, signIn, type TestStore } from "../test/store.ts";
import {
  adoptByToken,
  eraseGuest,
  findDeviceByMac,
  isKnownByToken,
  issueDeviceToken,
  keepsDeviceToken,
} from "./index.ts";

const TOKEN = "T".repeat(43);

const lan = (token = tokenOf(TOKEN)) =>
  known({ name: "Lan", visits: 4, consents: ["terms", "profiling"], tokens: [token] });

const meet = (store: TestStore, { mac = MAC, tokens = [TOKEN], isProved = true } = {}) => {
  const device = see(store, mac);
  return store.transaction((tx) => adoptByToken(tx, { device, nasId: NAS, tokens, isProved }));
};

const ownerOf = (store: TestStore, mac = MAC) =>
  store.read((tx) => findDeviceByMac(tx, mac))?.guestId ?? null;

describe("a browser that another branch gave a secret", () => {
  test("is its guest's here as well, with the device it was proved to be on", () => {
    const store = openTestStore();
    tell(store, [lan()]);
    const guest = meet(store, { tokens: ["x".repeat(43), TOKEN] });
    expect(guest).toMatchObject({ name: "Lan", phone: null });
    expect(ownerOf(store)).toBe(guest?.id);
    expect(store.listEvents("guest.recognised").map(({ payload }) => payload)).toMatchObject([
      { guestId: guest?.id, customerId: CUSTOMER, proof: "device-token" },
    ]);
  });

  test("gives a device whose MAC is only claimed to nobody, and is one guest however often", () => {
    const store = openTestStore();
    tell(store, [lan()]);
    const first = meet(store, { isProved: false });
    const again = meet(store, { mac: OTHER_MAC, isProved: false });
    expect(again?.id).toBe(first?.id);
    expect([ownerOf(store), ownerOf(store, OTHER_MAC)]).toEqual([null, null]);
    expect(store.listEvents("guest.recognised")).toHaveLength(1);
  });

  test("leaves another guest's device theirs", () => {
    const store = openTestStore();
    const { guest } = signIn(store);
    tell(store, [{ ...lan(), phoneHash: "0".repeat(64) }]);
    expect(meet(store)?.name).toBe("Lan");
    expect(ownerOf(store)).toBe(guest.id);
  });

  test("is nobody's without consent to a profile, with a secret nobody gave, or once that is taken back", () => {
    const store = openTestStore();
    tell(store, [{ ...lan(), consents: ["terms"] }]);
    expect(meet(store)).toBeNull();
    tell(store, [lan()], { position: 2 });
    expect(meet(store, { tokens: ["x".repeat(43)] })).toBeNull();
    expect(store.read((tx) => isKnownByToken(tx, [TOKEN]))).toBe(true);
    tell(store, [known({ consents: ["terms", "profiling"] })], { position: 3, complete: false });
    expect(store.read((tx) => isKnownByToken(tx, [TOKEN]))).toBe(false);
  });

  test("is believed for the branch's days, whatever the MAC", () => {
    const store = openTestStore();
    const dayBefore = (days: number) =>
      new Date(store.read((tx) => tx.now).getTime() - days * 86_400_000).toISOString().slice(0, 10);
    tell(store, [lan(tokenOf(TOKEN, { provedOn: dayBefore(91) }))]);
    expect(meet(store, { mac: OTHER_MAC })).toBeNull();
    tell(store, [lan(tokenOf(TOKEN, { provedOn: dayBefore(90) }))], { position: 2 });
    expect(meet(store, { mac: OTHER_MAC })?.name).toBe("Lan");
  });

  test("is nobody's again where its guest asked this branch to be forgotten", () => {
    const store = openTestStore();
    tell(store, [lan()]);
    const guest = meet(store);
    const place = { guestId: guest?.id ?? "", nasId: NAS, language: "vi" } as const;
    const deviceId = see(store, MAC).id;
    store.transaction((tx) => eraseGuest(tx, { ...place, deviceId }));
    tell(store, [{ ...lan(), guestIds: [guest?.id ?? ""] }], { position: 2 });
    expect(meet(store, { mac: OTHER_MAC })).toBeNull();
  });
});

describe("a secret that this branch gives", () => {
  const told = (store: TestStore) =>
    store.listEvents("device.token-issued").map(({ payload }) => payload);

  test("is told of by its hash alone", () => {
    const store = openTestStore();
    const { id: deviceId } = see(store, MAC);
    const token = store.transaction((tx) => issueDeviceToken(tx, deviceId));
    expect(told(store)).toMatchObject([{ deviceId }]);
    expect(JSON.stringify(told(store))).not.toContain(token);
  });

  test("and was given by an older release is told of once, when it comes again", () => {
    const store = openTestStore();
    const { id: deviceId } = see(store, MAC);
    const token = store.transaction((tx) => {
      const issued = issueDeviceToken(tx, deviceId);
      tx.sql("update device_tokens set is_told = 0").run();
      return issued;
    });
    const keeps = (by = deviceId) =>
      store.transaction((tx) => keepsDeviceToken(tx, { deviceId: by, token }));
    expect([keeps(), keeps(), keeps(see(store, OTHER_MAC).id)]).toEqual([true, true, false]);
    const [issued] = told(store);
    expect(told(store)).toEqual([issued, issued]);
  });
});
