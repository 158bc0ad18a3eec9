import { createHash, randomBytes } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { join } from "node:path";
import {
  FETCHED_FILE,
  ORDER_FILE,
  OUTCOME_FILE,
  UPGRADE_FOLDER,
  type UpgradeCall,
  type UpgradeOffer,
  type UpgradeOutcome,
} from "@foyer/contract";
import { afterEach, describe, expect, test } from "vitest";
import { BOX_KEY, makeBox, waitUntil } from "../test/box.ts";
import { startCloudDouble } from "../test/cloud-double.ts";
import { startSyncAgent } from "./agent.ts";

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

const TARBALL = randomBytes(300_000);
const CUT = 100_000;
const announcement = {
  ...{ version: "0.9.0", architecture: "x64" as const, bytes: TARBALL.length },
  ...{ sha256: createHash("sha256").update(TARBALL).digest("hex") },
  ...{ signedAt: "2026-11-27T08:00:00.000Z", signature: `${"A".repeat(86)}==` },
};
const hours = (from: number, until: number): UpgradeOffer["quiet"] => {
  const at = (each: number) => new Date(Date.now() + each * 3_600_000).toISOString();
  return [{ from: at(from), until: at(until) }];
};
const NOW = hours(-1, 3);

type Served = {
  bytes?: Buffer;
  quiet?: UpgradeOffer["quiet"];
  cuts?: boolean;
  bytesSaid?: number;
  /** While the cloud is being asked. */
  onAsk?: (call: UpgradeCall, path: (name: string) => string) => void;
};

/** A box that is offered a release by a cloud that may cut the first answer short. */
async function openBox({ bytes = TARBALL, quiet = NOW, cuts = false, bytesSaid, onAsk }: Served) {
  const calls: UpgradeCall[] = [];
  const ranges: (string | undefined)[] = [];
  const serve = (_hash: string, request: IncomingMessage, response: ServerResponse) => {
    const { range } = request.headers;
    ranges.push(range);
    const from = Number(/^bytes=(\d+)-$/.exec(range ?? "")?.[1] ?? 0);
    response.writeHead(range ? 206 : 200, { "content-length": bytes.length - from });
    if (!cuts || ranges.length > 1) return response.end(bytes.subarray(from));
    response.write(bytes.subarray(0, CUT), () => response.destroy());
  };
  const said = { ...announcement, bytes: bytesSaid ?? announcement.bytes };
  const cloud = await startCloudDouble({
    boxKey: BOX_KEY,
    onUpgrade: (call) => {
      calls.push(call);
      onAsk?.(call, path);
      return { offer: call.outcome === null ? { announcement: said, quiet } : null };
    },
    onRelease: serve,
  });
  cleanUps.push(cloud.close);
  const box = makeBox();
  const path = (name: string) => join(box.folder, UPGRADE_FOLDER, name);
  cleanUps.push(box.remove);
  const agent = await startSyncAgent({
    ...{ store: box.store, keyFolder: box.folder, boxKey: BOX_KEY, logLevel: "silent" },
    ...{ identity: { ...box.identity, cloudUrl: cloud.origin }, random: () => 0.01 },
    ...{ takesReleases: true, upgradeMilliseconds: 20 },
  });
  cleanUps.push(agent.close);
  return { calls, ranges, path };
}

describe("a release that is offered", () => {
  test("is fetched across a cut from where it was, and root is asked for it once it is whole", async () => {
    const { calls, ranges, path } = await openBox({ cuts: true });
    await waitUntil("root is asked", () => existsSync(path(ORDER_FILE)));
    expect(JSON.parse(readFileSync(path(ORDER_FILE), "utf8"))).toEqual(announcement);
    expect(readFileSync(path(FETCHED_FILE)).equals(TARBALL)).toBe(true);
    expect(ranges[0]).toBeUndefined();
    expect(ranges[1]).toMatch(/^bytes=[1-9]\d*-$/);
    expect(ranges).toHaveLength(2);
    expect(calls[0]).toMatchObject({ architecture: process.arch, outcome: null });
  });

  test("waits on the disk for a quiet hour, and is not fetched twice", async () => {
    const { calls, ranges, path } = await openBox({ quiet: hours(5, 8) });
    await waitUntil("it is asked for again", () => ranges.length > 0 && calls.length > 4);
    expect(ranges).toHaveLength(1);
    expect(existsSync(path(ORDER_FILE))).toBe(false);
    expect(readFileSync(path(`${announcement.sha256}.part`)).equals(TARBALL)).toBe(true);
  });

  test("is not handed to root where what came is another", async () => {
    const other = Buffer.from(TARBALL);
    other.writeUInt8(other.readUInt8(7) ^ 1, 7);
    const { ranges, path } = await openBox({ bytes: other });
    await waitUntil("it was fetched anew", () => ranges.length > 1);
    expect(ranges[1]).toBeUndefined();
    expect(existsSync(path(ORDER_FILE))).toBe(false);
  });

  test("is not read beyond what was announced", async () => {
    const { ranges, path } = await openBox({ bytesSaid: 1000 });
    await waitUntil("it was tried", () => ranges.length > 1);
    expect(existsSync(path(ORDER_FILE))).toBe(false);
    expect(existsSync(path(FETCHED_FILE))).toBe(false);
  });

  test("is told of as root says, once", async () => {
    const { calls, path } = await openBox({});
    await waitUntil("root is asked", () => existsSync(path(ORDER_FILE)));
    const { sha256, version } = announcement;
    const outcome: UpgradeOutcome = { version, sha256, kind: "rolled-back", reason: "portal" };
    writeFileSync(path(OUTCOME_FILE), JSON.stringify(outcome));
    const told = () => calls.filter((call) => call.outcome !== null);
    await waitUntil("it was told", () => told().length > 0 && !existsSync(path(OUTCOME_FILE)));
    expect(told()).toEqual([expect.objectContaining({ outcome })]);
  });

  test("is told of though root says so while the cloud is asked, also after another", async () => {
    const { sha256, version } = announcement;
    const say = (reason: string): UpgradeOutcome => ({
      ...{ version, sha256, kind: "rolled-back", reason },
    });
    const written = [say("first"), say("second")];
    const left = [...written];
    const { calls } = await openBox({
      quiet: hours(5, 8),
      onAsk: (_call, path) => {
        const outcome = left.shift();
        if (outcome) writeFileSync(path(OUTCOME_FILE), JSON.stringify(outcome));
      },
    });
    const told = () => calls.flatMap(({ outcome }) => outcome ?? []);
    await waitUntil("both were told", () => told().length > 1);
    expect(told()).toEqual(written);
  });
});

test("where nothing of root's is installed, the cloud is not asked", async () => {
  const calls: UpgradeCall[] = [];
  const onUpgrade = (call: UpgradeCall) => {
    calls.push(call);
    return { offer: null };
  };
  const cloud = await startCloudDouble({ boxKey: BOX_KEY, onUpgrade });
  cleanUps.push(cloud.close);
  const box = makeBox();
  cleanUps.push(box.remove);
  const agent = await startSyncAgent({
    ...{ store: box.store, keyFolder: box.folder, boxKey: BOX_KEY, logLevel: "silent" },
    ...{ identity: { ...box.identity, cloudUrl: cloud.origin }, upgradeMilliseconds: 20 },
  });
  cleanUps.push(agent.close);
  await waitUntil("it reports", () => cloud.boxReports.length > 0);
  expect(calls).toEqual([]);
});
