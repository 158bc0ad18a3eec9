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

/**
 * A number as people of a country write it, in E.164, such as +84912345678; null for what is none.
 * A Vietnamese one of before 2018 is the one that it became.
 */
export function normalisePhone(typed: string, country: string): string | null {
  const text = typed
    .normalize("NFKC")
    .replaceAll(/\p{Cf}/gu, "")
    .trim()
    .slice(0, TYPED_CHARACTERS_MAX);
  const bare = text.replaceAll(/[\s().-]/g, "");
  const isVietnamese = country === "VN" || /^(\+|00)84/.test(bare);
  const renewed = isVietnamese ? renewVietnamese(bare) : text;
  return parse(renewed, isVietnamese ? "VN" : country);
}

function renewVietnamese(bare: string): string {
  const [, , prefix = "", rest = ""] = OLD_VIETNAMESE.exec(bare) ?? [];
  const renewed = VIETNAM_2018[prefix];
  return renewed === undefined ? bare : `0${renewed}${rest}`;
}

function parse(text: string, country: string): string | null {
  try {
    const number = parsePhoneNumberWithError(text, country as CountryCode);
    if (validatePhoneNumberLength(text, country as CountryCode) || !number.isValid()) return null;
    return number.number;
  } catch (error) {
    if (error instanceof ParseError) return null;
    throw error;
  }
}
