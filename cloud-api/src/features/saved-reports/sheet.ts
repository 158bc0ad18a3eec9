import type { Cell, ToldRow } from "./rules.ts";
import type { ToldReply } from "./schema.ts";

type Told = Pick<ToldReply, "period" | "before"> & {
  parts: readonly (Pick<ToldReply["parts"][number], "title" | "keys" | "heads"> & {
    rows: readonly ToldRow[];
  })[];
};

const nameDays = ({ from, to }: { from: string; to: string }): string =>
  from === to ? from : `${from} – ${to}`;

/**
 * What a saved report says as the rows of one sheet: its name and days, then its tables below each
 * other, each under its title, every number beside the one that it is set against.
 */
export function toSheet(name: string, { period, before, parts }: Told): Cell[][] {
  const tables = parts.map(({ title, keys, heads, rows }) => [
    [],
    [title],
    besideEachOther(keys, heads, before && heads.map((head) => `${head} (${nameDays(before)})`)),
    ...rows.map((row) =>
      besideEachOther(keys, row.cells, before && (row.before ?? row.cells.map(() => null))),
    ),
  ]);
  return [[name], [nameDays(period)], ...tables.flat()];
}

/** What a row is of stands once. */
function besideEachOther(
  keys: number,
  cells: readonly Cell[],
  before: readonly Cell[] | null,
): Cell[] {
  const numbers = cells
    .slice(keys)
    .flatMap((cell, at) => (before ? [cell, before[keys + at] ?? null] : [cell]));
  return [...cells.slice(0, keys), ...numbers];
}
