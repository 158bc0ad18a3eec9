import { randomUUID } from "node:crypto";
import { createReadStream, createWriteStream, existsSync } from "node:fs";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip, createGzip } from "node:zlib";
import type { Client } from "pg";
import { pino } from "pino";
import type { CloudConfig } from "./config.ts";
import { features } from "./features.ts";
import { asAdministrator } from "./operator.ts";
import { withClient } from "./platform/roles.ts";
import {
  dropForeignKeys,
  inOneChange,
  inOnePicture,
  listMigrations,
  listSequences,
  listTables,
  nameOf,
  type RowBatch,
  readRows,
  type SequenceState,
  setSequence,
  sumTable,
  type TableShape,
  type TableSum,
  writeRows,
} from "./platform/rows.ts";
import { prepareDatabase } from "./prepare.ts";
import { findDatabase } from "./start.ts";

/** Where a cloud keeps what it knows. */
export type CloudPlace = Pick<CloudConfig, "databaseUrl" | "dataFolder">;

/** What was carried from one database to another, and is there, counted. */
export type Carried = { tables: number; rows: number };

/** The files of the data folder without which the rows are of little use: what opens what is sealed. */
const SECRET_FILES = ["secrets-key", "database-secret", "metrics-token"];
const log = pino({ level: "silent" });

type Head = {
  migrations: string[];
  tables: TableShape[];
  sequences: SequenceState[];
  secrets: Record<string, string>;
};
/** Table → what its rows come to. */
type Sums = Record<string, TableSum>;
type Line = { head: Head } | { batch: RowBatch } | { sums: Sums };

/** Everything that a database holds, in one picture. */
async function* readAll(client: Client, secrets: Head["secrets"]): AsyncGenerator<Line> {
  const tables = await listTables(client);
  const sequences = await listSequences(client);
  const migrations = await listMigrations(client);
  yield { head: { migrations, tables, sequences, secrets } };
  const sums: Sums = {};
  for (const table of tables) {
    for await (const batch of readRows(client, table)) yield { batch };
    sums[nameOf(table)] = await sumTable(client, table);
  }
  yield { sums };
}

/** Fills an empty database of the same schema, wholly or not at all. Throws where anything differs. */
async function fill(client: Client, lines: AsyncIterable<Line>, head: Head): Promise<Carried> {
  return await inOneChange(client, async () => {
    const tables = new Map((await listTables(client)).map((table) => [nameOf(table), table]));
    refuseOtherSchema(head, { tables, migrations: await listMigrations(client) });
    await refuseFull(client, [...tables.values()]);
    const restoreForeignKeys = await dropForeignKeys(client);
    let sums: Sums | null = null;
    for await (const line of lines) {
      if ("sums" in line) sums = line.sums;
      if (!("batch" in line)) continue;
      const table = tables.get(line.batch.table);
      if (table) await writeRows(client, table, line.batch.rows);
    }
    if (sums === null) throw new Error("It ends before its end: nothing was written.");
    await restoreForeignKeys();
    for (const sequence of head.sequences) await setSequence(client, sequence);
    return await compare(client, [...tables.values()], sums);
  });
}

function refuseOtherSchema(
  head: Head,
  here: { tables: ReadonlyMap<string, TableShape>; migrations: string[] },
): void {
  const missing = head.migrations.filter((name) => !here.migrations.includes(name));
  if (missing.length > 0)
    throw new Error(
      `It was made by a later release than this one (${missing[0]}). Install that one first: nothing was written.`,
    );
  const differs = head.tables.find(
    (table) => here.tables.get(nameOf(table))?.columns.join() !== table.columns.join(),
  );
  if (differs || head.tables.length !== here.tables.size)
    throw new Error(
      `The tables differ (${differs ? nameOf(differs) : "one more or less"}), so they are of two releases: nothing was written.`,
    );
}

async function refuseFull(client: Client, tables: readonly TableShape[]): Promise<void> {
  for (const table of tables) {
    const { rows } = await sumTable(client, table);
    if (rows > 0)
      throw new Error(
        `The database is not empty (${nameOf(table)} has ${rows} rows): nothing was written. Give it an empty one.`,
      );
  }
}

async function compare(
  client: Client,
  tables: readonly TableShape[],
  sums: Sums,
): Promise<Carried> {
  let rows = 0;
  for (const table of tables) {
    const there = sums[nameOf(table)];
    const here = await sumTable(client, table);
    if (there?.rows !== here.rows || there.sum !== here.sum)
      throw new Error(
        `${nameOf(table)} has ${here.rows} rows in place of ${there?.rows ?? "none"}, or other ones: nothing was written.`,
      );
    rows += here.rows;
  }
  return { tables: tables.length, rows };
}

async function takeHead(lines: AsyncIterator<Line>): Promise<Head> {
  const first = await lines.next();
  if (first.done || !("head" in first.value)) throw new Error("It has no beginning.");
  return first.value.head;
}

/** A database that is empty, and has the schema as of these migrations. */
async function prepare(databaseUrl: string, secret: string | null, only: readonly string[] | null) {
  await prepareDatabase({
    ...{ administratorUrl: databaseUrl, secret, features, log },
    ...(only && { only: new Set(only) }),
  });
}

/**
 * Moves what the embedded database of a data folder holds to the server of DATABASE_URL, in one
 * transaction of the server's: cut short, the server holds nothing and the move begins anew. The cloud
 * must not run meanwhile. The former database stays beside, under another name.
 */
export async function moveToServer(place: {
  dataFolder: string;
  databaseUrl: string;
}): Promise<Carried & { former: string }> {
  const { dataFolder, databaseUrl } = place;
  const embedded = join(dataFolder, "postgres");
  if (!existsSync(embedded))
    throw new Error(`${embedded} is not there: there is no embedded database to move.`);
  const closers: (() => Promise<unknown>)[] = [];
  try {
    // Refused where a cloud runs on it.
    const source = await findDatabase({ dataFolder, databaseUrl: null }, closers);
    await prepare(source.administratorUrl, source.secret, null);
    const target = await findDatabase({ dataFolder, databaseUrl }, closers);
    await prepare(target.administratorUrl, target.secret, null);
    const carried = await withClient(source.administratorUrl, (from) =>
      inOnePicture(from, () =>
        withClient(databaseUrl, async (to) => {
          const lines = readAll(from, {});
          return await fill(to, lines, await takeHead(lines));
        }),
      ),
    );
    for (const close of closers.splice(0)) await close();
    // A start without DATABASE_URL must not go on with what is old.
    const former = `${embedded}.moved-${randomUUID().slice(0, 8)}`;
    await rename(embedded, former);
    return { ...carried, former };
  } finally {
    for (const close of closers) await close();
  }
}

/** Writes everything that a cloud knows into one file, while it runs; what is there already stays. */
export async function dumpCloud(place: CloudPlace, file: string): Promise<Carried> {
  const secrets = await readSecrets(place.dataFolder);
  return await asAdministrator(place, (url) =>
    withClient(url, (client) =>
      inOnePicture(client, async () => {
        const carried = { tables: 0, rows: 0 };
        const write = async function* () {
          for await (const line of readAll(client, secrets)) {
            if ("head" in line) carried.tables = line.head.tables.length;
            if ("batch" in line) carried.rows += line.batch.rows.length;
            yield `${JSON.stringify(line)}\n`;
          }
        };
        const target = createWriteStream(file, { flags: "wx", mode: 0o600 });
        await pipeline(Readable.from(write()), createGzip({ level: 6 }), target);
        return carried;
      }),
    ),
  );
}

/**
 * Makes an empty place the cloud that a file was written of: its embedded database, or the server of
 * DATABASE_URL. Throws, and leaves nothing behind in the database, where it is not empty or the file is
 * not whole. A file of an earlier release is taken; the next start brings it up to date.
 */
export async function loadCloud(place: CloudPlace, file: string): Promise<Carried> {
  const closers: (() => Promise<unknown>)[] = [];
  const lines = readLines(file);
  try {
    const head = await takeHead(lines);
    await mkdir(place.dataFolder, { recursive: true });
    for (const [name, text] of Object.entries(head.secrets))
      await writeSecret(join(place.dataFolder, name), text);
    const target = await findDatabase(place, closers);
    await prepare(target.administratorUrl, target.secret, head.migrations);
    return await withClient(target.administratorUrl, (client) => fill(client, lines, head));
  } finally {
    for (const close of closers) await close();
  }
}

async function* readLines(file: string): AsyncGenerator<Line> {
  const text = createReadStream(file).pipe(createGunzip());
  for await (const line of createInterface({ input: text, crlfDelay: Number.POSITIVE_INFINITY }))
    yield JSON.parse(line) as Line;
}

async function readSecrets(dataFolder: string): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const name of SECRET_FILES) {
    const path = join(dataFolder, name);
    if (existsSync(path)) found[name] = await readFile(path, "utf8");
  }
  return found;
}

async function writeSecret(path: string, text: string): Promise<void> {
  if (existsSync(path)) {
    if ((await readFile(path, "utf8")).trim() === text.trim()) return;
    throw new Error(`${path} is another cloud's: nothing was written. Give it an empty folder.`);
  }
  await writeFile(path, text, { mode: 0o600, flag: "wx" });
}
