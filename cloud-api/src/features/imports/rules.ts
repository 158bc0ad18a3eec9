/** What a column may hold. */
export const FIELDS = ["name", "phone", "email", "birthday", "language", "group", "tags"] as const;
export type Field = (typeof FIELDS)[number];

/** How people head such columns, folded as `foldHeader` does: a first guess, to be looked at. */
const USUAL_HEADERS: Record<Field, readonly string[]> = {
  name: ["name", "full name", "customer", "customer name", "ho ten", "ho va ten", "ten"].concat([
    "ten khach hang",
    "khach hang",
  ]),
  phone: ["phone", "phone number", "mobile", "mobile phone", "tel", "telephone", "sdt"].concat([
    "so dien thoai",
    "dien thoai",
    "di dong",
    "so di dong",
  ]),
  email: ["email", "e mail", "mail", "email address", "thu dien tu"],
  birthday: ["birthday", "birth date", "date of birth", "dob", "ngay sinh", "sinh nhat"],
  language: ["language", "ngon ngu"],
  group: ["group", "customer group", "nhom", "nhom khach", "nhom khach hang"],
  tags: ["tag", "tags", "the", "nhan"],
};

/** Letters without marks, lower case, words apart by one space. */
export function foldHeader(header: string): string {
  return header
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replaceAll("đ", "d")
    .replaceAll(/[^\p{L}\p{N}]+/gu, " ")
    .trim();
}

/** What each column most likely is: what it was the last time, else by its usual names. */
export function suggestFields(
  headers: readonly string[],
  remembered: ReadonlyMap<string, string>,
): (Field | null)[] {
  const taken = new Set<Field>();
  return headers.map((header) => {
    const folded = foldHeader(header);
    const known = remembered.get(folded);
    const field =
      known === undefined
        ? FIELDS.find((each) => USUAL_HEADERS[each].includes(folded))
        : FIELDS.find((each) => each === known);
    if (field === undefined || taken.has(field)) return null;
    taken.add(field);
    return field;
  });
}

export type PlanFault = "no-identifier" | "field-twice";

/** What is wrong with a choice of columns; null when a file can be read by it. */
export function findPlanFault(columns: readonly (Field | null)[]): PlanFault | null {
  const chosen = columns.filter((field) => field !== null);
  if (new Set(chosen).size < chosen.length) return "field-twice";
  return chosen.includes("phone") || chosen.includes("email") ? null : "no-identifier";
}

/** Why a row cannot be taken, by words that stand in the locales as `reason-…`. */
export const REASONS = [
  "no-identifier",
  "phone-not-a-number",
  "phone-too-short",
  "phone-too-long",
  "phone-no-such-number",
  "email",
  "name-too-long",
  "birthday",
  "language",
  "group-unknown",
  "tag-unknown",
  "forgotten",
  "two-customers",
  "other-phone",
] as const;
export type Reason = (typeof REASONS)[number];

const EARLIEST_YEAR = 1900;

/**
 * A birthday as YYYY-MM-DD, or --MM-DD where no year is given. The day stands first, as in Vietnam,
 * unless the year does. Null for what is no day before `today` (YYYY-MM-DD).
 */
export function readBirthday(typed: string, today: string): string | null {
  const text = typed.trim();
  const parts =
    /^(?<year>\d{4})[-/.](?<month>\d{1,2})[-/.](?<day>\d{1,2})(?:[T ].*)?$/.exec(text)?.groups ??
    /^(?<day>\d{1,2})[-/.](?<month>\d{1,2})(?:[-/.](?<year>\d{4}))?$/.exec(text)?.groups ??
    /^--(?<month>\d\d)-(?<day>\d\d)$/.exec(text)?.groups;
  if (!parts) return null;
  const { year, month = "", day = "" } = parts;
  const place = `${month.padStart(2, "0")}-${day.padStart(2, "0")}`;
  // 2000 was a leap year: whoever was born on 29 February has a birthday without a year.
  const date = `${year ?? "2000"}-${place}`;
  const parsed = new Date(`${date}T00:00:00Z`);
  if (Number.isNaN(parsed.getTime()) || parsed.toISOString().slice(0, 10) !== date) return null;
  if (year === undefined) return `--${place}`;
  return Number(year) >= EARLIEST_YEAR && date <= today ? date : null;
}

const LANGUAGE_NAMES: Readonly<Record<string, string>> = {
  vi: "vi",
  vietnamese: "vi",
  "tieng viet": "vi",
  en: "en",
  english: "en",
  "tieng anh": "en",
};

export function readLanguage(typed: string): string | null {
  return LANGUAGE_NAMES[foldHeader(typed)] ?? null;
}

/** A cell as a person meant it: our own exports put an apostrophe before what a spreadsheet would change. */
export function cleanCell(cell: string): string {
  const text = cell.normalize("NFC").trim();
  return /^'[\s=+\-@|%0-9\uff0b\uff0d\uff1d\uff20]/.test(text) ? text.slice(1).trim() : text;
}

/** Tags stand in one cell, apart by commas or semicolons. */
export function splitTags(cell: string): string[] {
  return [...new Set(cell.split(/[,;|]/).map((tag) => tag.trim()))].filter(Boolean);
}
