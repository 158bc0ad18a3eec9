import { describe, expect, test } from "vitest";
import { makeMachine, openTimedStore, RIGHT } from "../test/box-time.ts";
import { MAC, NAS, PHONE, POLICY, sampleSettings } from "../test/store.ts";
import {
  type BranchStore,
  closeDueVisits,
  correctClock,
  countCodeMessages,
  createCode,
  endSession,
  findClockReading,
  findPendingCode,
  findUsage,
  issueTicket,
  noteCodeMessage,
  noteTimeSeen,
  openBranchStore,
  seeDevice,
  signInGuest,
  startSession,
  TICKET_SECONDS,
  updateSession,
  useTicket,
} from "./index.ts";

const HOUR = 3600;
/** Ahead, behind, and in 1970: what a clock without a battery, or one set by hand, shows. */
const OFFSETS = [HOUR, -HOUR, -RIGHT / 1000];

const signIn = (store: BranchStore) =>
  store.transaction((tx) => {
    const device = seeDevice(tx, { mac: MAC, nasId: NAS, by: "portal" });
    const guest = signInGuest(tx, {
      ...{ deviceId: device.id, nasId: NAS, language: "vi", details: {}, termsVersion: 1 },
      ...{ phone: PHONE, proved: true },
    });
    return { device, guest };
  });

const issue = (store: BranchStore, ids: { device: { id: string }; guest: { id: string } }) =>
  store.transaction((tx) =>
    issueTicket(tx, {
      ...{ nasId: NAS, deviceId: ids.device.id, guestId: ids.guest.id, mac: MAC },
      ...{ method: "phone-code", policyId: POLICY },
    }),
  );

const use = (store: BranchStore, username: string) =>
  store.transaction((tx) => useTicket(tx, { username, nasId: NAS, mac: MAC, requestKey: "k" }));

const report = (store: BranchStore) => ({
  ...{ nasId: NAS, acctSessionId: "s-1", mac: MAC, at: store.read((tx) => tx.now) },
});

const askForCode = (store: BranchStore) =>
  store.transaction((tx) =>
    createCode(tx, {
      ...{ nasId: NAS, mac: MAC, contact: { kind: "phone", value: PHONE }, language: "vi" },
      ...{ secret: "GEZDGNBV", codeSeconds: 300, terms: null },
    }),
  );

describe("the box's time", () => {
  test.each(OFFSETS)("runs on while the machine's clock is set by %i s", (offSeconds) => {
    const machine = makeMachine({ offSeconds: 0 });
    const { time, store } = openTimedStore(machine);
    machine.pass(60);
    machine.setOff(offSeconds);
    expect(time.clock().getTime()).toBe(RIGHT + 60_000);
    expect(store.read((tx) => tx.now.getTime())).toBe(RIGHT + 60_000);
  });

  test("begins no earlier than it has seen, where the machine wakes up in 1970", () => {
    const machine = makeMachine({ offSeconds: 0 });
    const timed = openTimedStore(machine);
    machine.pass(HOUR);
    timed.store.transaction((tx) => noteTimeSeen(tx, tx.now));
    machine.boot();
    machine.setOff(-RIGHT / 1000 - HOUR);
    expect(machine.clock.now().getFullYear()).toBe(1970);
    const again = timed.openAgain();
    machine.pass(5);
    expect(again.time.clock().getTime()).toBe(RIGHT + (HOUR + 5) * 1000);
  });

  test.each(OFFSETS)(
    "is put right by the cloud's word, for every process: off by %i s",
    async (off) => {
      const machine = makeMachine({ offSeconds: off });
      const timed = openTimedStore(machine);
      const [other, third] = [timed.openAgain(), timed.openAgain()];
      machine.pass(60);
      expect(other.time.clock().getTime()).toBe(RIGHT + off * 1000 + 60_000);
      expect(timed.correct()).toEqual({ kind: "corrected", byMs: -off * 1000 });
      // At once where the store is looked at, else within the moment that the clock is told again.
      expect(other.store.read((tx) => tx.now.getTime())).toBe(machine.rightNow());
      expect(other.time.clock().getTime()).toBe(machine.rightNow());
      await expect.poll(() => third.time.clock().getTime()).toBe(machine.rightNow());
      expect(timed.time.clock().getTime()).toBe(machine.rightNow());
      const [told] = timed.listEvents("clock.corrected");
      expect(told?.occurredAt).toBe(new Date(machine.rightNow()).toISOString());
      expect(told?.payload).toMatchObject({
        ...{ byMilliseconds: -off * 1000, source: "cloud" },
        bootedAt: new Date(RIGHT).toISOString(),
      });
    },
  );

  test("is right as it is within two seconds: the word is kept, and nothing is moved", () => {
    const machine = makeMachine({ offSeconds: 1 });
    const timed = openTimedStore(machine);
    expect(timed.correct()).toEqual({ kind: "right" });
    expect(timed.correct()).toEqual({ kind: "right" });
    expect(timed.store.read(findClockReading)).toMatchObject({
      ...{ source: "cloud", uncertaintyMs: 1500, id: 2 },
    });
    expect(timed.listEvents("clock.corrected")).toEqual([]);
  });

  test("a reading within a reading is at the same moment, and of the same snapshot", () => {
    const machine = makeMachine({ offSeconds: HOUR });
    const timed = openTimedStore(machine);
    const other = timed.openAgain();
    timed.store.read((outer) => {
      machine.pass(60);
      timed.correct(other.store);
      timed.store.read((inner) => expect(inner).toBe(outer));
      expect(outer.now.getTime()).toBe(RIGHT + HOUR * 1000);
    });
    expect(timed.store.read((tx) => tx.now.getTime())).toBe(machine.rightNow());
  });

  test("a correction that is undone has moved nothing", () => {
    const machine = makeMachine({ offSeconds: HOUR });
    const { store, time } = openTimedStore(machine);
    const told = { at: RIGHT, uptimeMs: 0, uncertaintyMs: 0, source: "cloud" } as const;
    expect(() =>
      store.transaction((tx) => {
        correctClock(tx, { machine: machine.clock, told });
        throw new Error("the disk is full");
      }),
    ).toThrow("the disk is full");
    expect(time.clock().getTime()).toBe(RIGHT + HOUR * 1000);
    // Also where it was read before it was undone, and the next one has its id.
    const correctTo = (at: number) =>
      store.transaction((tx) => {
        correctClock(tx, { machine: machine.clock, told: { ...told, at } });
        store.read((within) => expect(within.now.getTime()).toBe(at));
        if (at !== RIGHT) throw new Error("the disk is full");
      });
    expect(() => correctTo(RIGHT - HOUR * 1000)).toThrow("the disk is full");
    correctTo(RIGHT);
    expect(store.read((tx) => tx.now.getTime())).toBe(RIGHT);
    expect(time.clock().getTime()).toBe(RIGHT);
  });
});

describe("across a correction", () => {
  test.each(OFFSETS)("a ticket lives two minutes and no longer: off by %i s", (offSeconds) => {
    const machine = makeMachine({ offSeconds });
    const { store, correct } = openTimedStore(machine);
    const ids = signIn(store);
    const first = issue(store, ids);
    const second = issue(store, ids);
    machine.pass(TICKET_SECONDS - 5);
    correct();
    expect(use(store, first.username).kind).toBe("used");
    machine.pass(10);
    expect(use(store, first.username).kind).toBe("repeated");
    expect(use(store, second.username)).toEqual({ kind: "refused", reason: "expired" });
  });

  test.each(OFFSETS)("a pending code lives its five minutes: off by %i s", (offSeconds) => {
    const machine = makeMachine({ offSeconds });
    const { store, correct } = openTimedStore(machine);
    const { id } = askForCode(store);
    store.transaction((tx) => noteCodeMessage(tx, { codeId: id, channel: "outbox" }));
    machine.pass(200);
    correct();
    const find = () => store.read((tx) => findPendingCode(tx, id));
    expect(find()).toMatchObject({ sendings: 1 });
    const since = new Date(machine.rightNow() - 3_600_000);
    const contact = { kind: "phone", value: PHONE } as const;
    expect(store.read((tx) => countCodeMessages(tx, { contact, since })).taken).toBe(1);
    machine.pass(99);
    expect(find()).not.toBeNull();
    machine.pass(2);
    expect(find()).toBeNull();
  });

  test.each(OFFSETS)("a session and its visit last as long as they did: off by %i s", (off) => {
    const machine = makeMachine({ offSeconds: off });
    const { store, correct, listEvents } = openTimedStore(machine);
    signIn(store);
    store.transaction((tx) => startSession(tx, report(store)));
    machine.pass(600);
    correct();
    store.transaction((tx) => updateSession(tx, report(store)));
    machine.pass(600);
    store.transaction((tx) => endSession(tx, { ...report(store), cause: "User-Request" }));
    machine.pass(2 * HOUR);
    store.transaction((tx) => closeDueVisits(tx));
    const [startedAt, endedAt] = [RIGHT, RIGHT + 1_200_000].map((at) => new Date(at).toISOString());
    expect(listEvents("session.ended")[0]?.payload).toMatchObject({
      ...{ startedAt, endedAt, connectedSeconds: 1200 },
    });
    expect(listEvents("visit.started")[0]).toMatchObject({
      occurredAt: startedAt,
      payload: { startedAt },
    });
    expect(listEvents("visit.ended")).toHaveLength(1);
    expect(listEvents("visit.ended")[0]?.payload).toMatchObject({ startedAt, endedAt });
  });

  test("a session that its NAS began before the box was on moves whole", () => {
    const machine = makeMachine({ offSeconds: -HOUR });
    const { store, correct, listEvents } = openTimedStore(machine);
    machine.pass(60);
    const told = { ...report(store), connectedSeconds: 1800 };
    store.transaction((tx) => updateSession(tx, told));
    correct();
    const startedAt = new Date(RIGHT + 60_000 - 1_800_000).toISOString();
    expect(listEvents("visit.started")[0]?.payload).toMatchObject({ startedAt });
    machine.pass(60);
    const end = { ...report(store), connectedSeconds: 1860, cause: "User-Request" };
    store.transaction((tx) => endSession(tx, end));
    expect(listEvents("session.ended")[0]?.payload).toMatchObject({ startedAt });
  });

  test.each(OFFSETS)("a day's quota has used what it had: off by %i s", (offSeconds) => {
    const machine = makeMachine({ offSeconds });
    const { store, correct } = openTimedStore(machine);
    const { guest, device } = signIn(store);
    store.transaction((tx) => startSession(tx, { ...report(store), guestId: guest.id }));
    machine.pass(600);
    correct();
    const dayStart = new Date(machine.rightNow() - 6 * 3_600_000);
    const question = { guestId: guest.id, deviceId: device.id, dayStart, weekStart: dayStart };
    expect(store.read((tx) => findUsage(tx, question)).day.seconds).toBe(600);
  });

  test("what is older than this boot keeps its time, and no visit ends before it began", () => {
    const machine = makeMachine({ offSeconds: 0 });
    const timed = openTimedStore(machine);
    signIn(timed.store);
    timed.store.transaction((tx) => startSession(tx, report(timed.store)));
    timed.store.transaction((tx) => noteTimeSeen(tx, tx.now));
    machine.pass(60);
    machine.boot();
    // An hour ahead, put back after the session was told of again.
    machine.setOff(HOUR);
    const { store } = timed.openAgain();
    store.transaction((tx) => updateSession(tx, report(store)));
    timed.correct(store);
    machine.pass(60);
    store.transaction((tx) => endSession(tx, { ...report(store), cause: "User-Request" }));
    const [ended] = timed.listEvents("session.ended");
    expect(ended?.payload).toMatchObject({
      startedAt: new Date(RIGHT).toISOString(),
      endedAt: new Date(RIGHT + 120_000).toISOString(),
    });
  });

  test("a boot before this one, whose clock was ahead too and whom nobody told the time, moves with it", () => {
    const machine = makeMachine({ offSeconds: 1000 * 24 * HOUR });
    const timed = openTimedStore(machine);
    signIn(timed.store);
    timed.store.transaction((tx) => startSession(tx, report(timed.store)));
    machine.pass(600);
    timed.store.transaction((tx) => updateSession(tx, report(timed.store)));
    timed.store.transaction((tx) => noteTimeSeen(tx, tx.now));
    machine.boot();
    machine.pass(60);
    const { store } = timed.openAgain();
    machine.pass(60);
    timed.correct(store);
    store.transaction((tx) => endSession(tx, { ...report(store), cause: "User-Request" }));
    machine.pass(2 * HOUR);
    store.transaction((tx) => closeDueVisits(tx));
    const [startedAt, endedAt] = [RIGHT, RIGHT + 720_000].map((at) => new Date(at).toISOString());
    const registered = timed.listEvents("guest.registered")[0]?.occurredAt;
    expect(registered).toBe(startedAt);
    expect(timed.listEvents("session.ended")[0]?.payload).toMatchObject({ startedAt, endedAt });
    expect(timed.listEvents("visit.ended")[0]?.payload).toMatchObject({ startedAt, endedAt });
    expect(timed.listEvents("clock.corrected")[0]?.payload).toMatchObject({ bootedAt: startedAt });
    // By a second word all of it stays where it is.
    expect(timed.correct(store)).toEqual({ kind: "right" });
  });

  test("events of a box from before there were readings keep their time", () => {
    const machine = makeMachine({ offSeconds: HOUR });
    const timed = openTimedStore(machine);
    const { folder } = timed;
    const { tenantId, branch } = sampleSettings();
    const boxId = "01990000-0000-7000-8000-000000000003";
    const identity = { tenantId, branchId: branch.id, boxId };
    const plain = openBranchStore({ folder, identity, clock: () => new Date(RIGHT) });
    plain.transaction((tx) => {
      seeDevice(tx, { mac: MAC, nasId: NAS, by: "portal" });
      tx.sql("update outbox set clock_id = null").run();
    });
    plain.close();
    timed.correct();
    expect(timed.listEvents("device.seen")[0]?.occurredAt).toBe(new Date(RIGHT).toISOString());
  });
});
