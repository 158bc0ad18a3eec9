import { existsSync, mkdirSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { NEXT_KEY_PATH } from "@foyer/contract";
import { afterEach, describe, expect, test } from "vitest";
import { BOX_KEY, countBacklog, makeBox, waitUntil, writeEvents } from "../test/box.ts";
import {
  type CloudDouble,
  type CloudDoubleOptions,
  startCloudDouble,
} from "../test/cloud-double.ts";
import { startSyncAgent } from "./agent.ts";
import {
  BOX_KEY_FILE,
  KEY_BEFORE_FILE,
  keepNextKey,
  makeBoxKey,
  NEXT_KEY_FILE,
  promoteNextKey,
  readBoxKey,
  writeDurably,
} from "./box-key.ts";

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

async function startCloud(options: Partial<CloudDoubleOptions> = {}): Promise<CloudDouble> {
  const double = await startCloudDouble({ boxKey: BOX_KEY, ...options });
  cleanUps.push(double.close);
  return double;
}

async function startBox(cloud: CloudDouble, clock?: () => Date) {
  const box = makeBox();
  cleanUps.push(box.remove);
  writeDurably(join(box.folder, BOX_KEY_FILE), BOX_KEY);
  const start = async (boxKey = BOX_KEY) => {
    const agent = await startSyncAgent({
      ...{ identity: { ...box.identity, cloudUrl: cloud.origin }, store: box.store },
      ...{ boxKey, keyFolder: box.folder, logLevel: "silent", random: () => 0.01 },
      ...(clock ? { clock } : {}),
    });
    cleanUps.push(agent.close);
    return agent;
  };
  const readKey = () => readFileSync(join(box.folder, BOX_KEY_FILE), "utf8");
  return { ...box, start, readKey };
}

const publicOf = (text: string) => readBoxKey(text)?.publicKey;

describe("the number of a call", () => {
  test("goes on above what the cloud has heard, where the clock was set back", async () => {
    const cloud = await startCloud({ callsThrough: Date.now() });
    const box = await startBox(cloud, () => new Date("1970-01-01T00:00:05Z"));
    await box.start();
    await waitUntil("the outbox is empty", () => countBacklog(box.store) === 0);
    await waitUntil("it pulls", () => cloud.pulls.length > 0);
    // The first push, pull and report were refused once, and no other call.
    const taken = cloud.pulls.length + cloud.batches.length + cloud.boxReports.length;
    expect(cloud.calls.length - taken).toBeLessThanOrEqual(3);
  });
});

describe("a box's key", () => {
  test("is changed when the cloud finds it old: told, kept on disk, and used from then on", async () => {
    const cloud = await startCloud();
    const box = await startBox(cloud);
    await box.start();
    await waitUntil("the outbox is empty", () => countBacklog(box.store) === 0);
    cloud.findKeyOld();
    writeEvents(box.store, 1);
    await waitUntil("the file holds another key", () => box.readKey() !== BOX_KEY);
    expect(cloud.nextKeys).toEqual([publicOf(box.readKey())]);
    expect(existsSync(join(box.folder, NEXT_KEY_FILE))).toBe(false);
    expect(statSync(join(box.folder, BOX_KEY_FILE)).mode & 0o777).toBe(0o600);
    // The report, which is signed as well, may have been the call that was told so.
    await waitUntil("what was written is there", () => countBacklog(box.store) === 0);
    writeEvents(box.store, 3);
    await waitUntil("it pushes on", () => countBacklog(box.store) === 0);
  });

  test("is not changed again for an answer to the key before that was long on its way", async () => {
    let isHeld = true;
    const onPull = () => (isHeld ? null : { status: 204, body: "" });
    const cloud = await startCloud({ onPull });
    const box = await startBox(cloud);
    cloud.findKeyOld();
    await box.start();
    await waitUntil("it waits for news under the old key", () => cloud.pulls.length > 0);
    await waitUntil("the file holds another key", () => box.readKey() !== BOX_KEY);
    const [key, pulls] = [box.readKey(), cloud.pulls.length];
    isHeld = false;
    cloud.announce();
    await waitUntil("it asks again", () => cloud.pulls.length > pulls);
    expect(existsSync(join(box.folder, NEXT_KEY_FILE))).toBe(false);
    expect(box.readKey()).toBe(key);
    expect(cloud.nextKeys).toHaveLength(1);
  });

  test("is changed in the end where the cloud's answer is lost, to the very key it was told", async () => {
    const cloud = await startCloud({ losesKeyAnswer: true });
    const box = await startBox(cloud);
    await box.start();
    cloud.findKeyOld();
    await waitUntil("it was told", () => cloud.nextKeys.length > 0);
    writeEvents(box.store, 1);
    await waitUntil("the file holds another key", () => box.readKey() !== BOX_KEY);
    expect(new Set(cloud.nextKeys)).toEqual(new Set([publicOf(box.readKey())]));
  });

  test("whose change was begun before a power cut is changed after the next start", async () => {
    const cloud = await startCloud();
    const box = await startBox(cloud);
    const next = makeBoxKey();
    writeDurably(join(box.folder, NEXT_KEY_FILE), next);
    await box.start();
    await waitUntil("the change is ended", () => box.readKey() === next);
    writeEvents(box.store, 2);
    await waitUntil("the outbox is empty", () => countBacklog(box.store) === 0);
  });

  test("stays where something before the cloud answers for it that all is well", async () => {
    const cloud = await startCloud({
      keyAnswer: { status: 200, body: "<html>Mended soon</html>" },
    });
    const box = await startBox(cloud);
    await box.start();
    cloud.findKeyOld();
    const told = () => cloud.calls.filter(({ url }) => url === NEXT_KEY_PATH).length;
    await waitUntil("it was told twice", () => {
      if (countBacklog(box.store) === 0) writeEvents(box.store, 1);
      return told() > 1;
    });
    expect(box.readKey()).toBe(BOX_KEY);
    writeEvents(box.store, 3);
    await waitUntil("it pushes on", () => countBacklog(box.store) === 0);
  });

  const renewed = async () => {
    const cloud = await startCloud();
    const box = await startBox(cloud);
    const agent = await box.start();
    cloud.findKeyOld();
    await waitUntil("the file holds another key", () => box.readKey() !== BOX_KEY);
    writeEvents(box.store, 1);
    await waitUntil("what was written is there", () => countBacklog(box.store) === 0);
    return { cloud, box, agent };
  };

  test("that a restored cloud has not heard of yet is told anew under the one before, and stays", async () => {
    const { cloud, box } = await renewed();
    const key = box.readKey();
    const told = cloud.nextKeys.length;
    cloud.restoreKey(publicOf(BOX_KEY) ?? "");
    writeEvents(box.store, 2);
    await waitUntil("what was written is there", () => countBacklog(box.store) === 0);
    expect(cloud.nextKeys.slice(told)).toEqual([publicOf(key)]);
    expect(box.readKey()).toBe(key);
    expect(statSync(join(box.folder, KEY_BEFORE_FILE)).mode & 0o777).toBe(0o600);
  });

  test("is told anew by a box that was off when its cloud was restored", async () => {
    const { cloud, box, agent } = await renewed();
    await agent.close();
    cloud.restoreKey(publicOf(BOX_KEY) ?? "");
    writeEvents(box.store, 2);
    await box.start(box.readKey());
    await waitUntil("what was written is there", () => countBacklog(box.store) === 0);
  });

  test("of a box that was removed is refused, and the one before as well, which is asked with once", async () => {
    const { cloud, box, agent } = await renewed();
    const told = cloud.nextKeys.length;
    await agent.close();
    cloud.forgetKeys();
    writeEvents(box.store, 1);
    const again = await box.start(box.readKey());
    const isRefused = () => {
      const { push, pull } = again.status();
      return push.state === "unauthorized" && pull.state === "unauthorized";
    };
    await waitUntil("both directions are refused", isRefused);
    const asked = () => cloud.calls.filter(({ url }) => url === NEXT_KEY_PATH).length;
    // The renewal itself, and one try under the key before.
    expect(asked()).toBe(told + 1);
    expect(cloud.nextKeys).toHaveLength(told);
    expect(countBacklog(box.store)).toBeGreaterThan(0);
  });

  test("that two processes of one folder change at once is the same for both", () => {
    const box = makeBox();
    cleanUps.push(box.remove);
    writeDurably(join(box.folder, BOX_KEY_FILE), BOX_KEY);
    const [one, other] = [keepNextKey(box.folder), keepNextKey(box.folder)];
    expect(other).toBe(one);
    promoteNextKey(box.folder, one);
    promoteNextKey(box.folder, other);
    expect(readFileSync(join(box.folder, BOX_KEY_FILE), "utf8")).toBe(one);
    expect(readdirSync(box.folder).filter((name) => name.includes(".part"))).toEqual([]);
    // But not where the folder holds neither.
    expect(() => promoteNextKey(box.folder, makeBoxKey())).toThrow("ENOENT");
  });

  test("leaves no half behind where it cannot be written", () => {
    const box = makeBox();
    cleanUps.push(box.remove);
    mkdirSync(join(box.folder, BOX_KEY_FILE));
    expect(() => writeDurably(join(box.folder, BOX_KEY_FILE), BOX_KEY)).toThrow("EISDIR");
    expect(readdirSync(box.folder).filter((name) => name.includes(".part"))).toEqual([]);
  });

  test("is only an Ed25519 key", () => {
    for (const text of ["", "no key", BOX_KEY.replace("MC4", "MC5")])
      expect(readBoxKey(text)).toBeNull();
    expect(readBoxKey(makeBoxKey())?.keyId).toMatch(/^[\w-]{43}$/);
  });
});
