import { generateSecret, generateSync, verifySync } from "otplib";

export const CODE_DIGITS = 6;
/** RFC 4226 §4 R6: at least 128 bits, 160 are advised. */
const SECRET_BYTES = 20;
/** Each code has a secret of its own, so its counter never moves. */
const COUNTER = 0;

/** Of the 31 bits that RFC 4226 §5.3 takes digits from: as many as share out evenly among all codes. */
const EVEN_BELOW = 2 ** 31 - (2 ** 31 % 10 ** CODE_DIGITS);
/** All 31 bits. */
const ALL_DIGITS = 10;

const drawSecret = (): string => generateSecret({ length: SECRET_BYTES });

/** A fresh HOTP secret (RFC 4226), base32; one that would make its code likelier than others is left. */
export function makeCodeSecret(draw: () => string = drawSecret): string {
  for (;;) {
    const secret = draw();
    if (Number(digitsOf(secret, ALL_DIGITS)) < EVEN_BELOW) return secret;
  }
}

/** The six digits of a secret. */
export const codeOf = (secret: string): string => digitsOf(secret, CODE_DIGITS);

function digitsOf(secret: string, digits: typeof CODE_DIGITS | typeof ALL_DIGITS): string {
  return generateSync({ strategy: "hotp", secret, counter: COUNTER, digits: digits as 6 });
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
