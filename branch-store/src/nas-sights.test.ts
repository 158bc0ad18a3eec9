import { NAS_REFUSALS_MAX } from "@foyer/contract";
import { expect, test } from "vitest";
import { MAC, NAS, openTestStore, report, sampleSettings, signIn } from "../test/store.ts";
import {
  applySettings,
  keepDoorNote,
  listNasRefusals,
  listNasSights,
  listRefusedArrivals,
  listUnknownSenders,
  type NewDoorNote,
  refusalsToldUntil,
  startSession,
} from "./index.ts";

function openStoreWithNas() {
  const store = openTestStore({ withSettings: false });
  const settings = sampleSettings();
  const [nas] = settings.nas;
  if (!nas) throw new Error("the sample has no access controller");
  store.transaction((tx) => applySettings(tx, { ...settings, nas: [{ ...nas, id: NAS }] }));
  const keep = (some: Partial<NewDoorNote>) =>
    store.transaction((tx) =>
      keepDoorNote(tx, {
        ...{ at: tx.now, by: "radius", mac: MAC, phone: null, sender: null, nasId: NAS },
        ...{ asked: "log-in", answer: "refused", reason: null, policyId: null, ...some },
      }),
    );
  const see = () => store.read(listNasSights)[0];
  return { store, keep, see };
}

test("an access controller that was never heard of is told of as such", () => {
  const { see } = openStoreWithNas();
  expect(see()).toEqual({
    ...{ nasId: NAS, requestAt: null, rightAt: null, wrongSecretAt: null, letInAt: null },
    ...{ redirectAt: null, accountingAt: null, refusals: [] },
  });
});

test("a request with another secret is heard, and proves none; one that was judged proves it", () => {
  const { store, keep, see } = openStoreWithNas();
  keep({ reason: "wrong-message-authenticator", mac: null });
  expect(see()).toMatchObject({ requestAt: "2026-03-01T02:00:00.000Z", rightAt: null });
  expect(see()?.wrongSecretAt).toBe("2026-03-01T02:00:00.000Z");
  keep({ reason: "wrong-password" });
  expect(see()?.rightAt).toBeNull();
  store.advance(60);
  keep({ reason: "unknown-device" });
  expect(see()?.rightAt).toBe("2026-03-01T02:01:00.000Z");
  const refusals = see()?.refusals.map(({ reason, count }) => `${reason} ${count}`);
  expect(refusals?.toSorted()).toEqual([
    ...["unknown-device 1", "wrong-message-authenticator 1", "wrong-password 1"],
  ]);
});

test("a redirect, a guest let in and accounting are each a step", () => {
  const { store, keep, see } = openStoreWithNas();
  keep({ by: "portal", asked: "page", answer: "told" });
  expect(see()).toMatchObject({ letInAt: null, accountingAt: null, requestAt: null });
  expect(see()?.redirectAt).not.toBeNull();
  keep({ answer: "let-in" });
  expect(see()?.letInAt).not.toBeNull();
  signIn(store);
  store.transaction((tx) => startSession(tx, report(store)));
  expect(see()?.accountingAt).toBe("2026-03-01T02:00:00.000Z");
});

test("a controller that does not take the portal's word is told of; a guest's own no is not", () => {
  const { keep, see } = openStoreWithNas();
  keep({ by: "portal", asked: "nas", reason: "nas-unreachable" });
  keep({ by: "portal", asked: "page", reason: "blocked" });
  expect(see()?.refusals).toEqual([
    { reason: "nas-unreachable", count: 1, lastAt: "2026-03-01T02:00:00.000Z" },
  ]);
});

test("who asks and is known by nobody is told of by where it asks from", () => {
  const { store, keep } = openStoreWithNas();
  keep({ nasId: null, sender: "10.0.0.7", reason: "unknown-nas" });
  keep({ nasId: null, sender: "10.0.0.7", reason: "unknown-nas" });
  keep({ nasId: null, sender: "10.0.0.8", reason: "unknown-nas" });
  expect(store.read(listUnknownSenders)).toMatchObject([
    { address: "10.0.0.7", count: 2 },
    { address: "10.0.0.8", count: 1 },
  ]);
});

test("guests who were led here and not taken are told of by why, and are no unknown sender", () => {
  const { store, keep } = openStoreWithNas();
  const refused = { by: "portal", mac: null, nasId: null, asked: "page" } as const;
  keep({ ...refused, reason: "md is missing" });
  keep({ ...refused, reason: "md is missing" });
  keep({ ...refused, reason: "no NAS of kind unifi is registered for this site" });
  keep({ by: "portal", asked: "page", reason: "blocked" });
  expect(store.read(listRefusedArrivals)).toEqual([
    { words: "md is missing", count: 2, lastAt: "2026-03-01T02:00:00.000Z" },
    expect.objectContaining({ words: expect.stringContaining("unifi"), count: 1 }),
  ]);
  expect(store.read(listUnknownSenders)).toEqual([]);
});

test("what RADIUS refused is counted by hour and reason, from the hour of the last report on", () => {
  const { store, keep } = openStoreWithNas();
  keep({ reason: "wrong-password" });
  keep({ reason: "wrong-password" });
  keep({ answer: "let-in" });
  keep({ by: "portal", reason: "nas-refused" });
  keep({ asked: "accounting", reason: "wrong-authenticator" });
  keep({ answer: "told", reason: "unknown-device" });
  keep({ nasId: null, sender: "10.0.0.9", reason: "unknown-nas" });
  store.advance(3600);
  keep({ reason: "ticket-unknown" });
  const read = (since: Date | null) =>
    store
      .read((tx) => listNasRefusals(tx, since))
      .map(({ nasId, at, reason, count }) => [nasId, at, reason, count]);
  const last = [NAS, "2026-03-01T03:00:00.000Z", "ticket-unknown", 1];
  const first = [NAS, "2026-03-01T02:00:00.000Z", "wrong-password", 2];
  expect(read(null)).toEqual([first, last]);
  expect(read(new Date("2026-03-01T02:59:59.000Z"))).toEqual([first, last]);
  expect(read(new Date("2026-03-01T03:59:59.000Z"))).toEqual([last]);
});

test("a report that is full is gone on from in its last hour, and one of one hour after it", () => {
  const now = new Date("2026-03-01T09:30:00.000Z");
  const full = (last: string) =>
    Array.from({ length: NAS_REFUSALS_MAX }, (_, index) => ({
      ...{ nasId: NAS, reason: `reason-${index}`, count: 1 },
      at: `2026-03-01T${index < NAS_REFUSALS_MAX - 1 ? "04" : last}:00:00.000Z`,
    }));
  expect(refusalsToldUntil([], now)).toEqual(now);
  expect(refusalsToldUntil(full("06").slice(1), now)).toEqual(now);
  expect(refusalsToldUntil(full("06"), now)).toEqual(new Date("2026-03-01T06:00:00.000Z"));
  expect(refusalsToldUntil(full("04"), now)).toEqual(new Date("2026-03-01T05:00:00.000Z"));
  const within = new Date("2026-03-01T04:10:00.000Z");
  expect(refusalsToldUntil(full("04"), within)).toEqual(within);
});
