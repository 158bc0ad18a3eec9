import type { Database, TenantEntry } from "../../platform/db.ts";
import { readWorkbook } from "../../platform/read-workbook.ts";
import type { WorkbookFile } from "../../platform/workbook-archive.ts";
import { CELL_CHARACTERS_MAX, COLUMNS_MAX } from "./csv-reader.ts";
import { deleteWorkbook, findPiece, insertPiece } from "./queries.ts";

/** Rows of people in one file, its heading apart. */
export const ROWS_MAX = 500_000;
const PIECE_CHARACTERS = 256 * 1024;

/** The pieces of a workbook stand below those of the text that is made of it. */
export const workbookPiece = (index: number): number => -1 - index;

type Unfolding = {
  tenant: TenantEntry;
  importId: string;
  /** How long each piece of the workbook is. */
  lengths: readonly number[];
};

/**
 * Makes the text of a workbook that the dry run and the run read: so that neither holds more of it than
 * a piece. Throws a WorkbookFault.
 */
export async function unfoldWorkbook(database: Database, unfolding: Unfolding): Promise<void> {
  const { tenant, importId } = unfolding;
  const limits = { rows: ROWS_MAX + 1, columns: COLUMNS_MAX, cellCharacters: CELL_CHARACTERS_MAX };
  let text = "";
  let number = 0;
  const keep = async () => {
    const piece = { importId, number, content: Buffer.from(text) };
    await database.inTenant(tenant, (tx) => insertPiece(tx, piece));
    text = "";
    number += 1;
  };
  for await (const rows of readWorkbook(openPieces(database, unfolding), limits)) {
    text += rows.map(writeLine).join("");
    if (text.length >= PIECE_CHARACTERS) await keep();
  }
  if (text !== "") await keep();
  await database.inTenant(tenant, (tx) => deleteWorkbook(tx, importId));
}

/** RFC 4180, without what our own files put before a number: nobody opens this text in a spreadsheet. */
function writeLine(cells: readonly string[]): string {
  return `${cells.map((cell) => `"${cell.replaceAll("\0", "").replaceAll('"', '""')}"`).join(",")}\n`;
}

function openPieces(database: Database, { tenant, importId, lengths }: Unfolding): WorkbookFile {
  const load = async (index: number) => {
    const place = { importId, number: workbookPiece(index) };
    const content = await database.inTenant(tenant, (tx) => findPiece(tx, place));
    if (content === null) throw new Error(`import ${importId} has no piece ${index}`);
    return content;
  };
  return {
    bytes: lengths.reduce((sum, length) => sum + length, 0),
    read: async function* (start, end) {
      let from = 0;
      for (const [index, length] of lengths.entries()) {
        const to = from + length;
        if (to > start && from < end) {
          const content = await load(index);
          yield content.subarray(Math.max(0, start - from), Math.min(length, end - from));
        }
        from = to;
      }
    },
  };
}
