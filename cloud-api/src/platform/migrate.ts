import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Client } from "pg";
import { type Retries, retry, retryRaces, sqlStateOf, withClient } from "./roles.ts";
import { splitStatements } from "./statements.ts";

/** One owner's folder of `<time>_<what>.sql` files. */
export type MigrationFolder = { name: string; folder: string };

export type Migration = { name: string; text: string; checksum: string };

/**
 * Brings the schema up to date as `foyer_owner`, folder by folder in the given order, each file once for
 * ever and in a transaction of its own, but for those that say that they run outside of one; `only` those, as a database of an earlier release has them.
 * Gives the names of those it ran.
 */
export async function migrate(
  url: string,
  folders: readonly MigrationFolder[],
  only?: ReadonlySet<string>,
): Promise<string[]> {
  const all = (await Promise.all(folders.map(readFolder))).flat();
  const migrations = only ? all.filter(({ name }) => only.has(name)) : all;
  return withClient(url, async (client) => {
    await makeRegister(client);
    const applied = await readRegister(client);
    const ran: string[] = [];
    for (const migration of migrations) {
      if (applied.get(migration.name) === migration.checksum) continue;
      if (await runMigration(client, migration)) ran.push(migration.name);
    }
    return ran;
  });
}

async function readFolder({ name, folder }: MigrationFolder): Promise<Migration[]> {
  const files = (await readdir(folder)).filter((file) => file.endsWith(".sql")).sort();
  return Promise.all(
    files.map(async (file) => {
      const text = await readFile(join(folder, file), "utf8");
      const checksum = createHash("sha256").update(text).digest("hex");
      return { name: `${name}/${file}`, text, checksum };
    }),
  );
}

async function makeRegister(client: Client): Promise<void> {
  await retryRaces(() =>
    client.query(`create table if not exists directory.migrations (
      name text primary key, checksum text not null, applied_at timestamptz not null default now())`),
  );
}

/** What has been run at some time: most starts have nothing to do, and then take no lock. */
async function readRegister(client: Client): Promise<Map<string, string>> {
  const { rows } = await client.query<{ name: string; checksum: string }>(
    "select name, checksum from directory.migrations",
  );
  return new Map(rows.map(({ name, checksum }) => [name, checksum]));
}

/**
 * The first words of a migration whose statements run one by one outside of a transaction, so that an
 * index is built while rows are written. Cut short, it is run again from its first statement.
 */
const OUTSIDE = "-- Outside of a transaction";

/** False when it had been run before; throws when it has been edited since. */
async function runMigration(client: Client, migration: Migration): Promise<boolean> {
  try {
    return migration.text.startsWith(OUTSIDE)
      ? await runOutside(client, migration)
      : await retry(HELD_LOCKS, () => runInside(client, migration));
  } catch (error) {
    if (error instanceof Error && sqlStateOf(error) !== "")
      throw new Error(`Migration ${migration.name} failed: ${error.message}`, { cause: error });
    throw error;
  }
}

/** How long a migration waits for a lock at once: behind it waits whoever comes to the same table. */
const LOCK_WAIT = "3s";
/**
 * Somebody holds a lock for longer, a long download say, or waits for one of the migration's own. All is
 * taken back, so that whoever queued up is served, and begun again, for ten minutes or so.
 */
const HELD_LOCKS: Retries = {
  states: new Set(["55P03", "40P01"]),
  triesMax: 100,
  pauseMs: () => 3_000,
};

async function runInside(client: Client, migration: Migration): Promise<boolean> {
  await client.query("begin");
  try {
    await client.query("set local citus.multi_shard_modify_mode = 'sequential'");
    // Processes that start together queue up here.
    await client.query("lock table directory.migrations in exclusive mode");
    await client.query(`set local lock_timeout = '${LOCK_WAIT}'`);
    const ran = await runOnce(client, migration);
    await client.query("commit");
    return ran;
  } catch (error) {
    await client.query("rollback");
    throw error;
  }
}

/** Not the table's lock: a transaction that waited for it would be waited for by the index's building. */
const TURN = "20261128";
const TURN_PAUSE_MS = 200;

async function runOutside(client: Client, migration: Migration): Promise<boolean> {
  await takeTurn(client);
  const ran = await runOnce(client, migration);
  // A failure ends the connection, and with it the turn.
  await client.query(`select pg_advisory_unlock(${TURN})`);
  return ran;
}

/** Asks again and again: a statement that waited would hold a snapshot, which a building index waits for. */
async function takeTurn(client: Client): Promise<void> {
  for (;;) {
    const { rows } = await client.query<{ mine: boolean }>(
      `select pg_try_advisory_lock(${TURN}) as mine`,
    );
    if (rows[0]?.mine) return;
    await new Promise((resolve) => setTimeout(resolve, TURN_PAUSE_MS));
  }
}

async function runOnce(client: Client, { name, text, checksum }: Migration): Promise<boolean> {
  const { rows } = await client.query<{ checksum: string }>(
    "select checksum from directory.migrations where name = $1",
    [name],
  );
  const [applied] = rows;
  if (applied && applied.checksum !== checksum)
    throw new Error(
      `Migration ${name} has been edited since it ran here. Put it back as it was and write a new one.`,
    );
  if (applied) return false;
  for (const statement of splitStatements(text)) await client.query(statement);
  await client.query("insert into directory.migrations (name, checksum) values ($1, $2)", [
    name,
    checksum,
  ]);
  return true;
}
