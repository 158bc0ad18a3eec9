import type { Sort } from "./list-rules.ts";

export * from "./consent-rules.ts";
export * from "./list-rules.ts";

/** Words longer than this are cut: nobody types more to find somebody. */
const WORD_LENGTH_MAX = 40;
const WORDS_MAX = 20;
/** Before a number that is written from its end: so its last digits are a beginning, too. */
const BACKWARDS = "~";
/** ITU-T E.164, list of country codes: the ones of one and two digits; all others have three. */
const COUNTRY_CODE = /^(?:1|7|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]|\d{3})/;
const SEARCH_TERMS_MAX = 5;
/** Follows every text that begins with the same letters, in the order of bytes. */
const AFTER_ALL = "\u{10ffff}";

/** Letters without their marks, in lower case: "Nguyễn" and "nguyen" are one word, đ is a d. */
export function foldText(text: string): string {
  return text
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replaceAll("đ", "d")
    .normalize("NFKC");
}

/** The words of a text, folded, each once. */
export function listWords(text: string): string[] {
  const words = foldText(text).split(/[^\p{L}\p{N}]+/u);
  return [...new Set(words.filter(Boolean).map((word) => word.slice(0, WORD_LENGTH_MAX)))];
}

export type Searchable = {
  name: string | null;
  email: string | null;
  phone: string | null;
  /** Their other numbers. */
  phones?: readonly string[];
  /** Of a card, a till or Zalo: found from the beginning. */
  codes?: readonly string[];
  /** What fields of the company's own say in words. */
  texts?: readonly string[];
};

/**
 * Everything a customer is found by: words of name and address, codes, and each number from its
 * beginning, from behind its country code, and from its end. A word serves all its beginnings, so one
 * that begins another is left out.
 */
export function listSearchWords(customer: Searchable): string[] {
  const { name, email, phone, phones = [], codes = [], texts = [] } = customer;
  const address = email === null ? [] : [foldText(email).slice(0, WORD_LENGTH_MAX)];
  const whole = codes.map((code) => foldText(code).slice(0, WORD_LENGTH_MAX));
  const words = [...listWords(name ?? ""), ...address, ...listWords(email ?? "")];
  const others = listWords([...codes, ...texts].join(" ")).slice(0, WORDS_MAX);
  const numbers = [...new Set([phone ?? "", ...phones])].flatMap(listPhoneWords);
  const all = [...words.slice(0, WORDS_MAX), ...whole, ...others, ...numbers].toSorted(
    compareBytes,
  );
  return all.filter((word, index) => !all[index + 1]?.startsWith(word));
}

/** The order in which a word stands right before the ones it begins. */
export const compareBytes = (one: string, other: string) =>
  one < other ? -1 : Number(one > other);

function listPhoneWords(phone: string): string[] {
  const digits = phone.replace(/\D/g, "");
  if (digits === "") return [];
  return [digits, digits.replace(COUNTRY_CODE, ""), writeBackwards(digits)].filter(Boolean);
}

const writeBackwards = (digits: string) => BACKWARDS + [...digits].toReversed().join("");

/** A range of words: `from` ≤ word < `to`. */
export type WordRange = { from: string; to: string };
/** What a part of a search text asks for: a word in one of the ranges. */
export type SearchTerm = readonly WordRange[];

/**
 * What a search text asks for: customers who meet every term. A text of digits alone is the beginning
 * or the end of a phone number, however it is written; `null` asks for everybody.
 */
export function readSearch(text: string): SearchTerm[] | null {
  const isPhone = /^[\d\s+().-]+$/.test(text) && /\d/.test(text);
  const terms = isPhone ? [readPhoneTerm(text)] : listTerms(text).map((term) => [term]);
  const found = terms.map((term) => term.filter(Boolean)).filter(({ length }) => length > 0);
  if (found.length === 0) return null;
  return found.slice(0, SEARCH_TERMS_MAX).map((term) => term.map(toRange));
}

const toRange = (beginning: string) => ({ from: beginning, to: beginning + AFTER_ALL });

/**
 * Numbers are kept as E.164, without the trunk prefix 0 or the international prefix 00; those of cards
 * keep their zeros.
 */
function readPhoneTerm(text: string): string[] {
  const digits = text.replace(/\D/g, "");
  const beginning = digits.replace(/^00?/, "");
  if (beginning === "") return [];
  return [...new Set([beginning, digits]), writeBackwards(digits)];
}

function listTerms(text: string): string[] {
  const folded = foldText(text.trim());
  if (/^\S+@\S*$/.test(folded)) return [folded.slice(0, WORD_LENGTH_MAX)];
  const words = listWords(text);
  // Whoever has a word that begins with one has a word that begins with its beginning.
  return words.filter((word) => !words.some((other) => other !== word && other.startsWith(word)));
}

/** What a guest told: field → value. Empty texts are nothing told. */
export function listToldFields(told: {
  name?: string | undefined;
  email?: string | undefined;
  phone?: string | undefined;
  birthday?: string | undefined;
  language?: string | undefined;
  /** The tenant's own fields by key. */
  own?: Readonly<Record<string, string>> | undefined;
}): { field: string; value: string }[] {
  const { name, email, phone, birthday, language, own } = told;
  return Object.entries({ ...own, name, email, phone, birthday, language })
    .map(([field, value]) => ({ field, value: value?.trim() ?? "" }))
    .filter(({ value }) => value !== "");
}

/**
 * Midnights between two moments on the clock of a time zone (IANA): a visit of yesterday evening is
 * one day ago this morning. One in the future of a wrong clock is no days ago.
 */
export function countDaysSince(then: Date, now: Date, timeZone: string): number {
  const format = new Intl.DateTimeFormat("en-CA", { timeZone, dateStyle: "short" });
  const [from, to] = [then, now].map((moment) => Date.parse(format.format(moment)));
  return Math.max(0, Math.round(((to ?? 0) - (from ?? 0)) / 86_400_000));
}

/** A number that stands for "at least so many", to its first digit: 9,312 is 9,000. */
export function roundDown(count: number): number {
  const step = 10 ** Math.max(0, String(count).length - 1);
  return Math.floor(count / step) * step;
}

/** The place in a list after which the next page begins: a moment, or what it is sorted by, and an id. */
export type ListPlace = { at: string; id: string };

export function writeCursor({ at, id }: ListPlace): string {
  return Buffer.from(`${at} ${id}`).toString("base64url");
}

/** Null for a cursor this program did not write. */
export function readCursor(cursor: string): ListPlace | null {
  const [at = "", id = "", ...rest] = Buffer.from(cursor, "base64url").toString("utf8").split(" ");
  const isPlace =
    rest.length === 0 &&
    /^[1-9]\d{3}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(at) &&
    // Date.parse makes the 2nd of March of a 30th of February.
    !Number.isNaN(Date.parse(at)) &&
    new Date(at).toISOString() === at &&
    /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id);
  return isPlace ? { at, id } : null;
}

const COUNT_PLACE = /^(\d{1,9}) ([0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;
/** A name has spaces of its own. PostgreSQL holds no NUL in a text. */
const NAME_PLACE = /^([^\0]{1,250}) ([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/u;

/** Where a page of a list in this order begins; null for a cursor this program did not write for it. */
export function readPlace(cursor: string, sort: Sort): ListPlace | null {
  const isCount = sort.endsWith("visits");
  if (!isCount && !sort.endsWith("name")) return readCursor(cursor);
  const written = Buffer.from(cursor, "base64url").toString("utf8");
  const found = (isCount ? COUNT_PLACE : NAME_PLACE).exec(written);
  return found?.[1] && found[2] ? { at: found[1], id: found[2] } : null;
}
