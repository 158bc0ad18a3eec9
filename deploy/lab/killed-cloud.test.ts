import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { countUnsent, openBranchStore } from "@foyer/branch-store";
import { seededRandom } from "@foyer/contract/test/seeded-random";
import { startSyncAgent } from "@foyer/sync-agent";
import { request } from "undici";
import { afterEach, expect, test } from "vitest";
import { comeAndGo, countBoxEvents, countWritten, expectCrowd } from "../test/crowd.ts";
import { type AddedBox, type Enrolment, enrolBox } from "../test/enrol.ts";
import { findFreePortBase } from "../test/free-ports.ts";
import { type Staff, signInFirst } from "../test/staff.ts";

const KILLS = 3;
const GUESTS = 200;
const ACCOUNT = { email: "an@cafe.example", name: "An", password: "a-long-enough-password-7" };
const MAIN = join(dirname(createRequire(import.meta.url).resolve("@foyer/cloud-api")), "main.ts");

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

test("with the cloud killed again and again while guests come and go, each event is there once", async () => {
  const seed = Number(process.env.FOYER_TEST_SEED ?? Math.floor(Math.random() * 2 ** 31));
  console.info(`seed ${seed}`);
  const random = seededRandom(seed);
  const folder = mkdtempSync(join(tmpdir(), "foyer-killed-"));
  cleanUps.push(() => rmSync(folder, { recursive: true, force: true }));
  const place = { folder, port: await findFreePortBase() };
  let cloud = await startCloudProcess(place);
  // Ended in good order at last: its database is gone before its folder goes.
  cleanUps.push(() => end(cloud.child, "SIGTERM"));
  const link = /http\S+\/first-sign-in\S+/;
  await expect.poll(cloud.output, { timeout: 60_000 }).toMatch(link);
  const owner = { ...ACCOUNT, tenantName: "Cà phê Sông Hương" };
  const staff = await signInFirst(cloud.output().match(link)?.[0] ?? "", owner);
  const { boxKey, ...identity } = await addBox(staff);
  const store = openBranchStore({ folder, identity, clock: () => new Date() });
  cleanUps.push(store.close);
  const agent = await startSyncAgent({
    store,
    identity: { ...identity, cloudUrl: staff.origin },
    boxKey,
    logLevel: "silent",
    random: () => random() / 20,
  });
  cleanUps.push(agent.close);

  const guests = letGuestsCome(store, random);
  for (let killed = 0; killed < KILLS; killed += 1) {
    await pause(200 + 600 * random());
    await end(cloud.child, "SIGKILL");
    cloud = await startCloudProcess(place);
  }
  await guests;
  await expect.poll(() => store.read(countUnsent), { timeout: 120_000 }).toBe(0);
  expect(await countBoxEvents(join(folder, "cloud"))).toBe(countWritten(store));
  await expectCrowd(staff, GUESTS);
}, 480_000);

/** Slowly enough that each death of the cloud finds some of them on their way. */
async function letGuestsCome(
  store: ReturnType<typeof openBranchStore>,
  random: () => number,
): Promise<void> {
  for (let guest = 0; guest < GUESTS; guest += 1) {
    comeAndGo(store, guest);
    await pause(60 * random());
  }
}

type CloudProcess = { child: ChildProcess; output: () => string };

async function startCloudProcess(place: { folder: string; port: number }): Promise<CloudProcess> {
  const child = spawn(process.execPath, [MAIN], {
    env: {
      PATH: process.env.PATH,
      // A killed cloud leaves its socket's folder behind.
      TMPDIR: place.folder,
      FOYER_CLOUD_PORT: String(place.port),
      FOYER_DATA_FOLDER: join(place.folder, "cloud"),
      FOYER_LOG_LEVEL: "info",
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (chunk: string) => {
      output += chunk;
    });
  await expect
    .poll(() => (child.exitCode === null ? output : `ended: ${output}`), { timeout: 120_000 })
    .toMatch(/cloud started|ended/);
  return { child, output: () => output };
}

async function end(child: ChildProcess, signal: "SIGKILL" | "SIGTERM"): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, "exit");
  child.kill(signal);
  await gone;
}

async function addBox(staff: Staff): Promise<Enrolment> {
  const branch = { name: "Lab", timeZone: "Asia/Ho_Chi_Minh", country: "VN", languages: ["vi"] };
  const { id } = await post<{ id: string }>(staff, "/api/v1/branches", branch);
  const path = `/api/v1/branches/${id}/boxes`;
  return await enrolBox(await post<AddedBox>(staff, path, { name: "Box" }));
}

async function post<T>({ origin, cookie }: Staff, path: string, content: object): Promise<T> {
  const { body, statusCode } = await request(`${origin}${path}`, {
    method: "POST",
    headers: { cookie, origin, "content-type": "application/json" },
    body: JSON.stringify(content),
  });
  if (statusCode !== 201) throw new Error(`${path} answered ${statusCode}: ${await body.text()}`);
  return (await body.json()) as T;
}
