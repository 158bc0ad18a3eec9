import type { DeviceForm, DeviceSystem } from "@foyer/contract";
import { describe, expect, test } from "vitest";
import { GAP, MAC, openTestStore, see, type TestStore } from "../test/store.ts";
import { joinDescriptions } from "./device-descriptions.ts";
import { describeDevice, findDeviceByMac } from "./index.ts";

type Word = { system: DeviceSystem; form: DeviceForm | null };

function say(store: TestStore, word: Word, { isProved = true } = {}): void {
  const device = see(store);
  store.transaction((tx) => describeDevice(tx, device, { ...word, isProved }));
}

const known = (store: TestStore) => store.read((tx) => findDeviceByMac(tx, MAC)?.description);
const told = (store: TestStore) =>
  store.listEvents("device.described").map(({ payload }) => [payload.system, payload.form]);

test("a device is described once, in two words, and what says nothing new writes nothing", () => {
  const store = openTestStore();
  expect(see(store).description).toBeNull();
  say(store, { system: "android", form: "phone" });
  say(store, { system: "android", form: "phone" });
  say(store, { system: "android", form: null });
  expect(known(store)).toEqual({ system: "android", form: "phone" });
  const [event, ...others] = store.listEvents("device.described");
  expect(others).toEqual([]);
  expect(event?.payload).toEqual({ deviceId: see(store).id, system: "android", form: "phone" });
});

test("a fuller browser says what a poorer one left out, proved or not", () => {
  const store = openTestStore();
  say(store, { system: "android", form: null }, { isProved: false });
  say(store, { system: "android", form: "tablet" }, { isProved: false });
  expect(told(store)).toEqual([
    ["android", null],
    ["android", "tablet"],
  ]);
});

describe("words that contradict each other", () => {
  test.each([
    ["macos", "ios"],
    ["linux", "android"],
  ] as const)("what said that it is %s is %s once it says so, and for good", (hidden, real) => {
    const store = openTestStore();
    say(store, { system: hidden, form: "computer" }, { isProved: false });
    say(store, { system: real, form: "tablet" }, { isProved: false });
    store.advance(GAP + 1);
    say(store, { system: hidden, form: "computer" });
    expect(known(store)).toEqual({ system: real, form: "tablet" });
    expect(told(store)).toHaveLength(2);
  });

  test("an address that was given on is the newer device's, where that was proved", () => {
    const store = openTestStore();
    say(store, { system: "windows", form: "computer" });
    store.advance(GAP + 1);
    say(store, { system: "android", form: "phone" }, { isProved: false });
    expect(known(store)?.system).toBe("windows");
    say(store, { system: "android", form: "phone" });
    expect(known(store)).toEqual({ system: "android", form: "phone" });
  });

  test("a browser that says another thing each time is told of once a visit", () => {
    const store = openTestStore();
    const systems = ["windows", "android", "chromeos", "ios", "other"] as const;
    for (let times = 0; times < 50; times += 1) {
      const system = systems[times % systems.length] ?? "other";
      say(store, { system, form: "phone" });
    }
    expect(told(store)).toEqual([["windows", "phone"]]);
    store.advance(GAP + 1);
    say(store, { system: "chromeos", form: null });
    say(store, { system: "ios", form: "phone" });
    expect(told(store).at(-1)).toEqual(["chromeos", null]);
    expect(told(store)).toHaveLength(2);
  });

  test("of one system, another form counts as little as another system", () => {
    const [phone, tablet] = (["phone", "tablet"] as const).map((form) => ({
      ...{ system: "android" as const, form },
    })) as [Word, Word];
    expect(joinDescriptions(phone, tablet, { mayReplace: false })).toEqual(phone);
    expect(joinDescriptions(phone, tablet, { mayReplace: true })).toEqual(tablet);
  });
});
