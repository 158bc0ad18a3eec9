import { hash } from "node:crypto";
import type { RawAttribute } from "./packet.ts";

/** The vendor id of RFC 2548. */
export const MICROSOFT = 311;
const BLOCK_BYTES = 16;
const SEND_KEY = 16;
const RECV_KEY = 17;

export type MppeOptions = {
  /** Of the Access-Request that is answered. */
  authenticator: Uint8Array;
  secret: Uint8Array;
  /** Two octets, different for each key of a packet; the highest bit is set here. */
  salt: Uint8Array;
};

/**
 * Hides a key in an Access-Accept (RFC 2548 §2.4.2 and §2.4.3): salt, then its length, itself and
 * zeros to whole blocks, each XORed with MD5(secret + what came before).
 */
export function hideKey(key: Uint8Array, { authenticator, secret, salt }: MppeOptions): Buffer {
  const blocks = Math.ceil((key.length + 1) / BLOCK_BYTES);
  const hidden = Buffer.alloc(2 + blocks * BLOCK_BYTES);
  hidden.set(salt.subarray(0, 2));
  hidden[0] = (hidden[0] as number) | 0x80;
  hidden[2] = key.length;
  hidden.set(key, 3);
  let previous: Buffer = Buffer.concat([authenticator, hidden.subarray(0, 2)]);
  for (let at = 2; at < hidden.length; at += BLOCK_BYTES) {
    const pad = hash("md5", Buffer.concat([secret, previous]), "buffer");
    for (let i = 0; i < BLOCK_BYTES; i++)
      hidden[at + i] = (hidden[at + i] as number) ^ (pad[i] as number);
    previous = hidden.subarray(at, at + BLOCK_BYTES);
  }
  return hidden;
}

/** Reads a hidden key as the NAS does; null when it is none. */
export function revealKey(
  hidden: Buffer,
  { authenticator, secret }: Omit<MppeOptions, "salt">,
): Buffer | null {
  if (hidden.length < 2 + BLOCK_BYTES || (hidden.length - 2) % BLOCK_BYTES !== 0) return null;
  const clear = Buffer.alloc(hidden.length - 2);
  let previous: Buffer = Buffer.concat([authenticator, hidden.subarray(0, 2)]);
  for (let at = 2; at < hidden.length; at += BLOCK_BYTES) {
    const pad = hash("md5", Buffer.concat([secret, previous]), "buffer");
    for (let i = 0; i < BLOCK_BYTES; i++)
      clear[at - 2 + i] = (hidden[at + i] as number) ^ (pad[i] as number);
    previous = hidden.subarray(at, at + BLOCK_BYTES);
  }
  const length = clear[0] as number;
  return length < clear.length ? clear.subarray(1, 1 + length) : null;
}

/**
 * A master session key's halves for the NAS: MS-MPPE-Recv-Key is the first, MS-MPPE-Send-Key the
 * second (RFC 3580 §3.16, RFC 5247 §1.2).
 */
export function mppeAttributes(masterKey: Uint8Array, options: MppeOptions): RawAttribute[] {
  const half = masterKey.length / 2;
  const [first = 0, second = 0] = options.salt;
  const other = Uint8Array.of(first, second ^ 1);
  const vendor = MICROSOFT;
  return [
    { vendor, type: RECV_KEY, value: hideKey(masterKey.subarray(0, half), options) },
    {
      vendor,
      type: SEND_KEY,
      value: hideKey(masterKey.subarray(half), { ...options, salt: other }),
    },
  ];
}
