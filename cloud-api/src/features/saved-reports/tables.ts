import type { PrintLanguage } from "../../platform/printed.ts";
import { FILE_WORDS, nameTable } from "../reports/index.ts";
import { type Cell, joinRows } from "./rules.ts";
import type { ToldReply } from "./schema.ts";

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
};

/** Tables beside those of the same names of before (null: beside none); not those without rows. */
export function joinTables(
  now: readonly Table[],
  { before, language }: { before: readonly Table[] | null; language: PrintLanguage },
): ToldReply["parts"] {
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
