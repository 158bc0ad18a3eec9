import { createHash, randomBytes } from "node:crypto";
import {
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import {
  findTpm,
  type SealedByTpm,
  sealByTpm,
  type Tpm,
  type TpmState,
  unsealByTpm,
} from "./tpm.ts";

export const COLUMN_KEY_FILE = "column-key";
const SEALED_KEY_FILE = "column-key.tpm";
/** In a folder of its own, which may lead to another disk: a copy of the store's file has it not. */
const KEY_FOLDER = "store-key";
const KEY_BYTES = 32;

export const findKeyFolder = (stateFolder: string): string => join(stateFolder, KEY_FOLDER);

/** The key of a folder; null: there is none. Throws, in words, for what is no key or cannot be opened here. */
export function findColumnKey(folder: string): Buffer | null {
  const sealed = readSealed(folder);
  if (sealed) return unseal(sealed);
  const open = readOpenKey(folder);
  if (open?.length === KEY_BYTES) return open;
  // The agent may have sealed it just now, and removed what lay open.
  const sealedSince = readSealed(folder);
  if (sealedSince) return unseal(sealedSince);
  if (open === null) return null;
  const path = join(folder, COLUMN_KEY_FILE);
  throw new Error(`${path} is no key of ${KEY_BYTES} octets: put it back from a back-up`);
}

function readOpenKey(folder: string): Buffer | null {
  try {
    const text = readFileSync(join(folder, COLUMN_KEY_FILE), "utf8");
    return Buffer.from(text.trim(), "base64url");
  } catch (error) {
    if ((error as { code?: unknown }).code === "ENOENT") return null;
    throw error;
  }
}

/** Whether the key of a state folder can be opened by this machine's TPM alone. */
export function isKeySealed(stateFolder: string): boolean {
  return existsSync(join(findKeyFolder(stateFolder), SEALED_KEY_FILE));
}

/**
 * Makes a folder's key where it has none. Of several processes that do so at once each gets the one that
 * stays; it is on the disk before anything is locked by it.
 */
export function makeColumnKey(folder: string, tpm: Tpm | null = null): Buffer {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const made = randomBytes(KEY_BYTES);
  if (tpm) writeOnce(folder, SEALED_KEY_FILE, JSON.stringify(sealByTpm(tpm, made)));
  else writeOnce(folder, COLUMN_KEY_FILE, made.toString("base64url"));
  const key = findColumnKey(folder);
  if (!key) throw new Error(`${folder} does not keep the key that was written to it`);
  return key;
}

export type Sealing = "sealed" | "no-tpm" | { kind: "unusable"; reason: string };

/**
 * Sees to it that the key of a state folder is sealed by this machine's TPM, where it has one: a key that
 * there is none of yet is made, one that lies open is sealed, opened once to be sure, and then removed.
 */
export function sealColumnKey(stateFolder: string, state: TpmState = findTpm()): Sealing {
  if (isKeySealed(stateFolder)) {
    forgetOpenKey(findKeyFolder(stateFolder));
    return "sealed";
  }
  if (state.kind === "unusable") return state;
  if (state.kind === "none") return "no-tpm";
  const folder = findKeyFolder(stateFolder);
  const open = findColumnKey(folder);
  if (open === null) makeColumnKey(folder, state.tpm);
  else {
    const sealed = sealByTpm(state.tpm, open);
    if (!unseal(sealed).equals(open))
      throw new Error("the TPM gave back another key than it was given");
    writeOnce(folder, SEALED_KEY_FILE, JSON.stringify(sealed));
    forgetOpenKey(folder);
  }
  return "sealed";
}

function readSealed(folder: string): SealedByTpm | null {
  const path = join(folder, SEALED_KEY_FILE);
  if (!existsSync(path)) return null;
  try {
    return JSON.parse(readFileSync(path, "utf8")) as SealedByTpm;
  } catch (cause) {
    throw new Error(`${path} cannot be read: put it back from a back-up`, { cause });
  }
}

function unseal(sealed: SealedByTpm): Buffer {
  const opened = unsealByTpm(sealed);
  if (opened.kind === "secret") return opened.secret;
  throw new Error(
    `the TPM of this machine does not open the key of this store (${opened.reason}). Where tpm2-tools are missing, install them. Where the TPM was cleared, or this disk is from another box, nothing in the store can be read any more: choose "Enrol again" in the staff app, and enrol in an empty state folder.`,
  );
}

/** Overwritten first: a disk that writes in place keeps nothing of it. */
function forgetOpenKey(folder: string): void {
  const path = join(folder, COLUMN_KEY_FILE);
  if (!existsSync(path)) return;
  const descriptor = openSync(path, "r+");
  try {
    writeSync(descriptor, Buffer.alloc(KEY_BYTES * 2), 0, null, 0);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  rmSync(path, { force: true });
  syncFolder(folder);
}

/** Never takes the place of a file that is there, as a renaming would. */
function writeOnce(folder: string, name: string, text: string): void {
  const part = join(folder, `${name}.${randomBytes(6).toString("hex")}`);
  const descriptor = openSync(part, "wx", 0o600);
  try {
    writeSync(descriptor, `${text}\n`);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  try {
    linkSync(part, join(folder, name));
  } catch (error) {
    if ((error as { code?: unknown }).code !== "EEXIST") throw error;
  } finally {
    rmSync(part);
  }
  syncFolder(folder);
}

/** A name is on the disk only with its folder. */
function syncFolder(folder: string): void {
  const descriptor = openSync(folder, "r");
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

export function nameColumnKey(key: Buffer): string {
  return createHash("sha256").update("foyer column key").update(key).digest("hex").slice(0, 16);
}
