import { hash } from "node:crypto";

const BLOCK_BYTES = 16;
const SALT_BYTES = 2;
/** One octet tells the length, and the whole must fit an attribute beside salt and tag. */
export const SALTED_BYTES_MAX = 239;

export type SaltedWith = {
  /** Of the request that is answered. */
  authenticator: Uint8Array;
  secret: Uint8Array;
};

/**
 * Hides a value as Tunnel-Password (RFC 2868 §3.5) and the MPPE keys (RFC 2548 §2.4.2) are: the
 * salt, then length and value in whole blocks. A salt must not come twice in a packet; its top bit
 * is set here. Throws RangeError above 239 octets.
 */
export function hideSalted(clear: Uint8Array, salt: number, { authenticator, secret }: SaltedWith) {
  if (clear.length > SALTED_BYTES_MAX)
    throw new RangeError(`A salted value has at most ${SALTED_BYTES_MAX} octets`);
  const blocks = Math.ceil((clear.length + 1) / BLOCK_BYTES);
  const hidden = Buffer.alloc(SALT_BYTES + blocks * BLOCK_BYTES);
  hidden.writeUInt16BE((salt & 0xffff) | 0x8000);
  hidden[SALT_BYTES] = clear.length;
  hidden.set(clear, SALT_BYTES + 1);
  let previous: Uint8Array = Buffer.concat([authenticator, hidden.subarray(0, SALT_BYTES)]);
  for (let at = SALT_BYTES; at < hidden.length; at += BLOCK_BYTES) {
    mask(hidden, at, padOf(secret, previous));
    previous = hidden.subarray(at, at + BLOCK_BYTES);
  }
  return hidden;
}

/** The value; null where the salt's top bit is not set or the octets are not of that form. */
export function revealSalted(
  hidden: Uint8Array,
  { authenticator, secret }: SaltedWith,
): Buffer | null {
  const length = hidden.length - SALT_BYTES;
  if (length < BLOCK_BYTES || length % BLOCK_BYTES !== 0) return null;
  if (((hidden[0] as number) & 0x80) === 0) return null;
  const clear = Buffer.from(hidden);
  let previous: Uint8Array = Buffer.concat([authenticator, hidden.subarray(0, SALT_BYTES)]);
  for (let at = SALT_BYTES; at < hidden.length; at += BLOCK_BYTES) {
    mask(clear, at, padOf(secret, previous));
    previous = hidden.subarray(at, at + BLOCK_BYTES);
  }
  const end = SALT_BYTES + 1 + (clear[SALT_BYTES] as number);
  return end <= clear.length ? clear.subarray(SALT_BYTES + 1, end) : null;
}

/** MD5(secret + what came before), RFC 2868 §3.5's b(i). */
function padOf(secret: Uint8Array, previous: Uint8Array): Buffer {
  return hash("md5", Buffer.concat([secret, previous]), "buffer");
}

function mask(octets: Buffer, start: number, pad: Buffer): void {
  for (let i = 0; i < BLOCK_BYTES; i++)
    octets[start + i] = (octets[start + i] as number) ^ (pad[i] as number);
}
