import { randomBytes } from "node:crypto";
import type { Client } from "pg";
import { pino } from "pino";
import { features } from "../src/features.ts";
import { sqlStateOf, withClient } from "../src/platform/roles.ts";
import { prepareDatabase } from "../src/prepare.ts";

/** A database with the whole schema, which nobody works in: a copy takes a tenth of the migrations' time. */
const TEMPLATE = "foyer_template";
/** PostgreSQL's code for a database that is not there. */
const NO_SUCH_DATABASE = "3D000";
/** Who makes the template holds this lock of the database `postgres`. */
const TEMPLATE_LOCK = 7_246_001;

export type TestDatabase = { administratorUrl: string; drop: () => Promise<void> };

type TestDatabaseOptions = {
  /** The administrator's address of the server. */
  serverUrl: string;
  /** What the passwords of the roles are made from, all over the server. */
  secret: string | null;
  /** False: an empty database, for who wants to see the migrations run. */
  migrated?: boolean;
};

/** A database of somebody's own. */
export async function createTestDatabase(options: TestDatabaseOptions): Promise<TestDatabase> {
  const { serverUrl, migrated = true } = options;
  const name = `foyer_test_${randomBytes(6).toString("hex")}`;
  // A server that was named by its address may be one of Citus, whose databases cannot be copied.
  const copies = migrated && !process.env.FOYER_TEST_DATABASE_URL;
  await withClient(serverUrl, async (client) => {
    if (copies) await copyTemplate(client, name, options);
    else await client.query(`create database ${name}`);
  });
  return {
    administratorUrl: urlOfDatabase(serverUrl, name),
    drop: () =>
      withClient(serverUrl, async (client) => {
        await client.query(`drop database ${name} with (force)`);
      }),
  };
}

async function copyTemplate(
  client: Client,
  name: string,
  options: TestDatabaseOptions,
): Promise<void> {
  const copy = `create database ${name} template ${TEMPLATE}`;
  try {
    await client.query(copy);
  } catch (error) {
    if (sqlStateOf(error) !== NO_SUCH_DATABASE) throw error;
    await makeTemplate(client, options);
    await client.query(copy);
  }
}

/** The first that needs it makes it; it gets its name when it is whole and nobody is in it. */
async function makeTemplate(
  client: Client,
  { serverUrl, secret }: TestDatabaseOptions,
): Promise<void> {
  await client.query("select pg_advisory_lock($1)", [TEMPLATE_LOCK]);
  const found = await client.query("select from pg_database where datname = $1", [TEMPLATE]);
  if (found.rowCount === 0) {
    const unfinished = `${TEMPLATE}_unfinished`;
    await client.query(`drop database if exists ${unfinished} with (force)`);
    await client.query(`create database ${unfinished}`);
    const administratorUrl = urlOfDatabase(serverUrl, unfinished);
    await prepareDatabase({ administratorUrl, secret, features, log: pino({ level: "silent" }) });
    await client.query(`alter database ${unfinished} rename to ${TEMPLATE}`);
  }
  await client.query("select pg_advisory_unlock($1)", [TEMPLATE_LOCK]);
}

/** The same server and role, another database. */
export function urlOfDatabase(url: string, database: string): string {
  const changed = new URL(url);
  changed.pathname = `/${database}`;
  return changed.href;
}
