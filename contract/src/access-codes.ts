import { type Static, Type } from "typebox";
import { Id } from "./personal.ts";

/** Digits and letters that nobody takes for one another: no 0 and O, no 1, I and L. */
export const ACCESS_CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ";
export const ACCESS_CODES_MAX = 5000;
const CHARACTERS_MIN = 6;
const CHARACTERS_MAX = 20;
const PATTERN = `^[${ACCESS_CODE_ALPHABET}]{${CHARACTERS_MIN},${CHARACTERS_MAX}}$`;
const fits = new RegExp(PATTERN);

const Moment = Type.Union([Type.String({ format: "date-time" }), Type.Null()]);

/** A code on paper that lets so many devices online, each for so many minutes. */
export const AccessCode = Type.Object({
  id: Id,
  /** As normaliseAccessCode gives it: upper case, without gaps. Unique in its branch. */
  code: Type.String({ pattern: PATTERN }),
  devicesMax: Type.Integer({ minimum: 1, maximum: 10_000 }),
  /** Of each device, from its first use; nobody is online by the code outside these moments. */
  minutes: Type.Integer({ minimum: 1, maximum: 525_600 }),
  validFrom: Moment,
  /** Half-open: from then on the code is over. */
  validUntil: Moment,
  /** The access policy of those who come in by it. Null: the first that fits, as for everybody. */
  policyId: Type.Union([Id, Type.Null()]),
});
export type AccessCode = Static<typeof AccessCode>;

/**
 * A code as its guest typed it, in the one form that is compared; null when it cannot be a code.
 * Gaps, dashes and dots are how people write one down.
 */
export function normaliseAccessCode(typed: string): string | null {
  const text = typed
    .normalize("NFKC")
    .replaceAll(/[\s\p{Pd}\p{Cf}._]/gu, "")
    .toUpperCase();
  return fits.test(text) ? text : null;
}

/** In groups of four, so that it is read and typed without a slip: ABCD-EFGH. */
export function spellCode(code: string): string {
  return code.match(/.{1,4}/g)?.join("-") ?? code;
}
