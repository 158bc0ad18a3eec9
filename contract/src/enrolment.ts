import { createPublicKey, type KeyObject, sign, verify } from "node:crypto";
import { type Static, Type } from "typebox";
import { Id } from "./personal.ts";

/** Where a box without an identity asks for one; POST EnrolRequest → EnrolReply. */
export const ENROL_PATH = "/api/box/v1/enrol";
/** Where a box gives its next key; POST NextKey, signed with the one it has → 204. */
export const NEXT_KEY_PATH = "/api/box/v1/key";

/** Crockford's base32: no letter that is read as a digit, 80 bits. */
const ENROLMENT_CODE = /^[0-9A-HJKMNP-TV-Z]{16}$/;
const ALIKE: Readonly<Record<string, string>> = { O: "0", I: "1", L: "1" };

/** The code as it is kept, whatever a person wrote between its groups; null where it is none. */
export function readEnrolmentCode(text: string): string | null {
  const code = text
    .toUpperCase()
    .replace(/[\s-]/g, "")
    .replace(/[OIL]/g, (letter) => ALIKE[letter] ?? letter);
  return ENROLMENT_CODE.test(code) ? code : null;
}

/** 10 random octets as a person reads them out: 4 groups of 4. */
export function writeEnrolmentCode(octets: Uint8Array): string {
  const letters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  let bits = 0n;
  for (const octet of octets) bits = (bits << 8n) | BigInt(octet);
  const code = Array.from({ length: 16 }, (_, index) => {
    const value = Number((bits >> BigInt(75 - 5 * index)) & 31n);
    return letters[value];
  });
  return [0, 4, 8, 12].map((from) => code.slice(from, from + 4).join("")).join("-");
}

/** An Ed25519 key has 32 octets (RFC 8032 §5.1.5), base64url. */
const PublicKey = Type.String({ pattern: "^[\\w-]{43}$" });
const Proof = Type.String({ pattern: "^[\\w-]{86}$" });

/** A box's wish to be the one that staff made a code for. `proof` shows that the key is its own. */
export const EnrolRequest = Type.Object({
  code: Type.String({ minLength: 16, maxLength: 40 }),
  publicKey: PublicKey,
  proof: Proof,
});
export type EnrolRequest = Static<typeof EnrolRequest>;

export const EnrolReply = Type.Object({
  tenantId: Id,
  branchId: Id,
  boxId: Id,
  /** Where the box finds the cloud from now on. */
  cloudUrl: Type.String({ maxLength: 500 }),
});
export type EnrolReply = Static<typeof EnrolReply>;

export const NextKey = Type.Object({ publicKey: PublicKey, proof: Proof });
export type NextKey = Static<typeof NextKey>;

/** What a key is proved for: a code, or the box whose next key it is. */
export type ProofPurpose = { kind: "enrol"; code: string } | { kind: "next-key"; boxId: string };

const writeProof = (purpose: ProofPurpose): Buffer =>
  Buffer.from(
    purpose.kind === "enrol"
      ? `foyer enrol ${readEnrolmentCode(purpose.code) ?? ""}`
      : `foyer next key ${purpose.boxId}`,
  );

export function proveKey(purpose: ProofPurpose, privateKey: KeyObject): string {
  return sign(null, writeProof(purpose), privateKey).toString("base64url");
}

/** Null where these octets are no Ed25519 key. */
export function readPublicKey(publicKey: string): KeyObject | null {
  try {
    return createPublicKey({ format: "jwk", key: { kty: "OKP", crv: "Ed25519", x: publicKey } });
  } catch {
    return null;
  }
}

/** Whether whoever asks holds the private half of the key they bring. */
export function isProved(
  purpose: ProofPurpose,
  { publicKey, proof }: { publicKey: string; proof: string },
): boolean {
  const key = readPublicKey(publicKey);
  return key !== null && verify(null, writeProof(purpose), key, Buffer.from(proof, "base64url"));
}
