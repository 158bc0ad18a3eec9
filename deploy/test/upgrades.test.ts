import { createHash, generateKeyPairSync, randomBytes } from "node:crypto";
import {
  existsSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openBranchStore } from "@foyer/branch-store";
import {
  FETCHED_FILE,
  ORDER_FILE,
  OUTCOME_FILE,
  signAnnouncement,
  UPGRADE_FOLDER,
} from "@foyer/contract";
import { startSyncAgent } from "@foyer/sync-agent";
import { expect, onTestFinished, test } from "vitest";
import { COUNTRY, TIME_ZONE } from "../demo/branch.ts";
import { type AddedBox, type Enrolment, enrolBox } from "./enrol.ts";
import { askUntil, startTestCloud, type TestCloud } from "./test-cloud.ts";
import { openUplink } from "./uplink.ts";

const PART_BYTES = 1024 * 1024;
const TARBALL = randomBytes(24 * PART_BYTES + 5);
const { privateKey, publicKey } = generateKeyPairSync("ed25519");
const announcement = signAnnouncement(
  {
    ...{ version: "0.9.0", architecture: process.arch === "arm64" ? "arm64" : "x64" },
    ...{ bytes: TARBALL.length, signedAt: "2026-11-27T08:00:00.000Z" },
    sha256: createHash("sha256").update(TARBALL).digest("hex"),
  },
  privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
);
const { sha256, version } = announcement;
const RELEASE = `/api/v1/operator/releases/${sha256}`;

async function putRelease(cloud: TestCloud): Promise<void> {
  await cloud.makeOperator();
  const put = (part: number, bytes: Buffer) => cloud.putOctets(`${RELEASE}/parts/${part}`, bytes);
  await cloud.tell("POST", "/api/v1/operator/releases", announcement);
  for (let part = 0; part * PART_BYTES < TARBALL.length; part += 1) {
    const bytes = TARBALL.subarray(part * PART_BYTES, (part + 1) * PART_BYTES);
    expect(await put(part, bytes)).toBe(204);
  }
}

/** Whatever hour it is: one in which the branch is not open. */
async function shutBranch(cloud: TestCloud, branchId: string): Promise<void> {
  const hour = (each: number) => `${String((each + 24) % 24).padStart(2, "0")}:00`;
  const clock = { timeZone: TIME_ZONE, hour: "2-digit", hourCycle: "h23" } as const;
  const here = Number(new Intl.DateTimeFormat("en", clock).format(cloud.now()));
  const hours = { days: [1, 2, 3, 4, 5, 6, 7], from: hour(here - 8), to: hour(here - 6) };
  const watch = { silentMinutes: null, openingHours: [hours] };
  await cloud.tell("PATCH", `/api/v1/branches/${branchId}/watch`, watch);
}

async function startBox(cloud: TestCloud, { boxKey, ...enrolled }: Enrolment, cloudUrl: string) {
  const folder = mkdtempSync(join(tmpdir(), "foyer-upgrades-"));
  const identity = { ...enrolled, cloudUrl };
  const store = openBranchStore({ folder, identity, clock: cloud.now });
  const agent = await startSyncAgent({
    ...{ identity, boxKey, store, keyFolder: folder, clock: cloud.now, logLevel: "silent" },
    ...{ takesReleases: true, upgradeMilliseconds: 50, random: () => 0.01 },
  });
  onTestFinished(async () => {
    await agent.close();
    store.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return (name: string) => join(folder, UPGRADE_FOLDER, name);
}

test("a box fetches what it is offered across a cut, hands it to root, and tells what became of it", {
  timeout: 120_000,
}, async () => {
  const releaseKey = publicKey.export({ type: "spki", format: "pem" }).toString();
  const cloud = await startTestCloud({ releaseKey });
  onTestFinished(() => cloud.close());
  const uplink = await openUplink(cloud.origin);
  onTestFinished(() => uplink.close());
  const place = { name: "Test", timeZone: TIME_ZONE, country: COUNTRY, languages: ["vi"] };
  const { id } = await cloud.get<{ id: string }>("POST", "/api/v1/branches", place);
  await shutBranch(cloud, id);
  const added = await cloud.get<AddedBox>("POST", `/api/v1/branches/${id}/boxes`, { name: "Box" });
  const enrolled = await enrolBox(added);
  await putRelease(cloud);
  const path = await startBox(cloud, enrolled, uplink.url);
  const part = path(`${sha256}.part`);
  expect(existsSync(path(ORDER_FILE))).toBe(false);

  await cloud.tell("PUT", `${RELEASE}/rollout`, { stage: "most" });
  await askUntil(
    () => existsSync(part),
    (isBegun) => isBegun,
  );
  uplink.cut();
  expect(statSync(part).size).toBeLessThan(TARBALL.length);
  uplink.restore();
  const isAsked = await askUntil(
    () => existsSync(path(ORDER_FILE)),
    (isThere) => isThere,
    60_000,
  );
  expect(isAsked).toBe(true);
  expect(readFileSync(path(FETCHED_FILE)).equals(TARBALL)).toBe(true);
  expect(JSON.parse(readFileSync(path(ORDER_FILE), "utf8"))).toEqual(announcement);

  // As root leaves it.
  const reason = "did not come up: portal";
  const outcome = { version, sha256, kind: "rolled-back", reason };
  rmSync(path(ORDER_FILE));
  writeFileSync(path("next"), JSON.stringify(outcome));
  renameSync(path("next"), path(OUTCOME_FILE));
  const seen = await askUntil(
    () => cloud.get<{ last: object | null }>("GET", `/api/v1/boxes/${enrolled.boxId}/upgrade`),
    ({ last }) => last !== null,
  );
  expect(seen.last).toMatchObject({ version, outcome: "rolled-back", reason });
  const { releases } = await cloud.get<{ releases: object[] }>("GET", "/api/v1/operator/releases");
  expect(releases).toMatchObject([{ rolledBack: 1, lastReason: reason, haltedReason: null }]);
});
