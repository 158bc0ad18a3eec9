import { copyFileSync, cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type BranchStore,
  countUnsent,
  endSession,
  findEpoch,
  findLastSeq,
  openBranchStore,
  STORE_FILE,
  startSession,
} from "@foyer/branch-store";
import { type SyncAgent, startSyncAgent } from "@foyer/sync-agent";
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from "vitest";
import { COUNTRY, TIME_ZONE } from "../demo/branch.ts";
import { type AddedBox, type Enrolment, enrolBox } from "./enrol.ts";
import { askUntil, startTestCloud, type TestCloud } from "./test-cloud.ts";

const NAS_ID = "01990000-0000-7000-8000-000000000140";

type Alarms = { gaps: { from: number; to: number; missing: number }[]; twins: object[] };
type Box = { folder: string; store: BranchStore };

let cloud: TestCloud;
let enrolment: Enrolment;

beforeAll(async () => {
  cloud = await startTestCloud();
});
beforeEach(async () => {
  const place = { name: "Test", timeZone: TIME_ZONE, country: COUNTRY, languages: ["vi"] };
  const { id } = await cloud.get<{ id: string }>("POST", "/api/v1/branches", place);
  const path = `/api/v1/branches/${id}/boxes`;
  enrolment = await enrolBox(await cloud.get<AddedBox>("POST", path, { name: "Box" }));
});
afterAll(() => cloud?.close());

/** A box's store: a new one, or a copy of another as it is now. */
function openBox(original?: Box): Box {
  const folder = mkdtempSync(join(tmpdir(), "foyer-restored-"));
  if (original) {
    for (const suffix of ["", "-wal"])
      copyFileSync(join(original.folder, STORE_FILE + suffix), join(folder, STORE_FILE + suffix));
    cpSync(join(original.folder, "store-key"), join(folder, "store-key"), { recursive: true });
  }
  const { boxKey: _key, ...identity } = enrolment;
  const store = openBranchStore({ folder, identity, clock: cloud.now });
  onTestFinished(() => {
    store.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return { folder, store };
}

async function startAgent({ store }: Box): Promise<SyncAgent> {
  const { boxKey, ...identity } = enrolment;
  const given = { identity, boxKey, store, clock: cloud.now, logLevel: "silent" };
  const agent = await startSyncAgent(given);
  onTestFinished(() => agent.close());
  return agent;
}

/** Somebody comes and goes: seven events of a device of its own. */
function visit({ store }: Box, mac: string): void {
  const report = { nasId: NAS_ID, acctSessionId: mac, mac, at: cloud.now() };
  store.transaction((tx) => startSession(tx, report));
  store.transaction((tx) => endSession(tx, { ...report, cause: "User-Request" }));
}

const macOf = (at: number) => `00-00-5E-00-53-${at.toString(16).padStart(2, "0").toUpperCase()}`;

async function emptied({ store }: Box): Promise<void> {
  await askUntil(
    () => store.read(countUnsent),
    (count) => count === 0,
  );
  expect(store.read(countUnsent)).toBe(0);
}

const listAlarms = () => cloud.get<Alarms>("GET", `/api/v1/box-alarms?boxId=${enrolment.boxId}`);

const countVisits = async () => {
  const path = `/api/v1/visits?branchId=${enrolment.branchId}&limit=100`;
  return (await cloud.get<{ total: number }>("GET", path)).total;
};

test("a box that is restored from yesterday's copy goes on by itself, and one beside it is noticed", {
  timeout: 90_000,
}, async () => {
  const original = openBox();
  visit(original, macOf(1));
  visit(original, macOf(2));
  const copy = openBox(original);
  const first = await startAgent(original);
  await emptied(original);
  visit(original, macOf(3));
  await emptied(original);
  await first.close();

  visit(copy, macOf(4));
  visit(copy, macOf(5));
  await startAgent(copy);
  await emptied(copy);
  expect(copy.store.read(findEpoch)).not.toBe(original.store.read(findEpoch));
  expect(await askUntil(countVisits, (count) => count === 5)).toBe(5);
  expect(await listAlarms()).toEqual({ gaps: [], twins: [] });

  // The disk that was thought dead is put into another machine.
  cloud.passSeconds(61);
  visit(original, macOf(6));
  await startAgent(original);
  visit(copy, macOf(7));
  await emptied(original);
  await emptied(copy);
  expect(await askUntil(countVisits, (count) => count === 7)).toBe(7);
  expect(await listAlarms()).toMatchObject({ gaps: [], twins: [{ boxId: enrolment.boxId }] });
  const unread = await cloud.get<{ total: number }>("GET", "/api/v1/unread-events");
  expect(unread.total).toBe(0);
});

test("events that leave a box and never come are an alarm with its range until they do", {
  timeout: 90_000,
}, async () => {
  const box = openBox();
  visit(box, macOf(8));
  visit(box, macOf(9));
  const lost = box.store.transaction((tx) => {
    const rows = tx.sql("select * from outbox where seq between 2 and 4 order by seq").all();
    tx.sql("delete from outbox where seq between 2 and 4").run();
    return rows as Record<string, unknown>[];
  });
  await startAgent(box);
  await emptied(box);
  const isRaised = ({ gaps }: Alarms) => gaps.length > 0;
  expect((await askUntil(listAlarms, isRaised)).gaps).toMatchObject([
    { from: 2, to: 4, missing: 3 },
  ]);
  const before = box.store.read(findLastSeq);
  box.store.transaction((tx) => {
    for (const { seq, id, type, version, occurred_at, payload } of lost)
      tx.sql(
        `insert into outbox (seq, id, type, version, occurred_at, payload)
         values (?, ?, ?, ?, ?, ?)`,
      ).run(seq, id, type, version, occurred_at, payload);
  });
  expect(box.store.read(findLastSeq)).toBe(before);
  await emptied(box);
  const filled = await askUntil(listAlarms, ({ gaps }) => gaps.length === 0);
  expect(filled.gaps).toEqual([]);
  expect(await askUntil(countVisits, (count) => count === 2)).toBe(2);
});
