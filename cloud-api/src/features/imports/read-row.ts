import { normaliseEmail } from "@foyer/contract";
import { type OwnFieldRow, readListedNumber, readOwnCell, type Told } from "../customers/index.ts";
import {
  cleanCell,
  type Field,
  IDENTIFYING,
  isOwn,
  type OwnKey,
  type Reason,
  readBirthday,
  readKind,
  readLanguage,
  splitTags,
} from "./rules.ts";

const NAME_CHARACTERS_MAX = 100;
const ADDRESS_CHARACTERS_MAX = 300;
const CODE_CHARACTERS_MAX = 64;

/** What cells are read by. */
export type Reading = {
  columns: readonly (Field | null)[];
  /** ISO 3166-1 alpha-2: whose people wrote the numbers. */
  country: string;
  /** YYYY-MM-DD. */
  today: string;
  /** Folded name → id. */
  groups: ReadonlyMap<string, string>;
  tags: ReadonlyMap<string, string>;
  /** The company's own fields by their keys. */
  own: ReadonlyMap<string, OwnFieldRow>;
};

export type ReadRow =
  | { kind: "good"; told: Told; groupId: string | null; tagIds: string[] }
  | { kind: "bad"; reasons: Reason[] }
  | { kind: "blank" };

/** Names of groups and tags are compared without regard to case. */
export function foldMark(name: string): string {
  return name.normalize("NFC").trim().toLowerCase();
}

/** What a row says, or everything that is wrong with it at once. */
export function readRow(cells: readonly string[], reading: Reading): ReadRow {
  const texts = new Map<Field, string>();
  for (const [index, field] of reading.columns.entries()) {
    const text = cleanCell(cells[index] ?? "");
    if (field !== null && text !== "") texts.set(field, text);
  }
  if (cells.every((cell) => cell.trim() === "")) return { kind: "blank" };
  const told: Told = {};
  const marks = { groupId: null as string | null, tagIds: [] as string[] };
  const reasons = new Set<Reason>();
  for (const [field, text] of texts) {
    const reason = readCell({ field, text }, { told, marks, reading });
    if (reason) reasons.add(reason);
  }
  if (!IDENTIFYING.some((field) => texts.has(field))) reasons.add("no-identifier");
  return reasons.size > 0
    ? { kind: "bad", reasons: [...reasons] }
    : { kind: "good", told, ...marks };
}

type Taken = {
  told: Told;
  marks: { groupId: string | null; tagIds: string[] };
  reading: Reading;
};

/** Takes one cell in; gives what is wrong with it. */
function readCell(
  { field, text }: { field: Field; text: string },
  { told, marks, reading }: Taken,
): Reason | null {
  if (isOwn(field)) return readOwn({ field, text }, { told, marks, reading });
  switch (field) {
    case "name":
      told.name = text.replaceAll(/\s+/g, " ");
      return told.name.length > NAME_CHARACTERS_MAX ? "name-too-long" : null;
    case "kind": {
      const kind = readKind(text);
      if (kind === null) return "kind";
      told.kind = kind;
      return null;
    }
    case "address":
      told.address = text;
      return text.length > ADDRESS_CHARACTERS_MAX ? "address-too-long" : null;
    case "card":
    case "posId":
      told[field] = text;
      return text.length > CODE_CHARACTERS_MAX ? `${field}-too-long` : null;
    case "phone": {
      const read = readListedNumber(text, reading.country);
      if (read.kind === "fault") return `phone-${read.fault}`;
      told.phone = read.phone;
      return null;
    }
    case "email":
      return take(normaliseEmail(text), (email) => (told.email = email), "email");
    case "birthday":
      return take(readBirthday(text, reading.today), (day) => (told.birthday = day), field);
    case "language":
      return take(readLanguage(text), (language) => (told.language = language), field);
    case "group":
      marks.groupId = reading.groups.get(foldMark(text)) ?? null;
      return marks.groupId === null ? "group-unknown" : null;
    case "tags": {
      const tags = splitTags(text, (name) => reading.tags.has(foldMark(name)));
      const ids = tags.map((name) => reading.tags.get(foldMark(name)));
      marks.tagIds = ids.filter((id) => id !== undefined);
      return marks.tagIds.length < ids.length ? "tag-unknown" : null;
    }
    default:
      return assertNever(field);
  }
}

/** A field that was removed from under the plan is read as nothing. */
function readOwn(
  { field, text }: { field: OwnKey; text: string },
  { told, reading }: Taken,
): Reason | null {
  const definition = reading.own.get(field);
  if (!definition) return null;
  const value = readOwnCell(text, definition, reading.country);
  if (value === null) return `own-${definition.kind} ${field}`;
  if (value !== "") told[field] = value;
  return null;
}

function take(read: string | null, keep: (value: string) => void, reason: Reason): Reason | null {
  if (read === null) return reason;
  keep(read);
  return null;
}

function assertNever(field: never): never {
  throw new Error(`unknown field ${field}`);
}
