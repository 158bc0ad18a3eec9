import { describe, expect, test } from "vitest";
import { OTHER_MAC, openTestStore, report, signIn, type TestStore } from "../test/store.ts";
import { countOtherDevices, endSession, findUsage, startSession, updateSession } from "./index.ts";

const HOUR = 3600;

const begin = (store: TestStore, id: string, mac?: string) =>
  store.transaction((tx) => startSession(tx, report(store, id, mac)));

const end = (store: TestStore, id: string, seconds: number, bytes = 0, mac?: string) =>
  store.transaction((tx) =>
    endSession(tx, {
      ...report(store, id, mac),
      connectedSeconds: seconds,
      uploadBytes: bytes / 4,
      downloadBytes: (bytes * 3) / 4,
      cause: "User-Request",
    }),
  );

/** As `end` reports it: a quarter of the bytes is sent, the rest received. */
const used = (seconds: number, bytes: number) => ({
  ...{ seconds, bytes, uploadBytes: bytes / 4, downloadBytes: (bytes * 3) / 4 },
});

/** The sample clock begins at 02:00 UTC; the day here begins at 03:00, the week a day before. */
const usage = (store: TestStore, { guest, device }: ReturnType<typeof signIn>) =>
  store.read((tx) =>
    findUsage(tx, {
      guestId: guest.id,
      deviceId: device.id,
      dayStart: new Date("2026-03-01T03:00:00Z"),
      weekStart: new Date("2026-02-28T03:00:00Z"),
    }),
  );

describe("usage", () => {
  test("is nothing for somebody who comes for the first time", () => {
    const store = openTestStore();
    const none = used(0, 0);
    expect(usage(store, signIn(store))).toEqual({ visit: none, day: none, week: none, ever: none });
  });

  test("a session over the day's edge counts with its share on each side", () => {
    const store = openTestStore();
    const lan = signIn(store);
    begin(store, "a");
    store.advance(4 * HOUR);
    end(store, "a", 4 * HOUR, 4000);
    const { day, week, visit } = usage(store, lan);
    expect(day).toEqual(used(3 * HOUR, 3000));
    expect(week).toEqual(used(4 * HOUR, 4000));
    expect(visit).toEqual(week);
  });

  test("one that goes on counts until now, though its NAS has told of less", () => {
    const store = openTestStore();
    const lan = signIn(store);
    begin(store, "a");
    store.advance(600);
    const told = { ...report(store, "a"), connectedSeconds: 600, downloadBytes: 500 };
    store.transaction((tx) => updateSession(tx, told));
    store.advance(300);
    expect(usage(store, lan).ever).toEqual({
      ...{ seconds: 900, bytes: 500, uploadBytes: 0, downloadBytes: 500 },
    });
  });

  test("reconnecting adds up within the visit, and another visit begins from nothing", () => {
    const store = openTestStore();
    const lan = signIn(store);
    for (const id of ["a", "b"]) {
      begin(store, id);
      store.advance(600);
      end(store, id, 600);
      store.advance(60);
    }
    expect(usage(store, lan).visit.seconds).toBe(1200);
    store.advance(2 * HOUR);
    expect(usage(store, lan)).toMatchObject({ visit: { seconds: 0 }, ever: { seconds: 1200 } });
  });

  test("is a guest's over all devices, and nobody else's", () => {
    const store = openTestStore();
    const lan = signIn(store);
    signIn(store, { mac: OTHER_MAC });
    begin(store, "a");
    begin(store, "b", OTHER_MAC);
    store.advance(600);
    end(store, "a", 600);
    end(store, "b", 600, 0, OTHER_MAC);
    expect(usage(store, lan).ever.seconds).toBe(1200);
    const minh = signIn(store, { mac: "02-00-5E-00-53-03", phone: "+84900000003" });
    expect(usage(store, minh).ever.seconds).toBe(0);
  });

  test("a clock that jumped back uses nothing up and gives nothing back", () => {
    const store = openTestStore();
    const lan = signIn(store);
    begin(store, "a");
    store.advance(-7200);
    expect(usage(store, lan).ever.seconds).toBe(0);
  });
});

test("the devices of a guest that are online beside the one that asks are counted once each", () => {
  const store = openTestStore();
  const { guest, device } = signIn(store);
  const others = () =>
    store.read((tx) => countOtherDevices(tx, { guestId: guest.id, deviceId: device.id }));
  begin(store, "a");
  expect(others()).toBe(0);
  signIn(store, { mac: OTHER_MAC });
  begin(store, "b", OTHER_MAC);
  expect(others()).toBe(1);
  store.advance(60);
  end(store, "b", 60, 0, OTHER_MAC);
  expect(others()).toBe(0);
});
