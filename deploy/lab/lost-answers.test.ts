import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type BranchStore,
  countUnsent,
  endSession,
  openBranchStore,
  seeDevice,
  signInGuest,
  startSession,
  updateSession,
} from "@foyer/branch-store";
import { BOX_API } from "@foyer/contract";
import { startSyncAgent } from "@foyer/sync-agent";
import { afterEach, expect, test } from "vitest";
import { type LabCloud, startLabCloud } from "./cloud.ts";

const GUESTS = 150;
const EVENTS = 1000;
/** So many answers are lost at first, whatever the seed: one that loses nothing proves nothing. */
const LOST_AT_LEAST = 4;
const LAST_SEQ = "select seq from sqlite_sequence where name = 'outbox'";

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
  const logBefore = await readLogPosition(cloud);
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
  // The tenant's log counts every event it holds, once: it grew by what the box wrote, no more.
  const written = store.read((tx) => (tx.sql(LAST_SEQ).get() as { seq: number }).seq);
  expect(written).toBeGreaterThanOrEqual(EVENTS);
  expect((await readLogPosition(cloud)) - logBefore).toBe(written);
  await expectFigures(cloud);
});

/** A guest signs in by phone, uses the Wi-Fi and leaves: seven events. */
function comeAndGo(store: BranchStore, guest: number): void {
  const digits = String(guest).padStart(4, "0");
  const mac = `00-11-22-33-${digits.slice(0, 2)}-${digits.slice(2)}`;
  const nasId = "01990000-0000-7000-8000-000000000010";
  const startedAt = new Date(Date.now() - 60_000);
  const session = { nasId, acctSessionId: `session-${guest}`, mac };
  store.transaction((tx) => {
    const { id: deviceId } = seeDevice(tx, { mac, nasId, by: "portal" });
    const phone = `+8491234${digits}`;
    const who = { deviceId, nasId, language: "vi" as const, termsVersion: 1, phone, proved: true };
    signInGuest(tx, { ...who, details: { name: `Khách ${guest}` } });
  });
  store.transaction((tx) => startSession(tx, { ...session, at: startedAt }));
  const usage = { connectedSeconds: 30, uploadBytes: 1000, downloadBytes: 5000 };
  store.transaction((tx) => updateSession(tx, { ...session, ...usage, at: new Date() }));
  const whole = { ...usage, connectedSeconds: 60, cause: "User-Request", at: new Date() };
  store.transaction((tx) => endSession(tx, { ...session, ...whole }));
}

async function expectFigures({ read }: LabCloud): Promise<void> {
  type List = { total: number; visits: { number: number; connectedSeconds: number }[] };
  const list = () => read<List>("/api/v1/visits?limit=100");
  const isWhole = ({ total, visits }: List) =>
    total === GUESTS && visits.every((visit) => visit.connectedSeconds === 60);
  await expect.poll(async () => isWhole(await list()), { timeout: 20_000 }).toBe(true);
  expect(new Set((await list()).visits.map(({ number }) => number))).toEqual(new Set([1]));
  expect(await read("/api/v1/customers")).toMatchObject({ total: GUESTS });
  type Day = { visits: number; newCustomers: number; returningCustomers: number };
  const { days } = await read<{ days: Day[] }>("/api/v1/overview");
  const sum = (pick: (day: Day) => number) => days.reduce((total, day) => total + pick(day), 0);
  expect(sum(({ visits }) => visits)).toBe(GUESTS);
  expect(sum(({ newCustomers }) => newCustomers)).toBe(GUESTS);
  expect(sum(({ returningCustomers }) => returningCustomers)).toBe(0);
}

/** The position of the tenant's newest event, as the live stream says it. */
async function readLogPosition({ staff }: LabCloud): Promise<number> {
  const ending = new AbortController();
  const { body } = await fetch(`${staff.origin}/api/v1/live`, {
    headers: { cookie: staff.cookie },
    signal: ending.signal,
  });
  let text = "";
  try {
    for await (const chunk of body as unknown as AsyncIterable<Uint8Array>) {
      text += Buffer.from(chunk).toString("utf8");
      const said = /data: \{"position":(\d+)\}/.exec(text)?.[1];
      if (said) return Number(said);
    }
  } finally {
    ending.abort();
  }
  throw new Error("the live stream ended without a word");
}

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

/** mulberry32: the same numbers for the same seed. */
function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
