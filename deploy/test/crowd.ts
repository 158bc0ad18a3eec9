import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  type BranchStore,
  endSession,
  seeDevice,
  signInGuest,
  startSession,
  updateSession,
} from "@foyer/branch-store";
import pg from "pg";
import { request } from "undici";
import { expect } from "vitest";
import type { Staff } from "./staff.ts";

export { seededRandom } from "@foyer/contract/test/seeded-random";

const NAS_ID = "01990000-0000-7000-8000-000000000010";
const CONNECTED_SECONDS = 60;

/** Guest number `guest` signs in by phone, uses the Wi-Fi and leaves: seven events. */
export function comeAndGo(store: BranchStore, guest: number): void {
  const digits = String(guest).padStart(4, "0");
  const mac = `00-11-22-33-${digits.slice(0, 2)}-${digits.slice(2)}`;
  const startedAt = new Date(Date.now() - CONNECTED_SECONDS * 1000);
  const session = { nasId: NAS_ID, acctSessionId: `session-${guest}`, mac };
  store.transaction((tx) => {
    const { id: deviceId } = seeDevice(tx, { mac, nasId: NAS_ID, by: "portal" });
    const terms = { nasId: NAS_ID, language: "vi" as const, termsVersion: 1 };
    const proof = { deviceId, phone: `+8491234${digits}`, proved: true };
    signInGuest(tx, { ...terms, ...proof, details: { name: `Khách ${guest}` } });
  });
  store.transaction((tx) => startSession(tx, { ...session, at: startedAt }));
  const usage = { connectedSeconds: 30, uploadBytes: 1000, downloadBytes: 5000 };
  store.transaction((tx) => updateSession(tx, { ...session, ...usage, at: new Date() }));
  const left = { ...usage, connectedSeconds: CONNECTED_SECONDS, cause: "User-Request" };
  store.transaction((tx) => endSession(tx, { ...session, ...left, at: new Date() }));
}

/** How many events the store has ever written: a seq has no gaps. */
export function countWritten(store: BranchStore): number {
  const last = "select seq from sqlite_sequence where name = 'outbox'";
  return store.read((tx) => (tx.sql(last).get() as { seq: number }).seq);
}

/** Waits until the staff app's figures are those of a crowd that came once each, and no others. */
export async function expectCrowd(staff: Staff, guests: number): Promise<void> {
  type List = { total: number; visits: { number: number; connectedSeconds: number }[] };
  const list = () => read<List>(staff, "/api/v1/visits?limit=100");
  const isWhole = ({ total, visits }: List) =>
    total === guests && visits.every((visit) => visit.connectedSeconds === CONNECTED_SECONDS);
  await expect.poll(async () => isWhole(await list()), { timeout: 60_000 }).toBe(true);
  expect(new Set((await list()).visits.map(({ number }) => number))).toEqual(new Set([1]));
  expect(await read(staff, "/api/v1/customers")).toMatchObject({ total: guests });
  type Day = { visits: number; newCustomers: number; returningCustomers: number };
  const { days } = await read<{ days: Day[] }>(staff, "/api/v1/overview");
  const sum = (pick: (day: Day) => number) => days.reduce((total, day) => total + pick(day), 0);
  expect(sum(({ visits }) => visits)).toBe(guests);
  expect(sum(({ newCustomers }) => newCustomers)).toBe(guests);
  expect(sum(({ returningCustomers }) => returningCustomers)).toBe(0);
}

async function read<T>({ origin, cookie }: Staff, path: string): Promise<T> {
  const { body, statusCode } = await request(`${origin}${path}`, { headers: { cookie } });
  if (statusCode !== 200) throw new Error(`${path} answered ${statusCode}: ${await body.text()}`);
  return (await body.json()) as T;
}

/**
 * How many events of boxes the log of a cloud holds, whose own PostgreSQL lies in that folder: an event
 * that came twice would count twice, and what the cloud makes of events does not.
 */
export async function countBoxEvents(cloudFolder: string): Promise<number> {
  // Of PostgreSQL's postmaster.pid the fourth line is the port, and the fifth the folder of the socket.
  const path = join(cloudFolder, "postgres", "postmaster.pid");
  const [, , , port = "", host = ""] = readFileSync(path, "utf8").split("\n");
  const client = new pg.Client({
    host,
    port: Number(port),
    user: "foyer_admin",
    database: "foyer",
  });
  await client.connect();
  try {
    const { rows } = await client.query<{ events: string }>(
      "select count(*) as events from events where box_id is not null",
    );
    return Number(rows[0]?.events);
  } finally {
    await client.end();
  }
}
