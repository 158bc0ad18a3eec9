import { closeSync, mkdirSync, openSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { uuidv7 } from "uuidv7";
import type { Columns } from "./columns.ts";
import { createEventSealing, type EventSealing } from "./event-sealing.ts";
import type { BoxIdentity } from "./identity.ts";
import { lockStore, openLockedColumns } from "./lock-store.ts";
import { createIds } from "./new-id.ts";

const MIGRATIONS = join(import.meta.dirname, "migrations");
const BUSY_TIMEOUT_MS = 5_000;
/**
 * The oldest schema whose release still works on a store of this one. What is added leaves it; a migration
 * that takes away or renames (contracts) raises it, and lands a release after what needed it was left.
 */
const OLDEST_SCHEMA = 31;
/** The file of a box's store inside its state folder. */
export const STORE_FILE = "foyer.sqlite";

/** What every table function reads with: one snapshot, one moment. */
export type Reader = {
  readonly now: Date;
  /** When this process opened the store: what a NAS told before that, nobody here was there to hear. */
  readonly openedAt: Date;
  /**
   * A prepared statement, kept for the life of the store. Where rows are ordered, grouped or joined,
   * SQLite looks at a parameter's value to plan, and so plans anew at every call, which costs ten
   * times the look-up. It does not look behind `+?`.
   */
  readonly sql: (text: string) => Database.Statement<unknown[], unknown>;
  /** Locks and opens what the file must not tell by itself. */
  readonly columns: Columns;
};

/** What every table function writes with: all of it is kept, with its events, or none of it. */
export type Transaction = Reader & {
  readonly identity: BoxIdentity;
  readonly newId: () => string;
  readonly sealerFor: EventSealing;
};

/**
 * Does a part of a transaction, and undoes what it wrote where its result is not kept: what came
 * before it stays.
 */
export function keepOnlyIf<T>(
  tx: Transaction,
  { work, isKept }: { work: () => T; isKept: (result: T) => boolean },
): T {
  tx.sql("savepoint part").run();
  const result = work();
  if (!isKept(result)) tx.sql("rollback to part").run();
  tx.sql("release part").run();
  return result;
}

export type BranchReader = {
  /** Runs `work` on one unchanging snapshot; within a reading of the same store, on the same one. */
  read: <T>(work: (tx: Reader) => T) => T;
  /** Differs from the last answer whenever this or another process has committed since. */
  changeCount: () => number;
  close: () => void;
};

export type BranchStore = BranchReader & {
  /** The state folder it lies in. */
  readonly folder: string;
  /**
   * Runs `work` in one durable transaction. Synchronous: nothing may be awaited inside. None begins
   * within a reading, whose snapshot may be an old one.
   */
  transaction: <T>(work: (tx: Transaction) => T) => T;
  /**
   * As `read`, on the snapshot of whoever else looks in this turn of the event loop: a turn serves the
   * requests that have come by its beginning, and to take hold of a snapshot and let go of it costs as
   * much as three look-ups. Own transactions are seen at once all the same.
   */
  look: <T>(work: (tx: Reader) => T) => T;
};

export type OpenOptions = { folder: string; identity: BoxIdentity; clock: () => Date };

/**
 * Opens the box's store, and makes it when it is not there. Radius, portal and sync agent may open
 * it at once. Throws when the file belongs to another box, or was written by a release that this one
 * cannot stand in for.
 */
export function openBranchStore({ folder, identity, clock }: OpenOptions): BranchStore {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, STORE_FILE);
  createPrivately(path);
  const db = new Database(path);
  const openedAt = clock();
  let columns: Columns;
  try {
    prepare(db, identity);
    columns = lockStore(db, folder);
  } catch (error) {
    db.close();
    throw error;
  }
  const sql = keepStatements(db);
  const newId = createIds();
  const sealerFor = createEventSealing();
  let commits = 0;
  // Made once: making one costs as much as a look-up in it.
  const inTransaction = db.transaction((work: () => unknown) => work());
  const [beginReading, endReading] = [db.prepare("begin"), db.prepare("commit")];
  const countOthersChanges = countChangesOfOthers(db);
  let reading: Reader | null = null;
  let isLookedAt = false;
  const endLooks = () => {
    const isOpen = isLookedAt;
    isLookedAt = false;
    // A fault of the file may have ended them.
    if (isOpen && db.inTransaction) endReading.run();
  };
  const readNow = <T>(work: (tx: Reader) => T): T => {
    try {
      reading = { now: clock(), openedAt, sql, columns };
      return work(reading);
    } finally {
      reading = null;
    }
  };
  return {
    folder,
    transaction: <T>(work: (tx: Transaction) => T) => {
      if (reading) throw new Error("A transaction cannot begin while the store is being read");
      endLooks();
      const run = () => work({ now: clock(), openedAt, sql, columns, identity, newId, sealerFor });
      const result = inTransaction.immediate(run) as T;
      commits += 1;
      return result;
    },
    read: <T>(work: (tx: Reader) => T) => {
      if (reading) return work(reading);
      endLooks();
      // Without the driver's own wrapping, which costs more than a look-up: there is nothing to undo.
      const isWithin = db.inTransaction;
      if (!isWithin) beginReading.run();
      try {
        return readNow(work);
      } finally {
        if (!isWithin && db.inTransaction) endReading.run();
      }
    },
    look: <T>(work: (tx: Reader) => T) => {
      if (reading) return work(reading);
      if (!db.inTransaction) {
        beginReading.run();
        isLookedAt = true;
        setImmediate(endLooks);
      }
      return readNow(work);
    },
    changeCount: () => commits + countOthersChanges(),
    close: () => {
      isLookedAt = false;
      db.close();
    },
  };
}

/**
 * Opens a store that is there already, for reading alone: whoever writes, this process or another,
 * keeps no reader waiting.
 */
export function openBranchReader(options: { folder: string; clock: () => Date }): BranchReader {
  const { folder, clock } = options;
  const columns = openLockedColumns(folder);
  const db = new Database(join(folder, STORE_FILE), { readonly: true, fileMustExist: true });
  db.pragma(`busy_timeout = ${BUSY_TIMEOUT_MS}`);
  const sql = keepStatements(db);
  const openedAt = clock();
  return {
    read: (work) => db.transaction(() => work({ now: clock(), openedAt, sql, columns })).deferred(),
    changeCount: countChangesOfOthers(db),
    close: () => db.close(),
  };
}

/** Differs after each commit of another connection. Prepared once: it is asked at every page. */
function countChangesOfOthers(db: Database.Database): () => number {
  const statement = db.prepare<[], number>("pragma data_version").pluck();
  return () => statement.get() ?? 0;
}

function keepStatements(db: Database.Database): Reader["sql"] {
  const statements = new Map<string, Database.Statement<unknown[], unknown>>();
  return (text) => {
    const known = statements.get(text);
    if (known) return known;
    const statement = db.prepare<unknown[], unknown>(text);
    statements.set(text, statement);
    return statement;
  };
}

/** SQLite would make the file for all to read; those it makes beside it take the same mode. */
function createPrivately(path: string): void {
  try {
    // Never opens one that is there: closing it again would drop this process's locks on it.
    closeSync(openSync(path, "wx", 0o600));
  } catch (error) {
    if ((error as { code?: unknown }).code !== "EEXIST") throw error;
  }
}

function prepare(db: Database.Database, identity: BoxIdentity): void {
  db.pragma(`busy_timeout = ${BUSY_TIMEOUT_MS}`);
  db.pragma("journal_mode = WAL");
  // FULL: a commit that was answered survives a power cut, not only a crash.
  db.pragma("synchronous = FULL");
  db.pragma("foreign_keys = ON");
  // What a row held is overwritten where it stood, in pages that are written anyhow.
  db.pragma("secure_delete = FAST");
  const migrations = readdirSync(MIGRATIONS)
    .filter((name) => name.endsWith(".sql"))
    .sort();
  // A store that is up to date is opened without the write lock: SQLite gives it to whoever asks at
  // the right moment, and a busy box must not keep a process that was restarted out.
  if (db.pragma("user_version", { simple: true }) !== migrations.length)
    db.transaction(() => {
      migrate(db, migrations);
      claim(db, identity);
      // Before the commit: a store of another box stays as it was.
      checkIdentity(db, identity);
    }).immediate();
  else checkIdentity(db, identity);
}

function migrate(db: Database.Database, files: string[]): void {
  const done = db.pragma("user_version", { simple: true }) as number;
  // An upgrade that was rolled back leaves its schema, which has only more than this release asks for.
  if (done > files.length && mayStandIn(db, files.length)) return;
  if (done > files.length)
    throw new Error(
      `the store is at schema ${done}, this release knows ${files.length}: install the newer release`,
    );
  for (const file of files.slice(done)) db.exec(readFileSync(join(MIGRATIONS, file), "utf8"));
  db.pragma(`user_version = ${files.length}`);
  // A number in the file's header that is the application's to use: it tells older releases.
  db.pragma(`application_id = ${OLDEST_SCHEMA}`);
}

/** Whether the newest release that opened a store has left it fit for that of a schema. */
function mayStandIn(db: Database.Database, schema: number): boolean {
  const oldest = db.pragma("application_id", { simple: true }) as number;
  return oldest > 0 && schema >= oldest;
}

/** The first box to open a store owns it. */
function claim(db: Database.Database, identity: BoxIdentity): void {
  db.prepare(
    `insert into meta (id, tenant_id, branch_id, box_id, epoch) values (1, ?, ?, ?, ?)
     on conflict (id) do nothing`,
  ).run(identity.tenantId, identity.branchId, identity.boxId, uuidv7());
}

function checkIdentity(db: Database.Database, identity: BoxIdentity): void {
  const meta = db.prepare("select * from meta").get() as Record<string, string>;
  const same =
    meta.tenant_id === identity.tenantId &&
    meta.branch_id === identity.branchId &&
    meta.box_id === identity.boxId;
  if (!same)
    throw new Error(
      `${STORE_FILE} belongs to box ${meta.box_id}, not to ${identity.boxId}: give this box a state folder of its own`,
    );
}
