import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { makeOlderStore } from "../test/older-store.ts";
import { openTestStore, sampleIdentity } from "../test/store.ts";
import {
  copyStore,
  findEpoch,
  findSettings,
  listUnsent,
  openBranchStore,
  reviveStore,
  STORE_FILE,
  seeDevice,
} from "./index.ts";

const NAS_ID = "01990000-0000-7000-8000-000000000140";
const macOf = (at: number) => `00-00-5E-00-53-${at.toString(16).padStart(2, "0").toUpperCase()}`;

function makeTarget(): string {
  const target = mkdtempSync(join(tmpdir(), "foyer-copy-"));
  onTestFinished(() => rmSync(target, { recursive: true }));
  return target;
}

const optionsOf = (folder: string) => ({
  ...{ folder, identity: sampleIdentity(), clock: () => new Date() },
});

test("a store that is written to is copied as it was at one moment, and goes on in a new epoch", async () => {
  const original = openTestStore();
  const see = (at: number) =>
    original.transaction((tx) => seeDevice(tx, { mac: macOf(at), nasId: NAS_ID, by: "portal" }));
  see(1);
  const target = makeTarget();
  await copyStore(original.folder, target, { withOpenKey: false });
  see(2);
  expect(statSync(join(target, STORE_FILE)).mode & 0o777).toBe(0o600);
  reviveStore(optionsOf(target));
  const copy = openBranchStore(optionsOf(target));
  onTestFinished(() => copy.close());
  expect(copy.read(findSettings)).toEqual(original.read(findSettings));
  expect(copy.read(findEpoch)).not.toBe(original.read(findEpoch));
  // What waits goes up under the ids it has, so that the cloud knows what it holds already.
  const idsOf = (store: typeof copy) =>
    store.read((tx) => listUnsent(tx, { afterSeq: 0, limit: 100 })).map(({ id }) => id);
  expect(idsOf(original).slice(0, 1)).toEqual(idsOf(copy));
});

test("a copy opens by its key alone, and a damaged one is refused", async () => {
  const original = openTestStore();
  const target = makeTarget();
  await copyStore(original.folder, target, { withOpenKey: true });
  rmSync(join(target, "store-key", "column-key"));
  expect(() => reviveStore(optionsOf(target))).toThrow("key of this store");
  const path = join(target, STORE_FILE);
  const octets = readFileSync(path);
  octets.fill(0xff, 8192, 60_000);
  writeFileSync(path, octets);
  expect(() => reviveStore(optionsOf(target))).toThrow();
});

test("a copy that an older release made is brought up to this one, with what was in it", () => {
  const { tenantId, branchId, boxId } = sampleIdentity();
  const epoch = "01990000-0000-7000-8000-0000000001e0";
  const folder = makeOlderStore({
    before: "volume-of-one-way",
    sql: `insert into meta (id, tenant_id, branch_id, box_id, epoch)
      values (1, '${tenantId}', '${branchId}', '${boxId}', '${epoch}')`,
  });
  reviveStore(optionsOf(folder));
  const store = openBranchStore(optionsOf(folder));
  onTestFinished(() => store.close());
  expect(store.read(findEpoch)).not.toBe(epoch);
  const seen = { mac: macOf(1), nasId: NAS_ID, by: "portal" } as const;
  expect(store.transaction((tx) => seeDevice(tx, seen)).mac).toBe(macOf(1));
});
