import { uuidv7 } from "uuidv7";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { openTestCloud, type TestCloud } from "../../../test/open-test-cloud.ts";
import { listRows, run, sql } from "../../platform/db.ts";
import { hasBrandMoves } from "../branches/index.ts";
import { moveJobs } from "./brand-moves.ts";
import { countKnownTo } from "./brand-moves-queries.ts";

let cloud: TestCloud;
let tenantId: string;
let branchId: string;

beforeAll(async () => {
  cloud = await openTestCloud();
});
beforeEach(async () => {
  tenantId = await cloud.addTenant();
  branchId = uuidv7();
});
afterAll(() => cloud?.close());

/** A branch with one box that is to go from one brand to another; `coming`: it is on its way. */
const addBranch = ({ settings = {}, isComing = false }) =>
  cloud.database.inTenant(tenantId, async (tx) => {
    const [told, coming] = [uuidv7(), isComing ? tenantId : null];
    await run(
      tx,
      sql`insert into branches (tenant_id, id, name, time_zone, country, languages, visit_gap_minutes,
            settings, created_at, told_brand_id, coming_brand_id)
          values (${tenantId}, ${branchId}, 'Ba Đình', 'Asia/Ho_Chi_Minh', 'VN', '{vi}', 30,
            ${JSON.stringify(settings)}::jsonb, now(), ${told}, ${coming}::uuid)`,
    );
    await run(
      tx,
      sql`insert into boxes (tenant_id, id, branch_id, name, created_at)
          values (${tenantId}, ${uuidv7()}, ${branchId}, 'Box', now())`,
    );
  });

test.each([
  ["all whom the brand knows", {}, 3],
  ["no more than a box of the branch holds", { knownGuestsMax: 2 }, 2],
])("a branch that turns to another brand is told of %s", async (_, settings, told) => {
  await addBranch({ settings, isComing: true });
  const count = await cloud.database.inTenant(tenantId, async (tx) => {
    for (let each = 0; each < 3; each += 1)
      await run(
        tx,
        sql`insert into brand_customers
              (tenant_id, brand_id, customer_id, is_known, seen_at, changed_position)
            values (${tenantId}, ${tenantId}, ${uuidv7()}, true, now(), 1)`,
      );
    return await countKnownTo(tx, branchId);
  });
  expect(count).toBe(told);
});

test("jobs that move the same branch at once take each step once, when the one before has been read", async () => {
  await addBranch({});
  let isMoving = true;
  const following = (async () => {
    while (isMoving) {
      await cloud.follow(tenantId);
      // Slower than the steps: none of them may be taken again meanwhile.
      await new Promise((resolve) => setTimeout(resolve, 600));
    }
  })();
  const work = () =>
    moveJobs["visits.move-brands"]?.work(cloud.jobContext, { tenantId, payload: {} });
  do await Promise.all([work(), work(), work()]);
  while (await cloud.database.inTenant(tenantId, hasBrandMoves));
  isMoving = false;
  await following;
  const steps = await cloud.database.inTenant(tenantId, (tx) =>
    listRows(
      tx,
      sql<{ type: string }>`select type from events
        where tenant_id = ${tenantId} and type like 'branch.%' order by position`,
    ),
  );
  expect(steps.map(({ type }) => type)).toEqual([
    "branch.brand-coming",
    "branch.guests-walked",
    "branch.brand-told",
    "branch.guests-walked",
  ]);
});
