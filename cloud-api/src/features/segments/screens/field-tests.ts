import type { FieldTest } from "../schema.ts";
import type { OwnField } from "./words.ts";

const TEXTS = ["known", "unknown", "one-of", "begins", "contains"] as const;
const CODES = ["known", "unknown", "begins", "one-of"] as const;
const CHOICES = ["one-of", "known", "unknown"] as const;
const SEVERAL = ["has-any", "has-all", "known", "unknown"] as const;
const NUMBERS = ["at-least", "at-most", "known", "unknown"] as const;
const DAYS = ["in-next-days", "in-months", "on-day", "on-days", "known", "unknown"] as const;
const DATES = [
  ...(["on-day", "on-days", "in-next-days", "in-months"] as const),
  ...(["coming", "past", "longer-ago", "dated", "known", "unknown"] as const),
] as const;

/** What is asked of a field, as it is chosen. */
export type Word =
  | (typeof TEXTS)[number]
  | (typeof SEVERAL)[number]
  | (typeof NUMBERS)[number]
  | (typeof DAYS)[number]
  | (typeof DATES)[number];

const BY_KIND: Readonly<Record<string, readonly Word[]>> = {
  ...{ number: NUMBERS, date: DATES, choice: CHOICES, choices: SEVERAL, "yes-no": CHOICES },
  ...{ text: TEXTS, phone: CODES, email: CODES, link: CODES },
};

/** What can be asked of a field. */
export function listWords(field: string, ownFields: readonly OwnField[]): readonly Word[] {
  if (field === "birthday") return DAYS;
  if (field === "kind") return CHOICES;
  if (field === "card" || field === "posId") return CODES;
  const own = ownFields.find(({ key }) => key === field);
  return BY_KIND[own?.kind ?? "text"] ?? TEXTS;
}

/** The first of March: a day that every year has. */
const FIRST_DAY = "03-01";

export function beginTest(word: Word): FieldTest {
  switch (word) {
    case "known":
    case "unknown":
      return { is: word };
    case "one-of":
      return { is: word, values: [] };
    case "begins":
    case "contains":
      return { is: word, text: "" };
    case "has-any":
    case "has-all":
      return { is: "has", which: word === "has-any" ? "any" : "all", values: [] };
    case "at-least":
    case "at-most":
      return { is: word, number: 0 };
    case "in-months":
      return { is: word, months: [] };
    case "in-next-days":
      return { is: word, days: 7 };
    case "on-day":
      return { is: "on-days", from: FIRST_DAY, to: FIRST_DAY };
    case "on-days":
      return { is: "on-days", from: FIRST_DAY, to: "03-31" };
    case "dated":
      return { is: word, from: null, to: null };
    case "coming":
      return { is: "from-today", min: 0, max: 30 };
    case "past":
      return { is: "from-today", min: -30, max: 0 };
    case "longer-ago":
      return { is: "from-today", max: -31 };
  }
}

/** By which word a test was chosen; null: it was made elsewhere. */
export function wordOf(test: FieldTest): Word | null {
  switch (test.is) {
    case "has":
      return test.which === "any" ? "has-any" : "has-all";
    case "on-days":
      return test.from === test.to ? "on-day" : "on-days";
    case "from-today":
      if (test.min === 0 && test.max !== undefined) return "coming";
      if (test.max === 0 && test.min !== undefined) return "past";
      return test.min === undefined && (test.max ?? 0) < 0 ? "longer-ago" : null;
    default:
      return test.is;
  }
}

/** So many days, as the word counts them. */
export function countDays(test: Extract<FieldTest, { is: "from-today" }>): number {
  const { min, max = 0 } = test;
  if (min === undefined) return -1 - max;
  return min === 0 ? max : -min;
}

export function withDays(word: Word, days: number): FieldTest {
  if (word === "coming") return { is: "from-today", min: 0, max: days };
  return word === "past"
    ? { is: "from-today", min: -days, max: 0 }
    : { is: "from-today", max: -1 - days };
}

/** MM-DD; a day that the month does not have is its last. 2024 was a leap year. */
export function writeDayOfYear({ month, day }: { month: number; day: number }): string {
  const last = new Date(Date.UTC(2024, month, 0)).getUTCDate();
  return [month, Math.max(1, Math.min(day, last))]
    .map((part) => String(part).padStart(2, "0"))
    .join("-");
}
