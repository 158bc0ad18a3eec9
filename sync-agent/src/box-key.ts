import { createPrivateKey, generateKeyPairSync, type KeyObject, randomUUID } from "node:crypto";
import {
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { nameKey } from "@foyer/contract";

/** The private half of the box's Ed25519 key (RFC 8410), as PEM. It never leaves the box. */
export const BOX_KEY_FILE = "box-key";
/** The next one, before the cloud is known to have heard of it. */
export const NEXT_KEY_FILE = "box-key.next";

/** The one before, for a cloud that is put back to a time before it heard of the present one. */
export const KEY_BEFORE_FILE = "box-key.before";

export type BoxKey = {
  privateKey: KeyObject;
  /** 32 octets, base64url. */
  publicKey: string;
  /** What the cloud knows the key by. */
  keyId: string;
};

/** A new key as the text of its file. */
export function makeBoxKey(): string {
  const { privateKey } = generateKeyPairSync("ed25519");
  return privateKey.export({ type: "pkcs8", format: "pem" }).toString();
}

/** Null where the text is no such key. */
export function readBoxKey(text: string): BoxKey | null {
  try {
    const privateKey = createPrivateKey(text);
    const { crv, x: publicKey } = privateKey.export({ format: "jwk" });
    if (crv !== "Ed25519" || publicKey === undefined) return null;
    return { privateKey, publicKey, keyId: nameKey(Buffer.from(publicKey, "base64url")) };
  } catch {
    return null;
  }
}

/**
 * The key that was made to be the next, from its file or new into its file. Whoever asks at the same
 * time is given the same one: two would each tell the cloud of theirs, and one file holds one.
 */
export function keepNextKey(folder: string): string {
  const path = join(folder, NEXT_KEY_FILE);
  const kept = readText(path);
  if (kept !== null && readBoxKey(kept)) return kept;
  // What a broken disk left of one.
  if (kept !== null) rmSync(path, { force: true });
  const made = makeBoxKey();
  try {
    placeDurably(path, made, linkSync);
    return made;
  } catch (error) {
    const other = hasCode(error, "EEXIST") ? readText(path) : null;
    if (other === null) throw error;
    return other;
  }
}

export function hasNextKey(folder: string): boolean {
  return readText(join(folder, NEXT_KEY_FILE)) !== null;
}

/** Whether a folder's key is there: what was made to be the next may wait beside it. */
export function hasKey(folder: string): boolean {
  return existsSync(join(folder, BOX_KEY_FILE));
}

/** The next key is the key from here on, whatever is killed and whenever. */
export function promoteNextKey(folder: string, text: string): void {
  const before = readText(join(folder, BOX_KEY_FILE));
  // Not where another process of this box was here first.
  if (before !== null && before !== text) writeDurably(join(folder, KEY_BEFORE_FILE), before);
  try {
    renameSync(join(folder, NEXT_KEY_FILE), join(folder, BOX_KEY_FILE));
  } catch (error) {
    // Another process of this box was here first.
    const isDone = hasCode(error, "ENOENT") && readText(join(folder, BOX_KEY_FILE)) === text;
    if (!isDone) throw error;
  }
  syncFolder(folder);
}

/** The key before the present one, or null: there was none, or a power cut left it the same. */
export function findKeyBefore(folder: string): string | null {
  const before = readText(join(folder, KEY_BEFORE_FILE));
  const isAnother = before !== readText(join(folder, BOX_KEY_FILE));
  return before !== null && isAnother && readBoxKey(before) ? before : null;
}

export function readKeyFile(folder: string): string | null {
  return readText(join(folder, BOX_KEY_FILE));
}

/** A reader sees the old file or the new one, also after a power cut. Only its owner reads it. */
export function writeDurably(path: string, text: string): void {
  placeDurably(path, text, renameSync);
}

/** Writes the whole of it beside its place first, under a name that no other writer has. */
function placeDurably(path: string, text: string, place: (from: string, to: string) => void): void {
  const part = `${path}.${randomUUID()}.part`;
  try {
    const descriptor = openSync(part, "wx", 0o600);
    try {
      // Not writeSync: on a disk that is nearly full it may write less and say nothing.
      writeFileSync(descriptor, text);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    place(part, path);
  } finally {
    rmSync(part, { force: true });
  }
  syncFolder(dirname(path));
}

function syncFolder(folder: string): void {
  const descriptor = openSync(folder, "r");
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function readText(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (hasCode(error, "ENOENT")) return null;
    throw error;
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}
