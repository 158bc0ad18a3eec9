import { describe, expect, test } from "vitest";
import { MAC, NAS, openTestStore, POLICY, report, signIn, type TestStore } from "../test/store.ts";
import {
  endSession,
  issueTicket,
  listOpenSessions,
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
