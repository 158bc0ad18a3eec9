import { BIRTHDAY_PARTS, type DetailFault, type DetailValues } from "@foyer/blocks";
import {
  type AskedField,
  type GuestDetails,
  isDay,
  isOwnField,
  type OwnField,
} from "@foyer/contract";
import { toPlainDigits } from "../language.ts";

export type ReadDetails =
  | { kind: "details"; details: GuestDetails }
  /** Key of the field → what is wrong with it. */
  | { kind: "faults"; faults: Record<string, DetailFault> };

const NAME_CHARACTERS_MAX = 100;
const EMAIL_CHARACTERS_MAX = 254;
/** One @ between words without spaces, and a dot in the domain: only a message proves more. */
const EMAIL = /^[^\s\p{C}@<>"']+@[^\s\p{C}@<>"']+\.[^\s\p{C}@<>"'.]+$/u;
/** Control characters, half characters, and marks that turn the text around them or are not seen. */
const UNSEEN = /[\p{Cc}\p{Cs}\p{Bidi_Control}\u200b\u2060\ufeff]/gu;
/** Nobody alive is older. */
const AGE_YEARS_MAX = 125;
/** A leap year, so that 29 February is a birthday even without its year. */
const LEAP_YEAR = 2000;

/** Reads what a guest tells of their own will. What is left empty is left out. */
export function readDetails(
  fields: readonly AskedField[],
  values: DetailValues,
  now: Date,
): ReadDetails {
  const faults: Record<string, DetailFault> = {};
  const details: GuestDetails = {};
  const own: Record<string, string> = {};
  for (const field of fields) {
    if (isOwnField(field)) {
      const read = readOwn(field, values(field.key));
      if (read.kind === "fault") faults[field.key] = read.fault;
      if (read.kind === "value") own[field.key] = read.value;
    } else {
      const read = readUsual(field.key, values, now);
      if (read.kind === "fault") faults[field.key] = read.fault;
      if (read.kind === "value") details[field.key] = read.value;
    }
  }
  if (Object.keys(own).length > 0) details.own = own;
  return Object.keys(faults).length > 0 ? { kind: "faults", faults } : { kind: "details", details };
}

type ReadField =
  | { kind: "empty" }
  | { kind: "value"; value: string }
  | { kind: "fault"; fault: DetailFault };

const EMPTY: ReadField = { kind: "empty" };
const fault = (reason: DetailFault): ReadField => ({ kind: "fault", fault: reason });
const value = (text: string): ReadField => (text === "" ? EMPTY : { kind: "value", value: text });

function readUsual(key: "name" | "email" | "birthday", values: DetailValues, now: Date): ReadField {
  switch (key) {
    case "name": {
      const name = tidyText(values("name"));
      return name.length > NAME_CHARACTERS_MAX ? fault("name") : value(name);
    }
    case "email": {
      const email = values("email");
      if (email === "") return EMPTY;
      const fits = email.length <= EMAIL_CHARACTERS_MAX && EMAIL.test(email);
      return fits ? value(email) : fault("email");
    }
    case "birthday": {
      const [day, month, year] = BIRTHDAY_PARTS.map(values);
      if (!day && !month && !year) return EMPTY;
      const birthday = readBirthday({ day: day ?? "", month: month ?? "", year: year ?? "" }, now);
      return birthday === null ? fault("birthday") : value(birthday);
    }
    default:
      return assertNever(key);
  }
}

function readOwn(field: OwnField, text: string): ReadField {
  if (text === "") return EMPTY;
  switch (field.kind) {
    case "text": {
      const tidy = tidyText(text);
      return tidy.length > field.charactersMax ? fault("too-long") : value(tidy);
    }
    case "number": {
      // A comma before the decimals is how Vietnamese and Persian write them, the latter with its own.
      const digits = toPlainDigits(text).replace(/[,\u066b]/, ".");
      if (!/^-?\d{1,15}(\.\d{1,6})?$/.test(digits)) return fault("number");
      const number = Number(digits);
      const fits = number >= (field.min ?? -Infinity) && number <= (field.max ?? Infinity);
      return fits ? value(String(number)) : fault("range");
    }
    case "date":
      return isDay(text) ? value(text) : fault("date");
    case "yes-no":
      return text === "yes" || text === "no" ? value(text) : fault("choice");
    case "choice":
      return field.choices.some((each) => each.value === text) ? value(text) : fault("choice");
    default:
      return assertNever(field);
  }
}

/** One Unicode form, no stray spaces, nothing that is not seen. */
function tidyText(text: string): string {
  return text.normalize("NFC").replaceAll(/\s+/g, " ").replaceAll(UNSEEN, "").trim();
}

type BirthdayParts = Record<(typeof BIRTHDAY_PARTS)[number], string>;

/** YYYY-MM-DD, or --MM-DD without the year; null when there is no such day, or it is still to come. */
function readBirthday({ day, month, year }: BirthdayParts, now: Date): string | null {
  if (!/^\d{1,2}$/.test(day) || !/^\d{1,2}$/.test(month) || !/^(\d{4})?$/.test(year)) return null;
  const date = new Date(Date.UTC(Number(year || LEAP_YEAR), Number(month) - 1, Number(day)));
  if (date.getUTCMonth() !== Number(month) - 1 || date.getUTCDate() !== Number(day)) return null;
  const monthAndDay = date.toISOString().slice(5, 10);
  if (year === "") return `--${monthAndDay}`;
  const isPast = date <= now && Number(year) > now.getUTCFullYear() - AGE_YEARS_MAX;
  return isPast ? `${year}-${monthAndDay}` : null;
}

function assertNever(field: never): never {
  throw new Error(`No reading for the field ${JSON.stringify(field)}`);
}
