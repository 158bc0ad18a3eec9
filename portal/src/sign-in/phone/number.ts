import { maskNumber } from "@foyer/blocks";
import {
  type CountryCode,
  type E164Number,
  ParseError,
  PhoneNumber,
  parsePhoneNumberWithError,
  validatePhoneNumberLength,
} from "libphonenumber-js/max";

export type NumberFault =
  | "empty"
  | "not-a-number"
  | "too-short"
  | "too-long"
  | "not-mobile"
  | "premium"
  | "foreign"
  | "no-such-number";

export type ReadNumber = { kind: "phone"; phone: string } | { kind: "fault"; fault: NumberFault };

/** As typed into a field; longer than any number with its spaces. */
const TYPED_CHARACTERS_MAX = 40;
/** What a message can reach. A plan that does not tell mobile from fixed is given the benefit. */
const REACHABLE = new Set(["MOBILE", "FIXED_LINE_OR_MOBILE", undefined]);
/** Britain's 070 costs as much as a premium number, and is rented by those who pump codes. */
const AT_OWN_CHARGES = new Set<string | undefined>(["PREMIUM_RATE", "PERSONAL_NUMBER"]);

/**
 * Reads a phone number as people of the branch's country write it, or with a country code.
 * Returns E.164, such as +84912345678.
 */
export function readPhoneNumber(
  typed: string,
  country: string,
  /** Countries whose numbers are taken beside the branch's own: others cost many times as much. */
  numbersFrom: readonly string[] = [],
): ReadNumber {
  // A number copied from an address book comes wrapped in marks of direction that nobody sees.
  const text = typed
    .replaceAll(/\p{Cf}/gu, "")
    .trim()
    .slice(0, TYPED_CHARACTERS_MAX);
  if (text === "") return { kind: "fault", fault: "empty" };
  try {
    const number = parsePhoneNumberWithError(text, country as CountryCode);
    const length = validatePhoneNumberLength(text, country as CountryCode);
    if (length) return { kind: "fault", fault: faultOf(length) };
    if (!number.isValid()) return { kind: "fault", fault: "no-such-number" };
    // Numbers of no country, such as satellite telephones', are nobody's list's.
    if (![country, ...numbersFrom].includes(number.country ?? ""))
      return { kind: "fault", fault: "foreign" };
    if (AT_OWN_CHARGES.has(number.getType())) return { kind: "fault", fault: "premium" };
    if (!REACHABLE.has(number.getType())) return { kind: "fault", fault: "not-mobile" };
    return { kind: "phone", phone: number.number };
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    return { kind: "fault", fault: faultOf(error.message) };
  }
}

function faultOf(message: string): NumberFault {
  if (message === "TOO_SHORT") return "too-short";
  return message === "TOO_LONG" ? "too-long" : "not-a-number";
}

/** A number as its country writes it, all but the last three digits hidden: 0••• ••• 678. */
export function maskPhone(phone: string): string {
  // It was read when it was typed: what it is made of is not asked anew.
  const national = new PhoneNumber(phone as E164Number).formatNational();
  return maskNumber(national);
}
