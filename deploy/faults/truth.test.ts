import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type BranchStore,
  endSession,
  listUnsent,
  openBranchStore,
  startSession,
} from "@foyer/branch-store";
import { expect, onTestFinished, test } from "vitest";
import {
  addTruthOf,
  listBroken,
  listDifferences,
  listForgotten,
  listUntold,
  noTruth,
} from "./truth.ts";

const truth = noTruth();
truth.visits.set("a", "1 2 3");
truth.sessions.set("s", "a 5 up 6 down");
truth.guests.set("g", "Lan");
const held = {
  visits: [{ id: "a", told: "1 2 3" }],
  sessions: [{ id: "s", told: "a 5 up 6 down" }],
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
    "counts other octets",
    { ...held, sessions: [{ id: "s", told: "a 5 up 5 down" }] },
    "sessions: s is a 5 up 6 down, the cloud says a 5 up 5 down",
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

test("whom a box should know and does not, or knows wrongly, is told", () => {
  const held = [
    { id: "a", told: "1 visits" },
    { id: "b", told: "1 visits" },
    { id: "d", told: "1 visits" },
  ];
  expect(listUntold(held, held)).toEqual([]);
  const known = [
    { id: "a", told: "1 visits" },
    { id: "b", told: "2 visits" },
    { id: "c", told: "1 visits" },
  ];
  expect(listUntold(held, known)).toEqual([
    "known: b has 2 visits, the box knows 1 visits",
    "known: c has 1 visits, the box knows nothing",
    "known: d lies on the box and is nobody",
  ]);
});

test("guests who were told that they came, and whom no box knows, are told", () => {
  const met = noTruth();
  for (const [id, name] of [
    ["a", "Khách 1"],
    ["b", "Khách 2"],
    ["d", "Lan"],
  ] as const)
    met.guests.set(id, name);
  expect(listForgotten(met, 2)).toEqual([]);
  expect(listForgotten(met, 3)).toEqual(["3 guests came and went, and the boxes knew 2 of them"]);
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

function openStore(): BranchStore {
  const folder = mkdtempSync(join(tmpdir(), "foyer-truth-"));
  const id = (last: number) => `01990000-0000-7000-8000-00000000000${last}`;
  const identity = { tenantId: id(1), branchId: id(2), boxId: id(3) };
  const store = openBranchStore({ folder, identity, clock: () => new Date() });
  onTestFinished(() => {
    store.close();
    rmSync(folder, { recursive: true });
  });
  return store;
}

test("a stay of no counted second whose end was heard late is as long for the harness as the box tells it", () => {
  const store = openStore();
  const now = store.read((tx) => tx.now.getTime());
  const session = { nasId: "n", acctSessionId: "s", mac: "00-00-5E-00-53-01" };
  const stop = { ...session, connectedSeconds: 0, cause: "User-Request" };
  store.transaction((tx) => startSession(tx, { ...session, at: new Date(now) }));
  store.transaction((tx) => endSession(tx, { ...stop, at: new Date(now + 3000) }));
  const seen = noTruth();
  addTruthOf(store, seen);
  const told = store.read((tx) => listUnsent(tx, { afterSeq: 0, limit: 100 }));
  const ended = told.find(({ type }) => type === "session.ended");
  expect(ended?.payload).toMatchObject({ connectedSeconds: 3 });
  expect([...seen.visits.values()]).toEqual([`${now} open 3 s 0 up 0 down`]);
  const [id] = seen.visits.keys();
  expect([...seen.sessions.values()]).toEqual([`${id} 0 up 0 down`]);
});
