import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { onTestFinished } from "vitest";
import { openBranchStore, STORE_FILE } from "../src/index.ts";
import { sampleIdentity } from "./store.ts";

const MIGRATIONS = join(import.meta.dirname, "../src/migrations");

/** The store of the release before a migration, with what was in it, upgraded to this release. */
export function openUpgradedStore(options: {
  /** The end of the migration's name: `guest-marks`. */
  before: string;
  sql: string;
}) {
  const folder = mkdtempSync(join(tmpdir(), "foyer-store-"));
  const files = readdirSync(MIGRATIONS).sort();
  const end = files.findIndex((file) => file.endsWith(`-${options.before}.sql`));
  const older = files.slice(0, end);
  const database = new Database(join(folder, STORE_FILE));
  for (const file of older) database.exec(readFileSync(join(MIGRATIONS, file), "utf8"));
  database.exec(options.sql);
  database.pragma(`user_version = ${older.length}`);
  database.close();
  const store = openBranchStore({ folder, identity: sampleIdentity(), clock: () => new Date() });
  onTestFinished(() => {
    store.close();
    rmSync(folder, { recursive: true });
  });
  return store;
}
