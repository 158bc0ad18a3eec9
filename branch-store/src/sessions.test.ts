import { describe, expect, test } from "vitest";
import {
  GAP,
  NAS,
  OTHER_MAC,
  openTestStore,
  POLICY,
  report,
  see,
  signIn,
  type TestStore,
} from "../test/store.ts";
import {
  acknowledge,
  applyKnownGuests,
  closeDueVisits,
  endOverdueSessions,
  endSession,
  endSessionsOfNas,
  findEpoch,
  findOpenSessionByIp,
  findOpenVisit,
  findVisitNumber,
  listOpenSessions,
  startSession,
  updateSession,
} from "./index.ts";

describe("sessions and visits", () => {
  const visits = (store: TestStore) => [
    store.listEvents("visit.started").length,
    store.listEvents("visit.ended").length,
  ];
  const session = (store: TestStore, id: string, seconds: number) => {
    store.transaction((tx) => startSession(tx, report(store, id)));
    store.advance(seconds);
    return store.transaction((tx) =>
      endSession(tx, { ...report(store, id), connectedSeconds: seconds, cause: "User-Request" }),
    );
  };

  test("sessions closer than the gap are one visit, and one beyond it begins another", () => {
    const store = openTestStore();
    signIn(store);
    session(store, "a", 600);
    store.advance(GAP);
    session(store, "b", 600);
    store.advance(GAP + 1);
    session(store, "c", 600);
    expect(visits(store)).toEqual([2, 1]);
    expect(store.listEvents("visit.ended")[0]?.payload).toMatchObject({
      sessions: 2,
      connectedSeconds: 1200,
      startedAt: "2026-03-01T02:00:00.000Z",
      endedAt: "2026-03-01T03:20:00.000Z",
    });
  });

  test("a session keeps what its NAS knows the guest by, and where the NAS was", () => {
    const store = openTestStore();
    store.transaction((tx) => startSession(tx, { ...report(store), userName: "t-1" }));
    store.transaction((tx) => updateSession(tx, { ...report(store), nasAddress: "10.1.0.1" }));
    const known = { userName: "t-1", nasAddress: "10.1.0.1" };
    expect(store.read(listOpenSessions)).toMatchObject([known]);
  });

  test("an Interim shortens the silence after which its session is taken for dead", () => {
    const store = openTestStore();
    store.transaction((tx) =>
      startSession(tx, { ...report(store), silentAfterSeconds: 24 * 60 * 60 }),
    );
    store.transaction((tx) => updateSession(tx, { ...report(store), silentAfterSeconds: 1800 }));
    store.advance(1801);
    expect(store.transaction(endOverdueSessions)).toBe(1);
  });

  test("a visit ends at its last activity, not when that is noticed", () => {
    const store = openTestStore();
    signIn(store);
    session(store, "a", 600);
    store.advance(GAP);
    expect(store.transaction((tx) => closeDueVisits(tx))).toBe(0);
    store.advance(5 * GAP);
    expect(store.transaction((tx) => closeDueVisits(tx))).toBe(1);
    expect(store.listEvents("visit.ended")[0]?.payload.endedAt).toBe("2026-03-01T02:10:00.000Z");
  });

  test("two devices of one guest are one visit", () => {
    const store = openTestStore();
    signIn(store);
    signIn(store, { mac: OTHER_MAC });
    store.transaction((tx) => startSession(tx, report(store, "a")));
    store.transaction((tx) => startSession(tx, report(store, "b", OTHER_MAC)));
    expect(visits(store)[0]).toBe(1);
  });

  test("every report told twice, and a Start after its Stop, change nothing", () => {
    const store = openTestStore();
    signIn(store);
    const start = report(store, "a");
    store.transaction((tx) => startSession(tx, start));
    store.transaction((tx) => startSession(tx, start));
    store.advance(100);
    const stop = { ...report(store, "a"), connectedSeconds: 100, cause: "User-Request" };
    store.transaction((tx) => endSession(tx, stop));
    store.transaction((tx) => endSession(tx, stop));
    store.transaction((tx) => startSession(tx, start));
    store.transaction((tx) => updateSession(tx, { ...start, connectedSeconds: 50 }));
    expect(store.listEvents("session.started")).toHaveLength(1);
    expect(store.listEvents("session.ended")).toHaveLength(1);
    expect(store.read((tx) => listOpenSessions(tx))).toEqual([]);
  });

  test("a Stop without its Start makes the whole session, from when it must have begun", () => {
    const store = openTestStore();
    signIn(store);
    store.advance(900);
    const stop = { ...report(store, "a"), connectedSeconds: 900, cause: "User-Request" };
    store.transaction((tx) => endSession(tx, stop));
    expect(store.listEvents("session.ended")[0]?.payload).toMatchObject({
      startedAt: "2026-03-01T02:00:00.000Z",
      endedAt: "2026-03-01T02:15:00.000Z",
      connectedSeconds: 900,
    });
  });

  test("RFC 2866 §5.5: an Acct-Session-Id used again after its end is another session", () => {
    const store = openTestStore();
    signIn(store);
    session(store, "0001", 60);
    store.advance(60);
    session(store, "0001", 60);
    expect(store.listEvents("session.ended")).toHaveLength(2);
  });

  test("counters only grow, also when reports overtake each other", () => {
    const store = openTestStore();
    signIn(store);
    const first = report(store, "a");
    store.transaction((tx) => startSession(tx, first));
    store.advance(600);
    const late = { ...report(store, "a"), connectedSeconds: 300, downloadBytes: 1_000 };
    const early = { ...report(store, "a"), connectedSeconds: 600, downloadBytes: 6_000_000_000 };
    store.transaction((tx) => updateSession(tx, early));
    const after = store.transaction((tx) => updateSession(tx, late));
    expect(after).toMatchObject({ connectedSeconds: 600, downloadBytes: 6_000_000_000 });
  });

  test("a new session of a device ends the one whose Stop was lost", () => {
    const store = openTestStore();
    signIn(store);
    store.transaction((tx) => startSession(tx, report(store, "a")));
    store.advance(300);
    store.transaction((tx) => startSession(tx, report(store, "b")));
    expect(store.read((tx) => listOpenSessions(tx)).map((each) => each.acctSessionId)).toEqual([
      "b",
    ]);
    expect(store.listEvents("session.ended")[0]?.payload).toMatchObject({ cause: "Superseded" });
    expect(visits(store)[0]).toBe(1);
  });

  test("a NAS that restarts ends what was open on it, and on no other", () => {
    const store = openTestStore();
    signIn(store);
    signIn(store, { mac: OTHER_MAC, phone: "+84900000002" });
    store.transaction((tx) => startSession(tx, report(store, "a")));
    store.transaction((tx) =>
      startSession(tx, { ...report(store, "b", OTHER_MAC), nasId: POLICY }),
    );
    const ended = store.transaction((tx) =>
      endSessionsOfNas(tx, { nasId: NAS, cause: "NAS-Reboot" }),
    );
    expect(ended).toBe(1);
    expect(store.read((tx) => listOpenSessions(tx))).toHaveLength(1);
  });

  test("a session past its limit, or silent for too long, is ended at the right moment", () => {
    const store = openTestStore();
    signIn(store);
    signIn(store, { mac: OTHER_MAC, phone: "+84900000002" });
    const limited = report(store, "a");
    const expectedEndAt = new Date(limited.at.getTime() + 1_000_000);
    store.transaction((tx) => startSession(tx, { ...limited, expectedEndAt }));
    store.transaction((tx) =>
      startSession(tx, { ...report(store, "b", OTHER_MAC), silentAfterSeconds: 900 }),
    );
    store.advance(901);
    expect(store.transaction((tx) => endOverdueSessions(tx))).toBe(1);
    store.advance(200);
    expect(store.transaction((tx) => endOverdueSessions(tx))).toBe(1);
    expect(store.listEvents("session.ended").map(({ payload }) => payload)).toMatchObject([
      { cause: "Lost-Contact", endedAt: "2026-03-01T02:00:00.000Z" },
      { cause: "Session-Timeout", endedAt: expectedEndAt.toISOString() },
    ]);
  });

  test("a clock that jumps back never gives a session or visit a negative length", () => {
    const store = openTestStore();
    signIn(store);
    store.transaction((tx) => startSession(tx, report(store, "a")));
    store.advance(-7200);
    const ended = store.transaction((tx) =>
      endSession(tx, { ...report(store, "a"), cause: "User-Request" }),
    );
    expect(ended.connectedSeconds).toBe(0);
    expect(ended.endedAt).toEqual(ended.startedAt);
  });

  test("a visit that began before the guest was known becomes theirs", () => {
    const store = openTestStore();
    const device = see(store);
    store.transaction((tx) => startSession(tx, report(store, "a")));
    const { guest } = signIn(store);
    const visit = store.read((tx) =>
      findOpenVisit(tx, { deviceId: device.id, guestId: null, at: tx.now }),
    );
    expect(visit?.guestId).toBe(guest.id);
  });

  test("the source address of an open session names its device, and of an ended one nobody", () => {
    const store = openTestStore();
    const { device } = signIn(store);
    const started = { ...report(store, "a"), ip: "192.0.2.7" };
    store.transaction((tx) => startSession(tx, started));
    const owner = () => store.read((tx) => findOpenSessionByIp(tx, "192.0.2.7")?.deviceId);
    expect(owner()).toBe(device.id);
    store.transaction((tx) => endSession(tx, { ...started, cause: "User-Request" }));
    expect(owner()).toBeUndefined();
  });
});

describe("visit numbers", () => {
  const number = (store: TestStore, guestId: string) =>
    store.read((tx) => findVisitNumber(tx, guestId));
  const visit = (store: TestStore, id: string) => {
    store.transaction((tx) => startSession(tx, report(store, id)));
    store.transaction((tx) => endSession(tx, { ...report(store, id), cause: "User-Request" }));
  };

  test("count from 1, do not rise within a visit, and rise with the next", () => {
    const store = openTestStore();
    const { guest } = signIn(store);
    expect(number(store, guest.id)).toBe(1);
    visit(store, "a");
    expect(number(store, guest.id)).toBe(1);
    store.advance(GAP + 1);
    expect(number(store, guest.id)).toBe(2);
  });

  test("are the cloud's count and the own visits it has not counted yet", () => {
    const store = openTestStore();
    const { guest } = signIn(store);
    visit(store, "a");
    const counted = store.listEvents().at(-1)?.seq ?? 0;
    const epoch = store.read((tx) => findEpoch(tx));
    // By a cloud that names no positions.
    const ranges = [{ from: 1, to: counted }];
    store.transaction((tx) => acknowledge(tx, { epoch, ranges }));
    store.advance(GAP + 1);
    visit(store, "b");
    store.transaction((tx) =>
      applyKnownGuests(tx, {
        position: 10,
        complete: true,
        key: Buffer.alloc(32).toString("base64"),
        guests: [
          {
            customerId: NAS,
            phoneHash: "0".repeat(64),
            guestIds: [guest.id],
            name: null,
            language: null,
            // Six at this branch in all, on this box and the one before it: "a" is among them.
            visits: 6,
          },
        ],
        removed: [],
        countedThrough: { epoch, seq: counted },
      }),
    );
    expect(number(store, guest.id)).toBe(7);
    store.advance(GAP + 1);
    expect(number(store, guest.id)).toBe(8);
  });
});
