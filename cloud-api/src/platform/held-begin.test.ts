import { Kysely, PostgresDialect, sql } from "kysely";
import { Pool } from "pg";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { holdBegins, markPlan } from "./held-begin.ts";

let pool: Pool;
let database: Kysely<Record<never, never>>;
/** What the server was asked, a message each. */
let asked: string[];

beforeAll(() => {
  pool = new Pool({ connectionString: inject("foyerDatabaseUrl"), max: 1 });
  pool.on("connect", (client) => {
    const query = client.query.bind(client) as (...told: unknown[]) => unknown;
    client.query = ((...told: unknown[]) => {
      const [statement] = told as [string | { text: string }];
      asked.push(typeof statement === "string" ? statement : statement.text);
      return query(...told);
    }) as typeof client.query;
  });
  database = new Kysely({ dialect: new PostgresDialect({ pool: holdBegins(pool) }) });
});
afterAll(() => database?.destroy());

const begun = () => {
  asked = [];
  return database.transaction();
};

test("a transaction begins in the message of its first statement, which is answered as ever", async () => {
  const rows = await begun().execute(async (tx) => {
    const { rows: first } = await sql<{ one: number }>`select 1 as one`.execute(tx);
    const { rows: second } = await sql<{ two: number }>`select ${2}::integer as two`.execute(tx);
    return [...first, ...second];
  });
  expect(rows).toEqual([{ one: 1 }, { two: 2 }]);
  expect(asked).toEqual(["begin;select 1 as one", "select $1::integer as two", "commit"]);
});

test("a first statement with parameters follows its begin", async () => {
  const transaction = begun().setIsolationLevel("repeatable read").setAccessMode("read only");
  await transaction.execute((tx) => sql`select ${1}::integer`.execute(tx));
  const begin = "start transaction isolation level repeatable read read only";
  expect(asked).toEqual([begin, "select $1::integer", "commit"]);
  const isolation = await database
    .transaction()
    .setIsolationLevel("repeatable read")
    .execute((tx) =>
      sql<{ is: string }>`select current_setting('transaction_isolation') as is`.execute(tx),
    );
  expect(isolation.rows).toEqual([{ is: "repeatable read" }]);
});

test("one without a statement never was, whether it ends well or not", async () => {
  await begun().execute(async () => {});
  await expect(begun().execute(() => Promise.reject(new Error("no")))).rejects.toThrow("no");
  expect(asked).toEqual([]);
});

test("a fault in the first statement, or in a later one, leaves the connection to others as it was", async () => {
  await expect(begun().execute((tx) => sql`select 1 / 0`.execute(tx))).rejects.toThrow("zero");
  const made = begun().execute(async (tx) => {
    await sql`create temporary table held_begin (id integer)`.execute(tx);
    await sql`select ${0}::integer / ${0}::integer`.execute(tx);
  });
  await expect(made).rejects.toThrow("zero");
  const found = sql<{ there: boolean }>`
    select to_regclass('pg_temp.held_begin') is not null as there`;
  expect((await found.execute(database)).rows).toEqual([{ there: false }]);
});

test("a connection keeps the plan of a statement that asks for it, whoever it is about", async () => {
  const said: number[] = [];
  for (const number of [1, 2, 3])
    await begun().execute(async (tx) => {
      const kept = sql<{
        number: number;
      }>`${sql.raw(markPlan("of-a-test"))}select ${number}::integer as number`;
      const { rows } = await kept.execute(tx);
      said.push(...rows.map((row) => row.number));
    });
  expect(said).toEqual([1, 2, 3]);
  const plans = await sql<{ name: string; runs: number }>`
    select name, (generic_plans + custom_plans)::integer as runs from pg_prepared_statements`.execute(
    database,
  );
  expect(plans.rows).toEqual([{ name: "of-a-test", runs: 3 }]);
});
