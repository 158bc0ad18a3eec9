import {
  type CountryCode,
  ParseError,
  parsePhoneNumberWithError,
  validatePhoneNumberLength,
} from "libphonenumber-js/max";

/**
 * Vietnamese mobile numbers of eleven digits became ones of ten on 15 September 2018 (Ministry of
 * Information and Communications, decision 798/QD-BTTTT): old lists still hold them.
 */
const VIETNAM_2018: Readonly<Record<string, string>> = {
  ...{ "162": "32", "163": "33", "164": "34", "165": "35", "166": "36", "167": "37" },
  ...{ "168": "38", "169": "39", "120": "70", "121": "79", "122": "77", "126": "76" },
  ...{ "128": "78", "123": "83", "124": "84", "125": "85", "127": "81", "129": "82" },
  ...{ "186": "56", "188": "58", "199": "59" },
};
const OLD_VIETNAMESE = /^(\+84|0084|84|0)?(1\d\d)(\d{7})$/;
const TYPED_CHARACTERS_MAX = 40;
/** Nothing has to be cut out of these: where they are valid, their length need not be looked at again. */
const BARE_DIGITS = /^\+?\d+$/;

export type NumberFault = "not-a-number" | "too-short" | "too-long" | "no-such-number";
export type ReadNumber = { kind: "phone"; phone: string } | { kind: "fault"; fault: NumberFault };

/**
 * A number as people of a country write it, in E.164, such as +84912345678; null for what is none.
 * A Vietnamese one of before 2018 is the one that it became.
 */
export function normalisePhone(typed: string, country: string): string | null {
  const read = readTyped(typed, country).number;
  return read.kind === "phone" ? read.phone : null;
}

/** The same of a list, where spreadsheets may have dropped a number's zero or its plus; says what is wrong. */
export function readListedNumber(typed: string, country: string): ReadNumber {
  const { renewed, number } = readTyped(typed, country);
  if (number.kind === "phone" || country !== "VN") return number;
  // "912345678": a spreadsheet took the number for a quantity. "84912345678": without its plus.
  const digits = renewed.replaceAll(/\D/g, "");
  if (/^[1-9]\d{8}$/.test(digits)) return orElse(parse(`0${digits}`, country), number);
  if (/^84\d{9}$/.test(digits)) return orElse(parse(`+${digits}`, country), number);
  return number;
}

const orElse = (one: ReadNumber, other: ReadNumber) => (one.kind === "phone" ? one : other);

function readTyped(typed: string, country: string): { renewed: string; number: ReadNumber } {
  const text = typed
    .normalize("NFKC")
    .replaceAll(/\p{Cf}/gu, "")
    .trim()
    .slice(0, TYPED_CHARACTERS_MAX);
  const bare = text.replaceAll(/[\s().-]/g, "");
  const isVietnamese = country === "VN" || /^(\+|00)84/.test(bare);
  const renewed = isVietnamese ? renewVietnamese(bare) : text;
  return { renewed, number: parse(renewed, isVietnamese ? "VN" : country) };
}

function renewVietnamese(bare: string): string {
  const [, , prefix = "", rest = ""] = OLD_VIETNAMESE.exec(bare) ?? [];
  const renewed = VIETNAM_2018[prefix];
  return renewed === undefined ? bare : `0${renewed}${rest}`;
}

function parse(text: string, country: string): ReadNumber {
  try {
    const number = parsePhoneNumberWithError(text, country as CountryCode);
    if (BARE_DIGITS.test(text) && number.isValid()) return { kind: "phone", phone: number.number };
    const length = validatePhoneNumberLength(text, country as CountryCode);
    if (length) return { kind: "fault", fault: faultOf(length) };
    if (!number.isValid()) return { kind: "fault", fault: "no-such-number" };
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
