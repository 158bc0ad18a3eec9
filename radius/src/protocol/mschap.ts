import { createCipheriv, hash, timingSafeEqual } from "node:crypto";
import { md4 } from "./md4.ts";

export const MSCHAP_CHALLENGE_BYTES = 16;
export const NT_RESPONSE_BYTES = 24;
/** RFC 2759 §6: ERROR_AUTHENTICATION_FAILURE. */
const AUTHENTICATION_FAILURE = 691;
/** Ident, Flags, Peer-Challenge, eight reserved octets, Response (RFC 2548 §2.3.2). */
const MSCHAP2_RESPONSE_BYTES = 2 + MSCHAP_CHALLENGE_BYTES + 8 + NT_RESPONSE_BYTES;

// RFC 2759 §8.7 and RFC 3079 §3.4.
const SIGNING = "Magic server to client signing constant";
const PAD_TO_ITERATE = "Pad to make it do more than one iteration";
const MASTER_KEY = "This is the MPPE Master Key";
const TO_SERVER =
  "On the client side, this is the send key; on the server side, it is the receive key.";
const TO_PEER =
  "On the client side, this is the receive key; on the server side, it is the send key.";
const ZEROS = Buffer.alloc(40, 0);
const F2S = Buffer.alloc(40, 0xf2);

/** What went over the wire in one MS-CHAPv2 exchange, and who is meant. */
export type MschapExchange = {
  /** As the peer sent it: it goes into the challenge. */
  userName: Buffer;
  serverChallenge: Uint8Array;
  peerChallenge: Uint8Array;
  ntResponse: Uint8Array;
};

/** A peer's answer by MS-CHAPv2, under the identifier it goes by. */
export type MschapAnswer = { ident: number; exchange: MschapExchange };

/** Reads MS-CHAP2-Response; null where it or the challenge is not of its length. */
export function readMschapAnswer(
  response: Buffer,
  asked: Pick<MschapExchange, "userName" | "serverChallenge">,
): MschapAnswer | null {
  if (response.length !== MSCHAP2_RESPONSE_BYTES) return null;
  if (asked.serverChallenge.length !== MSCHAP_CHALLENGE_BYTES) return null;
  const peerChallenge = response.subarray(2, 2 + MSCHAP_CHALLENGE_BYTES);
  const ntResponse = response.subarray(-NT_RESPONSE_BYTES);
  return { ident: response[0] as number, exchange: { ...asked, peerChallenge, ntResponse } };
}

/** MS-CHAP2-Success (RFC 2548 §2.3.3): the identifier, and the server's own proof. */
export function mschapSuccess({ ident, exchange }: MschapAnswer, password: string): Buffer {
  return Buffer.concat([Buffer.of(ident), Buffer.from(authenticatorResponse(exchange, password))]);
}

/**
 * MS-CHAP-Error (RFC 2548 §2.1.5, RFC 2759 §6): the log-in failed, may not be tried again under
 * this challenge, and why.
 */
export function mschapError(ident: number, challenge: Uint8Array, message: string): Buffer {
  const next = Buffer.from(challenge).toString("hex").toUpperCase();
  const told = `E=${AUTHENTICATION_FAILURE} R=0 C=${next} V=3 M=${message}`;
  return Buffer.concat([Buffer.of(ident), Buffer.from(told)]);
}

const sha1 = (...parts: (Uint8Array | string)[]): Buffer =>
  hash("sha1", Buffer.concat(parts.map((part) => Buffer.from(part as string))), "buffer");

/** RFC 2759 §8.3. */
export const ntHash = (password: string): Buffer => md4(Buffer.from(password, "utf16le"));

/** RFC 2759 §8.2; a Windows domain before the name is not in it (§4). */
function challengeHash({ peerChallenge, serverChallenge, userName }: MschapExchange): Buffer {
  const name = userName.subarray(userName.indexOf("\\") + 1);
  return sha1(peerChallenge, serverChallenge, name).subarray(0, 8);
}

/** RFC 2759 §8.1: what the peer answers who knows the password. */
export function ntResponse(exchange: MschapExchange, password: string): Buffer {
  const keys = Buffer.concat([ntHash(password), Buffer.alloc(5)]);
  const challenge = challengeHash(exchange);
  const parts = [0, 7, 14].map((at) => desEncrypt(challenge, keys.subarray(at, at + 7)));
  return Buffer.concat(parts);
}

export function isNtResponseRight(exchange: MschapExchange, password: string): boolean {
  const { ntResponse: given } = exchange;
  return (
    given.length === NT_RESPONSE_BYTES && timingSafeEqual(ntResponse(exchange, password), given)
  );
}

/** RFC 2759 §8.7: the server's proof that it knows the password too, `S=` and 40 hex digits. */
export function authenticatorResponse(exchange: MschapExchange, password: string): string {
  const digest = sha1(md4(ntHash(password)), exchange.ntResponse, SIGNING);
  const proof = sha1(digest, challengeHash(exchange), PAD_TO_ITERATE);
  return `S=${proof.toString("hex").toUpperCase()}`;
}

/** RFC 3079 §3.3: the two keys of the exchange, each of 16 octets. */
export function mschapKeys(
  given: Uint8Array,
  password: string,
): { toPeer: Buffer; toServer: Buffer } {
  const master = sha1(md4(ntHash(password)), given, MASTER_KEY).subarray(0, 16);
  const derive = (magic: string) => sha1(master, ZEROS, magic, F2S).subarray(0, 16);
  return { toPeer: derive(TO_PEER), toServer: derive(TO_SERVER) };
}

/**
 * One DES block under a key of 56 bits, which stand in 7 octets (RFC 2759 §8.6). OpenSSL 3 has no
 * DES by itself; triple DES under thrice the same key is the same.
 */
export function desEncrypt(block: Uint8Array, key: Uint8Array): Buffer {
  let bits = 0n;
  for (const octet of key) bits = (bits << 8n) | BigInt(octet);
  const spread = Buffer.alloc(8);
  // The lowest bit of each octet is parity, which nobody reads.
  for (let at = 7; at >= 0; at--) {
    spread[at] = Number(bits & 0x7fn) << 1;
    bits >>= 7n;
  }
  const cipher = createCipheriv("des-ede3", Buffer.concat([spread, spread, spread]), null);
  cipher.setAutoPadding(false);
  return Buffer.concat([cipher.update(block), cipher.final()]);
}
