import { expect, test } from "vitest";
import { MAC, NAS, OTHER_MAC, openTestStore, sampleIdentity, see } from "../test/store.ts";
import { findDeviceByMac, openBranchStore, seeDevice } from "./index.ts";

test("a reading within a reading sees the same snapshot, whatever was committed meanwhile", () => {
  const store = openTestStore();
  const clock = () => new Date("2026-03-01T02:00:00.000Z");
  const other = openBranchStore({ folder: store.folder, identity: sampleIdentity(), clock });
  store.read((outer) => {
    expect(findDeviceByMac(outer, MAC)).toBeNull();
    other.transaction((tx) => seeDevice(tx, { mac: MAC, nasId: NAS, by: "radius" }));
    expect(store.read((inner) => findDeviceByMac(inner, MAC))).toBeNull();
    expect(store.read((inner) => inner.now)).toBe(outer.now);
  });
  expect(store.read((tx) => findDeviceByMac(tx, MAC))).not.toBeNull();
  other.close();
});

test("no transaction begins within a reading, and one that was refused is in nobody's way", () => {
  const store = openTestStore();
  expect(() => store.read(() => see(store))).toThrow(/cannot begin while the store is being read/);
  see(store, OTHER_MAC);
  expect(store.read((tx) => findDeviceByMac(tx, MAC))).toBeNull();
  expect(store.read((tx) => findDeviceByMac(tx, OTHER_MAC))).not.toBeNull();
});

test("a reading that throws ends, and the next one sees what was written since", () => {
  const store = openTestStore();
  expect(() =>
    store.read(() => {
      throw new Error("broken off");
    }),
  ).toThrow("broken off");
  see(store);
  expect(store.read((tx) => findDeviceByMac(tx, MAC))).not.toBeNull();
});

test("what a reading gives may be what somebody else waits for", () => {
  const store = openTestStore();
  const answer = Promise.resolve(7);
  expect(store.read(() => answer)).toBe(answer);
});

test("looks of one turn share a snapshot, which a transaction, a reading or the turn's end lets go of", async () => {
  const store = openTestStore();
  const clock = () => new Date("2026-03-01T02:00:00.000Z");
  const other = openBranchStore({ folder: store.folder, identity: sampleIdentity(), clock });
  const isSeen = (mac: string) => store.look((tx) => findDeviceByMac(tx, mac) !== null);
  const tell = (mac: string) =>
    other.transaction((tx) => seeDevice(tx, { mac, nasId: NAS, by: "radius" }));
  expect(isSeen(MAC)).toBe(false);
  tell(MAC);
  expect(isSeen(MAC)).toBe(false);
  expect(store.read((tx) => findDeviceByMac(tx, MAC))).not.toBeNull();
  expect(isSeen(MAC)).toBe(true);
  see(store, OTHER_MAC);
  expect(isSeen(OTHER_MAC)).toBe(true);
  tell("02-AA-BB-CC-00-77");
  await new Promise((resolve) => setImmediate(resolve));
  expect(isSeen("02-AA-BB-CC-00-77")).toBe(true);
  expect(() =>
    store.look(() => {
      throw new Error("broken off");
    }),
  ).toThrow("broken off");
  expect(() => store.look(() => see(store))).toThrow(/cannot begin while the store is being read/);
  see(store);
  other.close();
});

test("a store that is closed while somebody has just looked is closed", async () => {
  const store = openTestStore();
  const again = openBranchStore({
    ...{ folder: store.folder, identity: sampleIdentity() },
    clock: () => new Date("2026-03-01T02:00:00.000Z"),
  });
  expect(again.look((tx) => findDeviceByMac(tx, MAC))).toBeNull();
  again.close();
  await new Promise((resolve) => setImmediate(resolve));
  see(store);
});
