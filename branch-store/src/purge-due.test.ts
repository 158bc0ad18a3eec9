import { describe, expect, test } from "vitest";
import { makeMachine, openTimedStore, RIGHT } from "../test/box-time.ts";
import { openUpgradedStore } from "../test/older-store.ts";
import { NAS, openTestStore, signIn } from "../test/store.ts";
import {
  acknowledge,
  addPurged,
  type BranchStore,
  beginPurge,
  correctClock,
  findEpoch,
  findGuest,
  findLastSeq,
  finishPurge,
  lookWhetherPurgeIsDue,
  NOTHING_PURGED,
  purgeSlice,
  seeDevice,
  signInGuest,
} from "./index.ts";

const HOUR = 60 * 60;
const DAY = 24 * HOUR;
const YEAR = 365 * DAY;
const STRANGER = "AC-00-5E-00-53-09";

const look = (store: BranchStore) => store.transaction(lookWhetherPurgeIsDue);

function purgeAt(store: BranchStore, at: Date) {
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

/** A pass, if one is due. */
function purgeIfDue(store: BranchStore) {
  const at = look(store);
  return at && purgeAt(store, at);
}

const see = (store: BranchStore, mac: string) =>
  store.transaction((tx) => seeDevice(tx, { mac, nasId: NAS, by: "portal" }));

const listMacs = (store: BranchStore) =>
  (store.read((tx) => tx.sql("select mac from devices").all()) as { mac: string }[]).map(
    ({ mac }) => mac,
  );

const acknowledgeAll = (store: BranchStore) =>
  store.transaction((tx) =>
    acknowledge(tx, { epoch: findEpoch(tx), ranges: [{ from: 1, to: findLastSeq(tx) }] }),
  );

describe("when a pass is due", () => {
  test("a day after the first look at a confirmed time, and a day after each pass", () => {
    const machine = makeMachine({ offSeconds: 0 });
    const { store, correct } = openTimedStore(machine);
    correct();
    expect(look(store)).toBeNull();
    machine.pass(DAY - 1);
    expect(look(store)).toBeNull();
    machine.pass(1);
    expect(look(store)).toEqual(new Date(machine.rightNow()));
    // One that was broken off is due all the same.
    expect(purgeIfDue(store)).not.toBeNull();
    expect(look(store)).toBeNull();
    machine.pass(DAY - 1);
    expect(look(store)).toBeNull();
    machine.pass(1);
    expect(look(store)).not.toBeNull();
  });

  test("never on a box whose time nobody has confirmed, however long it runs", () => {
    const machine = makeMachine({ offSeconds: 0 });
    const { store, correct } = openTimedStore(machine);
    for (let day = 0; day < 800; day += 1) {
      machine.pass(DAY);
      expect(look(store)).toBeNull();
    }
    correct();
    // Two years without a word: from here on it is a day.
    expect(look(store)).toBeNull();
    machine.pass(DAY);
    expect(look(store)).not.toBeNull();
  });

  test("never by a time that somebody has set on the machine", () => {
    const machine = makeMachine({ offSeconds: 0 });
    const { store } = openTimedStore(machine);
    store.transaction((tx) =>
      correctClock(tx, {
        machine: machine.clock,
        told: { at: RIGHT + YEAR * 1000, uptimeMs: 0, uncertaintyMs: 10, source: "machine" },
      }),
    );
    machine.pass(2 * DAY);
    expect(look(store)).toBeNull();
    machine.pass(2 * DAY);
    expect(look(store)).toBeNull();
  });

  test("a store that goes by no reading of the machine removes nothing", () => {
    const store = openTestStore();
    expect(look(store)).toBeNull();
    store.advance(YEAR);
    expect(look(store)).toBeNull();
  });

  test("not by a time of before the machine was switched on, until the cloud has spoken again", () => {
    const machine = makeMachine({ offSeconds: 0 });
    const timed = openTimedStore(machine);
    timed.correct();
    look(timed.store);
    machine.pass(2 * DAY);
    machine.boot();
    machine.setOff(3 * YEAR);
    const { store } = timed.openAgain();
    machine.pass(2 * DAY);
    expect(look(store)).toBeNull();
    timed.correct(store);
    expect(look(store)).toEqual(new Date(machine.rightNow()));
  });

  test("a pass that was done in a future counts as done now", () => {
    const machine = makeMachine({ offSeconds: 0 });
    const timed = openTimedStore(machine);
    timed.correct();
    timed.store.transaction((tx) =>
      tx.sql("insert into purge (id, done_at) values (1, ?)").run(RIGHT + YEAR * 1000),
    );
    machine.boot();
    const { store } = timed.openAgain();
    timed.correct(store);
    expect(look(store)).toBeNull();
    machine.pass(DAY);
    expect(look(store)).not.toBeNull();
  });

  test("a pass moves with the clock when the time is put right", () => {
    const machine = makeMachine({ offSeconds: 0 });
    const { store, correct } = openTimedStore(machine);
    correct();
    look(store);
    machine.pass(HOUR);
    const told = { at: machine.rightNow() + 30 * HOUR * 1000, uptimeMs: HOUR * 1000 };
    store.transaction((tx) =>
      correctClock(tx, {
        machine: machine.clock,
        told: { ...told, uncertaintyMs: 10, source: "cloud" },
      }),
    );
    // An hour has passed, not thirty-one.
    expect(look(store)).toBeNull();
  });
});

test("a clock that jumps for a year while the box runs makes nobody old", () => {
  const machine = makeMachine({ offSeconds: 0 });
  const { store, correct } = openTimedStore(machine);
  correct();
  look(store);
  see(store, STRANGER);
  acknowledgeAll(store);
  machine.setOff(3 * YEAR);
  for (let day = 0; day < 3; day += 1) {
    machine.pass(DAY);
    expect(purgeIfDue(store)).toEqual(NOTHING_PURGED);
  }
  machine.setOff(-3 * YEAR);
  machine.pass(DAY);
  expect(purgeIfDue(store)).toEqual(NOTHING_PURGED);
  expect(listMacs(store)).toContain(STRANGER);
});

test("who was noted by a clock a year ahead is kept neither too short nor a year too long", () => {
  const machine = makeMachine({ offSeconds: 3 * YEAR });
  const { store, correct } = openTimedStore(machine);
  const { id: deviceId } = see(store, "AC-00-5E-00-53-01");
  const guest = store.transaction((tx) =>
    signInGuest(tx, {
      ...{ deviceId, nasId: NAS, language: "vi", details: {}, termsVersion: 1 },
      ...{ phone: "+84900000001", proved: true },
    }),
  );
  see(store, STRANGER);
  machine.pass(2 * DAY);
  expect(look(store)).toBeNull();
  correct();
  acknowledgeAll(store);
  look(store);
  machine.pass(DAY);
  expect(purgeIfDue(store)).toEqual(NOTHING_PURGED);
  expect(store.read((tx) => findGuest(tx, guest.id))).not.toBeNull();
  machine.pass(91 * DAY);
  expect(purgeIfDue(store)).toMatchObject({ macs: 2, guests: 0 });
  expect(listMacs(store)).not.toContain(STRANGER);
});

test("a time that is put back while a pass goes on counts from its next slice on", () => {
  const machine = makeMachine({ offSeconds: 0 });
  const { store } = openTimedStore(machine);
  see(store, STRANGER);
  acknowledgeAll(store);
  // What a cloud whose own clock was a year ahead had said, taken back meanwhile.
  expect(purgeAt(store, new Date(RIGHT + YEAR * 1000))).toEqual(NOTHING_PURGED);
  expect(listMacs(store)).toContain(STRANGER);
});

test("the upgrade keeps when the last pass was done", () => {
  const store = openUpgradedStore({
    before: "one-clock-one-list",
    sql: "insert into purge (id, believed_at, looked_at, done_at) values (1, 3000, 4000, 2000)",
  });
  expect(store.read((tx) => tx.sql("select * from purge").all())).toEqual([
    { id: 1, done_at: 2000 },
  ]);
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
