import { expect, test } from "vitest";
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
import { findGuestByVerifiedEmail, signInGuest } from "./index.ts";

const EMAIL = "lan@example.com";

function signInByEmail(store: TestStore, options: { mac?: string; proved?: boolean } = {}) {
  const device = see(store, options.mac ?? MAC);
  return store.transaction((tx) =>
    signInGuest(tx, {
      ...{ deviceId: device.id, nasId: NAS, language: "vi", details: {}, termsVersion: 1 },
      ...{ phone: null, email: EMAIL, proved: options.proved ?? true },
    }),
  );
}

test("an address is one guest, on however many devices, and both are told", () => {
  const store = openTestStore();
  const first = signInByEmail(store);
  const second = signInByEmail(store, { mac: OTHER_MAC, proved: false });
  expect(second).toEqual(first);
  expect(first).toMatchObject({ phone: null, email: EMAIL, verifiedEmail: EMAIL });
  expect(store.read((tx) => findGuestByVerifiedEmail(tx, EMAIL)?.id)).toBe(first.id);
  expect(store.listEvents("guest.registered")).toHaveLength(1);
  const told = store.listEvents("guest.verified").map(({ payload }) => payload);
  expect(told).toMatchObject([{ email: EMAIL }, { email: EMAIL }]);
  expect(told[0]).not.toHaveProperty("phone");
});

test("an address that was only told proves nothing: whoever verifies it is somebody else", () => {
  const store = openTestStore();
  const device = see(store, OTHER_MAC);
  const teller = store.transaction((tx) =>
    signInGuest(tx, {
      ...{ deviceId: device.id, nasId: NAS, language: "vi", details: { email: EMAIL } },
      ...{ termsVersion: 1, phone: PHONE, proved: true },
    }),
  );
  const prover = signInByEmail(store);
  expect(prover.id).not.toBe(teller.id);
});

test("a guest with a number who proves an address on their own device has both", () => {
  const store = openTestStore();
  const { guest } = signIn(store);
  expect(signInByEmail(store)).toMatchObject({ id: guest.id, phone: PHONE, verifiedEmail: EMAIL });
});

test("a guest with an address who proves a number stays the same, and is found by either", () => {
  const store = openTestStore();
  const { id } = signInByEmail(store);
  expect(signIn(store).guest).toMatchObject({ id, phone: PHONE, verifiedEmail: EMAIL });
  expect(signInByEmail(store, { mac: OTHER_MAC }).id).toBe(id);
});

test("who proves an address on the unproved device of another guest does not become them", () => {
  const store = openTestStore();
  const { guest } = signIn(store);
  expect(signInByEmail(store, { proved: false }).id).not.toBe(guest.id);
});

test("an address of one guest, proved on the device of another with an address, is the first one's", () => {
  const store = openTestStore();
  const { id } = signInByEmail(store);
  const { guest } = signIn(store, { mac: OTHER_MAC });
  expect(guest.id).not.toBe(id);
  expect(signInByEmail(store, { mac: OTHER_MAC }).id).toBe(id);
});
