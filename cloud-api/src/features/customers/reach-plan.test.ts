import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestCloud, type TestCloud } from "../../../test/open-test-cloud.ts";
import { newId } from "../../platform/clock.ts";
import { listRows, run, sql } from "../../platform/db.ts";
import { selectKnown } from "./page-queries.ts";

let cloud: TestCloud;
let tenantId: string;

beforeAll(async () => {
  cloud = await openTestCloud();
  tenantId = await cloud.addTenant("Here");
});
afterAll(() => cloud?.close());

test("whom some branches know is read off an index by the branch, under the policies that bind to them", async () => {
  const plan = await cloud.database.readTenant(
    { tenantId, branchIds: [newId(), newId()] },
    async (tx) => {
      // Of a table without rows every plan is as good as another.
      await run(tx, sql`set local enable_seqscan = off`);
      await run(tx, sql`set local enable_bitmapscan = off`);
      return await listRows(
        tx,
        sql<{ "QUERY PLAN": string }>`explain (costs off) ${selectKnown(tx)}`,
      );
    },
  );
  const lines = plan.map((row) => row["QUERY PLAN"]).join("\n");
  expect(lines).toContain("Index Only Scan using guests_by_branch");
  expect(lines).toMatch(/Index Cond:.*branch_id = ANY/);
  expect(lines).not.toMatch(/Filter:.*branch_id/);
});
