import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { BOX_KEY, makeBox, waitUntil } from "../test/box.ts";
import { startCloudDouble } from "../test/cloud-double.ts";
import { startSyncAgent } from "./agent.ts";
import { describeSealing, sealStoreKey } from "./store-key.ts";

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

test("the cloud is told whether the key of the box's store is sealed", async () => {
  const box = makeBox();
  cleanUps.push(box.remove);
  const cloud = await startCloudDouble({ boxKey: BOX_KEY });
  cleanUps.push(cloud.close);
  const identity = { ...box.identity, cloudUrl: cloud.origin };
  const agent = await startSyncAgent({
    ...{ store: box.store, identity, boxKey: BOX_KEY, logLevel: "silent", lookMilliseconds: 20 },
  });
  cleanUps.push(agent.close);
  await waitUntil("the box has told how it is", () => cloud.boxReports.length > 0);
  expect(cloud.boxReports[0]).toMatchObject({ storeKey: "open" });
  writeFileSync(join(box.folder, "store-key", "column-key.tpm"), "{}");
  await waitUntil("it has told that its key is sealed", () =>
    cloud.boxReports.some(({ storeKey }) => storeKey === "sealed"),
  );
});

test("whoever enrols a box is told what a thief of its disk could read", () => {
  expect(describeSealing("sealed")).toMatch(/TPM alone opens it/);
  for (const sealing of ["no-tpm", { kind: "unusable", reason: "x" }] as const)
    expect(describeSealing(sealing)).toMatch(/a stolen disk is a stolen box/);
  expect(describeSealing({ kind: "unusable", reason: "no tools" })).toMatch(/: no tools\.$/);
});

test("a key that cannot be read keeps no agent from starting", () => {
  const box = makeBox();
  cleanUps.push(box.remove);
  const folder = join(box.folder, "elsewhere");
  mkdirSync(join(folder, "store-key"), { recursive: true });
  writeFileSync(join(folder, "store-key", "column-key"), "short");
  // Where there is no TPM nobody looks at it; where there is one, the reason is told.
  expect(describeSealing(sealStoreKey(folder))).toMatch(/not sealed/);
});
