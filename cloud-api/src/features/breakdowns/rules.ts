/** What customers are counted by, and where it stands. */
export type Subject =
  | { from: "record"; field: RecordField }
  /** The last word on a field: whether there is one, what it says, or each of several choices. */
  | { from: "words"; field: string; as: "known" | "value" | "choices" | "month" }
  | { from: "marks"; mark: Mark }
  | { from: "consents"; purpose: Purpose };

export const RECORD_FIELDS = [
  ...(["kind", "language", "birthday", "branch", "visits", "last-visit"] as const),
  ...(["name", "phone", "email"] as const),
];
type RecordField = (typeof RECORD_FIELDS)[number];
export const MARKS = ["group", "tier", "tag"] as const;
type Mark = (typeof MARKS)[number];
export const PURPOSES = ["terms", "marketing", "profiling", "presence", "ads"] as const;
type Purpose = (typeof PURPOSES)[number];
/** Of what says who somebody is it is counted whether it is known: each has their own. */
export const KNOWN_FIELDS = ["address", "place", "card", "posId", "zaloId"] as const;
const CONSENT = "consent.";

/** Every field of the product, in the order of the screen. */
export const FIELDS: readonly string[] = [
  ...MARKS,
  ...RECORD_FIELDS,
  ...KNOWN_FIELDS,
  ...PURPOSES.map((purpose) => CONSENT + purpose),
];

export type OwnField = { key: string; kind: string };

/** Null for what is no field. */
export function readSubject(field: string, own: readonly OwnField[]): Subject | null {
  const mark = MARKS.find((each) => each === field);
  if (mark) return { from: "marks", mark };
  const column = RECORD_FIELDS.find((each) => each === field);
  if (column) return { from: "record", field: column };
  const purpose = PURPOSES.find((each) => CONSENT + each === field);
  if (purpose) return { from: "consents", purpose };
  const known = KNOWN_FIELDS.find((each) => each === field);
  if (known) return { from: "words", field: known, as: "known" };
  const definition = own.find(({ key }) => key === field);
  return definition ? { from: "words", field, as: formOf(definition.kind) } : null;
}

function formOf(kind: string): Extract<Subject, { from: "words" }>["as"] {
  if (kind === "choices" || kind === "date") return kind === "date" ? "month" : "choices";
  return kind === "phone" || kind === "email" || kind === "link" ? "known" : "value";
}

/** What shares of the whole say: with several values each, they come to more than everybody. */
export const isMultiple = (subject: Subject): boolean =>
  subject.from === "marks"
    ? subject.mark === "tag"
    : subject.from === "words" && subject.as === "choices";

const STEPS = ["0", "1", "2-4", "5-9", "10+"] as const;
const AGES = ["30", "90", "365", "older"] as const;

/** Values that have an order of their own, from the first on. */
const ORDERS: Readonly<Record<string, readonly string[]>> = {
  visits: STEPS,
  "last-visit": AGES,
  month: Array.from({ length: 12 }, (_, month) => String(month + 1).padStart(2, "0")),
};

type Count = { value: string; customers: number };

/** Months and steps in their order, everything else by its number. */
export function sortCounts<Row extends Count>(rows: readonly Row[], subject: Subject): Row[] {
  const order = orderOf(subject);
  return rows.toSorted((one, other) =>
    order
      ? order.indexOf(one.value) - order.indexOf(other.value)
      : other.customers - one.customers || one.value.localeCompare(other.value, "en"),
  );
}

function orderOf(subject: Subject): readonly string[] | undefined {
  if (subject.from === "words") return subject.as === "month" ? ORDERS.month : undefined;
  if (subject.from !== "record") return undefined;
  return ORDERS[subject.field === "birthday" ? "month" : subject.field];
}

/** Whether its values have an order of their own, whatever their numbers. */
export const isOrdered = (subject: Subject): boolean => orderOf(subject) !== undefined;

type Labels = Record<string, string>;
/** A field as the API tells it; `label` and `kind` are of the company's own. */
export type NamedField = {
  field: string;
  label: Labels | null;
  kind: string | null;
  choices: { value: string; label: Labels }[];
};

const VALUES = ["person", "company", "given", "withdrawn"] as const;

/** The words that values are said in, by their keys in this feature's locales. */
export type ValueKey =
  | ("none" | "never" | "not-known" | "gone" | "known" | "value-yes" | "value-no")
  | `visits-${(typeof STEPS)[number]}`
  | `last-${(typeof AGES)[number]}`
  | `value-${(typeof VALUES)[number]}`;
export type ValueWords = {
  language: string;
  say: (key: ValueKey) => string;
  /** A language that guests speak, by its code; null: none that has a name. */
  nameLanguage: (code: string) => string | null;
};

export const labelIn = (label: Labels, language: string): string =>
  label[language] ?? Object.values(label)[0] ?? "";

type Value = { value: string | null; name: string | null };

/** How a value of a field is said; null: that it is not known. */
export function nameValue(
  { field, kind, choices }: NamedField,
  { value, name }: Value,
  { language, say, nameLanguage }: ValueWords,
): string {
  const isMark = MARKS.some((mark) => mark === field);
  if (value === null)
    return say(isMark ? "none" : field.startsWith(CONSENT) ? "never" : "not-known");
  if (name !== null) return name;
  if (isMark || field === "branch") return say("gone");
  if (value === "known" && !(kind === "text" || kind === "choice")) return say("known");
  if (field === "birthday" || kind === "date") return nameMonth(value, language);
  if (field === "language") return nameLanguage(value) ?? value;
  const step = STEPS.find((each) => each === value);
  if (field === "visits" && step) return say(`visits-${step}`);
  const age = AGES.find((each) => each === value);
  if (field === "last-visit" && age) return say(`last-${age}`);
  if (kind === "yes-no") return say(value === "yes" ? "value-yes" : "value-no");
  const chosen = choices.find((choice) => choice.value === value);
  if (chosen) return labelIn(chosen.label, language);
  const word = kind === null ? VALUES.find((each) => each === value) : undefined;
  return word ? say(`value-${word}`) : value;
}

const nameMonth = (value: string, language: string): string =>
  new Intl.DateTimeFormat(language, { month: "long", timeZone: "UTC" }).format(
    Date.UTC(2000, Number(value) - 1),
  );
