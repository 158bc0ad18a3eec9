import { normaliseEmail, OWN_VALUE_CHARACTERS_MAX } from "@foyer/contract";
import { normalisePhone } from "./phone-numbers.ts";
import { readPlace } from "./place-rules.ts";
import { listWords } from "./rules.ts";

export const OWN_FIELDS_MAX = 100;
export const CHOICES_MAX = 50;
export const FIELD_LABEL_CHARACTERS_MAX = 80;
const KEY_CHARACTERS_MAX = 32;

export type OwnFieldKind =
  | "text"
  | "number"
  | "date"
  | "choice"
  | "choices"
  | "yes-no"
  | "phone"
  | "email"
  | "link";

export type Choice = { value: string; label: Record<string, string> };

/** What kind of value stands in a field, and what else it must be. */
export type FieldType =
  | { kind: Exclude<OwnFieldKind, "choice" | "choices" | "text"> }
  | { kind: "text"; charactersMax: number }
  | { kind: "choice" | "choices"; values: readonly string[] }
  | { kind: "birthday" }
  | { kind: "place" };

const text = (charactersMax: number): FieldType => ({ kind: "text", charactersMax });

/** The fields that every customer has, in the order people ask in. */
export const BUILT_IN: Readonly<Record<string, FieldType>> = {
  kind: { kind: "choice", values: ["person", "company"] },
  name: text(100),
  phone: { kind: "phone" },
  email: { kind: "email" },
  birthday: { kind: "birthday" },
  language: { kind: "choice", values: ["vi", "en", "fa"] },
  address: text(300),
  place: { kind: "place" },
  card: text(64),
  posId: text(64),
  zaloId: text(64),
};

/** Fields by which a person can be told from others: two with the same may be one. */
export const IDENTIFYING_FIELDS = ["phone", "email", "card", "posId", "zaloId"] as const;
export type IdentifyingField = (typeof IDENTIFYING_FIELDS)[number];

/** A field's type by its definition: of a choice, what may be chosen. */
export function typeOfOwn(field: { kind: OwnFieldKind; choices: readonly Choice[] }): FieldType {
  const { kind } = field;
  if (kind === "text") return text(OWN_VALUE_CHARACTERS_MAX);
  if (kind === "choice" || kind === "choices")
    return { kind, values: field.choices.map(({ value }) => value) };
  return { kind };
}

/** How several choices are kept in one value. */
const CHOICE_SEPARATOR = "\n";
const NUMBER = /^-?\d{1,9}(\.\d{1,4})?$/;
const DATE = /^([1-9]\d{3})-\d\d-\d\d$/;
const BIRTHDAY = /^(?:[1-9]\d{3}|-)-\d\d-\d\d$/;
const LINK_CHARACTERS_MAX = 500;

/**
 * What is kept of what was typed into a field; "" empties it, null: it is no such value. Texts are
 * NFC, numbers have a dot, dates are ISO 8601, phone numbers E.164 as `country` writes them.
 */
export function normaliseValue(typed: string, type: FieldType, country: string): string | null {
  const value = typed.normalize("NFC").replaceAll("\0", "").trim();
  if (value === "") return "";
  switch (type.kind) {
    case "text":
      return value.length <= type.charactersMax ? value : null;
    case "number": {
      const number = value.replace(",", ".");
      return NUMBER.test(number) ? number : null;
    }
    case "date":
      return DATE.test(value) && isDay(value) ? value : null;
    case "birthday":
      // 2000 was a leap year: whoever keeps the year to themselves may be born on 29 February.
      return BIRTHDAY.test(value) && isDay(value.replace(/^--/, "2000-")) ? value : null;
    case "yes-no":
      return value === "yes" || value === "no" ? value : null;
    case "choice":
      return type.values.includes(value) ? value : null;
    case "choices": {
      const chosen = new Set(value.split(CHOICE_SEPARATOR));
      const kept = type.values.filter((each) => chosen.has(each));
      return kept.length === chosen.size ? kept.join(CHOICE_SEPARATOR) : null;
    }
    case "phone":
      return normalisePhone(value, country);
    case "email":
      return normaliseEmail(value);
    case "link":
      return readLink(value);
    case "place":
      return readPlace(value);
  }
}

function isDay(text: string): boolean {
  const at = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(at) && new Date(at).toISOString().slice(0, 10) === text;
}

/** Of the web alone: a link is opened by whoever reads the page. */
function readLink(text: string): string | null {
  if (text.length > LINK_CHARACTERS_MAX || !URL.canParse(text)) return null;
  const { protocol, href } = new URL(text);
  return protocol === "https:" || protocol === "http:" ? href : null;
}

/** A key out of a field's words: "Cỡ giày" is own.co_giay. Null where they hold no letter of any use. */
export function keyOf(label: string): string | null {
  const words = listWords(label).map((word) => word.replaceAll(/[^a-z0-9]/g, ""));
  const slug = words
    .filter(Boolean)
    .join("_")
    .replace(/^[^a-z]+/, "")
    .slice(0, KEY_CHARACTERS_MAX);
  return slug === "" ? null : `own.${slug}`;
}

/** What an address book writes two ways, as it is compared. Cards are read by machines in either case. */
export function identifierOf(field: string, value: string): string {
  return field === "card" || field === "posId" ? value.toUpperCase().replaceAll(/\s/g, "") : value;
}

/** What a customer may say of themselves on their page; a number is shown and proved at a branch. */
export const PROFILE_FIELDS = [
  "name",
  "email",
  "birthday",
  "language",
  "address",
  "place",
] as const;

/** Whether customers see a field of the company's own, and may say what stands in it. */
export function isOpen(field: { openToCustomers: boolean; archivedAt: Date | null }): boolean {
  return field.openToCustomers && field.archivedAt === null;
}
