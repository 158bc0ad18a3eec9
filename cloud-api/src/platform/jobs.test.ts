import { afterAll, beforeAll, expect, test } from "vitest";
import { describeOnEngines } from "../../test/engines.ts";
import type { TestCloud } from "../../test/open-test-cloud.ts";
import { listRows, run, sql } from "./db.ts";
import { enqueue, type Jobs, startWorker } from "./jobs.ts";
import { withClient } from "./roles.ts";

describeOnEngines("a job", (open) => {
  let cloud: TestCloud;
  let tenantId: string;
  beforeAll(async () => {
    cloud = await open();
    tenantId = await cloud.addTenant();
  });
  afterAll(() => cloud?.close());

  const countJobs = async () => {
    const { rows } = await withClient(cloud.urls.jobs, (client) =>
      client.query<{ count: string }>("select count(*) from graphile_worker.jobs"),
    );
    return Number(rows[0]?.count);
  };

  test("is worked on in the name of the tenant that put it in, once its change is committed", async () => {
    const done: unknown[] = [];
    let finish = () => {};
    const finished = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const jobs: Jobs = {
      "test.greet": {
        work: async ({ database }, task) => {
          const brands = await database.inTenant(task.tenantId ?? "", (tx) =>
            listRows(tx, sql`select name from brands where tenant_id = ${tx.tenantId}`),
          );
          done.push({ ...task, brands: brands.length });
          finish();
        },
      },
    };
    const { database } = cloud;
    const worker = await startWorker({ ...cloud.jobContext, url: cloud.urls.jobs, jobs: [jobs] });
    await database.inTenant(tenantId, (tx) =>
      enqueue(tx, { task: "test.greet", payload: { tenantId: "another", n: 1 } }),
    );
    await finished;
    await worker.close();
    expect(done).toEqual([{ tenantId, payload: { tenantId: "another", n: 1 }, brands: 1 }]);
  });

  test("is not put in by a change that fails, nor by a replay", async () => {
    const before = await countJobs();
    const failing = cloud.database.inTenant(tenantId, async (tx) => {
      await enqueue(tx, { task: "test.never", payload: {} });
      await run(tx, sql`select 1 / 0`);
    });
    await expect(failing).rejects.toThrow("division by zero");
    await cloud.database.inTenant(tenantId, (tx) =>
      enqueue({ ...tx, replaying: true }, { task: "test.never", payload: {} }),
    );
    expect(await countJobs()).toBe(before);
  });

  test("takes the place of a waiting one with its key, within its tenant", async () => {
    const other = await cloud.addTenant();
    const before = await countJobs();
    const runAt = new Date(Date.now() + 3_600_000);
    for (const id of [tenantId, tenantId, other])
      await cloud.database.inTenant(id, (tx) =>
        enqueue(tx, { task: "test.later", payload: {}, key: "one", runAt }),
      );
    expect(await countJobs()).toBe(before + 2);
  });

  test("cannot be put in without a tenant, or past the one door", async () => {
    const attempt = (statement: ReturnType<typeof sql>) =>
      cloud.database.inDirectory((tx) => run(tx, statement));
    await expect(
      attempt(sql`select graphile_worker.enqueue('x', '{}', now(), null)`),
    ).rejects.toMatchObject({ code: expect.stringMatching(/42704|22P02/) });
    await expect(
      attempt(sql`select graphile_worker.add_job('x', '{}'::json)`),
    ).rejects.toMatchObject({ code: "42501" });
    await expect(attempt(sql`select * from graphile_worker.jobs`)).rejects.toMatchObject({
      code: "42501",
    });
  });

  test("runs as a role that reads no table of any tenant", async () => {
    const { rows } = await withClient(cloud.urls.jobs, (client) =>
      client.query(`select count(*)::integer as tables,
          count(*) filter (where has_table_privilege(class.oid, 'select'))::integer as readable
        from pg_class as class join pg_namespace as space on space.oid = class.relnamespace
        where space.nspname in ('public', 'directory') and class.relkind in ('r', 'p')`),
    );
    expect(rows).toEqual([{ tables: expect.any(Number), readable: 0 }]);
    expect(rows[0].tables).toBeGreaterThan(10);
  });
});
