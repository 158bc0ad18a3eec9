import { createPrivateKey, generateKeyPairSync, type KeyObject } from "node:crypto";
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from "node:fs";
import { dirname, join } from "node:path";
import { nameKey } from "@foyer/contract";

/** The private half of the box's Ed25519 key (RFC 8410), as PEM. It never leaves the box. */
export const BOX_KEY_FILE = "box-key";
/** The next one, before the cloud is known to have heard of it. */
export const NEXT_KEY_FILE = "box-key.next";

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

/** The key that was made to be the next, from its file or new into its file. */
export function keepNextKey(folder: string): string {
  const path = join(folder, NEXT_KEY_FILE);
  const kept = readText(path);
  if (kept !== null && readBoxKey(kept)) return kept;
  const made = makeBoxKey();
  writeDurably(path, made);
  return made;
}

export function hasNextKey(folder: string): boolean {
  return readText(join(folder, NEXT_KEY_FILE)) !== null;
}

/** The next key is the key from here on, whatever is killed and whenever. */
export function promoteNextKey(folder: string): void {
  renameSync(join(folder, NEXT_KEY_FILE), join(folder, BOX_KEY_FILE));
  syncFolder(folder);
}

/** A reader sees the old file or the new one, also after a power cut. Only its owner reads it. */
export function writeDurably(path: string, text: string): void {
  const descriptor = openSync(`${path}.part`, "w", 0o600);
  try {
    writeSync(descriptor, text);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  renameSync(`${path}.part`, path);
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
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
    throw error;
  }
}
