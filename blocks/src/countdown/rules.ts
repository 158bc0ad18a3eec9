import type { Language, LocalText } from "@foyer/contract";
import type { BlockContext, ReadFields } from "../block.ts";
import {
  asFields,
  chooseTextFor,
  NO_OBJECT,
  readLocalText,
  readNeededText,
} from "../local-text.ts";
import { readMoment, sayMoment } from "../moment.ts";
import { personalise } from "../personalise.ts";

export const TEXT_CHARACTERS_MAX = 120;
const UNITS = [
  ["day", 24 * 60 * 60],
  ["hour", 60 * 60],
  ["minute", 60],
] as const;
/** More of them nobody reads, and the page does not count on by itself. */
const UNITS_SHOWN = 2;

export type CountdownFields = {
  text: LocalText;
  until: Date;
  /** What is said once it is over; null: nothing. */
  after: LocalText | null;
};

export function readCountdownFields(value: unknown): ReadFields<CountdownFields> {
  const fields = asFields(value);
  if (!fields) return NO_OBJECT;
  const text = readNeededText(fields, "text", TEXT_CHARACTERS_MAX);
  if (text.kind === "invalid") return text;
  const after = readLocalText(fields, "after", TEXT_CHARACTERS_MAX);
  if (after.kind === "invalid") return after;
  const until = readMoment(fields.until);
  if (until === null)
    return { kind: "invalid", reason: "until is not a date and time with its offset" };
  return { kind: "fields", fields: { text: text.fields, until, after: after.fields } };
}

export type CountdownView = {
  text: string | null;
  parts: { value: string; unit: string }[];
  moment: string;
  at: string;
};

/** What is left at the moment of the page. Null: there is nothing to say. */
export function viewCountdown(
  { text, until, after }: CountdownFields,
  context: BlockContext,
): CountdownView | null {
  const say = (given: LocalText | null) => {
    const chosen = chooseTextFor(given, context);
    return chosen === null ? null : personalise(chosen, context);
  };
  const seconds = Math.ceil((until.getTime() - context.now.getTime()) / 1000);
  const said = say(seconds > 0 ? text : after);
  if (said === null && seconds <= 0) return null;
  const parts = seconds > 0 ? splitTime(seconds, context.language) : [];
  return { text: said, parts, moment: sayMoment(until, context), at: until.toISOString() };
}

/** Rounded up to the smallest unit shown: nobody is told that no time is left while there is some. */
function splitTime(seconds: number, language: Language) {
  const largest = UNITS.findIndex(([, length]) => seconds >= length);
  const first = largest < 0 ? UNITS.length - 1 : largest;
  const shown = UNITS.slice(first, first + UNITS_SHOWN);
  const [, smallest] = shown.at(-1) ?? UNITS[2];
  let left = Math.ceil(seconds / smallest) * smallest;
  return shown.map(([unit, length]) => {
    const count = Math.floor(left / length);
    left -= count * length;
    return sayCount(count, unit, language);
  });
}

function sayCount(count: number, unit: string, language: Language) {
  const format = new Intl.NumberFormat(language, { style: "unit", unit, unitDisplay: "long" });
  const parts = format.formatToParts(count);
  const pick = (isUnit: boolean) =>
    parts
      .filter(({ type }) => (type === "unit") === isUnit)
      .map(({ value }) => value)
      .join("")
      .trim();
  return { value: pick(false), unit: pick(true) };
}
