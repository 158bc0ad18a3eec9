import { join } from "node:path";
import Database from "better-sqlite3";

/** What only one process of a state folder may be at a time. */
export type Held = { release: () => void };

/** A file that nothing refers to is closed, and its lock with it: these stay until they are let go. */
const holding = new Set<Database.Database>();

/**
 * Makes this process the only one of its name in a state folder; null: another one is. The lock is the
 * kernel's, by an SQLite file beside the store, so that it ends with the process however that ends, and
 * a stale one is never met. Throws where the folder cannot be written.
 */
export function holdAlone(folder: string, name: string): Held | null {
  const database = new Database(join(folder, `${name}.lock`), { timeout: 0 });
  try {
    // Nothing is ever written into it: no journal is wanted beside it.
    database.pragma("journal_mode = memory");
    database.exec("begin exclusive");
    holding.add(database);
    return {
      release: () => {
        holding.delete(database);
        database.close();
      },
    };
  } catch (error) {
    database.close();
    if ((error as { code?: unknown }).code === "SQLITE_BUSY") return null;
    throw error;
  }
}
