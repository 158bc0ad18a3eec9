import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { openTestCloud, type TestCloud } from "../../../test/open-test-cloud.ts";
import { newId } from "../../platform/clock.ts";
import { run, sql, type TenantTransaction } from "../../platform/db.ts";
import { openRateGate } from "../../platform/rate-gate.ts";
import { withClient } from "../../platform/roles.ts";
import { saveDestinations } from "./destinations.ts";
import type { Held } from "./held.ts";
import { listBranchHeads } from "./lookout-queries.ts";
import { riseAbove } from "./restored-versions.ts";

const LOST = 7;
const HELD: Held = {
  ...{ settings: LOST, partsHeld: new Map(), codes: 0, boxCommands: 0, coupons: 0 },
  ...{ sealingKey: null, guests: 0, guestsMark: null, guestsPage: null, epoch: newId() },
};

let cloud: TestCloud;
let tenantId: string;
let branchIds: string[];
beforeAll(async () => {
  cloud = await openTestCloud();
});
beforeEach(async () => {
  tenantId = await cloud.addTenant();
  // By their names the other way round than by their ids.
  branchIds = [newId(), newId()].sort();
  for (const [at, id] of branchIds.entries())
    await cloud.database.inTenant(tenantId, (tx) => addBranch(tx, { id, name: `${9 - at}` }));
});
afterAll(() => cloud?.close());

const addBranch = (tx: TenantTransaction, { id, name }: { id: string; name: string }) =>
  run(
    tx,
    sql`insert into branches (tenant_id, id, name, time_zone, country, languages, visit_gap_minutes,
          settings, created_at)
        values (${tx.tenantId}, ${id}, ${name}, 'Asia/Ho_Chi_Minh', 'VN', '{vi}', 30,
          '{"signIn": {}, "pages": []}', now())`,
  );

/** Begins each once the one before waits, while somebody holds a branch; gives what became of all. */
const behind = (branchId: string, changes: readonly (() => Promise<unknown>)[]) =>
  withClient(cloud.administratorUrl, async (client) => {
    await client.query("begin");
    await client.query("select from branches where id = $1 for update", [branchId]);
    const going: Promise<PromiseSettledResult<unknown>[]>[] = [];
    for (const [at, change] of changes.entries()) {
      going.push(Promise.allSettled([change()]));
      await expect.poll(countWaiting, { timeout: 20_000 }).toBe(at + 1);
    }
    await client.query("commit");
    return (await Promise.all(going)).flat();
  });

const countWaiting = () =>
  withClient(cloud.administratorUrl, async (client) => {
    const { rows } = await client.query<{ count: number }>(
      `select count(*)::integer as count from pg_stat_activity
       where datname = current_database() and wait_event_type = 'Lock'`,
    );
    return rows[0]?.count;
  });

/** Of every branch a box is ahead, and all of them are looked at together. */
const raise = () =>
  cloud.database.inTenant(tenantId, async (tx) => {
    const box = { tenantId, boxId: newId(), publicKey: Buffer.alloc(32), addedAt: tx.now };
    const leads = openRateGate({ perSecond: 1, burst: 3 }, cloud.clock);
    const waiting = branchIds.map((branchId) => ({ box: { ...box, branchId }, held: HELD }));
    const heads = await listBranchHeads(tx, branchIds);
    return (await riseAbove(tx, heads, { waiting, leads })).boxIds;
  });
const allow = (url: string) =>
  cloud.database.changeTenant(tenantId, (tx) => saveDestinations(tx, [url]));

test.each([
  ["first", 0],
  ["last", 1],
])(
  "who saves where guests may go and boxes that are ahead of a restored cloud never cross, their %s branch being held",
  async (_, held) => {
    const save = () => allow("https://shop.example");
    const ended = await behind(branchIds[held] ?? "", [save, raise]);
    expect(ended.map(({ status }) => status)).toEqual(["fulfilled", "fulfilled"]);
    const versions = await cloud.database.inTenant(tenantId, (tx) =>
      listBranchHeads(tx, branchIds),
    );
    expect(versions.map(({ settingsVersion }) => settingsVersion)).toEqual([LOST + 1, LOST + 1]);
  },
);
