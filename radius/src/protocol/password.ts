import type { SecretKey } from "./authenticator.ts";
import { createMd5, DIGEST_BYTES, isDigestAt } from "./md5.ts";

const BLOCK_BYTES = 16;
const PASSWORD_BYTES_MAX = 128;

const md5 = createMd5();
/** What hides the block at hand. */
const pad = Buffer.alloc(DIGEST_BYTES);

/**
 * Reads a hidden User-Password (RFC 2865 §5.2). Null when it is not 16 to 128 octets in whole
 * blocks. Only the NULs at the end are padding.
 */
export function revealPassword(
  hidden: Uint8Array,
  authenticator: Uint8Array,
  key: SecretKey,
): Buffer | null {
  const { length } = hidden;
  if (length < BLOCK_BYTES || length > PASSWORD_BYTES_MAX || length % BLOCK_BYTES !== 0)
    return null;
  const clear = Buffer.allocUnsafe(length);
  for (let at = 0; at < length; at += BLOCK_BYTES) {
    writePad(key, authenticator, hidden, at);
    for (let i = 0; i < BLOCK_BYTES; i++)
      clear[at + i] = (hidden[at + i] as number) ^ (pad[i] as number);
  }
  let end = length;
  while (end > 0 && clear[end - 1] === 0) end--;
  return clear.subarray(0, end);
}

/** Hides a password as a NAS does. Throws RangeError above 128 octets. */
export function hidePassword(clear: Uint8Array, authenticator: Uint8Array, key: SecretKey): Buffer {
  if (clear.length > PASSWORD_BYTES_MAX)
    throw new RangeError(`A password has at most ${PASSWORD_BYTES_MAX} octets`);
  const blocks = Math.max(1, Math.ceil(clear.length / BLOCK_BYTES));
  const hidden = Buffer.alloc(blocks * BLOCK_BYTES);
  hidden.set(clear);
  for (let at = 0; at < hidden.length; at += BLOCK_BYTES) {
    writePad(key, authenticator, hidden, at);
    for (let i = 0; i < BLOCK_BYTES; i++)
      hidden[at + i] = (hidden[at + i] as number) ^ (pad[i] as number);
  }
  return hidden;
}

/** MD5(secret + the hidden block before, or the authenticator before the first). */
function writePad(key: SecretKey, authenticator: Uint8Array, hidden: Uint8Array, at: number) {
  md5.begin();
  md5.add(key.bytes);
  if (at === 0) md5.add(authenticator);
  else md5.add(hidden, at - BLOCK_BYTES, at);
  md5.finish(pad, 0);
}

/** A CHAP answer: one octet of identifier and 16 of digest (RFC 2865 §5.3). */
export type ChapAnswer = { identifier: number; digest: Buffer; challenge: Buffer };

/** Null when CHAP-Password is not 17 octets. `challenge`: CHAP-Challenge, else the authenticator. */
export function readChap(chapPassword: Buffer, challenge: Buffer): ChapAnswer | null {
  if (chapPassword.length !== 1 + BLOCK_BYTES) return null;
  return { identifier: chapPassword[0] as number, digest: chapPassword.subarray(1), challenge };
}

/** MD5(identifier + password + challenge), RFC 2865 §2.2 and RFC 1994 §4.1. */
export function chapDigest(identifier: number, password: Uint8Array, challenge: Uint8Array) {
  const digest = Buffer.alloc(DIGEST_BYTES);
  md5.begin();
  md5.add(Buffer.of(identifier));
  md5.add(password);
  md5.add(challenge);
  md5.finish(digest, 0);
  return digest;
}

export function isChapRight(answer: ChapAnswer, password: Uint8Array): boolean {
  const expected = chapDigest(answer.identifier, password, answer.challenge);
  return isDigestAt(expected, answer.digest, 0);
}

/** Compares two passwords in a time that does not tell where they differ. */
export function isPasswordRight(given: Uint8Array, expected: Uint8Array): boolean {
  const length = Math.max(given.length, expected.length);
  let difference = given.length ^ expected.length;
  for (let at = 0; at < length; at++) difference |= (given[at] ?? 0) ^ (expected[at] ?? 0);
  return difference === 0;
}
