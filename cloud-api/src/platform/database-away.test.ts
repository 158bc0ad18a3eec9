import { Kysely, PostgresDialect, sql } from "kysely";
import { Pool } from "pg";
import { expect, inject, onTestFinished, test } from "vitest";
import { DatabaseAway } from "./database-away.ts";
import { holdBegins } from "./held-begin.ts";

/** One connection, as the cloud opens it. */
function open(connectionString: string): Kysely<Record<never, never>> {
  const pool = new Pool({ connectionString, max: 1 });
  pool.on("error", () => {});
  pool.on("connect", (client) => client.on("error", () => {}));
  const kysely = new Kysely<Record<never, never>>({
    dialect: new PostgresDialect({ pool: holdBegins(pool) }),
  });
  onTestFinished(() => kysely.destroy());
  return kysely;
}

const failureOf = (asked: Promise<unknown>) =>
  asked.then(
    () => null,
    (error: unknown) => error,
  );

test.each(["postgresql://foyer@127.0.0.1:1/foyer", "postgresql://foyer@%2Fnowhere/foyer"])(
  "where nobody listens, the database is away: %s",
  async (url) => {
    expect(await failureOf(sql`select 1`.execute(open(url)))).toBeInstanceOf(DatabaseAway);
  },
);

test("a connection that is cut in a transaction leaves the database away, and the next is made anew", async () => {
  const database = open(inject("foyerDatabaseUrl"));
  const cut = database.transaction().execute(async (tx) => {
    await sql`select pg_terminate_backend(pg_backend_pid())`.execute(tx);
  });
  expect(await failureOf(cut)).toBeInstanceOf(DatabaseAway);
  expect((await sql`select 1 as one`.execute(database)).rows).toEqual([{ one: 1 }]);
});

test("what the database refuses by its rules, and a fault in reading, are what they were", async () => {
  const database = open(inject("foyerDatabaseUrl"));
  const refused = await failureOf(sql`select 1 / 0`.execute(database));
  expect(refused).not.toBeInstanceOf(DatabaseAway);
  expect(refused).toMatchObject({ code: "22012" });
  const unknown = await failureOf(sql`select nothing`.execute(database));
  expect(unknown).toMatchObject({ code: "42703" });
});
