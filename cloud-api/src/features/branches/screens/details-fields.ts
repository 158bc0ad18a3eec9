import type { BranchDocument } from "../schema.ts";

export type DetailsSettings = NonNullable<BranchDocument["signIn"]["details"]>;
type AskedField = DetailsSettings["fields"][number];
/** Words in each language of the branch. */
export type LocalText = NonNullable<AskedField["why"]>;

export type Tongue = keyof LocalText;
export const USUAL = ["name", "email", "birthday"] as const;
export const OWN_KINDS = ["text", "number", "date", "yes-no", "choice"] as const;
export type FieldKind = (typeof USUAL)[number] | (typeof OWN_KINDS)[number];
export const FIELDS_MAX = 20;
export const CHOICES_MAX = 30;
export const CHARACTERS_MAX = 500;
const CHOICE_LENGTH_MAX = 100;

/** A number as it stands in its input: empty is no bound. */
export type Bound = number | string;
export type ChoiceForm = { value: string | null; label: LocalText };

/** A field as staff see it. What its kind does not have is kept while the form is open. */
export type FieldForm = {
  kind: FieldKind;
  /** Null until an own field is saved: its answers are kept under it. */
  key: string | null;
  why: LocalText;
  label: LocalText;
  charactersMax: Bound;
  min: Bound;
  max: Bound;
  choices: ChoiceForm[];
};
export type DetailsForm = Omit<DetailsSettings, "fields"> & { fields: FieldForm[] };

/** What guests are asked where the settings say nothing (SignInSettings.details). */
const UNSAID: DetailsSettings = {
  ...{ newcomers: "all", returning: "none" },
  fields: [{ key: "name" }, { key: "email" }, { key: "birthday" }],
};

export function startField(kind: FieldKind): FieldForm {
  const isUsual = USUAL.some((each) => each === kind);
  const choices = [1, 2].map(() => ({ value: null, label: {} }));
  return {
    ...{ kind, key: isUsual ? kind : null, why: {}, label: {}, charactersMax: 100 },
    ...{ min: "", max: "", choices },
  };
}

export function readDetails(details: DetailsSettings = UNSAID): DetailsForm {
  return { ...details, fields: details.fields.map(readField) };
}

function readField(field: AskedField): FieldForm {
  const { why = {}, key } = field;
  if (!("kind" in field)) return { ...startField(field.key), why };
  const form = { ...startField(field.kind), key, why, label: field.label };
  switch (field.kind) {
    case "text":
      return { ...form, charactersMax: field.charactersMax };
    case "number":
      return { ...form, min: field.min ?? "", max: field.max ?? "" };
    case "choice":
      return { ...form, choices: field.choices };
    case "date":
    case "yes-no":
      return form;
    default:
      return assertNever(field);
  }
}

export function writeDetails(form: DetailsForm, languages: readonly Tongue[]): DetailsSettings {
  const taken = new Set(form.fields.flatMap(({ key }) => key ?? []));
  const fields = form.fields.map((field) => writeField(field, { taken, languages }));
  return { newcomers: form.newcomers, returning: form.returning, fields };
}

type Naming = { taken: Set<string>; languages: readonly Tongue[] };

function writeField(field: FieldForm, naming: Naming): AskedField {
  const words = clean(field.why);
  const why = Object.keys(words).length > 0 ? { why: words } : {};
  const { kind, label } = field;
  if (kind === "name") return { ...why, key: kind };
  if (kind === "email") return { ...why, key: kind };
  if (kind === "birthday") return { ...why, key: kind };
  const own = { ...why, key: field.key ?? makeKey(field, naming), label: clean(label) };
  switch (kind) {
    case "text":
      return { ...own, kind, charactersMax: Number(field.charactersMax) };
    case "number":
      return { ...own, kind, min: toBound(field.min), max: toBound(field.max) };
    case "date":
      return { ...own, kind };
    case "yes-no":
      return { ...own, kind };
    case "choice":
      return { ...own, kind, choices: field.choices.map((each) => writeChoice(each, naming)) };
    default:
      return assertNever(kind);
  }
}

/** A new choice is kept by its first words; a known one keeps its value, whatever its words become. */
function writeChoice({ value, label }: ChoiceForm, { languages }: Naming) {
  const words = firstWords(label, languages).slice(0, CHOICE_LENGTH_MAX);
  return { value: value ?? words, label: clean(label) };
}

/** own.favourite_drink, from the first words there are; a number after it where that is taken. */
function makeKey({ label }: FieldForm, { taken, languages }: Naming): string {
  const plain = firstWords(label, languages)
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replaceAll("đ", "d")
    .replace(/[^a-z0-9]+/g, "_")
    .replace(/^[^a-z]+|_+$/g, "")
    .slice(0, 28);
  const stem = `own.${plain || "field"}`;
  let key = stem;
  for (let number = 2; taken.has(key); number += 1) key = `${stem}_${number}`;
  taken.add(key);
  return key;
}

const toBound = (bound: Bound) => (bound === "" ? null : Number(bound));

function firstWords(text: LocalText, languages: readonly Tongue[]): string {
  return languages.map((each) => (text[each] ?? "").trim()).find((each) => each !== "") ?? "";
}

/** Without the languages that say nothing. */
function clean(text: LocalText): LocalText {
  const said = Object.entries(text).map(([language, words]) => [language, words.trim()]);
  return Object.fromEntries(said.filter(([, words]) => words !== ""));
}

export type FieldFault =
  | "fault-label"
  | "fault-choices"
  | "fault-twice"
  | "fault-bounds"
  | "fault-length";

/** What keeps a form from being saved, by the place of its field. */
export function listFieldFaults(
  { fields }: DetailsForm,
  languages: readonly Tongue[],
): Partial<Record<number, FieldFault>> {
  const faults: Partial<Record<number, FieldFault>> = {};
  for (const [index, field] of fields.entries()) {
    const fault = findFieldFault(field, languages);
    if (fault) faults[index] = fault;
  }
  return faults;
}

function findFieldFault(field: FieldForm, languages: readonly Tongue[]): FieldFault | null {
  const { kind, label, choices, min, max, charactersMax } = field;
  if (USUAL.some((usual) => usual === kind)) return null;
  const isSaid = (text: LocalText) => languages.every((each) => (text[each] ?? "").trim() !== "");
  if (!isSaid(label)) return "fault-label";
  if (kind === "text" && !(Number(charactersMax) >= 1)) return "fault-length";
  if (kind === "number" && min !== "" && max !== "" && Number(min) > Number(max))
    return "fault-bounds";
  if (kind !== "choice") return null;
  if (choices.length < 2 || !choices.every((each) => isSaid(each.label))) return "fault-choices";
  const values = choices.map((each) => each.value ?? firstWords(each.label, languages));
  return new Set(values).size < values.length ? "fault-twice" : null;
}

function assertNever(kind: never): never {
  throw new Error(`unknown kind of field ${JSON.stringify(kind)}`);
}
