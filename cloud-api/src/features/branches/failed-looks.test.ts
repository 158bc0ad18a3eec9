import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { openTestCloud, type TestCloud } from "../../../test/open-test-cloud.ts";
import type { Hooks } from "../../feature.ts";
import { newId } from "../../platform/clock.ts";
import { run, sql } from "../../platform/db.ts";
import { openRateGate } from "../../platform/rate-gate.ts";
import { openFactsShelf } from "./branch-facts.ts";
import type { Held } from "./held.ts";
import { openLookout, type Waiting } from "./lookout.ts";
import { listBranchHeads } from "./lookout-queries.ts";

const LOST = 7;
const HELD: Held = {
  ...{ settings: 1, partsHeld: new Map(), codes: 0, boxCommands: 0, coupons: 0 },
  ...{ sealingKey: null, guests: 0, guestsMark: null, guestsPage: null, epoch: newId() },
};

let cloud: TestCloud;
let tenantId: string;
beforeAll(async () => {
  cloud = await openTestCloud();
});
beforeEach(async () => {
  tenantId = await cloud.addTenant();
});
afterAll(() => cloud?.close());

/** A box that waits, at a branch of its own. */
async function addWaiting(held: Partial<Held> = {}): Promise<Waiting> {
  const branchId = newId();
  await cloud.database.inTenant(tenantId, (tx) =>
    run(
      tx,
      sql`insert into branches (tenant_id, id, name, time_zone, country, languages,
            visit_gap_minutes, settings, created_at)
          values (${tenantId}, ${branchId}, 'Ba Đình', 'Asia/Ho_Chi_Minh', 'VN', '{vi}', 30, '{}',
            now())`,
    ),
  );
  const box = { tenantId, branchId, boxId: newId() };
  const key = { publicKey: randomBytes(32), addedAt: cloud.clock() };
  return { box: { ...box, ...key }, held: { ...HELD, ...held }, lookedTo: 0 };
}

function open(hooks: Pick<Hooks, "listBoxesWithAnswers">) {
  const sealing = { seal: () => Buffer.alloc(0), open: () => "" };
  const leads = openRateGate({ perSecond: 1 / 3600, burst: 1 }, cloud.clock);
  return openLookout(
    { database: cloud.database, hooks, sealing },
    { facts: openFactsShelf(), leads },
  );
}

test("one box that cannot be looked at takes no other that waits with it along", async () => {
  const waiting = [await addWaiting(), await addWaiting(), await addWaiting()];
  const look = open({
    listBoxesWithAnswers: async (_, boxes) => {
      if (boxes.some(({ boxId }) => boxId === waiting[1]?.box.boxId)) throw new Error("not this");
      return [];
    },
  });
  const looks = await Promise.allSettled(waiting.map(look));
  expect(looks.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
});

test("a box that is ahead of a restored cloud is believed again where what was raised for it was not kept", async () => {
  const ahead = await addWaiting({ settings: LOST });
  let isBroken = true;
  const look = open({
    listBoxesWithAnswers: async () => {
      if (isBroken) throw new Error("not now");
      return [];
    },
  });
  // More often than it has leads.
  for (let tries = 0; tries < 3; tries += 1) await expect(look(ahead)).rejects.toThrow("not now");
  isBroken = false;
  await look(ahead);
  const [head] = await cloud.database.inTenant(tenantId, (tx) =>
    listBranchHeads(tx, [ahead.box.branchId]),
  );
  expect(head?.settingsVersion).toBe(LOST + 1);
});
