import type { OwnFieldRow } from "./field-queries.ts";
import { type Choice, normaliseValue, typeOfOwn } from "./field-rules.ts";
import { readListedNumber } from "./phone-numbers.ts";
import { foldText } from "./rules.ts";

type CellField = Pick<OwnFieldRow, "key" | "kind" | "label" | "choices">;

const DAY_FIRST = /^(?<day>\d{1,2})[-/.](?<month>\d{1,2})[-/.](?<year>\d{4})$/;
const YEAR_FIRST = /^(?<year>\d{4})[-/.](?<month>\d{1,2})[-/.](?<day>\d{1,2})(?:[T ].*)?$/;
const YES = ["yes", "y", "true", "1", "x", "co", "dung"];
const NO = ["no", "n", "false", "0", "khong", "sai"];
/** Several choices in a cell: these come between them, a comma where nothing else does. */
const BETWEEN = /[\n\r;|]+/;

/**
 * What a cell of a table says of a field of the company's own, as `normaliseValue` keeps it; null: it
 * is no such value. Days stand first in dates, unless the year does; choices go by their words in any
 * language.
 */
export function readOwnCell(text: string, field: CellField, country: string): string | null {
  const typed = readByKind(text, field, country);
  return typed === null ? null : normaliseValue(typed, typeOfOwn(field), country);
}

function readByKind(text: string, { kind, choices }: CellField, country: string): string | null {
  switch (kind) {
    case "date": {
      const parts = (YEAR_FIRST.exec(text) ?? DAY_FIRST.exec(text))?.groups;
      if (!parts) return null;
      const { year = "", month = "", day = "" } = parts;
      return `${year}-${month.padStart(2, "0")}-${day.padStart(2, "0")}`;
    }
    case "yes-no": {
      const word = foldText(text.trim());
      if (YES.includes(word)) return "yes";
      return NO.includes(word) ? "no" : null;
    }
    case "phone": {
      const read = readListedNumber(text, country);
      return read.kind === "phone" ? read.phone : null;
    }
    case "choice":
      return findChoice(text, choices);
    case "choices":
      return readChoices(text, choices);
    case "text":
    case "number":
    case "email":
    case "link":
      return text;
  }
}

const fold = (text: string) => foldText(text.trim());

/** By its value, or by its words where no other choice has them. */
function findChoice(text: string, choices: readonly Choice[]): string | null {
  const exact = choices.find(({ value }) => value === text.trim());
  if (exact) return exact.value;
  const named = choices.filter(({ value, label }) =>
    [value, ...Object.values(label)].some((words) => fold(words) === fold(text)),
  );
  return named.length === 1 ? (named[0]?.value ?? null) : null;
}

function readChoices(text: string, choices: readonly Choice[]): string | null {
  const whole = findChoice(text, choices);
  if (whole !== null) return whole;
  // What was written on a line each may hold the other signs.
  const parts = text.split(/[\n\r]/.test(text) ? /[\n\r]+/ : BETWEEN).flatMap((part) => {
    const found = findChoice(part, choices);
    return found === null ? part.split(",").map((each) => findChoice(each, choices)) : [found];
  });
  return parts.includes(null) ? null : parts.join("\n");
}

/** A value as people read it, and as `readOwnCell` reads it again. */
export function writeOwnCell(
  value: string,
  { kind, choices }: CellField,
  { language, words }: { language: string; words: { yes: string; no: string } },
): string {
  if (kind === "yes-no") return value === "yes" ? words.yes : words.no;
  if (kind !== "choice" && kind !== "choices") return value;
  const named = value.split("\n").map((each) => nameChoice(each, choices, language));
  return named.some((name) => BETWEEN.test(name)) ? named.join("\n") : named.join("; ");
}

/** One that was taken out of the list, or whose words are another's too, goes by its value. */
function nameChoice(value: string, choices: readonly Choice[], language: string): string {
  const choice = choices.find((each) => each.value === value);
  const name = choice?.label[language] ?? Object.values(choice?.label ?? {})[0] ?? value;
  return findChoice(name, choices) === value ? name : value;
}

/** What heads the column of each field: its words, and its key where they are another column's too. */
export function nameColumns(
  fields: readonly CellField[],
  { language, taken }: { language: string; taken: readonly string[] },
): string[] {
  const names = fields.map(({ key, label }) => label[language] ?? Object.values(label)[0] ?? key);
  const counts = Map.groupBy([...taken, ...names].map(fold), (name) => name);
  return names.map((name, index) => {
    const isAlone = counts.get(fold(name))?.length === 1;
    return isAlone ? name : `${name} (${fields[index]?.key ?? ""})`;
  });
}
