import { createCipheriv, createDecipheriv, createSecretKey, randomBytes } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { deflateRawSync, inflateRawSync } from "node:zlib";
import { takeRandomBytes } from "./random.ts";
import { type ClockMark, type Opened, openTimed, writeMark } from "./timed.ts";

export const KEY_FILE = "portal-key";
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** Longer text is packed. What most pages carry is shorter, and packing takes longer than the cipher. */
const PACK_FROM_BYTES = 1024;
const OPENED_BYTES_MAX = 16 * 1024;
/** What is sealed is a kilobyte or two: zlib's own sizes are for streams, and have to be cleared. */
const PACKING = { windowBits: 11, memLevel: 5, chunkSize: 2048 };
const UNPACKING = { maxOutputLength: OPENED_BYTES_MAX, chunkSize: 2048 };
/** A mark of the clock, and JSON of an array and of an object: no packed one begins so (RFC 1951 §3.2.3). */
const PLAIN_BEGINS = new Set(Buffer.from("@[{"));

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
  seal(json: string): string;
  /** What was sealed, or null when the text was not made by this portal. Never throws. */
  open(text: string): Opened | null;
};

/**
 * AES-256-GCM (NIST SP 800-38D): what goes through a form or a URL is authenticated, so that
 * nobody can forge it, and encrypted, so that a URL never shows a MAC or a phone number.
 */
export function openSeal(
  keyBytes: Buffer,
  findClockMark: () => ClockMark | null = () => null,
): Seal {
  const key = createSecretKey(keyBytes);
  return {
    seal(json) {
      const nonce = takeRandomBytes(NONCE_BYTES);
      const cipher = createCipheriv("aes-256-gcm", key, nonce);
      const text = writeMark(findClockMark()) + json;
      const parts = [nonce, cipher.update(pack(text)), cipher.final(), cipher.getAuthTag()];
      return Buffer.concat(parts).toString("base64url");
    },
    open(text) {
      try {
        const sealed = Buffer.from(text, "base64url");
        const nonce = sealed.subarray(0, NONCE_BYTES);
        const body = sealed.subarray(NONCE_BYTES, -TAG_BYTES);
        const decipher = createDecipheriv("aes-256-gcm", key, nonce, { authTagLength: TAG_BYTES });
        decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
        const opened = unpack(Buffer.concat([decipher.update(body), decipher.final()]));
        return openTimed(opened, findClockMark());
      } catch {
        // Whatever is wrong with it, it is not ours: the caller says so in words.
        return null;
      }
    },
  };
}

function pack(json: string): Buffer {
  const bytes = Buffer.from(json);
  return bytes.length < PACK_FROM_BYTES ? bytes : deflateRawSync(bytes, PACKING);
}

function unpack(bytes: Buffer): string {
  const isPlain = PLAIN_BEGINS.has(bytes[0] ?? 0);
  return (isPlain ? bytes : inflateRawSync(bytes, UNPACKING)).toString();
}
