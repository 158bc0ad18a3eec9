import type { EventEnvelope, EventPayload, EventType } from "@foyer/contract";
import { findNewestVersion } from "@foyer/contract";
import { seededRandom } from "@foyer/contract/test/seeded-random";
import { pino } from "pino";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestCloud, type TestCloud } from "../../../test/open-test-cloud.ts";
import { NAS_ID } from "../../../test/test-box.ts";
import { features } from "../../features.ts";
import { runCursor } from "../../platform/cursors.ts";
import { listRows, sql } from "../../platform/db.ts";
import { toNewEvent } from "../../platform/events.ts";

const ROUNDS = 4;
const EVENTS = 80;
const MINUTE = 60_000;
const BEGAN = Date.parse("2026-10-01T08:00:00Z");
/**
 * What is told of whom and what: few, so that events meet. Of the guests the last is forgotten and proves
 * no number: what proved one is taken out of the log with them, also of events that are read already.
 */
const [GUESTS, DEVICES, VISITS, SESSIONS, BOXES] = [6, 5, 7, 9, 2];
const [GUEST, DEVICE, VISIT, SESSION, BOX, BRANCH, EPOCH, EVENT, REQUEST] = [
  1, 2, 3, 4, 5, 6, 7, 8, 9,
];
const PHONES = ["+84911111111", "+84922222222", "+84933333333"];
const EMAILS = ["lan@example.test", "minh@example.test"];

let cloud: TestCloud;

beforeAll(async () => {
  cloud = await openTestCloud();
});
afterAll(() => cloud?.close());

const idOf = (kind: number, index: number) =>
  `01990000-0000-7000-${(0x8000 + kind).toString(16)}-${index.toString(16).padStart(12, "0")}`;

type Random = () => number;

/** A log as no box would write it: everything contradicts everything, late and out of order. */
function tellStory(tenantId: string, random: Random): EventEnvelope[] {
  const below = (count: number) => Math.floor(random() * count);
  const pick = <T>(from: readonly T[]): T => from[below(from.length)] as T;
  const verified: string[] = [];
  return Array.from({ length: EVENTS }, (_, index) => {
    const box = below(BOXES);
    const at = new Date(BEGAN + below(12 * 24 * 60) * MINUTE);
    // A box of two lives, whose numbers come in any order.
    const place = {
      ...{ tenantId, branchId: idOf(BRANCH, box), boxId: idOf(BOX, box) },
      ...{ epoch: idOf(EPOCH, below(2) * BOXES + box), seq: 1 + below(EVENTS) },
    };
    const [type, payload] = tellOne({ below, pick, verified, at });
    const id = idOf(EVENT, index);
    if (type === "guest.verified") verified.push(id);
    const version = findNewestVersion(type);
    return { id, type, version, ...place, occurredAt: at.toISOString(), payload };
  });
}

type Telling = {
  below: (count: number) => number;
  pick: <T>(from: readonly T[]) => T;
  /** The events by which somebody became a customer, whose ids are the customers'. */
  verified: readonly string[];
  at: Date;
};

function tellOne({ below, pick, verified, at }: Telling): [EventType, Record<string, unknown>] {
  const told = <T extends EventType>(
    type: T,
    payload: EventPayload<T>,
  ): [EventType, Record<string, unknown>] => [type, { ...payload }];
  const guestId = idOf(GUEST, below(GUESTS));
  const deviceId = idOf(DEVICE, below(DEVICES));
  const someGuest = below(2) === 0 ? null : guestId;
  const visitId = idOf(VISIT, below(VISITS));
  const sessionId = idOf(SESSION, below(SESSIONS));
  const usage = {
    ...{ connectedSeconds: below(5000), uploadBytes: below(1000), downloadBytes: below(9000) },
    policyId: pick([null, idOf(BRANCH, 99)]),
  };
  const span = {
    startedAt: new Date(at.getTime() - below(90) * MINUTE).toISOString(),
    endedAt: new Date(at.getTime() + (below(90) - 20) * MINUTE).toISOString(),
  };
  const arrival = { visitId, deviceId, guestId: someGuest, startedAt: span.startedAt };
  const seen = { deviceId, nasId: NAS_ID };
  const proof = "network" as const;
  const tellers: readonly (() => [EventType, Record<string, unknown>])[] = [
    () => told("visit.started", { ...arrival, source: pick(["wifi", "passive"] as const) }),
    () => told("visit.ended", { ...arrival, ...span, sessions: below(3), ...usage }),
    () => told("session.started", { sessionId, visitId, guestId: someGuest, ...seen }),
    () => told("session.updated", { sessionId, visitId, ...usage }),
    () => {
      const cause = pick(["User-Request", "Lost-Contact", "Session-Timeout"]);
      return told("session.ended", { sessionId, visitId, ...span, cause, ...usage });
    },
    () => told("device.recognised", { guestId, ...seen, proof }),
    () => {
      const mac = `00-00-00-00-00-0${below(9)}`;
      return told("device.seen", { ...seen, mac, randomised: below(2) === 0, by: "portal" });
    },
    () => {
      const contact = below(3) > 0 ? { phone: pick(PHONES) } : { email: pick(EMAILS) };
      const provingId = idOf(GUEST, below(GUESTS - 2));
      return told("guest.verified", { guestId: provingId, deviceId, ...contact, method: "code" });
    },
    () => {
      const customerId = verified.length > 0 ? pick(verified) : idOf(EVENT, EVENTS);
      return told("guest.recognised", {
        guestId: idOf(GUEST, GUESTS - 2),
        customerId,
        ...seen,
        proof,
      });
    },
  ];
  if (below(50) === 0) {
    const asked = { requestId: idOf(REQUEST, below(9)), guestId: idOf(GUEST, GUESTS - 1) };
    return told("guest.deletion-requested", { ...asked, ...seen, language: "vi" });
  }
  return pick(tellers)();
}

/** Lets the features up to visits follow the whole log, `takes` events at a time. */
async function follow(tenantId: string, takes: () => number): Promise<void> {
  const options = {
    database: cloud.database,
    followers: features,
    log: pino({ level: "silent" }),
  };
  const last = features.findIndex(({ name }) => name === "visits");
  let moved = true;
  while (moved) {
    moved = false;
    for (const follower of features.slice(0, last + 1)) {
      if (!follower.handlers) continue;
      let step = await runCursor(options, { tenantId, follower }, takes());
      while (step === "moved") {
        moved = true;
        step = await runCursor(options, { tenantId, follower }, takes());
      }
      expect(step, `${follower.name} failed on an event`).toBe("resting");
    }
  }
}

const TABLES = ["visits", "sessions", "branch_customers", "devices", "guest_devices", "guests"];

/** Every row that comes of it, without the tenant that it is of. */
const readAll = (tenantId: string) =>
  cloud.database.inTenant(tenantId, async (tx) => {
    const read = async (table: string) => {
      const rows = await listRows(
        tx,
        sql<{ row: Record<string, unknown> }>`
          select to_jsonb(${sql.table(table)}.*) - 'tenant_id' as row from ${sql.table(table)}
          where tenant_id = ${tenantId}`,
      );
      return rows.map(({ row }) => JSON.stringify(row)).sort();
    };
    const customers = await listRows(
      tx,
      sql`select id, visits, last_visit_at, last_seen_at, changed_position, merged_into
          from customers where tenant_id = ${tenantId} order by id`,
    );
    const known = await listRows(
      tx,
      sql`select customer_id, seen_at from brand_customers
          where tenant_id = ${tenantId} and is_known order by customer_id`,
    );
    const tables = [];
    for (const table of TABLES) tables.push([table, await read(table)]);
    return { customers, known, ...Object.fromEntries(tables) };
  });

async function makeFollowed(seed: number, takes: () => number): Promise<string> {
  const tenantId = await cloud.addTenant();
  const events = tellStory(tenantId, seededRandom(seed)).map(toNewEvent);
  await cloud.database.changeTenant(tenantId, async () => ({ result: null, events }));
  await follow(tenantId, takes);
  return tenantId;
}

test.each(Array.from({ length: ROUNDS }, (_, round) => round + 1))(
  "a log followed many events at a time leaves the rows that one by one does (round %i)",
  async () => {
    const seed = Math.floor(Math.random() * 2 ** 31);
    console.info(`seed ${seed}`);
    const random = seededRandom(seed + 1);
    const oneByOne = await readAll(await makeFollowed(seed, () => 1));
    const some = await makeFollowed(seed, () => 1 + Math.floor(random() * 20));
    expect(await readAll(some)).toEqual(oneByOne);
    expect(await readAll(await makeFollowed(seed, () => EVENTS * 2))).toEqual(oneByOne);
    expect(oneByOne.visits.length).toBeGreaterThan(0);
  },
);
