import { describe, expect, test } from "vitest";
import { NAS, openTestStore, signIn, type TestStore } from "../test/store.ts";
import {
  acknowledge,
  addPurged,
  beginPurge,
  confirmClock,
  findEpoch,
  findGuest,
  findLastSeq,
  finishPurge,
  lookWhetherPurgeIsDue,
  NOTHING_PURGED,
  purgeSlice,
  seeDevice,
} from "./index.ts";

const HOUR = 60 * 60;
const DAY = 24 * HOUR;
const YEAR = 365 * DAY;

const look = (store: TestStore) => store.transaction(lookWhetherPurgeIsDue);

/** The box runs on, and looks at the clock every ten minutes. */
function run(store: TestStore, seconds: number): Date | null {
  let due: Date | null = null;
  for (let passed = 0; passed < seconds; passed += 600) {
    store.advance(600);
    due = look(store);
  }
  return due;
}

function purgeAt(store: TestStore, at: Date) {
  let removed = NOTHING_PURGED;
  let place: ReturnType<typeof beginPurge> | null = beginPurge(at);
  while (place) {
    const from: ReturnType<typeof beginPurge> = place;
    const slice = store.transaction((tx) => purgeSlice(tx, from));
    removed = addPurged(removed, slice.removed);
    place = slice.next;
  }
  store.transaction((tx) => finishPurge(tx, removed));
  return removed;
}

const tellTime = (store: TestStore, ahead = 0) =>
  store.transaction((tx) => confirmClock(tx, new Date(tx.now.getTime() + ahead * 1000)));

describe("when a pass is due", () => {
  test("a day after the first look, and a day after each pass", () => {
    const store = openTestStore();
    expect(look(store)).toBeNull();
    expect(run(store, DAY - 600)).toBeNull();
    const at = run(store, 600);
    expect(at).toEqual(store.read((tx) => tx.now));
    purgeAt(store, at as Date);
    expect(look(store)).toBeNull();
    expect(run(store, DAY - 600)).toBeNull();
    expect(run(store, 600)).not.toBeNull();
  });

  test("never by a clock that has jumped a year ahead, nor once it was put right", () => {
    const store = openTestStore();
    look(store);
    run(store, HOUR);
    store.advance(YEAR);
    expect(run(store, 3 * DAY)).toBeNull();
    store.advance(-YEAR);
    const at = run(store, 600);
    expect(at).not.toBeNull();
    // By what went by while the box ran, not by what the clock told.
    expect(Math.abs((at as Date).getTime() - store.read((tx) => tx.now.getTime()))).toBeLessThan(
      2 * HOUR * 1000,
    );
  });

  test("a jump is believed as soon as the cloud says so: the box was off for months", () => {
    const store = openTestStore();
    look(store);
    store.advance(100 * DAY);
    expect(look(store)).toBeNull();
    tellTime(store);
    expect(look(store)).toEqual(store.read((tx) => tx.now));
  });

  test("never by a clock that was put back, and the pass that was done in a future counts as done", () => {
    const store = openTestStore();
    look(store);
    tellTime(store, YEAR);
    store.advance(YEAR);
    run(store, DAY);
    purgeAt(
      store,
      store.read((tx) => tx.now),
    );
    store.advance(-YEAR);
    expect(look(store)).toBeNull();
    tellTime(store);
    expect(look(store)).toBeNull();
    expect(run(store, DAY)).not.toBeNull();
  });
});

test("a clock a year ahead forgets nobody, and what it noted is not kept a year too long", () => {
  const store = openTestStore();
  look(store);
  tellTime(store);
  const { guest } = signIn(store);
  store.transaction((tx) =>
    acknowledge(tx, { epoch: findEpoch(tx), ranges: [{ from: 1, to: findLastSeq(tx) }] }),
  );
  store.advance(3 * YEAR);
  expect(run(store, 2 * DAY)).toBeNull();
  const strange = "AC-00-5E-00-53-09";
  store.transaction((tx) => seeDevice(tx, { mac: strange, nasId: NAS, by: "portal" }));
  store.advance(-3 * YEAR);
  tellTime(store);
  run(store, DAY);
  purgeAt(
    store,
    store.read((tx) => tx.now),
  );
  expect(store.read((tx) => findGuest(tx, guest.id))).not.toBeNull();
  store.advance(91 * DAY);
  tellTime(store);
  purgeAt(
    store,
    store.read((tx) => tx.now),
  );
  const macs = store.read((tx) => tx.sql("select mac from devices").all()) as { mac: string }[];
  expect(macs.map(({ mac }) => mac)).not.toContain(strange);
});

test("what was noted while the clock stood in 1970 is not old", () => {
  const store = openTestStore();
  signIn(store, { mac: "AC-00-5E-00-53-09", phone: "+84900000009" });
  const now = store.read((tx) => tx.now.getTime() / 1000);
  store.advance(-now);
  const { guest, device } = signIn(store);
  store.transaction((tx) =>
    acknowledge(tx, { epoch: findEpoch(tx), ranges: [{ from: 1, to: findLastSeq(tx) }] }),
  );
  store.advance(now);
  const removed = purgeAt(
    store,
    store.read((tx) => tx.now),
  );
  expect(removed).toEqual(NOTHING_PURGED);
  expect(store.read((tx) => findGuest(tx, guest.id))).not.toBeNull();
  expect(device.mac).toBe("AC-00-5E-00-53-01");
});
