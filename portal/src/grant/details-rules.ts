import type { GuestDetails } from "@foyer/contract";

export type DetailValues = {
  name: string;
  email: string;
  day: string;
  month: string;
  year: string;
};

export type DetailFault = "name" | "email" | "birthday";

export type ReadDetails =
  | { kind: "details"; details: GuestDetails }
  | { kind: "faults"; faults: DetailFault[] };

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
export function readDetails(values: DetailValues, now: Date): ReadDetails {
  const faults: DetailFault[] = [];
  const details: GuestDetails = {};
  const seen = values.name.normalize("NFC").replaceAll(/\s+/g, " ").replaceAll(UNSEEN, "");
  const name = seen.trim();
  if (name.length > NAME_CHARACTERS_MAX) faults.push("name");
  else if (name !== "") details.name = name;
  if (values.email !== "") {
    const fits = values.email.length <= EMAIL_CHARACTERS_MAX && EMAIL.test(values.email);
    if (fits) details.email = values.email;
    else faults.push("email");
  }
  if (values.day + values.month + values.year !== "") {
    const birthday = readBirthday(values, now);
    if (birthday === null) faults.push("birthday");
    else details.birthday = birthday;
  }
  return faults.length > 0 ? { kind: "faults", faults } : { kind: "details", details };
}

/** YYYY-MM-DD, or --MM-DD without the year; null when there is no such day, or it is still to come. */
function readBirthday({ day, month, year }: DetailValues, now: Date): string | null {
  if (!/^\d{1,2}$/.test(day) || !/^\d{1,2}$/.test(month) || !/^(\d{4})?$/.test(year)) return null;
  const date = new Date(Date.UTC(Number(year || LEAP_YEAR), Number(month) - 1, Number(day)));
  if (date.getUTCMonth() !== Number(month) - 1 || date.getUTCDate() !== Number(day)) return null;
  const monthAndDay = date.toISOString().slice(5, 10);
  if (year === "") return `--${monthAndDay}`;
  const isPast = date <= now && Number(year) > now.getUTCFullYear() - AGE_YEARS_MAX;
  return isPast ? `${year}-${monthAndDay}` : null;
}
