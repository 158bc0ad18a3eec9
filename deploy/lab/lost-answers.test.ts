import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { countUnsent, openBranchStore } from "@foyer/branch-store";
import { BOX_API } from "@foyer/contract";
import { seededRandom } from "@foyer/contract/test/seeded-random";
import { startSyncAgent } from "@foyer/sync-agent";
import { afterEach, expect, test } from "vitest";
import { comeAndGo, countBoxEvents, countWritten, expectCrowd } from "../test/crowd.ts";
import { startLabCloud } from "./cloud.ts";

const GUESTS = 150;
const EVENTS = 1000;
/** So many answers are lost at first, whatever the seed: one that loses nothing proves nothing. */
const LOST_AT_LEAST = 4;

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

test("1,000 events with answers lost at random are each in the cloud once, and its figures are right", async () => {
  const seed = Number(process.env.FOYER_TEST_SEED ?? Math.floor(Math.random() * 2 ** 31));
  console.info(`seed ${seed}`);
  const random = seededRandom(seed);
  const folder = mkdtempSync(join(tmpdir(), "foyer-lost-"));
  cleanUps.push(() => rmSync(folder, { recursive: true, force: true }));
  const cloud = await startLabCloud(folder);
  cleanUps.push(cloud.close);
  const uplink = await openLossyUplink(cloud.staff.origin, random);
  cleanUps.push(uplink.close);
  const { boxKey, ...identity } = cloud.enrolment;
  const store = openBranchStore({ folder, identity, clock: () => new Date() });
  cleanUps.push(store.close);
  const agent = await startSyncAgent({
    store,
    identity: { ...identity, cloudUrl: uplink.origin },
    boxKey,
    logLevel: "silent",
    random: () => random() / 20,
  });
  cleanUps.push(agent.close);

  for (let guest = 0; guest < GUESTS; guest += 1) {
    comeAndGo(store, guest);
    if (random() < 0.3) await new Promise((resolve) => setTimeout(resolve, 30 * random()));
  }
  await expect.poll(() => store.read(countUnsent), { timeout: 60_000 }).toBe(0);

  expect(uplink.lost(), "answers were really lost").toBeGreaterThanOrEqual(LOST_AT_LEAST);
  // The log holds each event that the box wrote, once.
  const written = countWritten(store);
  expect(written).toBeGreaterThanOrEqual(EVENTS);
  expect(await countBoxEvents(join(folder, "cloud"))).toBe(written);
  await expectCrowd(cloud.staff, GUESTS);
});

type LossyUplink = { origin: string; lost: () => number; close: () => Promise<void> };

/** Hands calls on to the cloud and loses some on the way there, and some of the answers. */
async function openLossyUplink(target: string, random: () => number): Promise<LossyUplink> {
  let lost = 0;
  const handle = (near: IncomingMessage, answer: ServerResponse) => {
    const draw = random();
    if (draw < 0.15) return near.socket.destroy();
    const far = request(`${target}${near.url}`, { method: near.method, headers: near.headers });
    far.on("error", () => near.socket.destroy());
    near.pipe(far);
    answer.once("close", () => far.destroy());
    far.on("response", (response) => {
      const isPush = near.url === BOX_API.events;
      if (draw >= 0.4 && !(isPush && lost < LOST_AT_LEAST))
        return void response.pipe(answer.writeHead(response.statusCode ?? 500, response.headers));
      // The cloud has committed; nobody hears of it.
      if (isPush) lost += 1;
      near.socket.destroy();
    });
  };
  const server = createServer((near, answer) => void handle(near, answer));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    lost: () => lost,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
