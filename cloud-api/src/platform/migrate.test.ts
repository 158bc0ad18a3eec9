import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { describeOnEngines } from "../../test/engines.ts";
import type { TestCloud } from "../../test/open-test-cloud.ts";
import { urlOfDatabase } from "../../test/test-database.ts";
import { features } from "../features.ts";
import { prepareDatabase } from "../prepare.ts";
import { newId } from "./clock.ts";
import { migrate } from "./migrate.ts";
import { withClient } from "./roles.ts";

describeOnEngines("migrations", (open) => {
  let cloud: TestCloud;
  let folder: string;
  beforeAll(async () => {
    cloud = await open();
  });
  afterAll(() => cloud?.close());
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "foyer-migrations-"));
    return () => rm(folder, { recursive: true, force: true });
  });

  const write = (file: string, text: string) => writeFile(join(folder, file), text);
  const runIn = (name: string) => migrate(cloud.urls.owner, [{ name, folder }]);
  const countTables = async (table: string) => {
    const query = "select from pg_class where relname = $1 and relkind = 'r'";
    return (await withClient(cloud.administratorUrl, (client) => client.query(query, [table])))
      .rowCount;
  };

  test("run once for ever, in the order of their names, whoever starts again", async () => {
    await write("2_second.sql", "alter table ordered add column b integer;");
    await write("1_first.sql", "create table ordered (a integer primary key);");
    expect(await runIn("ordered")).toEqual(["ordered/1_first.sql", "ordered/2_second.sql"]);
    expect(await runIn("ordered")).toEqual([]);
    await write("3_third.sql", "alter table ordered add column c integer;");
    expect(await runIn("ordered")).toEqual(["ordered/3_third.sql"]);
    await withClient(cloud.administratorUrl, (client) => client.query("drop table ordered"));
  });

  test("the product's own leave nothing to do when it starts again", async () => {
    const log = pino({ level: "silent" });
    const { administratorUrl, secret } = cloud;
    const listNames = () =>
      withClient(administratorUrl, async (client) => {
        const { rows } = await client.query("select * from directory.migrations order by name");
        return rows;
      });
    const before = await listNames();
    expect(before.length).toBeGreaterThan(features.length);
    await prepareDatabase({ administratorUrl, secret, features, log });
    expect(await listNames()).toEqual(before);
  });

  test("one that was edited after it ran is refused, and nothing after it runs", async () => {
    await write("1_table.sql", "create table edited (a integer primary key);");
    await runIn("edited");
    await write("1_table.sql", "create table edited (a bigint primary key);");
    await write("2_later.sql", "create table never (a integer primary key);");
    await expect(runIn("edited")).rejects.toThrow("edited/1_table.sql has been edited");
    expect(await countTables("never")).toBe(0);
    await withClient(cloud.administratorUrl, (client) => client.query("drop table edited"));
  });

  test("one that fails half-way leaves nothing behind and says its name", async () => {
    await write("1_half.sql", "create table half (a integer primary key); select 1 / 0;");
    await expect(runIn("half")).rejects.toThrow("half/1_half.sql failed: division by zero");
    expect(await countTables("half")).toBe(0);
  });

  test("processes that start together run each once", async () => {
    await write("1_once.sql", "create table once (a integer primary key); select pg_sleep(0.05);");
    const ran = await Promise.all(Array.from({ length: 4 }, () => runIn("once")));
    expect(ran.flat()).toEqual(["once/1_once.sql"]);
    await withClient(cloud.administratorUrl, (client) => client.query("drop table once"));
  });

  const ask = (text: string) => withClient(cloud.administratorUrl, (client) => client.query(text));
  const waits = (table: string) => async () =>
    (await ask(`select from pg_locks where relation = '${table}'::regclass and not granted`))
      .rowCount;

  test("one that waits for a table lets others at it meanwhile, and runs once it is free", async () => {
    await write("1_held.sql", "create table held (a integer);");
    await runIn("held");
    await write("2_more.sql", "alter table held add column b integer;");
    await withClient(cloud.administratorUrl, async (reader) => {
      await reader.query("begin");
      await reader.query("select from held");
      const ran = runIn("held");
      await expect.poll(waits("held")).toBe(1);
      // Behind what waits, until that gives way.
      await ask("set lock_timeout = '15s'; select from held");
      await reader.query("commit");
      expect(await ran).toEqual(["held/2_more.sql"]);
    });
    await ask("drop table held");
  });

  test("one that waits in a circle with somebody is run again", async () => {
    await write("1_circle.sql", "create table circle_a (a integer); create table circle_b ();");
    await runIn("circle");
    // Whoever closes the circle is the one that PostgreSQL ends.
    const sleep = "select pg_sleep(2.5);";
    await write("2_locks.sql", `lock table circle_a; ${sleep} lock table circle_b;`);
    await withClient(cloud.administratorUrl, async (reader) => {
      await reader.query("begin");
      await reader.query("select from circle_b");
      const ran = runIn("circle");
      const sleeping = "select from pg_stat_activity where query = 'select pg_sleep(2.5)'";
      await expect.poll(async () => (await ask(sleeping)).rowCount).toBe(1);
      await reader.query("select from circle_a");
      await reader.query("commit");
      expect(await ran).toEqual(["circle/2_locks.sql"]);
    });
    await ask("drop table circle_a, circle_b");
  });

  const OUTSIDE = "-- Outside of a transaction: written meanwhile.";
  const INDEX = `${OUTSIDE}
    drop index concurrently if exists built_by_a;
    create index concurrently built_by_a on built (a);`;
  const isValid = `select indisvalid as valid from pg_index where indexrelid = 'built_by_a'::regclass`;

  test("an index is built outside of a transaction, once by processes that start together", async () => {
    await write("1_built.sql", "create table built (a integer primary key);");
    await write("2_index.sql", INDEX);
    const ran = await Promise.all(Array.from({ length: 3 }, () => runIn("built")));
    expect(ran.flat().toSorted()).toEqual(["built/1_built.sql", "built/2_index.sql"]);
    expect((await ask(isValid)).rows).toEqual([{ valid: true }]);
    await write("2_index.sql", `${INDEX} -- edited`);
    await expect(runIn("built")).rejects.toThrow("built/2_index.sql has been edited");
    await ask("drop table built");
  });

  test("rows are written while an index is built, and one cut short is built anew", async () => {
    await write("1_built.sql", "create table cut (a integer);");
    await runIn("cut");
    await write("2_index.sql", INDEX.replaceAll("built", "cut"));
    await withClient(cloud.administratorUrl, async (writer) => {
      // Who writes before it is built is waited for, and holds up nobody else who writes.
      await writer.query("begin");
      await writer.query("insert into cut values (1)");
      const cutShort = runIn("cut").catch((error: Error) => error.message);
      const building = `select pid from pg_stat_activity
        where query like '%create index concurrently cut_by_a%' and wait_event_type = 'Lock'`;
      await expect.poll(async () => (await ask(building)).rowCount).toBe(1);
      await ask("set lock_timeout = '2s'; insert into cut values (2)");
      await ask(`select pg_terminate_backend(pid) from (${building}) as building`);
      expect(await cutShort).toContain("cut/2_index.sql failed");
      await writer.query("commit");
    });
    expect((await ask(isValid.replace("built", "cut"))).rows).toEqual([{ valid: false }]);
    expect(await runIn("cut")).toEqual(["cut/2_index.sql"]);
    expect((await ask(isValid.replace("built", "cut"))).rows).toEqual([{ valid: true }]);
    await ask("drop table cut");
  });

  test("processes that start together on an empty server all come up", async () => {
    const name = `foyer_test_empty_${newId().slice(-8)}`;
    const administratorUrl = urlOfDatabase(cloud.administratorUrl, name);
    const admin = (statement: string) =>
      withClient(cloud.administratorUrl, (client) => client.query(statement));
    await admin(`create database ${name}`);
    const log = pino({ level: "silent" });
    const starts = Array.from({ length: 3 }, () =>
      prepareDatabase({ administratorUrl, secret: cloud.secret, features, log }),
    );
    const urls = await Promise.all(starts);
    expect(new Set(urls.map(({ app }) => app)).size).toBe(1);
    await admin(`drop database ${name} with (force)`);
  });
});
