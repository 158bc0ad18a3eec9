export type CsvTable = { name: string; header: readonly string[]; rows: readonly CsvRow[] };
type CsvRow = readonly (string | number | null)[];

/** What a spreadsheet would take for a formula: a branch may be called anything. */
const FORMULA = /^[=+\-@\t\r]/;

function writeCell(cell: string | number | null): string {
  if (cell === null) return "";
  if (typeof cell === "number") return String(cell);
  const text = FORMULA.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** RFC 4180, with the mark by which spreadsheets know that it is UTF-8. */
export function writeCsv({ header, rows }: Pick<CsvTable, "header" | "rows">): string {
  const lines = [header, ...rows].map((row) => row.map(writeCell).join(","));
  return `\uFEFF${lines.join("\r\n")}\r\n`;
}

/** Hands the table over as a file. */
export function downloadCsv(table: CsvTable): void {
  const url = URL.createObjectURL(new Blob([writeCsv(table)], { type: "text/csv;charset=utf-8" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = `${table.name}.csv`;
  link.click();
  // Not before the browser has begun with it.
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}
