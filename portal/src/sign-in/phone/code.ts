import { generateSecret, generateSync, verifySync } from "otplib";

export const CODE_DIGITS = 6;
/** RFC 4226 §4 R6: at least 128 bits, 160 are advised. */
const SECRET_BYTES = 20;
/** Each code has a secret of its own, so its counter never moves. */
const COUNTER = 0;

/** A fresh HOTP secret (RFC 4226), base32. */
export function makeCodeSecret(): string {
  return generateSecret({ length: SECRET_BYTES });
}

/** The six digits of a secret. */
export function codeOf(secret: string): string {
  return generateSync({ strategy: "hotp", secret, counter: COUNTER, digits: CODE_DIGITS });
}

/** Whether the digits are the secret's, and of no counter beside it (RFC 4226 §7.4: no look-ahead). */
export function isCodeOf(secret: string, digits: string): boolean {
  const options = { strategy: "hotp", secret, counter: COUNTER, counterTolerance: 0 } as const;
  return verifySync({ ...options, digits: CODE_DIGITS, token: digits }).valid;
}

/** What a guest typed, as six digits; null when it cannot be a code, which costs no try. */
export function readCode(typed: string): string | null {
  const digits = typed.replaceAll(/[\s.-]/g, "");
  return /^[0-9]{6}$/.test(digits) ? digits : null;
}
