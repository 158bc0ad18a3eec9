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

/** Values that have an order of their own, from the first on. */
const ORDERS: Readonly<Record<string, readonly string[]>> = {
  visits: ["0", "1", "2-4", "5-9", "10+"],
  "last-visit": ["30", "90", "365", "older"],
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
