import { endSession, startSession } from "@foyer/branch-store";
import { openTestStore } from "@foyer/branch-store/test";
import { expect, test } from "vitest";
import { addTruthOf, listBroken, listDifferences, noTruth } from "./truth.ts";

const truth = noTruth();
truth.visits.set("a", "1 2 3");
truth.guests.set("g", "Lan");
const held = {
  visits: [{ id: "a", told: "1 2 3" }],
  guests: [{ id: "g", told: "Lan" }],
  consents: [],
};

test("a cloud that holds what happened, once each, differs in nothing", () => {
  expect(listDifferences(truth, held)).toEqual([]);
});

test.each([
  ["is missing", { ...held, visits: [] }, "visits: a (1 2 3) is not in the cloud"],
  [
    "says another thing",
    { ...held, visits: [{ id: "a", told: "1 open 3" }] },
    "visits: a is 1 2 3, the cloud says 1 open 3",
  ],
  [
    "is there twice",
    { ...held, guests: [...held.guests, ...held.guests] },
    "guests: g is in the cloud twice",
  ],
  [
    "never happened",
    { ...held, consents: [{ id: "c", told: "" }] },
    "consents: c is in the cloud and never happened",
  ],
])("what %s is told", (_what, wrong, sentence) => {
  expect(listDifferences(truth, wrong)).toEqual([sentence]);
});

test("what a guest or an access controller was answered has to be in the cloud, once", () => {
  const answered = { letIn: new Set(["+84920000001"]), ended: new Set([5, 6]) };
  const phones = ["+84920000001", "+84912000001"];
  expect(listBroken(answered, { letIn: phones, ended: ["6", "5", "7"] })).toEqual([]);
  expect(listBroken(answered, { letIn: [], ended: ["5", "5", "6"] })).toEqual([
    "letIn: +84920000001 was answered, and is in the cloud 0 times",
    "ended: 5 was answered, and is in the cloud 2 times",
  ]);
});

test("a stay of no counted second whose end was heard late is as long for the harness as the box tells it", () => {
  const store = openTestStore();
  const now = store.read((tx) => tx.now.getTime());
  const session = { nasId: "n", acctSessionId: "s", mac: "00-00-5E-00-53-01" };
  const stop = { ...session, connectedSeconds: 0, cause: "User-Request" };
  store.transaction((tx) => startSession(tx, { ...session, at: new Date(now) }));
  store.transaction((tx) => endSession(tx, { ...stop, at: new Date(now + 3000) }));
  const seen = noTruth();
  addTruthOf(store, seen);
  const told = store.listEvents("session.ended").map(({ payload }) => payload);
  expect(told).toMatchObject([{ connectedSeconds: 3 }]);
  expect([...seen.visits.values()]).toEqual([`${now} open 3`]);
});
