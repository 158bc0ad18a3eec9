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

const QUOTE = '"'.charCodeAt(0);
const RETURN = "\r".charCodeAt(0);
const NEWLINE = "\n".charCodeAt(0);

/**
 * Reads rows out of pieces of text (RFC 4180), whatever ends its lines. What lies between two signs is
 * taken as one: put together letter by letter, a cell would be as many strings.
 */
export function openCsvReader(separator: string): CsvReader {
  const separatorCode = separator.charCodeAt(0);
  let rows: string[][] = [];
  let cells: string[] = [];
  let cell = "";
  let row = 1;
  /** `closing`: a quote was read inside quotes, which ends them unless another follows. */
  let state: "plain" | "quoted" | "closing" = "plain";
  let endedByReturn = false;

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
  const takeQuote = () => {
    if (state === "quoted") state = "closing";
    else if (state === "plain" && cell === "") state = "quoted";
    else {
      cell += '"';
      if (state === "closing") state = "quoted";
    }
  };
  const isSign = (code: number) => {
    if (code === QUOTE) return true;
    if (state === "quoted") return false;
    return code === separatorCode || code === RETURN || code === NEWLINE;
  };
  const take = (text: string) => {
    let taken = 0;
    for (let at = 0; at < text.length; at += 1) {
      const code = text.charCodeAt(at);
      if (!isSign(code)) continue;
      cell += text.slice(taken, at);
      taken = at + 1;
      if (code === QUOTE) takeQuote();
      else if (code === separatorCode) endCell();
      else if (code === RETURN) endRow();
      else if (at === 0 ? !endedByReturn : text.charCodeAt(at - 1) !== RETURN) endRow();
    }
    cell += text.slice(taken);
    if (text !== "") endedByReturn = text.endsWith("\r");
  };
  const giveRows = () => {
    const given = rows;
    rows = [];
    return given;
  };
  return {
    push: (text) => {
      take(text);
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
