/** What a column may hold. */
export const FIELDS = [
  ...(["name", "phone", "email", "birthday", "language"] as const),
  ...(["kind", "address", "card", "posId", "group", "tags"] as const),
] as const;
export type BuiltInField = (typeof FIELDS)[number];
export type OwnKey = `own.${string}`;
export type Field = BuiltInField | OwnKey;
/** A field of the company's own, as a column is known by it. */
export type OwnColumn = { key: OwnKey; label: Readonly<Record<string, string>> };

export const isOwn = (field: string): field is OwnKey => field.startsWith("own.");

/** How people head such columns, folded as `foldHeader` does: a first guess, to be looked at. */
const USUAL_HEADERS: Record<BuiltInField, readonly string[]> = {
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
  kind: ["kind", "customer kind", "loai", "loai khach", "loai khach hang", "la"],
  address: ["address", "dia chi"],
  card: ["card", "card number", "card no", "loyalty card", "so the", "ma the", "the thanh vien"],
  posId: [
    "pos id",
    "ma tren may ban hang pos",
    "till pos id",
    "till id",
    "customer code",
    "ma pos",
    "ma khach",
    "ma khach hang",
  ],
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
  own: readonly OwnColumn[] = [],
): (Field | null)[] {
  const taken = new Set<Field>();
  const known = [...FIELDS, ...own.map(({ key }) => key)];
  return headers.map((header) => {
    const folded = foldHeader(header);
    const last = remembered.get(folded);
    const field =
      last === undefined ? guessField(folded, own) : known.find((each) => each === last);
    if (field === undefined || taken.has(field)) return null;
    taken.add(field);
    return field;
  });
}

/** What somebody said of single columns, by their index. */
export type Choices = Readonly<Record<number, Field | null>>;

/**
 * What each column is by now: as it was said to be, else as suggested, unless another column was said
 * to be that. So a field that was made meanwhile is offered without losing what was chosen.
 */
export function applyChoices(
  suggested: readonly (Field | null)[],
  chosen: Choices,
): (Field | null)[] {
  const said = new Set(Object.values(chosen));
  return suggested.map((field, index) => {
    const choice = chosen[index];
    if (choice !== undefined) return choice;
    return field !== null && said.has(field) ? null : field;
  });
}

/** The company's own words come first: it may call a field of its own what others call another. */
function guessField(folded: string, own: readonly OwnColumn[]): Field | undefined {
  const field = own.find(({ key, label }) => {
    const names = [key, ...Object.values(label).flatMap((name) => [name, `${name} ${key}`])];
    return names.some((name) => foldHeader(name) === folded);
  });
  return field?.key ?? FIELDS.find((each) => USUAL_HEADERS[each].includes(folded));
}

export type PlanFault = "no-identifier" | "field-twice";

/** What is wrong with a choice of columns; null when a file can be read by it. */
export function findPlanFault(columns: readonly (Field | null)[]): PlanFault | null {
  const chosen = columns.filter((field) => field !== null);
  if (new Set(chosen).size < chosen.length) return "field-twice";
  return chosen.some((field) => IDENTIFYING.some((each) => each === field))
    ? null
    : "no-identifier";
}

/** What a row has to have one of: by these it is told whose it is. */
export const IDENTIFYING = ["phone", "email", "card", "posId"] as const;

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
  "kind",
  "address-too-long",
  "card-too-long",
  "posId-too-long",
  "group-unknown",
  "tag-unknown",
  "forgotten",
  "two-customers",
  "other-phone",
] as const;
export type PlainReason = (typeof REASONS)[number];

/** Why a cell of a field of the company's own cannot be taken, by the field's kind: `reason-own-…`. */
export const OWN_REASONS = [
  ...(["own-text", "own-number", "own-date", "own-choice", "own-choices"] as const),
  ...(["own-yes-no", "own-phone", "own-email", "own-link"] as const),
] as const;
export type OwnReason = (typeof OWN_REASONS)[number];
/** With the field's key behind it: "own-number own.shoe_size". */
export type Reason = PlainReason | `${OwnReason} ${OwnKey}`;

/** The word of a reason, and the field it is about. */
export function splitReason(reason: string): {
  reason: PlainReason | OwnReason;
  field: string | null;
} {
  const [word = "", field = null] = reason.split(" ");
  const found = [...REASONS, ...OWN_REASONS].find((each) => each === word);
  if (!found) throw new Error(`There is no reason ${word}.`);
  return { reason: found, field };
}

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
  fa: "fa",
  persian: "fa",
  farsi: "fa",
  "tieng ba tu": "fa",
};

export function readLanguage(typed: string): string | null {
  return LANGUAGE_NAMES[foldHeader(typed)] ?? null;
}

const KIND_NAMES: Readonly<Record<string, "person" | "company">> = {
  ...{ person: "person", individual: "person", "ca nhan": "person", nguoi: "person" },
  ...{ company: "company", business: "company", "cong ty": "company", "doanh nghiep": "company" },
  ...{ organisation: "company", organization: "company", "to chuc": "company" },
};

export function readKind(typed: string): "person" | "company" | null {
  return KIND_NAMES[foldHeader(typed)] ?? null;
}

/** A cell as a person meant it: our own exports put an apostrophe before what a spreadsheet would change. */
export function cleanCell(cell: string): string {
  const text = cell.normalize("NFC").trim();
  return /^'[\s=+\-@|%0-9\uff0b\uff0d\uff1d\uff20]/.test(text) ? text.slice(1).trim() : text;
}

/** Tags stand in one cell, apart by semicolons or commas; one that is called so may hold a comma. */
export function splitTags(cell: string, isTag: (name: string) => boolean): string[] {
  if (isTag(cell)) return [cell];
  const parts = cell.split(/[;|\n]/).map((part) => part.trim());
  const tags = parts.flatMap((part) => (isTag(part) ? [part] : part.split(",")));
  return [...new Set(tags.map((tag) => tag.trim()))].filter(Boolean);
}
