import type Database from "better-sqlite3";
import { findColumnKey, findKeyFolder, makeColumnKey, nameColumnKey } from "./column-key.ts";
import { type Columns, openColumns } from "./columns.ts";
import { lockRows } from "./lock-rows.ts";

/** Of the table column_key. */
const LOCKED = 1;
const TIDIED = 2;

type KeyRow = { key_id: string; proof: string; state: number };

const PROOF = "foyer";

/**
 * The columns of a store, opened by the key of its folder. The first to come makes the key. What an older
 * release has left in the open is locked before anything else is done, step by step: whoever is killed
 * meanwhile, or comes beside, goes on with what is left.
 */
export function lockStore(db: Database.Database, folder: string): Columns {
  const keyFolder = findKeyFolder(folder);
  const known = findKeyRow(db);
  const found = findColumnKey(keyFolder);
  if (known && !found) throw new Error(missing(keyFolder));
  const key = found ?? makeColumnKey(keyFolder);
  const columns = openColumns(key);
  if (!known)
    db.prepare(
      `insert into column_key (id, key_id, proof, state) values (1, ?, ?, ?)
       on conflict (id) do nothing`,
    ).run(
      ...[nameColumnKey(key), columns.lock("settings.document", PROOF)],
      isNew(db) ? TIDIED : 0,
    );
  const row = findKeyRow(db) as KeyRow;
  if (row.key_id !== nameColumnKey(key) || !columns.isLocked("settings.document", row.proof))
    throw new Error(
      `the key in ${keyFolder} is not the one of this store (it is named ${row.key_id}): put back the key that belongs to it, or enrol the box anew in an empty state folder`,
    );
  if (row.state < LOCKED) {
    lockRows(db, columns);
    setState(db, LOCKED);
  }
  if (row.state < TIDIED && tidy(db)) setState(db, TIDIED);
  return columns;
}

/** The columns of a store that is there already, for reading alone. */
export function openLockedColumns(folder: string): Columns {
  const keyFolder = findKeyFolder(folder);
  const key = findColumnKey(keyFolder);
  if (!key) throw new Error(missing(keyFolder));
  return openColumns(key);
}

const missing = (keyFolder: string) =>
  `the key of this store is not in ${keyFolder}, and nothing in it can be read without: put it back from where it was kept, or enrol the box anew in an empty state folder`;

function findKeyRow(db: Database.Database): KeyRow | null {
  const row = db.prepare("select key_id, proof, state from column_key").get();
  return (row as KeyRow | undefined) ?? null;
}

/** Before the first settings nobody is let in, and nothing is kept of anybody. */
function isNew(db: Database.Database): boolean {
  return db.prepare("select 1 from settings union all select 1 from guests").get() === undefined;
}

function setState(db: Database.Database, state: number): void {
  db.prepare("update column_key set state = max(state, ?)").run(state);
}

/** VACUUM wants the file to itself, and room for a copy of it. */
const PUT_OFF = /^SQLITE_(BUSY|LOCKED|FULL)/;

/**
 * Writes the file anew, so that nothing of what stood in it is left between the rows, and empties the log
 * beside it. Rows keep their numbers, by which a clock's corrections go: SQLite numbers anew only those of
 * tables without an index. False where it cannot be done now: the next to open the store tries again.
 */
function tidy(db: Database.Database): boolean {
  try {
    db.exec("vacuum");
  } catch (error) {
    if (PUT_OFF.test(String((error as { code?: unknown }).code))) return false;
    throw error;
  }
  const [checkpoint] = db.pragma("wal_checkpoint(TRUNCATE)") as { busy: number }[];
  return checkpoint?.busy === 0;
}
