import { describe, expect, onTestFinished, test } from "vitest";
import {
  NAS,
  OTHER_MAC,
  openTestStore,
  report,
  sampleIdentity,
  signIn,
  type TestStore,
} from "../test/store.ts";
import {
  beginBoot,
  countOtherDevices,
  findUsage,
  openBranchStore,
  startSession,
  updateSession,
} from "./index.ts";

const MINUTE = 60;
const DAY_SECONDS = 24 * 60 * MINUTE;
const OTHER_NAS = "01990000-0000-7000-8000-000000000011";
const THIRD_MAC = "02-00-5E-00-53-03";

/** A guest whose phone shows a new address, while the session of its old one was never told to end. */
function openBranch() {
  const store = openTestStore();
  const { guest, device } = signIn(store);
  signIn(store, { mac: OTHER_MAC });
  const start = (mac = OTHER_MAC, more: { nasId?: string; silentAfterSeconds?: number } = {}) =>
    store.transaction((tx) =>
      startSession(tx, { ...report(store, mac, mac), silentAfterSeconds: DAY_SECONDS, ...more }),
    );
  /** As a NAS tells that reports each ten minutes, unless it keeps an interval of its own. */
  const interim = (mac = OTHER_MAC, nasId = NAS, minutes = 10) =>
    store.transaction((tx) =>
      updateSession(tx, { ...report(store, mac, mac), nasId }, () => 3 * minutes * MINUTE),
    );
  /** What the guest has used up, in seconds. */
  const used = (by: Pick<TestStore, "read"> = store) =>
    by.read((tx) => {
      const period = { dayStart: new Date(0), weekStart: new Date(0) };
      return findUsage(tx, { guestId: guest.id, deviceId: device.id, ...period }).day.seconds;
    });
  const others = (by: Pick<TestStore, "read"> = store) =>
    by.read((tx) => countOtherDevices(tx, { guestId: guest.id, deviceId: device.id }));
  return { store, start, interim, others, used };
}

const advance = (store: TestStore, minutes: number) => store.advance(minutes * MINUTE);

test("a session that has missed a report is no device of its guest's any more, and one that goes on is", () => {
  const { store, start, interim, others } = openBranch();
  start();
  advance(store, 10);
  interim();
  advance(store, 15);
  expect(others()).toBe(1);
  advance(store, 1);
  expect(others()).toBe(0);
  interim();
  expect(others()).toBe(1);
});

test("one that told of nothing but its start is none either, where its NAS reports of others", () => {
  const { store, start, interim, others } = openBranch();
  signIn(store, { mac: THIRD_MAC, phone: "+84900000003" });
  start(THIRD_MAC);
  start();
  advance(store, 10);
  interim(THIRD_MAC);
  advance(store, 5);
  expect(others()).toBe(1);
  advance(store, 1);
  expect(others()).toBe(0);
});

test("at a NAS that reports of nobody it is believed: there is no report that it could have missed", () => {
  const { store, start, interim, others } = openBranch();
  signIn(store, { mac: THIRD_MAC, phone: "+84900000003" });
  start(THIRD_MAC, { nasId: OTHER_NAS });
  start();
  advance(store, 10);
  interim(THIRD_MAC, OTHER_NAS);
  advance(store, 60);
  expect(others()).toBe(1);
});

test("that of a controller which is asked, and does not report, counts for as long as it is open", () => {
  const { store, others } = openBranch();
  const asked = { ...report(store, "asked", OTHER_MAC) };
  store.transaction((tx) => startSession(tx, asked));
  advance(store, 120);
  expect(others()).toBe(1);
});

test("one that was not reported of yet counts until its NAS's own interval is over by half", () => {
  const { store, start, interim, others } = openBranch();
  signIn(store, { mac: THIRD_MAC, phone: "+84900000003" });
  start(THIRD_MAC);
  start();
  advance(store, 30);
  interim(THIRD_MAC, NAS, 30);
  advance(store, 15);
  expect(others()).toBe(1);
  advance(store, 1);
  expect(others()).toBe(0);
});

describe("the time of a session that goes on counts", () => {
  test("until its NAS should have told of it, and from its next word on again", () => {
    const { store, start, interim, used } = openBranch();
    start();
    advance(store, 10);
    interim();
    advance(store, 15);
    expect(used()).toBe(25 * MINUTE);
    advance(store, 60);
    expect(used()).toBe(25 * MINUTE);
    store.transaction((tx) =>
      updateSession(tx, { ...report(store, OTHER_MAC, OTHER_MAC), connectedSeconds: 85 * MINUTE }),
    );
    expect(used()).toBe(85 * MINUTE);
  });

  test("a quarter of an hour where its NAS told of its start alone and reports of others", () => {
    const { store, start, interim, used } = openBranch();
    signIn(store, { mac: THIRD_MAC, phone: "+84900000003" });
    start(THIRD_MAC);
    start();
    advance(store, 10);
    interim(THIRD_MAC);
    advance(store, 120);
    expect(used()).toBe(15 * MINUTE);
  });

  test("until now where its NAS reports of nobody, or is asked", () => {
    const { store, start, used } = openBranch();
    start();
    const asked = { ...report(store, "asked", OTHER_MAC), nasId: OTHER_NAS };
    advance(store, 120);
    expect(used()).toBe(120 * MINUTE);
    store.transaction((tx) => startSession(tx, { ...asked, at: tx.now }));
    advance(store, 120);
    // The second began as the first one's device came back at another access point.
    expect(used()).toBe(240 * MINUTE);
  });

  test("not beyond midnight where its NAS was silent long before", () => {
    const { store, start, interim } = openBranch();
    const { guest, device } = signIn(store, { mac: OTHER_MAC });
    start();
    advance(store, 10);
    interim();
    advance(store, 120);
    const dayStart = new Date(store.read((tx) => tx.now).getTime() - 60 * MINUTE * 1000);
    const question = { guestId: guest.id, deviceId: device.id, dayStart, weekStart: new Date(0) };
    const { day, week } = store.read((tx) => findUsage(tx, question));
    expect([day.seconds, week.seconds]).toEqual([0, 25 * MINUTE]);
  });
});

describe("after an outage of the box each session counts until a report could have come", () => {
  /** What a process finds that opens the store by this clock. */
  const openAnew = ({ folder }: TestStore, clock: () => Date) => {
    const store = openBranchStore({ folder, identity: sampleIdentity(), clock });
    onTestFinished(store.close);
    return store;
  };

  test.each(["reported of", "that told of nothing but its start"])("one %s", (which) => {
    const { store, start, interim, others } = openBranch();
    signIn(store, { mac: THIRD_MAC, phone: "+84900000003" });
    start(THIRD_MAC);
    start();
    advance(store, 10);
    interim(THIRD_MAC);
    if (which === "reported of") interim();
    advance(store, 3 * 60);
    const anew = openAnew(store, () => store.read((tx) => tx.now));
    expect(others(anew)).toBe(1);
    advance(store, 15);
    expect(others(anew)).toBe(1);
    advance(store, 1);
    expect(others(anew)).toBe(0);
  });

  test.each([
    ["forward", -3 * 60],
    ["back", 3 * 60],
  ])("though the clock was put %s since the store was opened", (_, openedMinutes) => {
    const { store, start, interim, others } = openBranch();
    start();
    advance(store, 10);
    interim();
    advance(store, 3 * 60);
    const now = () => store.read((tx) => tx.now);
    const machine = { bootId: "boot-2", now, uptimeMilliseconds: () => 0 };
    store.transaction((tx) => beginBoot(tx, machine));
    let aheadMs = openedMinutes * MINUTE * 1000;
    const anew = openAnew(store, () => new Date(now().getTime() + aheadMs));
    aheadMs = 0;
    advance(store, 15);
    expect(others(anew)).toBe(1);
    advance(store, 1);
    expect(others(anew)).toBe(0);
  });
});
