import type { PrintLanguage } from "../../platform/printed.ts";
import { FILE_WORDS, listSlots, nameTable, type Period } from "../reports/index.ts";
import type { Report, RiseOfRow } from "./asking.ts";
import { type Cell, joinRows, unitOf } from "./rules.ts";

/** A table of a report that does not count visits. */
export type Table = {
  name: string;
  /** As this API calls them; people, by the words of files. */
  columns: readonly (keyof (typeof FILE_WORDS)["en"])[];
  rows: Cell[][];
  /** Whether the last row is of all the others together. */
  hasSum: boolean;
  /** By how many of its first columns a row is known again. */
  keys: number;
  riseOfRow?: RiseOfRow;
};

/** Tables beside those of the same names of before (null: beside none); not those without rows. */
export function joinTables(
  now: readonly Table[],
  { before, language }: { before: readonly Table[] | null; language: PrintLanguage },
): Report["parts"] {
  const words = FILE_WORDS[language];
  const told = now.map(({ name, columns, rows, ...form }) => {
    const then = before && (before.find((each) => each.name === name)?.rows ?? []);
    // Branches, parts and answers are named by people: what looks like a day there is none.
    const joining = { ...form, isDated: columns[0] === "slot" };
    return {
      ...{ name, ...form, title: nameTable(words, name), columns: [...columns] },
      heads: columns.map((column) => words[column]),
      rows: joinRows(rows, then, joining),
    };
  });
  return told.filter(({ rows }) => rows.length > 0);
}

/** What is counted by days is not told by hours. */
export type Step = "day" | "week" | "month";
export const stepOf = (period: Period): Step => {
  const unit = unitOf(period);
  return unit === "hour" ? "day" : unit;
};

type Told<Row> = {
  /** Without a row: of nothing. */
  toCells: (name: string, row?: Row) => Cell[];
  /** What all rows come to: the last one. */
  whole: Cell[];
};

/** A row for each slot of some days, also where there was nothing in it; `key`: its first day. */
export function listSlotRows<Row extends { key: string }>(
  counted: readonly Row[],
  { toCells, whole, period, step }: Told<Row> & { period: Period; step: Step },
): Cell[][] {
  const bySlot = new Map(
    counted.map((row) => [step === "month" ? row.key.slice(0, 7) : row.key, row]),
  );
  const slots = listSlots(period, step);
  return [...slots.map((slot) => toCells(slot, bySlot.get(slot))), whole];
}

type Places = { branches: readonly { id: string; name: string }[]; unknown: string };

/** A row for each branch; of one that is no more as well, so that they come to the whole. */
export function listBranchRows<Row extends { key: string }>(
  counted: readonly Row[],
  { toCells, whole, branches, unknown }: Told<Row> & Places,
): Cell[][] {
  const byBranch = new Map(counted.map((row) => [row.key, row]));
  const gone = counted.filter(({ key }) => !branches.some(({ id }) => id === key));
  return [
    ...branches.map(({ id, name }) => toCells(name, byBranch.get(id))),
    ...gone.map((row) => toCells(unknown, row)),
    whole,
  ];
}
