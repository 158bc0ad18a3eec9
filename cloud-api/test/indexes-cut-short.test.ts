import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Client } from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { withClient } from "../src/platform/roles.ts";
import { splitStatements } from "../src/platform/statements.ts";
import { openTestCloud, type TestCloud } from "./open-test-cloud.ts";

const FEATURES = join(import.meta.dirname, "../src/features");

let cloud: TestCloud;
beforeAll(async () => {
  cloud = await openTestCloud();
});
afterAll(() => cloud?.close());

/** How many whole indexes of a table begin with these columns. */
async function countIndexes(client: Client, table: string, columns: string): Promise<number> {
  const { rows } = await client.query<{ count: number }>(
    `select count(*)::integer as count from pg_index
     where indrelid = $1::regclass and indisvalid
       and strpos(pg_get_indexdef(indexrelid), '(' || $2) > 0`,
    [table, columns],
  );
  return rows[0]?.count ?? 0;
}

test.each([
  {
    file: "visits/migrations/202611280571_visits_by_start_and_whose.sql",
    ...{ table: "visits", columns: "tenant_id, started_at DESC, id DESC" },
    ...{ former: "visits_by_start on visits (tenant_id, started_at desc, id desc)" },
    left: "visits_by_start",
  },
  {
    file: "reports/migrations/202611280570_hours_of_customers.sql",
    ...{ table: "report_visits", columns: "tenant_id, customer_id, day" },
    ...{ former: "report_visits_by_customer on report_visits (tenant_id, customer_id, day)" },
    left: "report_visits_by_customer",
  },
])("wherever $file is cut short, an index stands all along", async (built) => {
  const { table, columns, former, left } = built;
  const statements = splitStatements(await readFile(join(FEATURES, built.file), "utf8"));
  await withClient(cloud.administratorUrl, async (client) => {
    for (let cut = 0; cut <= statements.length; cut += 1) {
      await client.query(`drop index ${left}`);
      await client.query(`create index ${former}`);
      for (const statement of [...statements.slice(0, cut), ...statements]) {
        await client.query(statement);
        const said = `after ${cut} statements, at: ${statement}`;
        expect(await countIndexes(client, table, columns), said).toBeGreaterThan(0);
      }
      expect(await countIndexes(client, table, columns)).toBe(1);
    }
    expect((await client.query("select $1::regclass", [left])).rowCount).toBe(1);
  });
});

test("an index that takes no other's place is whole once its migration has begun again, wherever it was cut short", async () => {
  const file = "reports/migrations/202611280641_long_visits.sql";
  const statements = splitStatements(await readFile(join(FEATURES, file), "utf8"));
  await withClient(cloud.administratorUrl, async (client) => {
    const run = async (some: readonly string[]) => {
      for (const statement of some) await client.query(statement);
    };
    for (let cut = 0; cut <= statements.length; cut += 1) {
      await client.query("drop index if exists report_visits_of_days");
      await run(statements.slice(0, cut));
      // Whatever was being built then stays behind, and is not read.
      await client.query(
        `update pg_index set indisvalid = false
         where indexrelid = to_regclass('report_visits_of_days')`,
      );
      await run(statements);
      const { rows } = await client.query<{ definition: string; isWhole: boolean }>(
        `select pg_get_indexdef(indexrelid) as definition, indisvalid as "isWhole" from pg_index
         where indrelid = 'report_visits'::regclass
           and (indexrelid = to_regclass('report_visits_of_days') or not indisvalid)`,
      );
      expect(rows, `after ${cut} statements`).toEqual([
        { definition: expect.stringContaining("(tenant_id, branch_id, day) WHERE"), isWhole: true },
      ]);
    }
  });
});
