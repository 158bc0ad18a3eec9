import type { Cell } from "../rules.ts";
import type { ToldReply } from "../schema.ts";

type Part = ToldReply["parts"][number];
export type PartRow = Part["rows"][number];

/** A column of numbers, of which one at a time is shown. */
export type Measure = {
  column: string;
  /** Without its unit, which stands beside each number. */
  name: string;
  at: number;
  kind: "count" | "seconds" | "bytes";
  /** Whether its rows come to the whole, so that each is a share of it. */
  addsUp: boolean;
  /** What it means that it rises, where a row does not say otherwise. */
  rise: Part["rises"][number];
};

/** Each of these is counted in one row alone; customers are in as many rows as they came to. */
const ADD_UP: readonly string[] = [
  ...["visits", "anonymousVisits", "endedVisits", "departures", "returns"],
  ...["dwellSeconds", "connectedSeconds", "presentSeconds", "uploadBytes", "downloadBytes"],
  ...["sessions", "timedOut", "going", "lost", "short", "refused"],
  ...["answers", "satisfied", "unsatisfied", "rated"],
  ...["devicesSeen", "sawPage", "askedCode", "typedRight", "cameOnline", "devicesLost"],
  ...["cameNoFurther", "wentAround"],
  ...["raisedCases", "closedCases", "lateCases", "knownClosed"],
];
/** Parts that tell each customer once. */
const OF_CUSTOMERS: readonly string[] = [
  ...["recency", "languages", "standings", "score-grid", "score-lengths"],
];
/** Rows that have an order of their own; others stand by how high they are. */
const IN_ORDER: readonly string[] = [
  ...["slot", "hour", "weekday", "month", "fromDays", "recency", "stepName", "step", "question"],
  ...["standing", "recencyPoints", "lengthPoints", "signInStep", "startedAt"],
];

/** A head without the unit or the counting that people need not be told in words: `(seconds)`. */
const withoutUnit = (head: string): string => head.replace(/ \([^)]*\)$/, "");

const kindOf = (column: string): Measure["kind"] =>
  column.endsWith("Seconds") ? "seconds" : column.endsWith("Bytes") ? "bytes" : "count";

const isNumbers = (cells: readonly Cell[]): boolean =>
  cells.some((cell) => cell !== null) && cells.every((cell) => typeof cell !== "string");

export function listMeasures({ name, columns, heads, keys, rows, hasSum, rises }: Part): Measure[] {
  return columns.flatMap((column, at) => {
    const cells = rows.flatMap((row) => [row.cells[at] ?? null, row.before?.[at] ?? null]);
    if (at < keys || !isNumbers(cells)) return [];
    const addsUp =
      ADD_UP.includes(column) ||
      column.startsWith("class-") ||
      // A breakdown has a sum where each customer is in one of its rows.
      (column === "customers" && (OF_CUSTOMERS.includes(name) || (name === "breakdown" && hasSum)));
    const rise = rises[at] ?? "neutral";
    const said = { column, at, name: withoutUnit(heads[at] ?? column) };
    return [{ ...said, kind: kindOf(column), addsUp, rise }];
  });
}

type Heads = Pick<Part, "heads" | "keys">;

/** What the columns are called that say what a row is of. */
export const listKeys = ({ heads, keys }: Heads): string[] => heads.slice(0, keys).map(withoutUnit);
export const nameKeys = (part: Heads): string => listKeys(part).join(" · ");

/** Columns beside those that say what a row is of which hold words: the branch where it was fullest. */
export const listRemarks = ({ columns, keys, rows }: Part): number[] =>
  columns.flatMap((_, at) =>
    at >= keys && rows.some(({ cells }) => typeof cells[at] === "string") ? [at] : [],
  );

export type Numbers = { now: number | null; before: number | null };

const numberAt = (cells: readonly Cell[] | null, at: number): number | null => {
  const cell = cells?.[at];
  return typeof cell === "number" ? cell : null;
};

/** Null: there is none, in the one period or the other. */
export const numbersOf = (row: PartRow, { at }: Measure): Numbers => ({
  now: numberAt(row.cells, at),
  before: numberAt(row.before, at),
});

/** The rows of a part as they are read, without their sum. */
export function orderRows({ columns, rows, hasSum }: Part, measure: Measure): PartRow[] {
  const body = hasSum ? rows.slice(0, -1) : rows;
  if (IN_ORDER.includes(columns[0] ?? "")) return [...body];
  const height = (row: PartRow) => numbersOf(row, measure).now ?? -1;
  return body.toSorted((one, other) => height(other) - height(one));
}

/** What a part's rows come to; null where they come to nothing that says anything. */
export function wholeOf(part: Part, measure: Measure): Numbers | null {
  const last = part.rows.at(-1);
  if (part.hasSum && last) return numbersOf(last, measure);
  if (!measure.addsUp) return null;
  const numbers = part.rows.map((row) => numbersOf(row, measure));
  const sum = (values: readonly (number | null)[]) =>
    values.reduce<number>((all, value) => all + (value ?? 0), 0);
  const isCompared = part.rows.some(({ before }) => before !== null);
  return {
    now: sum(numbers.map(({ now }) => now)),
    before: isCompared ? sum(numbers.map(({ before }) => before)) : null,
  };
}
