import {
  type AskedField,
  isOwnField,
  type Language,
  type LocalText,
  type OwnField,
} from "@foyer/contract";
import { type Asking, CONSENTS_KEY } from "./ask-rules.ts";
import { type ShownText, type TickView, viewTick } from "./texts.ts";
import { localeOf, type Onward } from "./words.ts";

/** How a form names the parts of a birthday. */
export const BIRTHDAY_PARTS = ["day", "month", "year"] as const;

/** What a form sent, by the name of the input; empty when it was not filled in. */
export type DetailValues = (input: string) => string;

/** Why a field's value is not taken; a key of the locales below `details.fault.`. */
export type DetailFault =
  | "name"
  | "email"
  | "birthday"
  | "too-long"
  | "number"
  | "range"
  | "date"
  | "choice";

/** In which language a page is written, and in which it says what that one lacks. */
export type Spoken = Onward & { language: Language; branchLanguages: readonly Language[] };

export type ShownDetails = Asking & {
  values: DetailValues;
  faults: Readonly<Record<string, DetailFault>>;
};

/** What the page of what a guest may tell is drawn with. */
export type DetailsView = {
  /** The fields it asks for, so that a correction is read as the first time. */
  asked: string;
  heading: string;
  lead: string;
  fields: FieldView[];
  texts: TickView[];
};

/** `texts`: the consents that are asked for beside the fields, where they are. */
export function viewDetails(
  spoken: Spoken,
  { texts, ...shown }: ShownDetails & { texts: readonly ShownText[] },
): DetailsView {
  const { t } = spoken;
  const { fields, consents } = shown;
  const isOne = fields.length === 1 && !consents;
  return {
    asked: [...fields.map(({ key }) => key), ...(consents ? [CONSENTS_KEY] : [])].join(" "),
    heading: t(isOne ? "details.oneTitle" : "details.title"),
    lead: t(isOne ? "details.oneLead" : "details.lead"),
    fields: fields.map((field) => viewField(spoken, field, shown)),
    texts: consents ? texts.map((text) => viewTick(spoken, text)) : [],
  };
}

type FieldView = ReturnType<typeof viewField>;

function viewField(spoken: Spoken, field: AskedField, { values, faults }: ShownDetails) {
  const { t } = spoken;
  const fault = faults[field.key];
  const own = isOwnField(field) ? field : null;
  return {
    key: field.key,
    id: field.key.replace(".", "-"),
    kind: own?.kind ?? field.key,
    label: own
      ? say(spoken, own.label)
      : t(`details.${field.key as "name" | "email" | "birthday"}`),
    why: field.why ? say(spoken, field.why) : "",
    fault: fault ? t(`details.fault.${fault}`, rangeOf(field)) : null,
    value: values(field.key),
    charactersMax: own?.kind === "text" ? own.charactersMax : null,
    choices: own ? viewChoices(spoken, own) : [],
    birthday: field.key === "birthday" ? viewBirthday(spoken, values) : null,
  };
}

function viewChoices(spoken: Spoken, field: OwnField) {
  if (field.kind === "choice")
    return field.choices.map(({ value, label }) => ({ value, label: say(spoken, label) }));
  if (field.kind !== "yes-no") return [];
  return (["yes", "no"] as const).map((value) => ({ value, label: spoken.t(`details.${value}`) }));
}

function viewBirthday({ language }: Spoken, values: DetailValues) {
  const monthName = new Intl.DateTimeFormat(localeOf(language), { month: "long", timeZone: "UTC" });
  const [day, month, year] = BIRTHDAY_PARTS.map(values);
  const months = Array.from({ length: 12 }, (_, index) => ({
    value: String(index + 1),
    name: monthName.format(Date.UTC(2000, index, 1)),
  }));
  return { day, month, year, months };
}

/** In the guest's language, else in the branch's order. */
function say({ language, branchLanguages }: Spoken, text: LocalText): string {
  const found = [language, ...branchLanguages].find((each) => text[each]?.trim());
  return (found && text[found]) ?? "";
}

/** What a fault names of the field's own bounds. */
function rangeOf(field: AskedField): Record<string, string | number> {
  if (!isOwnField(field)) return {};
  if (field.kind === "text") return { count: field.charactersMax };
  if (field.kind !== "number") return {};
  return { min: field.min ?? "−∞", max: field.max ?? "∞" };
}
