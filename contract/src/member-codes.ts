import { type Static, Type } from "typebox";
import { Id, Timestamp } from "./personal.ts";

/**
 * How long a member's code is. With ten wrong tries in its life at each box, guessing one succeeds
 * once in ten million at a box, and once in a hundred thousand at a hundred that cannot tell each other.
 */
export const MEMBER_CODE_DIGITS = 8;

/** 16 random octets, base64. */
export const MemberCodeSalt = Type.String({ pattern: "^[A-Za-z0-9+/]{22}==$", personal: true });
/** scrypt (RFC 7914) of the digits with that salt, N 16384, r 8, p 1: 32 octets, hex. */
export const MemberCodeHash = Type.String({ pattern: "^[0-9a-f]{64}$", personal: true });

/** By what a member's code is checked, wherever it was given: never the code itself. */
export const MemberCode = Type.Object({
  /** Of this code; the next one of the same member has another. */
  id: Id,
  salt: MemberCodeSalt,
  hash: MemberCodeHash,
  issuedAt: Timestamp,
});
export type MemberCode = Static<typeof MemberCode>;
