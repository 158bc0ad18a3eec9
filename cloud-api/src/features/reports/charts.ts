import { type Chart, type PrintLanguage, printCell } from "../../platform/printed.ts";
import type { Cell, Words } from "./tables.ts";

type Word = keyof Words;

/** What of a table is drawn, by the names of its columns; bars are the first so many that count most. */
type Plan =
  | { form: "columns" | "bars"; labels: readonly Word[]; series: readonly Word[] }
  | { form: "grid"; down: Word; across: Word; counted: Word };

const PEOPLE = ["returningCustomers", "newCustomers"] as const;
const CONTENT = ["satisfied", "unsatisfied"] as const;
const WAY_IN = ["cameOnline", "devicesLost"] as const;
const CLASSES = ["class-1", "class-2", "class-3", "class-6", "class-11"] as const;

const PLANS: Readonly<Record<string, Plan>> = {
  overview: { form: "bars", labels: ["branch"], series: PEOPLE },
  series: { form: "columns", labels: ["slot"], series: PEOPLE },
  "visit-counts": { form: "bars", labels: ["branch"], series: CLASSES },
  hours: { form: "columns", labels: ["hour"], series: ["visits"] },
  "heat-map": { form: "grid", down: "weekday", across: "hour", counted: "visits" },
  crowd: { form: "columns", labels: ["hour"], series: ["peak"] },
  "crowd-branches": { form: "bars", labels: ["branch"], series: ["peak"] },
  cohorts: { form: "grid", down: "month", across: "after", counted: "customers" },
  "return-gaps": { form: "columns", labels: ["fromDays", "toDays"], series: ["returns"] },
  recency: { form: "bars", labels: ["recency"], series: ["customers"] },
  languages: { form: "bars", labels: ["language"], series: ["customers"] },
  systems: { form: "bars", labels: ["system"], series: ["visits"] },
  "device-forms": { form: "bars", labels: ["deviceForm"], series: ["visits"] },
  devices: { form: "bars", labels: ["kind"], series: ["visits"] },
  "sign-ins": { form: "bars", labels: ["stepName", "method"], series: ["count"] },
  "answer-series": { form: "columns", labels: ["slot"], series: CONTENT },
  "answer-branches": { form: "bars", labels: ["branch"], series: CONTENT },
  "answer-sale-types": { form: "bars", labels: ["sale-type"], series: CONTENT },
  "answer-parts": { form: "bars", labels: ["part"], series: CONTENT },
  "answer-questions": { form: "bars", labels: ["question", "reply"], series: ["times"] },
  "customer-series": { form: "columns", labels: ["slot"], series: ["visits"] },
  "customer-branches": { form: "bars", labels: ["branch"], series: ["visits"] },
  standings: { form: "bars", labels: ["standing"], series: ["customers"] },
  "score-grid": {
    ...{ form: "grid", counted: "customers" },
    ...{ down: "recencyPoints", across: "frequencyPoints" },
  },
  funnel: { form: "columns", labels: ["signInStep"], series: ["reached"] },
  "funnel-series": { form: "columns", labels: ["slot"], series: WAY_IN },
  "funnel-branches": { form: "bars", labels: ["branch"], series: WAY_IN },
  "case-series": { form: "columns", labels: ["slot"], series: ["raisedCases"] },
  "case-branches": { form: "bars", labels: ["branch"], series: ["raisedCases"] },
  "case-actions": { form: "bars", labels: ["action"], series: ["times"] },
  "case-reasons": { form: "bars", labels: ["question", "reply"], series: ["times"] },
  "score-lengths": { form: "columns", labels: ["lengthPoints"], series: ["customers"] },
  breakdown: { form: "bars", labels: ["value"], series: ["customers"] },
  consents: { form: "bars", labels: ["purpose"], series: ["agreed", "withdrawn", "unasked"] },
  policies: { form: "bars", labels: ["branch", "policy"], series: ["sessions"] },
  "access-points": { form: "bars", labels: ["branch", "nas"], series: ["sessions"] },
};

const BARS_MAX = 12;

/** A table without what its rows come to. */
type Drawn = { columns: readonly string[]; rows: readonly (readonly Cell[])[] };
type Reader = { words: Words; language: PrintLanguage };

/** A table's numbers as a drawing; null: there is nothing to draw. */
export function chartOf(
  part: string,
  { columns, rows: counted }: Drawn,
  reader: Reader,
): Chart | null {
  const plan = PLANS[part];
  if (plan === undefined || counted.length === 0) return null;
  // A report by brands has a column of brands where one by branches has one of those.
  const indexOf = (word: Word) => Math.max(0, columns.indexOf(word));
  const name = (cell: Cell | undefined) => printCell(reader.language, cell ?? null);
  if (plan.form === "grid") {
    const at = [plan.down, plan.across, plan.counted].map(indexOf);
    const [down = 0, across = 0, value = 0] = at;
    const nameRow = plan.down === "weekday" ? nameWeekday(reader.language) : name;
    return gridOf(counted, {
      ...{ down, across, value, nameRow, name, title: reader.words[plan.counted] },
    });
  }
  const labels = plan.labels.map(indexOf);
  const numbers = plan.series.map(indexOf);
  const sizeOf = (row: readonly Cell[]) =>
    numbers.reduce((sum, at) => sum + Number(row[at] ?? 0), 0);
  const drawn =
    plan.form === "bars"
      ? counted.toSorted((one, other) => sizeOf(other) - sizeOf(one)).slice(0, BARS_MAX)
      : counted;
  return {
    form: plan.form,
    labels: drawn.map((row) => joinNames(labels.map((at) => name(row[at])))),
    series: plan.series.map((word, index) => ({
      name: reader.words[word],
      values: drawn.map((row) => Number(row[numbers[index] ?? 0] ?? 0)),
    })),
  };
}

const joinNames = (names: readonly string[]): string =>
  names.filter((each) => each !== "").join(" – ");

/** ISO 8601: 1 is Monday, as 1 January 2024 was. */
const nameWeekday = (language: PrintLanguage) => (day: Cell) =>
  new Intl.DateTimeFormat(language, { weekday: "short", timeZone: "UTC" }).format(
    Date.UTC(2024, 0, Number(day)),
  );

type Places = {
  down: number;
  across: number;
  value: number;
  name: (cell: Cell) => string;
  nameRow: (cell: Cell) => string;
  title: string;
};

function gridOf(
  table: readonly (readonly Cell[])[],
  { down, across, value, name, nameRow, title }: Places,
): Chart {
  const keysOf = (at: number) => [...new Set(table.map((row) => row[at] ?? null))];
  const [rows, columns] = [keysOf(down), keysOf(across)];
  const values = new Map(table.map((row) => [`${row[down]} ${row[across]}`, row[value]]));
  return {
    ...{ form: "grid", name: title, rows: rows.map(nameRow), columns: columns.map(name) },
    values: rows.map((row) =>
      columns.map((column) => {
        const cell = values.get(`${row} ${column}`);
        return typeof cell === "number" ? cell : null;
      }),
    ),
  };
}
