import { Readable } from "node:stream";
import { BYTE_ORDER_MARK, toCsvLines } from "./csv.ts";
import { writeWorkbook } from "./write-workbook.ts";

/** The forms in which a table leaves: both open in a spreadsheet as they are. */
export const TABLE_FORMS = ["csv", "xlsx"] as const;
export type TableForm = (typeof TABLE_FORMS)[number];
type Pages = AsyncIterable<readonly (readonly (string | number | null)[])[]>;

export const TABLE_TYPES: Record<TableForm, string> = {
  csv: "text/csv; charset=utf-8",
  xlsx: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
};

/** A table as a file, written as its rows come; the first row names the columns. */
export function writeTable(pages: Pages, { form, sheet }: { form: TableForm; sheet: string }) {
  return form === "csv" ? Readable.from(writeCsv(pages)) : writeWorkbook(pages, { sheet });
}

async function* writeCsv(pages: Pages): AsyncGenerator<string> {
  yield BYTE_ORDER_MARK;
  for await (const page of pages) yield toCsvLines(page);
}

/** The pages of a table that is held whole. */
export async function* inOnePage<Row>(table: Row[]): AsyncGenerator<Row[]> {
  yield table;
}
