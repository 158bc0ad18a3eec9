import { readdirSync } from "node:fs";
import { join } from "node:path";
import { STORE_FILE } from "@foyer/branch-store";
import { BOX_USER, PLACES, run } from "./host.ts";
import type { Word } from "./words.ts";

/** What SQLite says of files that the process may not write, or not even open. */
const NOT_ALLOWED = /^SQLITE_(READONLY|CANTOPEN)/;

/**
 * Which file of the store is another's than the user's the box runs as, where SQLite was not let write:
 * so it is with what root copied by hand. Null: it was something else.
 */
export function findStoreFault(
  error: unknown,
  { folder, user }: { folder: string; user: string } = { folder: PLACES.state, user: BOX_USER },
): Word | null {
  const code = error instanceof Error && "code" in error ? error.code : null;
  if (typeof code !== "string" || !NOT_ALLOWED.test(code)) return null;
  for (const file of listFiles(folder)) {
    const owner = run("stat", "-c", "%U", file).trim();
    if (owner !== user) return { kind: "store-of-another", file, owner, user, folder };
  }
  return null;
}

/** The store's own, and the folder: beside the store SQLite makes others. */
function listFiles(folder: string): string[] {
  try {
    const names = readdirSync(folder).filter((name) => name.startsWith(STORE_FILE));
    return [...names.map((name) => join(folder, name)), folder];
  } catch (error) {
    if ((error as { code?: unknown }).code === "ENOENT") return [];
    throw error;
  }
}
