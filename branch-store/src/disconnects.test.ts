import { describe, expect, test } from "vitest";
import { MAC, NAS, openTestStore, POLICY, report, signIn, type TestStore } from "../test/store.ts";
import {
  endOverdueSessions,
  endSession,
  issueTicket,
  listOpenSessions,
  noteChangeAsked,
  noteChangeOutcome,
  noteDisconnectAsked,
  noteDisconnectOutcome,
  startSession,
  updateSession,
  useTicket,
} from "./index.ts";

const OTHER_POLICY = "01990000-0000-7000-8000-000000000081";

const begin = (store: TestStore, more: { policyId?: string; userName?: string } = {}) =>
  store.transaction((tx) => startSession(tx, { ...report(store), ...more }));

const stop = (store: TestStore, cause: string) =>
  store.transaction((tx) => endSession(tx, { ...report(store), cause }));

/** What the portal and radius do before a session begins. */
const useTicketOf = (store: TestStore, { guest, device }: ReturnType<typeof signIn>) =>
  store.transaction((tx) => {
    const bound = { nasId: NAS, deviceId: device.id, guestId: guest.id, mac: MAC };
    const ticket = issueTicket(tx, { ...bound, method: "phone-code", policyId: POLICY });
    useTicket(tx, { username: ticket.username, nasId: NAS, mac: MAC, requestKey: "key" });
    return ticket.username;
  });

describe("what a session was granted", () => {
  test("is what its NAS tells, and else what its ticket says", () => {
    const store = openTestStore();
    const userName = useTicketOf(store, signIn(store));
    expect(begin(store, { userName, policyId: OTHER_POLICY }).policyId).toBe(OTHER_POLICY);
    stop(store, "User-Request");
    store.advance(60);
    expect(begin(store, { userName }).policyId).toBe(POLICY);
  });

  test("is learnt from a later report when the first said nothing, and then stays", () => {
    const store = openTestStore();
    signIn(store);
    expect(begin(store).policyId).toBeNull();
    const told = { ...report(store), policyId: POLICY };
    expect(store.transaction((tx) => updateSession(tx, told)).policyId).toBe(POLICY);
    expect(store.transaction((tx) => updateSession(tx, report(store))).policyId).toBe(POLICY);
  });
});

describe("an order to end a session", () => {
  test("is kept with its cause, its moment and how the NAS took it", () => {
    const store = openTestStore();
    const { id: sessionId } = begin(store);
    const now = store.read((tx) => tx.now);
    const cause = "time-used-up";
    const find = () => store.read(listOpenSessions)[0]?.disconnect;
    expect(find()).toBeNull();
    store.transaction((tx) => noteDisconnectAsked(tx, { sessionId, cause }));
    expect(find()).toEqual({ cause, askedAt: now, outcome: null });
    store.transaction((tx) => noteDisconnectOutcome(tx, { sessionId, outcome: "timed-out" }));
    expect(find()).toEqual({ cause, askedAt: now, outcome: "timed-out" });
    store.transaction((tx) => noteDisconnectAsked(tx, { sessionId, cause }));
    expect(find()?.outcome).toBeNull();
  });

  test.each([
    { ordered: true, told: "Admin-Reset", cause: "volume-used-up" },
    { ordered: true, told: "User-Request", cause: "User-Request" },
    { ordered: false, told: "Admin-Reset", cause: "Admin-Reset" },
  ])("$told of a session, ordered to end: $ordered, is told as $cause", (row) => {
    const store = openTestStore();
    const { id: sessionId } = begin(store);
    if (row.ordered)
      store.transaction((tx) => noteDisconnectAsked(tx, { sessionId, cause: "volume-used-up" }));
    stop(store, row.told);
    expect(store.listEvents("session.ended")[0]?.payload).toMatchObject({ cause: row.cause });
  });
});

describe("an order to change a session's limits", () => {
  const limits = {
    ...{ sessionSeconds: 3600, idleSeconds: null, uploadKbps: 512, downloadKbps: null },
    sessionBytes: 2 ** 50,
    ...{ sessionUploadBytes: null, sessionDownloadBytes: null },
  };
  const first = { limits, endsAt: new Date("2026-03-01T04:00:00.000Z") };
  const granted = { ...first, limits: { ...limits, sessionSeconds: 1800 } };
  const [oldEnd, newEnd] = [
    new Date("2026-03-01T03:00:00.000Z"),
    new Date("2026-03-01T02:30:00.000Z"),
  ];
  const tell = (store: TestStore) => ({ ...report(store), granted: first, expectedEndAt: oldEnd });
  const change = (outcome: string) => {
    const store = openTestStore();
    const { id: sessionId } = store.transaction((tx) => startSession(tx, tell(store)));
    store.transaction((tx) => noteChangeAsked(tx, { sessionId }));
    const asked = store.read(listOpenSessions)[0]?.change;
    expect(asked).toEqual({ askedAt: store.read((tx) => tx.now), outcome: null });
    const told = { sessionId, outcome, granted, expectedEndAt: newEnd };
    store.transaction((tx) => noteChangeOutcome(tx, told));
    return { store, session: store.transaction((tx) => updateSession(tx, tell(store))) };
  };

  test("that was acknowledged is what the session is granted, whatever its NAS goes on to say", () => {
    const { session } = change("acknowledged");
    expect(session).toMatchObject({ granted, expectedEndAt: newEnd });
  });

  test.each(["timed-out", "refused 401"])("that was %s changes nothing of it", (outcome) => {
    const { session } = change(outcome);
    expect(session).toMatchObject({ granted: first, expectedEndAt: oldEnd, change: { outcome } });
  });

  test("is forgotten with its end when a session that was over by it goes on", () => {
    const { store } = change("acknowledged");
    store.advance(1861);
    store.transaction((tx) => endOverdueSessions(tx));
    expect(store.read(listOpenSessions)).toEqual([]);
    store.advance(1);
    const session = store.transaction((tx) => updateSession(tx, tell(store)));
    expect(session).toMatchObject({ endedAt: null, expectedEndAt: oldEnd });
  });
});
