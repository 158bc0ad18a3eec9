import { describe, expect, test } from "vitest";
import {
  GAP,
  MAC,
  NAS,
  OTHER_MAC,
  openTestStore,
  POLICY,
  report,
  sampleSettings,
  signIn,
  type TestStore,
} from "../test/store.ts";
import {
  applySettings,
  closeDueVisits,
  endSession,
  findVisitNumber,
  issueTicket,
  listOpenSessions,
  startSession,
  useTicket,
} from "./index.ts";

describe("a device that passes to another person", () => {
  const visit = (store: TestStore, id: string) => {
    store.transaction((tx) => startSession(tx, report(store, id)));
    store.advance(300);
    store.transaction((tx) => endSession(tx, { ...report(store, id), cause: "User-Request" }));
  };
  const number = (store: TestStore, guestId: string) =>
    store.read((tx) => findVisitNumber(tx, guestId));

  test("leaves the visit that goes on with the guest who began it", () => {
    const store = openTestStore();
    const { guest: first } = signIn(store);
    visit(store, "a");
    const { guest: second } = signIn(store, { phone: "+84900000002" });
    expect(number(store, second.id)).toBe(1);
    visit(store, "b");
    store.advance(GAP + 1);
    store.transaction((tx) => closeDueVisits(tx));
    expect(store.listEvents("visit.ended").map(({ payload }) => payload)).toMatchObject([
      { guestId: first.id, sessions: 1 },
      { guestId: second.id, sessions: 1 },
    ]);
    expect([number(store, first.id), number(store, second.id)]).toEqual([2, 2]);
  });

  test("has the session of whom its report names, and the known guest no visit by it", () => {
    const store = openTestStore();
    const { guest: known } = signIn(store);
    const { guest: other } = signIn(store, { phone: "+84900000002", mac: OTHER_MAC });
    store.transaction((tx) => startSession(tx, { ...report(store), guestId: other.id }));
    expect(store.read(listOpenSessions).map((each) => each.guestId)).toEqual([other.id]);
    expect(store.listEvents("visit.started")).toMatchObject([{ payload: { guestId: other.id } }]);
    expect(number(store, known.id)).toBe(1);
  });

  test("counts nobody again who is in a visit on another device already", () => {
    const store = openTestStore();
    signIn(store, { phone: null });
    store.transaction((tx) => startSession(tx, report(store, "laptop")));
    const { guest } = signIn(store, { mac: OTHER_MAC });
    store.transaction((tx) => startSession(tx, report(store, "phone", OTHER_MAC)));
    signIn(store);
    store.transaction((tx) => startSession(tx, report(store, "laptop-2")));
    expect(number(store, guest.id)).toBe(1);
    const open = store.read(listOpenSessions);
    expect(open.map((each) => [each.guestId, each.visitId])).toEqual([
      [guest.id, open[0]?.visitId],
      [guest.id, open[0]?.visitId],
    ]);
  });

  test("keeps the visit of somebody without a number, who now gave one", () => {
    const store = openTestStore();
    signIn(store, { phone: "+84900000002", mac: "AC-00-5E-00-53-09" });
    signIn(store, { phone: null });
    visit(store, "a");
    const { guest } = signIn(store, { phone: "+84900000002" });
    visit(store, "b");
    store.advance(GAP + 1);
    store.transaction((tx) => closeDueVisits(tx));
    expect(store.listEvents("visit.ended").map(({ payload }) => payload)).toMatchObject([
      { guestId: guest.id, sessions: 2 },
    ]);
  });
});

test("a branch that recognises nobody still knows whose session a ticket began", () => {
  const store = openTestStore();
  const settings = sampleSettings();
  settings.version += 1;
  settings.signIn.recogniseDays = 0;
  settings.signIn.recogniseRandomisedDays = 0;
  store.transaction((tx) => applySettings(tx, settings));
  const { guest, device } = signIn(store, { proved: false });
  const who = { nasId: NAS, deviceId: device.id, guestId: guest.id, mac: MAC };
  const { username } = store.transaction((tx) =>
    issueTicket(tx, { ...who, method: "phone-code", policyId: POLICY }),
  );
  store.advance(2);
  store.transaction((tx) => useTicket(tx, { username, nasId: NAS, mac: MAC, requestKey: "1" }));
  store.advance(3);
  store.transaction((tx) => startSession(tx, { ...report(store), userName: username }));
  expect(store.listEvents("visit.started")).toMatchObject([{ payload: { guestId: guest.id } }]);
});
