import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  type KeyObject,
} from "node:crypto";

/** RFC 9180 §7.3: the two of its ciphers that are asked for here, the first by its vectors alone. */
const CIPHERS = {
  "aes-128-gcm": { id: 0x0001, keyBytes: 16 },
  "aes-256-gcm": { id: 0x0002, keyBytes: 32 },
} as const;
export type HpkeCipher = keyof typeof CIPHERS;

/** DHKEM(X25519, HKDF-SHA256) and HKDF-SHA256: RFC 9180 §7.1 and §7.2. */
const KEM_ID = 0x0020;
const KDF_ID = 0x0001;
const MODE_BASE = 0x00;
const HASH_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** An X25519 key has 32 octets (RFC 7748 §5). */
const PUBLIC_KEY_BYTES = 32;

const KEM_SUITE = Buffer.concat([Buffer.from("KEM"), twoOctets(KEM_ID)]);
const EMPTY = Buffer.alloc(0);

/** What one encapsulated key opens, message by message; each number is used once by who seals. */
export type HpkeContext = {
  seal: (seq: number, associated: Uint8Array, text: Uint8Array) => Buffer;
  /** Null where another key, number or text beside it was meant, or an octet was changed. */
  open: (seq: number, associated: Uint8Array, sealed: Uint8Array) => Buffer | null;
};

/** The octets of an X25519 public key, base64url; a JWK has no other form (RFC 8037 §2). */
export function writeX25519(key: KeyObject): string {
  const publicKey = key.type === "private" ? createPublicKey(key) : key;
  return publicKey.export({ format: "jwk" }).x as string;
}

/** Null where these are not the octets of a key. */
export function readX25519(publicKey: string): KeyObject | null {
  if (Buffer.from(publicKey, "base64url").length !== PUBLIC_KEY_BYTES) return null;
  return createPublicKey({ format: "jwk", key: { kty: "OKP", crv: "X25519", x: publicKey } });
}

/** A key pair; `privateKey` is its PKCS #8 in base64. */
export function makeX25519(): { publicKey: string; privateKey: string } {
  const { privateKey } = generateKeyPairSync("x25519");
  const octets = privateKey.export({ format: "der", type: "pkcs8" });
  return { publicKey: writeX25519(privateKey), privateKey: octets.toString("base64") };
}

export function readX25519Private(privateKey: string): KeyObject {
  return createPrivateKey({ key: Buffer.from(privateKey, "base64"), format: "der", type: "pkcs8" });
}

type Purpose = { info: Uint8Array; cipher?: HpkeCipher };

/** SetupBaseS (RFC 9180 §5.1.1). `encapsulated` travels beside what is sealed, base64url. */
export function beginSealing(
  recipient: KeyObject,
  purpose: Purpose,
): { encapsulated: string; context: HpkeContext } {
  const ephemeral = generateKeyPairSync("x25519").privateKey;
  const encapsulated = writeX25519(ephemeral);
  const shared = diffieHellman({ privateKey: ephemeral, publicKey: recipient });
  const kemContext = octetsOf(encapsulated, writeX25519(recipient));
  return { encapsulated, context: schedule(extractAndExpand(shared, kemContext), purpose) };
}

/** SetupBaseR (RFC 9180 §5.1.1). Null where `encapsulated` is no key, or one that gives nothing away. */
export function beginOpening(
  recipient: KeyObject,
  encapsulated: string,
  purpose: Purpose,
): HpkeContext | null {
  const publicKey = readX25519(encapsulated);
  if (!publicKey) return null;
  try {
    // RFC 9180 §7.1.4: all zeros are refused, and Node does so by throwing.
    const shared = diffieHellman({ privateKey: recipient, publicKey });
    const kemContext = octetsOf(encapsulated, writeX25519(recipient));
    return schedule(extractAndExpand(shared, kemContext), purpose);
  } catch {
    return null;
  }
}

const octetsOf = (...keys: readonly string[]): Buffer =>
  Buffer.concat(keys.map((key) => Buffer.from(key, "base64url")));

/** RFC 9180 §4.1. */
function extractAndExpand(shared: Buffer, kemContext: Buffer): Buffer {
  const key = labeledExtract(KEM_SUITE, { salt: EMPTY, label: "eae_prk", text: shared });
  return labeledExpand(KEM_SUITE, {
    ...{ key, label: "shared_secret", info: kemContext, bytes: HASH_BYTES },
  });
}

/** KeySchedule of the base mode (RFC 9180 §5.1), and what it is for (§5.2). */
function schedule(shared: Buffer, { info, cipher = "aes-256-gcm" }: Purpose): HpkeContext {
  const { id, keyBytes } = CIPHERS[cipher];
  const ids = [KEM_ID, KDF_ID, id].map(twoOctets);
  const suite = Buffer.concat([Buffer.from("HPKE"), ...ids]);
  const about = { salt: EMPTY };
  const context = Buffer.concat([
    Buffer.from([MODE_BASE]),
    labeledExtract(suite, { ...about, label: "psk_id_hash", text: EMPTY }),
    labeledExtract(suite, { ...about, label: "info_hash", text: info }),
  ]);
  const secret = labeledExtract(suite, { salt: shared, label: "secret", text: EMPTY });
  const expand = (label: string, bytes: number) =>
    labeledExpand(suite, { key: secret, label, info: context, bytes });
  const key = expand("key", keyBytes);
  const baseNonce = expand("base_nonce", NONCE_BYTES);
  const tagged = { authTagLength: TAG_BYTES };
  return {
    seal: (seq, associated, text) => {
      const sealing = createCipheriv(cipher, key, nonceOf(baseNonce, seq), tagged);
      sealing.setAAD(associated);
      return Buffer.concat([sealing.update(text), sealing.final(), sealing.getAuthTag()]);
    },
    open: (seq, associated, sealed) => {
      if (sealed.length < TAG_BYTES) return null;
      const opening = createDecipheriv(cipher, key, nonceOf(baseNonce, seq), tagged);
      opening.setAAD(associated).setAuthTag(sealed.subarray(-TAG_BYTES));
      try {
        const text = opening.update(sealed.subarray(0, -TAG_BYTES));
        return Buffer.concat([text, opening.final()]);
      } catch {
        return null;
      }
    },
  };
}

/** ComputeNonce (RFC 9180 §5.2). */
function nonceOf(baseNonce: Buffer, seq: number): Buffer {
  if (!Number.isSafeInteger(seq) || seq < 0) throw new Error(`${seq} is no number of a message`);
  const nonce = Buffer.from(baseNonce);
  const counted = Buffer.alloc(8);
  counted.writeBigUInt64BE(BigInt(seq));
  for (const [index, octet] of counted.entries()) {
    const at = NONCE_BYTES - counted.length + index;
    nonce[at] = (nonce[at] ?? 0) ^ octet;
  }
  return nonce;
}

type Extract = { salt: Uint8Array; label: string; text: Uint8Array };

/** RFC 9180 §4, over HKDF-Extract (RFC 5869 §2.2). */
function labeledExtract(suite: Buffer, { salt, label, text }: Extract): Buffer {
  const hmac = createHmac("sha256", salt);
  return hmac.update("HPKE-v1").update(suite).update(label).update(text).digest();
}

type Expand = { key: Buffer; label: string; info: Uint8Array; bytes: number };

/** RFC 9180 §4, over HKDF-Expand (RFC 5869 §2.3): one block is enough for all that is asked here. */
function labeledExpand(suite: Buffer, { key, label, info, bytes }: Expand): Buffer {
  const hmac = createHmac("sha256", key).update(twoOctets(bytes)).update("HPKE-v1");
  const block = hmac
    .update(suite)
    .update(label)
    .update(info)
    .update(Buffer.from([1]))
    .digest();
  return block.subarray(0, bytes);
}

function twoOctets(value: number): Buffer {
  return Buffer.from([value >> 8, value & 0xff]);
}
