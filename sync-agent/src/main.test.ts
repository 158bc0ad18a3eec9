import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { BOX_KEY, countBacklog, makeBox, waitUntil, writeEvents } from "../test/box.ts";
import { startCloudDouble } from "../test/cloud-double.ts";

const MAIN = join(import.meta.dirname, "main.ts");
const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

function spawnAgent(environment: Record<string, string>): ChildProcess {
  const child = spawn(process.execPath, [MAIN], {
    env: { PATH: process.env.PATH, FOYER_LOG_LEVEL: "error", ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  cleanUps.push(() => child.kill("SIGKILL"));
  return child;
}

const exitOf = (child: ChildProcess) =>
  new Promise<number | null>((resolve) => child.once("exit", (code) => resolve(code)));

test("an agent that is killed in the middle goes on after its restart, and nothing is stored twice", async () => {
  const box = makeBox();
  cleanUps.push(box.remove);
  const cloud = await startCloudDouble({ boxKey: BOX_KEY });
  cleanUps.push(cloud.close);
  const { store, ...identity } = { store: box.store, ...box.identity, cloudUrl: cloud.origin };
  writeFileSync(join(box.folder, "box.json"), JSON.stringify(identity));
  writeFileSync(join(box.folder, "box-key"), BOX_KEY);
  const lives = 4;
  for (let life = 1; life <= lives; life += 1) {
    const child = spawnAgent({ FOYER_STATE_FOLDER: box.folder });
    const gone = exitOf(child);
    writeEvents(store, 200);
    const before = cloud.stored.length;
    await waitUntil("this life pushes", () => cloud.stored.length > before, 20_000);
    writeEvents(store, 50);
    if (life === lives) break;
    child.kill("SIGKILL");
    await gone;
  }
  await waitUntil("the outbox is empty", () => countBacklog(store) === 0);
  const seqs = cloud.stored.map(({ seq }) => seq);
  // 250 a life, and one box.started a life.
  expect(seqs).toEqual(Array.from({ length: lives * 251 }, (_, index) => index + 1));
  const starts = cloud.stored.filter(
    ({ type, payload }) => type === "box.started" && payload.settingsVersion === 0,
  );
  expect(starts.length).toBeGreaterThanOrEqual(lives);
});

test("SIGTERM ends the agent cleanly", async () => {
  const box = makeBox();
  cleanUps.push(box.remove);
  const cloud = await startCloudDouble({ boxKey: BOX_KEY });
  cleanUps.push(cloud.close);
  const identity = { ...box.identity, cloudUrl: cloud.origin };
  writeFileSync(join(box.folder, "box.json"), JSON.stringify(identity));
  writeFileSync(join(box.folder, "box-key"), BOX_KEY);
  const child = spawnAgent({ FOYER_STATE_FOLDER: box.folder });
  const gone = exitOf(child);
  await waitUntil("it pulls", () => cloud.pulls.length > 0);
  child.kill("SIGTERM");
  expect(await gone).toBe(0);
});

test("a second agent on one folder says so and ends, and the first goes on", async () => {
  const box = makeBox();
  cleanUps.push(box.remove);
  const cloud = await startCloudDouble({ boxKey: BOX_KEY });
  cleanUps.push(cloud.close);
  const identity = { ...box.identity, cloudUrl: cloud.origin };
  writeFileSync(join(box.folder, "box.json"), JSON.stringify(identity));
  writeFileSync(join(box.folder, "box-key"), BOX_KEY);
  const first = spawnAgent({ FOYER_STATE_FOLDER: box.folder });
  await waitUntil("it pulls", () => cloud.pulls.length > 0, 20_000);
  const second = spawnAgent({ FOYER_STATE_FOLDER: box.folder });
  const said: Buffer[] = [];
  second.stderr?.on("data", (chunk) => said.push(chunk));
  expect(await exitOf(second)).toBe(1);
  const text = Buffer.concat(said).toString("utf8");
  expect(text).toBe(
    `sync-agent: another sync agent works in ${box.folder} already. Stop that one, or give this one the state folder of its own box.\n`,
  );
  writeEvents(box.store, 5);
  await waitUntil("the first goes on", () => countBacklog(box.store) === 0);
  // Killed, it holds the folder no more.
  const gone = exitOf(first);
  first.kill("SIGKILL");
  await gone;
  spawnAgent({ FOYER_STATE_FOLDER: box.folder });
  writeEvents(box.store, 5);
  await waitUntil("the next one works", () => countBacklog(box.store) === 0, 20_000);
});

test("an agent without an enrolment says everything that is missing, and ends", async () => {
  const folder = mkdtempSync(join(tmpdir(), "foyer-sync-"));
  cleanUps.push(() => rmSync(folder, { recursive: true }));
  const child = spawnAgent({ FOYER_STATE_FOLDER: folder, FOYER_LOG_LEVEL: "loud" });
  const said: Buffer[] = [];
  child.stderr?.on("data", (chunk) => said.push(chunk));
  expect(await exitOf(child)).toBe(1);
  const text = Buffer.concat(said).toString("utf8");
  expect(text).toContain("box.json cannot be read");
  expect(text).toContain("box-key cannot be read");
  expect(text).toContain("FOYER_LOG_LEVEL");
});
