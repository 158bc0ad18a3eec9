import { beforeEach, describe, expect, test } from "vitest";
import {
  GAP,
  NAS,
  OTHER_MAC,
  openTestStore,
  report,
  signIn,
  type TestStore,
} from "../test/store.ts";
import {
  closeDueVisits,
  enterPassively,
  findOpenVisit,
  findVisitNumber,
  giveConsent,
  startSession,
  withdrawConsent,
} from "./index.ts";

let store: TestStore;
let ids: { guestId: string; deviceId: string };

beforeEach(() => {
  store = openTestStore();
  const { guest, device } = signIn(store);
  ids = { guestId: guest.id, deviceId: device.id };
});

const act = () => ({
  ...{ ...ids, nasId: NAS, purpose: "presence" as const, textVersion: 1 },
  ...{ textSha256: "a".repeat(64), language: "vi" as const },
});
const agree = () => store.transaction((tx) => giveConsent(tx, act()));
const notice = (deviceId = ids.deviceId) => store.transaction((tx) => enterPassively(tx, deviceId));
const started = () => store.listEvents("visit.started").map(({ payload }) => payload.source);
const closeDue = () => store.transaction((tx) => closeDueVisits(tx));

describe("a device that is met on the network", () => {
  test("is a passive visit of its guest, who agreed to it, once within the gap", () => {
    agree();
    const visitId = notice();
    store.advance(GAP);
    expect(notice()).toBe(visitId);
    expect(started()).toEqual(["passive"]);
    expect(store.listEvents("session.started")).toEqual([]);
    store.advance(GAP + 1);
    expect(closeDue()).toBe(1);
    expect(store.listEvents("visit.ended")).toMatchObject([{ payload: { visitId, sessions: 0 } }]);
    expect(notice()).not.toBe(visitId);
    expect(store.read((tx) => findVisitNumber(tx, ids.guestId))).toBe(2);
  });

  test("is none without that consent, whatever else was agreed to, nor once it is withdrawn", () => {
    store.transaction((tx) => giveConsent(tx, { ...act(), purpose: "marketing" }));
    expect(notice()).toBeNull();
    agree();
    expect(notice()).not.toBeNull();
    store.transaction((tx) => withdrawConsent(tx, act()));
    store.advance(2 * GAP);
    expect(notice()).toBeNull();
    expect(started()).toEqual(["passive"]);
  });

  test("is none of a device that is nobody's, or not believed any more", () => {
    agree();
    const stranger = signIn(store, { mac: OTHER_MAC, phone: null, proved: false });
    expect(notice(stranger.device.id)).toBeNull();
    store.advance(91 * 24 * 60 * 60);
    expect(notice()).toBeNull();
    expect(started()).toEqual([]);
  });
});

describe("a passive visit", () => {
  test("becomes the Wi-Fi's when a session begins within the gap: one visit", () => {
    agree();
    const visitId = notice();
    store.advance(GAP - 1);
    const session = store.transaction((tx) => startSession(tx, report(store)));
    expect(session.visitId).toBe(visitId);
    expect(started()).toEqual(["passive"]);
    const open = () => store.read((tx) => findOpenVisit(tx, { ...ids, at: tx.now }));
    expect(open()?.source).toBe("wifi");
    // Being noticed again does not make it passive again.
    expect(notice()).toBe(visitId);
    expect(open()?.source).toBe("wifi");
  });

  test("is another than that of a session after the gap", () => {
    agree();
    const visitId = notice();
    store.advance(GAP + 1);
    const session = store.transaction((tx) => startSession(tx, report(store)));
    expect(session.visitId).not.toBe(visitId);
    expect(started()).toEqual(["passive", "wifi"]);
    expect(store.listEvents("visit.ended")).toMatchObject([{ payload: { visitId } }]);
  });

  test("is the same where the session's Start is told late, and began a moment before", () => {
    agree();
    const visitId = notice();
    const at = new Date(report(store).at.getTime() - 2000);
    const session = store.transaction((tx) => startSession(tx, { ...report(store), at }));
    expect(session.visitId).toBe(visitId);
    expect(started()).toEqual(["passive"]);
  });
});
