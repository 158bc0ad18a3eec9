import { WorkbookFault } from "./workbook-fault.ts";
import { type NumberKind, readNumber } from "./workbook-numbers.ts";
import { type Attributes, openTags } from "./workbook-tags.ts";

export type SheetLimits = { rows: number; columns: number; cellCharacters: number };
export type SheetOptions = SheetLimits & {
  /** By the number of a cell's style. */
  formats: readonly NumberKind[];
  shared: readonly string[];
  is1904: boolean;
};

type Cell = { column: number; kind: string; format: NumberKind; value: string; text: string };
const PLAIN: NumberKind = { kind: "plain" };

/** Rows out of the text of a sheet (ECMA-376 part 1, §18.3.1). Rows that are not written are not given. */
export function openSheet(options: SheetOptions): {
  push: (text: string) => string[][];
  end: () => string[][];
} {
  let rows: string[][] = [];
  let count = 0;
  let cells: string[] = [];
  let cell: Cell | null = null;
  /** Where text belongs: into the value, into the text of a cell, or nowhere, as a formula's does. */
  let inside: "value" | "text" | null = null;
  /** Phonetic signs beside a text are no part of it. */
  let phonetic = 0;

  const open = (name: string, attributes: Attributes) => {
    if (name === "row") cells = [];
    else if (name === "c") cell = beginCell(attributes, cells.length, options);
    else if (name === "v") inside = "value";
    else if (name === "t") inside = "text";
    else if (name === "rPh") phonetic += 1;
    else inside = null;
  };
  const take = (text: string) => {
    if (cell === null || inside === null || phonetic > 0) return;
    const part = inside === "value" ? "value" : "text";
    cell[part] += text.slice(0, options.cellCharacters - cell[part].length);
  };
  const close = (name: string) => {
    if (name === "v" || name === "t") inside = null;
    else if (name === "rPh") phonetic -= 1;
    else if (name === "c" && cell !== null) {
      while (cells.length < cell.column) cells.push("");
      cells[cell.column] = readCell(cell, options);
      cell = null;
    } else if (name === "row") {
      count += 1;
      if (count > options.rows) throw new WorkbookFault("too-many-rows");
      rows.push(cells);
    }
  };
  const tags = openTags({ open, close, text: take });
  const give = () => {
    const given = rows;
    rows = [];
    return given;
  };
  return {
    push: (text) => {
      tags.push(text);
      return give();
    },
    end: () => {
      tags.end();
      return give();
    },
  };
}

function beginCell({ r, t, s }: Attributes, next: number, options: SheetOptions): Cell {
  const column = r === undefined ? next : readColumn(r);
  if (column >= options.columns) throw new WorkbookFault("too-many-columns");
  return {
    ...{ column, kind: t ?? "n", value: "", text: "" },
    format: options.formats[Number(s ?? 0)] ?? PLAIN,
  };
}

/** "C5" is in the third column, which is number 2. */
function readColumn(reference: string): number {
  const letters = /^[A-Z]{1,3}/.exec(reference)?.[0];
  if (letters === undefined) throw new WorkbookFault("workbook-broken");
  return [...letters].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0) - 1;
}

/** ECMA-376 part 1, §18.18.11: what the kinds of cells hold. */
function readCell({ kind, value, text, format }: Cell, { shared, is1904 }: SheetOptions): string {
  switch (kind) {
    case "s":
      return shared[Number(value)] ?? "";
    case "inlineStr":
      return decodeEscapes(text);
    case "str":
      return decodeEscapes(value);
    case "b":
      return value === "1" ? "TRUE" : value && "FALSE";
    case "d":
      return value.replace(/T00:00:00(?:\.0+)?$/, "");
    // What a formula came to when it came to nothing, such as #N/A.
    case "e":
      return "";
    default:
      return readNumber(value, format, is1904);
  }
}

/** ECMA-376 part 1, §22.9.2.19: signs that XML does not hold are written as _x000D_. */
export function decodeEscapes(text: string): string {
  return text.replaceAll(/_x([0-9A-Fa-f]{4})_/g, (_, code: string) =>
    String.fromCharCode(Number.parseInt(code, 16)),
  );
}
