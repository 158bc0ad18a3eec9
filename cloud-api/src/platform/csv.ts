/** A spreadsheet takes a file without it for one in its own old code page. */
export const BYTE_ORDER_MARK = "\ufeff";
/** What a spreadsheet reckons out, were it there first; OWASP, "CSV injection". */
const FORMULA = /^[\s\u00a0]*[=+\-@\uff1d\uff0b\uff0d\uff20|%]|^[\t\r\n]/;
/** Numbers that are no quantities: a spreadsheet would drop the zeros, or the digits past 15. */
const CODE_NUMBER = /^\s*(?:0\d+|\d{12,})\s*$/;

type Row = readonly (string | number | null)[];

/**
 * A table as a file that spreadsheets open as it is (RFC 4180, UTF-8): what would be a formula, or
 * would lose digits, is a text there, with an apostrophe before it.
 */
export function toCsv(rows: readonly Row[]): string {
  return `${BYTE_ORDER_MARK}${toCsvLines(rows)}`;
}

/** Lines of such a file, for one that is too long to be written at once. */
export function toCsvLines(rows: readonly Row[]): string {
  return rows.map((row) => `${row.map(toCell).join(",")}\r\n`).join("");
}

function toCell(value: string | number | null): string {
  if (value === null) return "";
  if (typeof value === "number") return String(value);
  const text = value.replaceAll("\0", "");
  const safe = FORMULA.test(text) || CODE_NUMBER.test(text) ? `'${text}` : text;
  return `"${safe.replaceAll('"', '""')}"`;
}
