import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { deflateRawSync, inflateRawSync } from "node:zlib";

import { type ClockMark, openTimed } from "./timed.ts";

export const KEY_FILE = "portal-key";
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const OPENED_BYTES_MAX = 16 * 1024;
/** What is sealed is about a kilobyte: zlib's own sizes are for streams, and have to be cleared. */
const PACKING = { windowBits: 11, memLevel: 5, chunkSize: 2048 };
const UNPACKING = { maxOutputLength: OPENED_BYTES_MAX, chunkSize: 2048 };

/**
 * The portal's own key, made at the first start and kept in the state folder, readable by its owner
 * alone. Two portals that start at once agree: only one of them makes the file.
 */
export function readOrMakeKey(folder: string): Buffer {
  const path = join(folder, KEY_FILE);
  try {
    writeFileSync(path, randomBytes(KEY_BYTES), { flag: "wx", mode: 0o600 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
  const key = readFileSync(path);
  if (key.length !== KEY_BYTES)
    throw new Error(`${path} does not hold ${KEY_BYTES} bytes: delete it, and a new one is made`);
  return key;
}

/** Turns a value into text that only this portal can read or make. */
export type Seal = {
  seal(value: object): string;
  /** What was sealed, or null when the text was not made by this portal. Never throws. */
  open(text: string): unknown;
};

/**
 * AES-256-GCM (NIST SP 800-38D): what goes through a form or a URL is authenticated, so that
 * nobody can forge it, and encrypted, so that a URL never shows a MAC or a phone number.
 */
export function openSeal(key: Buffer, findClockMark: () => ClockMark | null = () => null): Seal {
  const lastSealed = new WeakMap<object, { json: string; sealed: string }>();
  const sealJson = (json: string): string => {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv("aes-256-gcm", key, nonce);
    const packed = deflateRawSync(Buffer.from(json), PACKING);
    const parts = [nonce, cipher.update(packed), cipher.final(), cipher.getAuthTag()];
    return Buffer.concat(parts).toString("base64url");
  };
  return {
    seal(value) {
      const json = JSON.stringify({ value, mark: findClockMark() });
      // A page carries its context in each of its links: sealed once while nothing in it changes.
      const last = lastSealed.get(value);
      if (last?.json === json) return last.sealed;
      const sealed = sealJson(json);
      lastSealed.set(value, { json, sealed });
      return sealed;
    },
    open(text) {
      try {
        const sealed = Buffer.from(text, "base64url");
        const nonce = sealed.subarray(0, NONCE_BYTES);
        const body = sealed.subarray(NONCE_BYTES, -TAG_BYTES);
        const decipher = createDecipheriv("aes-256-gcm", key, nonce);
        decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
        const packed = Buffer.concat([decipher.update(body), decipher.final()]);
        const json = inflateRawSync(packed, UNPACKING);
        return openTimed(JSON.parse(json.toString()), findClockMark());
      } catch {
        // Whatever is wrong with it, it is not ours: the caller says so in words.
        return null;
      }
    },
  };
}
