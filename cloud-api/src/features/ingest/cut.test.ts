import type { Socket } from "node:net";
import { Client } from "pg";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { openTestCloud, type TestCloud } from "../../../test/open-test-cloud.ts";
import { makeTestBox, type TestBox } from "../../../test/test-box.ts";
import { DatabaseAway } from "../../platform/database-away.ts";
import { getRow, sql } from "../../platform/db.ts";
import { type Push, storePush } from "./store.ts";

// A cloud that is killed, or loses its database, between any two statements of a push.

let cloud: TestCloud;
let tenantId: string;
beforeAll(async () => {
  cloud = await openTestCloud();
});
beforeEach(async () => {
  tenantId = await cloud.addTenant();
});
afterAll(() => cloud?.close());

type Cut = {
  statement: number;
  /** Carried out by the database: its answer is what is lost. Else the database never hears it. */
  isHeard: boolean;
};
type Method = (this: Client & { connection: { stream: Socket } }, ...parts: unknown[]) => unknown;
const TO_CARRY_OUT_MS = 30;

/** Cuts the connection at a statement of some work; false: it made none so late. */
async function cutting(
  { statement, isHeard }: Cut,
  work: () => Promise<unknown>,
): Promise<boolean> {
  const driver = Client.prototype as unknown as { query: Method };
  const query = driver.query;
  let statements = 0;
  driver.query = function (...parts) {
    statements += 1;
    if (statements !== statement) return query.apply(this, parts);
    const { stream } = this.connection;
    if (!isHeard) stream.destroy();
    const answer = query.apply(this, parts);
    if (isHeard) {
      stream.pause();
      setTimeout(() => stream.destroy(), TO_CARRY_OUT_MS);
    }
    return answer;
  };
  try {
    await work();
  } finally {
    driver.query = query;
  }
  return statements >= statement;
}

/** So many events, one that nobody can read, and a seq that was given up. */
function write(box: TestBox, count: number): Push {
  const events = Array.from({ length: count }, (_, index) =>
    box.write("box.started", { release: "0.1.0", settingsVersion: index }),
  );
  const unread = { ...events[0], id: "no id", seq: count + 1 };
  const last = count + 2;
  const outbox = { writtenThrough: last, drainedThrough: last, vacant: [{ from: last, to: last }] };
  return { epoch: box.epoch, events: [...events, unread], outbox };
}

type Held = { events: number; unread: number; gaps: number; inOrder: boolean; isWhole: boolean };

const findHeld = ({ boxId }: TestBox) =>
  cloud.database.inTenant(tenantId, (tx) =>
    getRow(
      tx,
      sql<Held>`
        select count(*)::integer as events,
          coalesce(bool_and(seq = place), true) as "inOrder",
          (select count(*)::integer from set_aside_events
            where tenant_id = ${tenantId} and box_id = ${boxId}) as unread,
          (select count(*)::integer from box_gaps
            where tenant_id = ${tenantId} and box_id = ${boxId}) as gaps,
          (select count(*) = coalesce(max(position), 0) from events
            where tenant_id = ${tenantId}) as "isWhole"
        from (select seq, row_number() over (order by position) as place from events
          where tenant_id = ${tenantId} and box_id = ${boxId}) as held`,
    ),
  );

test.each([
  ["looked up one by one", 3],
  ["tried as new", 120],
])(
  "a push whose connection is cut at any of its statements is stored once when it comes again: %s",
  async (_, count) => {
    const whole = { events: count, unread: 1, gaps: 0, inOrder: true, isWhole: true };
    const store = (box: TestBox, push: Push) => storePush(cloud.database, box, push);
    let cuts = 0;
    for (let isCut = true; isCut; cuts += Number(isCut))
      for (const isHeard of [true, false]) {
        const cut = { statement: cuts + 1, isHeard };
        const box = makeTestBox({ tenantId });
        const push = write(box, count);
        const failures: unknown[] = [];
        isCut = await cutting(cut, () => store(box, push).catch((error) => failures.push(error)));
        expect(failures, JSON.stringify(cut)).toEqual(isCut ? [expect.any(DatabaseAway)] : []);
        const { acknowledged, setAside, ...rest } = await store(box, push);
        const seqs = acknowledged.reduce((sum, { from, to }) => sum + to - from + 1, 0);
        expect([seqs, setAside.length]).toEqual([count + 1, 1]);
        expect(rest).not.toHaveProperty("epochEnded");
        expect(await findHeld(box), JSON.stringify(cut)).toEqual(whole);
      }
    expect(cuts).toBeGreaterThan(5);
  },
);
