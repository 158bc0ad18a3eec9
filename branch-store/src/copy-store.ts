import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { COLUMN_KEY_FILE, findColumnKey, findKeyFolder } from "./column-key.ts";
import { type OpenOptions, openBranchStore, STORE_FILE } from "./open.ts";
import { findEpoch } from "./outbox.ts";
import { beginEpoch } from "./outbox-state.ts";

/** Copied in one go: SQLite begins anew where another process writes between two steps. */
const ALL_PAGES = 0x7fffffff;

/**
 * Copies the store of a state folder into another folder, as it is at one moment, while others write to
 * it (SQLite's online backup), and its key with it. An open key opens the copy on any machine; a key that
 * a TPM has sealed is copied as it is unless `withOpenKey` asks for what it seals.
 */
export async function copyStore(
  folder: string,
  target: string,
  { withOpenKey }: { withOpenKey: boolean },
): Promise<void> {
  const keyFolder = findKeyFolder(folder);
  const key = findColumnKey(keyFolder);
  if (!key) throw new Error(`the key of this store is not in ${keyFolder}`);
  mkdirSync(target, { recursive: true, mode: 0o700 });
  const copy = join(target, STORE_FILE);
  writeFileSync(copy, "", { mode: 0o600 });
  const database = new Database(join(folder, STORE_FILE), { readonly: true, fileMustExist: true });
  try {
    await database.backup(copy, { progress: () => ALL_PAGES });
  } finally {
    database.close();
  }
  const copiedKeys = findKeyFolder(target);
  if (!withOpenKey) return cpSync(keyFolder, copiedKeys, { recursive: true, dereference: true });
  mkdirSync(copiedKeys, { mode: 0o700 });
  const text = `${key.toString("base64url")}\n`;
  writeFileSync(join(copiedKeys, COLUMN_KEY_FILE), text, { mode: 0o600 });
}

/**
 * Makes a copy the store of its box again: looks whether it is whole and its key opens it, and begins a new
 * epoch, since the box has written other events since. Throws, in words, for what cannot be used.
 */
export function reviveStore(options: OpenOptions): void {
  const database = new Database(join(options.folder, STORE_FILE), { fileMustExist: true });
  const answer = database.pragma("quick_check", { simple: true });
  database.close();
  if (answer !== "ok") throw new Error(`the store in the back-up is damaged: ${String(answer)}`);
  const store = openBranchStore(options);
  try {
    store.transaction((tx) => beginEpoch(tx, findEpoch(tx)));
  } finally {
    store.close();
  }
}
