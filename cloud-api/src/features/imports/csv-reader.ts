/** A quote that is never closed would swallow the rest of the file into one cell. */
export const CELL_CHARACTERS_MAX = 10_000;
export const COLUMNS_MAX = 200;

/** A file that is no table. `row` is the row of the file it shows in, the first being 1. */
export class TableFault extends Error {
  override readonly name = "TableFault";
  readonly fault: "open-quote" | "too-many-columns" | "too-many-rows";
  readonly row: number;
  constructor(fault: TableFault["fault"], row: number) {
    super(`${fault} in row ${row}`);
    this.fault = fault;
    this.row = row;
  }
}

export type CsvReader = {
  /** The rows that this piece of text completes. */
  push: (text: string) => string[][];
  /** The row without a line's end, if there is one. */
  end: () => string[][];
};

/** Reads rows out of pieces of text (RFC 4180), whatever ends its lines. */
export function openCsvReader(separator: string): CsvReader {
  let rows: string[][] = [];
  let cells: string[] = [];
  let cell = "";
  let row = 1;
  /** `closing`: a quote was read inside quotes, which ends them unless another follows. */
  let state: "plain" | "quoted" | "closing" = "plain";
  let afterReturn = false;

  const endCell = () => {
    if (cells.length >= COLUMNS_MAX) throw new TableFault("too-many-columns", row);
    cells.push(cell);
    cell = "";
    state = "plain";
  };
  const endRow = () => {
    endCell();
    rows.push(cells);
    cells = [];
    row += 1;
  };
  const take = (character: string) => {
    if (state === "quoted") {
      if (character === '"') state = "closing";
      else cell += character;
      return;
    }
    const follows = afterReturn;
    afterReturn = character === "\r";
    if (character === '"' && state === "closing") {
      cell += '"';
      state = "quoted";
    } else if (character === '"' && cell === "") state = "quoted";
    else if (character === separator) endCell();
    else if (character === "\r") endRow();
    else if (character === "\n") {
      if (!follows) endRow();
    } else cell += character;
  };
  const giveRows = () => {
    const given = rows;
    rows = [];
    return given;
  };
  return {
    push: (text) => {
      for (const character of text) take(character);
      if (cell.length > CELL_CHARACTERS_MAX) throw new TableFault("open-quote", row);
      return giveRows();
    },
    end: () => {
      if (state === "quoted") throw new TableFault("open-quote", row);
      if (cell !== "" || cells.length > 0 || state === "closing") endRow();
      return giveRows();
    },
  };
}

export const SEPARATORS = [",", ";", "\t", "|"] as const;

/** The separator that stands most often in the header, outside quotes. */
export function detectSeparator(text: string): string {
  const header = text.replaceAll(/"(?:[^"]|"")*"/g, "").split(/\r|\n/, 1)[0] ?? "";
  const counted = SEPARATORS.map((separator) => ({
    separator,
    count: header.split(separator).length,
  }));
  return counted.reduce((best, each) => (each.count > best.count ? each : best)).separator;
}
