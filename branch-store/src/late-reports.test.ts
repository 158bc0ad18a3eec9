import { describe, expect, test } from "vitest";
import {
  GAP,
  MAC,
  NAS,
  OTHER_MAC,
  openTestStore,
  report,
  signIn,
  type TestStore,
} from "../test/store.ts";
import {
  closeDueVisits,
  endOverdueSessions,
  endSession,
  endSessionsOfNas,
  findLastHeard,
  findVisitNumber,
  listOpenSessions,
  presumeSessionOver,
  type SessionReport,
  startSession,
  updateSession,
} from "./index.ts";

const start = (store: TestStore, told: SessionReport) =>
  store.transaction((tx) => startSession(tx, told));
const update = (store: TestStore, told: SessionReport) =>
  store.transaction((tx) => updateSession(tx, told));
const stop = (store: TestStore, told: SessionReport) =>
  store.transaction((tx) => endSession(tx, { ...told, cause: "User-Request" }));
const keepHouse = (store: TestStore) =>
  store.transaction((tx) => [endOverdueSessions(tx), closeDueVisits(tx)]);
const listOpenIds = (store: TestStore) =>
  store.read(listOpenSessions).map((each) => each.acctSessionId);

describe("a session that the box took for over", () => {
  const presumeOver = (store: TestStore) => {
    const guess = { ...report(store), cause: "User-Request" };
    return store.transaction((tx) => presumeSessionOver(tx, guess));
  };

  test("keeps what its NAS tells of the end afterwards, once", () => {
    const store = openTestStore();
    signIn(store);
    expect(presumeOver(store)).toBeNull();
    start(store, report(store));
    store.advance(60);
    expect(presumeOver(store)?.endedAt).not.toBeNull();
    expect(presumeOver(store)).toBeNull();
    const told = { ...report(store), connectedSeconds: 60, downloadBytes: 9 };
    for (const _ of [1, 2]) stop(store, told);
    expect(listOpenIds(store)).toEqual([]);
    expect(store.listEvents("session.started")).toHaveLength(1);
    store.advance(GAP + 1);
    keepHouse(store);
    expect(store.listEvents("visit.ended")).toMatchObject([
      { payload: { sessions: 1, connectedSeconds: 60, downloadBytes: 9 } },
    ]);
  });
});

describe("a session that the box took for dead", () => {
  const loseContact = (store: TestStore) => {
    const { guest } = signIn(store);
    start(store, report(store));
    store.advance(600);
    update(store, { ...report(store), connectedSeconds: 600, silentAfterSeconds: 1800 });
    store.advance(2000);
    expect(keepHouse(store)).toEqual([1, 0]);
    return guest;
  };

  test("goes on when its NAS tells of it again", () => {
    const store = openTestStore();
    loseContact(store);
    store.advance(1000);
    update(store, { ...report(store), connectedSeconds: 3600, downloadBytes: 7 });
    expect(listOpenIds(store)).toEqual(["s-1"]);
    store.advance(400);
    stop(store, { ...report(store), connectedSeconds: 4000, downloadBytes: 9 });
    store.advance(GAP + 1);
    keepHouse(store);
    expect(store.listEvents("visit.started")).toHaveLength(1);
    expect(store.listEvents("visit.ended")).toMatchObject([
      { payload: { sessions: 1, connectedSeconds: 4000, downloadBytes: 9 } },
    ]);
  });

  test("brings its visit back, so that nobody is counted twice for staying", () => {
    const store = openTestStore();
    const guest = loseContact(store);
    store.advance(2 * GAP);
    expect(keepHouse(store)).toEqual([0, 1]);
    update(store, { ...report(store), connectedSeconds: 9800 });
    expect(store.read((tx) => findVisitNumber(tx, guest.id))).toBe(1);
    stop(store, { ...report(store), connectedSeconds: 9800 });
    store.advance(GAP + 1);
    keepHouse(store);
    expect(store.listEvents("visit.started")).toHaveLength(1);
    expect(store.listEvents("visit.ended").at(-1)).toMatchObject({
      payload: { sessions: 1, connectedSeconds: 9800, endedAt: "2026-03-01T04:43:20.000Z" },
    });
  });

  test("stays over while its device is in another, but what it used is counted", () => {
    const store = openTestStore();
    signIn(store);
    start(store, report(store, "a"));
    store.advance(600);
    start(store, report(store, "b"));
    store.advance(5);
    stop(store, { ...report(store, "a"), connectedSeconds: 600, uploadBytes: 5 });
    update(store, { ...report(store, "a"), connectedSeconds: 600, uploadBytes: 6 });
    expect(listOpenIds(store)).toEqual(["b"]);
    stop(store, { ...report(store, "b"), connectedSeconds: 5, uploadBytes: 1 });
    store.advance(GAP + 1);
    keepHouse(store);
    expect(store.listEvents("visit.ended")).toMatchObject([
      { payload: { sessions: 2, connectedSeconds: 605, uploadBytes: 6 } },
    ]);
  });

  test("past its limit, is not ended again while its NAS lets it go on", () => {
    const store = openTestStore();
    signIn(store);
    const limited = { expectedEndAt: new Date(report(store).at.getTime() + 600_000) };
    start(store, { ...report(store), ...limited });
    store.advance(700);
    expect(keepHouse(store)).toEqual([1, 0]);
    update(store, { ...report(store), ...limited, connectedSeconds: 700 });
    expect(keepHouse(store)).toEqual([0, 0]);
    expect(listOpenIds(store)).toEqual(["s-1"]);
  });
});

test("silence while nobody listened is no silence", () => {
  const store = openTestStore();
  signIn(store);
  start(store, { ...report(store), silentAfterSeconds: 1800 });
  store.advance(7200);
  const listeningSince = store.read((tx) => tx.now);
  const end = () => store.transaction((tx) => endOverdueSessions(tx, { listeningSince }));
  expect(end()).toBe(0);
  store.advance(1801);
  expect(end()).toBe(1);
});

describe("silence before nobody listened", () => {
  const told = (store: TestStore, id: string, mac?: string) => ({
    ...{ ...report(store, id, mac), silentAfterSeconds: 1800 },
    nasAddress: "10.1.0.4",
  });
  const stopListening = (store: TestStore, forSeconds: number) => {
    const heardUntil = store.read(findLastHeard);
    store.advance(forSeconds);
    const listening = { heardUntil, listeningSince: store.read((tx) => tx.now) };
    return () => store.transaction((tx) => endOverdueSessions(tx, listening));
  };

  test("counts with that after it, so that a restart does not keep who has left", () => {
    const store = openTestStore();
    for (const mac of [MAC, OTHER_MAC]) signIn(store, { mac });
    start(store, told(store, "silent"));
    store.advance(900);
    start(store, told(store, "heard", OTHER_MAC));
    const end = stopListening(store, 300);
    store.advance(900);
    expect(end()).toBe(0);
    store.advance(1);
    expect(end()).toBe(1);
    expect(listOpenIds(store)).toEqual(["heard"]);
    expect(store.listEvents("session.ended")).toMatchObject([
      { payload: { cause: "Lost-Contact", endedAt: "2026-03-01T02:00:00.000Z" } },
    ]);
  });

  test("ends nobody who has not had an interval to be heard in since", () => {
    const store = openTestStore();
    for (const mac of [MAC, OTHER_MAC]) signIn(store, { mac });
    start(store, told(store, "silent"));
    store.advance(1790);
    start(store, told(store, "heard", OTHER_MAC));
    const end = stopListening(store, 7200);
    store.advance(600);
    expect(end()).toBe(0);
    store.advance(1);
    expect(end()).toBe(1);
  });

  test("is not known from a portal, which listens to no NAS, nor from a clock that ran ahead", () => {
    const store = openTestStore();
    for (const mac of [MAC, OTHER_MAC]) signIn(store, { mac });
    expect(store.read(findLastHeard)).toBeNull();
    start(store, told(store, "silent"));
    store.advance(900);
    start(store, report(store, "portal", OTHER_MAC));
    expect(store.read(findLastHeard)).toEqual(new Date("2026-03-01T02:00:00.000Z"));
    store.advance(-901);
    expect(store.read(findLastHeard)).toBeNull();
  });
});

test("a session told of late does not end the one that began after it", () => {
  const store = openTestStore();
  signIn(store);
  const { at } = report(store);
  store.advance(900);
  start(store, report(store, "b"));
  stop(store, {
    ...report(store, "a"),
    at: new Date(at.getTime() + 600_000),
    connectedSeconds: 600,
  });
  start(store, { ...report(store, "c"), at });
  expect(listOpenIds(store)).toEqual(["b"]);
});

test("a session that a clock ran ahead for is ended by the next one all the same", () => {
  const store = openTestStore();
  signIn(store);
  start(store, report(store, "a"));
  store.advance(-5);
  start(store, report(store, "b"));
  expect(listOpenIds(store)).toEqual(["b"]);
});

test("a Start that comes after its own Stop without telling its delay opens nothing again", () => {
  const store = openTestStore();
  signIn(store);
  store.advance(20);
  stop(store, { ...report(store), connectedSeconds: 20 });
  store.advance(15);
  start(store, { ...report(store), mayBeLate: true });
  expect(listOpenIds(store)).toEqual([]);
});

test("RFC 2866 §5.5: an id used again though its Stop was lost is another session", () => {
  const store = openTestStore();
  signIn(store);
  start(store, report(store));
  store.advance(600);
  update(store, { ...report(store), connectedSeconds: 600, uploadBytes: 5 });
  store.advance(900);
  start(store, report(store));
  store.advance(60);
  stop(store, { ...report(store), connectedSeconds: 60, uploadBytes: 2 });
  expect(store.listEvents("session.ended").map(({ payload }) => payload)).toMatchObject([
    { connectedSeconds: 600, uploadBytes: 5, cause: "Superseded" },
    { connectedSeconds: 60, uploadBytes: 2 },
  ]);
});

test("a NAS's restart that is told late ends nothing that began after it", () => {
  const store = openTestStore();
  signIn(store);
  start(store, report(store, "before"));
  signIn(store, { mac: OTHER_MAC });
  store.advance(60);
  const { at } = report(store);
  store.advance(10);
  start(store, report(store, "after", OTHER_MAC));
  store.transaction((tx) => endSessionsOfNas(tx, { nasId: NAS, cause: "NAS-Reboot", at }));
  expect(listOpenIds(store)).toEqual(["after"]);
});

test("a visit long before the one that goes on is a visit of its own", () => {
  const store = openTestStore();
  signIn(store);
  const { at } = report(store, "a");
  store.advance(5 * GAP);
  start(store, report(store, "b"));
  stop(store, {
    ...report(store, "a"),
    at: new Date(at.getTime() + 600_000),
    connectedSeconds: 600,
  });
  keepHouse(store);
  expect(listOpenIds(store)).toEqual(["b"]);
  expect(store.listEvents("visit.started")).toHaveLength(2);
  expect(store.listEvents("visit.ended")).toMatchObject([
    { payload: { startedAt: at.toISOString(), connectedSeconds: 600 } },
  ]);
});

test("a visit begun by a clock that ran ahead does not swallow those that follow", () => {
  const store = openTestStore();
  signIn(store);
  store.advance(7 * 3600);
  start(store, report(store, "a"));
  stop(store, { ...report(store, "a"), connectedSeconds: 1 });
  store.advance(-7 * 3600);
  keepHouse(store);
  start(store, report(store, "b"));
  expect(store.listEvents("visit.started")).toHaveLength(2);
  expect(store.listEvents("visit.ended")).toHaveLength(1);
});

describe("what is told too late to be known in time", () => {
  const at = (store: TestStore, told: SessionReport, secondsAgo: number): SessionReport => ({
    ...told,
    at: new Date(store.read((tx) => tx.now).getTime() - secondsAgo * 1000),
  });
  const closeAll = (store: TestStore) => {
    store.advance(GAP + 1);
    keepHouse(store);
    return store.listEvents("visit.ended").at(-1)?.payload;
  };

  test("a NAS's own count of seconds takes the place of a guess, though it is less", () => {
    const store = openTestStore();
    signIn(store);
    start(store, report(store, "a"));
    store.advance(130);
    start(store, report(store, "b"));
    store.advance(5);
    stop(store, { ...at(store, report(store, "a"), 35), connectedSeconds: 100 });
    stop(store, { ...report(store, "b"), connectedSeconds: 5 });
    expect(closeAll(store)).toMatchObject({ sessions: 2, connectedSeconds: 105 });
  });

  test("a session is over when its device has begun another since, and ended that too", () => {
    const store = openTestStore();
    signIn(store);
    store.advance(60);
    start(store, report(store, "b"));
    stop(store, { ...report(store, "b"), connectedSeconds: 0 });
    store.advance(10);
    start(store, at(store, report(store, "a"), 70));
    expect(listOpenIds(store)).toEqual([]);
  });

  test("a visit begins with its first session, whichever was told of first", () => {
    const store = openTestStore();
    signIn(store);
    store.advance(60);
    start(store, report(store, "b"));
    start(store, at(store, report(store, "a"), 60));
    stop(store, { ...report(store, "b"), connectedSeconds: 0 });
    expect(closeAll(store)).toMatchObject({ startedAt: "2026-03-01T02:00:00.000Z", sessions: 2 });
  });

  test("a visit that was closed meanwhile goes on as the same", () => {
    const store = openTestStore();
    signIn(store);
    start(store, report(store, "a"));
    stop(store, { ...report(store, "a"), connectedSeconds: 1 });
    store.advance(GAP + 120);
    expect(keepHouse(store)).toEqual([0, 1]);
    start(store, at(store, report(store, "b"), 300));
    stop(store, { ...report(store, "b"), connectedSeconds: 300 });
    expect(closeAll(store)).toMatchObject({ sessions: 2, connectedSeconds: 301 });
    expect(store.listEvents("visit.started")).toHaveLength(1);
  });

  test("one that is over for longer than the gap does not", () => {
    const store = openTestStore();
    signIn(store);
    start(store, report(store, "a"));
    stop(store, { ...report(store, "a"), connectedSeconds: 1 });
    store.advance(GAP + 120);
    keepHouse(store);
    start(store, at(store, report(store, "b"), 100));
    expect(store.listEvents("visit.started")).toHaveLength(2);
  });
});

describe("RFC 2866 §5.5: an id used again, of whose first session nothing but the Start came", () => {
  test("is another session by its own Start", () => {
    const store = openTestStore();
    signIn(store);
    start(store, report(store));
    store.advance(60);
    start(store, report(store));
    expect(store.listEvents("session.started")).toHaveLength(1);
    store.advance(1);
    start(store, report(store));
    expect(store.listEvents("session.started")).toHaveLength(2);
  });

  test("is another session though its Start was lost too", () => {
    const store = openTestStore();
    signIn(store);
    start(store, report(store));
    store.advance(900);
    update(store, { ...report(store), connectedSeconds: 600 });
    expect(store.listEvents("session.started")).toHaveLength(2);
  });

  test("is the same session where its NAS counts no seconds, or counts whole minutes", () => {
    const store = openTestStore();
    signIn(store);
    start(store, report(store));
    store.advance(900);
    update(store, report(store));
    store.advance(59);
    update(store, { ...report(store), connectedSeconds: 900 });
    expect(store.listEvents("session.started")).toHaveLength(1);
  });
});
