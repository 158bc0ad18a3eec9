import { type AskedField, isOwnField, type LocalText, type OwnField } from "@foyer/contract";
import { localeOf } from "../language.ts";
import type { Step } from "../step.ts";
import { BIRTHDAY_PARTS, type DetailFault, type DetailValues } from "./read.ts";

export type ShownDetails = {
  fields: readonly AskedField[];
  values: DetailValues;
  faults: Readonly<Record<string, DetailFault>>;
};

/** The inputs of a form, ready to show. */
export function viewFields(step: Step, shown: ShownDetails) {
  return shown.fields.map((field) => viewField(step, field, shown));
}

function viewField(step: Step, field: AskedField, { values, faults }: ShownDetails) {
  const { t } = step;
  const fault = faults[field.key];
  const own = isOwnField(field) ? field : null;
  return {
    key: field.key,
    id: field.key.replace(".", "-"),
    kind: own?.kind ?? field.key,
    label: own ? say(step, own.label) : t(`details.${field.key as "name" | "email" | "birthday"}`),
    why: field.why ? say(step, field.why) : "",
    fault: fault ? t(`details.fault.${fault}`, rangeOf(field)) : null,
    value: values(field.key),
    charactersMax: own?.kind === "text" ? own.charactersMax : null,
    choices: own ? viewChoices(step, own) : [],
    birthday: field.key === "birthday" ? viewBirthday(step, values) : null,
  };
}

function viewChoices(step: Step, field: OwnField) {
  if (field.kind === "choice")
    return field.choices.map(({ value, label }) => ({ value, label: say(step, label) }));
  if (field.kind !== "yes-no") return [];
  return (["yes", "no"] as const).map((value) => ({ value, label: step.t(`details.${value}`) }));
}

function viewBirthday({ language }: Step, values: DetailValues) {
  const monthName = new Intl.DateTimeFormat(localeOf(language), { month: "long", timeZone: "UTC" });
  const [day, month, year] = BIRTHDAY_PARTS.map(values);
  const months = Array.from({ length: 12 }, (_, index) => ({
    value: String(index + 1),
    name: monthName.format(Date.UTC(2000, index, 1)),
  }));
  return { day, month, year, months };
}

/** In the guest's language, else in the branch's order. */
function say({ language, settings }: Step, text: LocalText): string {
  const found = [language, ...settings.branch.languages].find((each) => text[each]?.trim());
  return (found && text[found]) ?? "";
}

/** What a fault names of the field's own bounds. */
function rangeOf(field: AskedField): Record<string, string | number> {
  if (!isOwnField(field)) return {};
  if (field.kind === "text") return { count: field.charactersMax };
  if (field.kind !== "number") return {};
  return { min: field.min ?? "−∞", max: field.max ?? "∞" };
}
