import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { onTestFinished } from "vitest";
import { openBranchStore, STORE_FILE } from "../src/index.ts";
import { sampleIdentity } from "./store.ts";

const MIGRATIONS = join(import.meta.dirname, "../src/migrations");

type Older = {
  /** The end of the migration's name: `guest-marks`. */
  before: string;
  sql: string;
};

/** A folder with the store of the release before a migration, and what was in it. */
export function makeOlderStore({ before, sql }: Older): string {
  const folder = mkdtempSync(join(tmpdir(), "foyer-store-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const files = readdirSync(MIGRATIONS).sort();
  const end = files.findIndex((file) => file.endsWith(`-${before}.sql`));
  const older = files.slice(0, end);
  const database = new Database(join(folder, STORE_FILE));
  for (const file of older) database.exec(readFileSync(join(MIGRATIONS, file), "utf8"));
  database.exec(sql);
  database.pragma(`user_version = ${older.length}`);
  database.close();
  return folder;
}

/** The same, upgraded to this release. */
export function openUpgradedStore(older: Older) {
  const folder = makeOlderStore(older);
  const store = openBranchStore({ folder, identity: sampleIdentity(), clock: () => new Date() });
  onTestFinished(() => store.close());
  return store;
}
