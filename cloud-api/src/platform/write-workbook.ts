import { Readable } from "node:stream";
import { ZipFile } from "yazl";

export type WorkbookRow = readonly (string | number | null)[];

/** What one cell may hold (Excel's specifications and limits). */
const CELL_CHARACTERS_MAX = 32_767;
const DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>';
const MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const PACKAGE = "http://schemas.openxmlformats.org/package/2006";
const KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml";

/** Style 1 is a heading; style 2 a text that stays one when somebody edits it (format 49, "@"). */
const HEADING = 1;
const TEXT = 2;

/**
 * A workbook of one sheet (ECMA-376), written as its rows come; the first names the columns. Every text
 * is written as text: it is no formula, and keeps its zeros.
 */
export function writeWorkbook(
  rows: AsyncIterable<readonly WorkbookRow[]>,
  { sheet }: { sheet: string },
): Readable {
  const zip = new ZipFile();
  for (const [path, content] of Object.entries(listParts(sheet)))
    zip.addBuffer(Buffer.from(DECLARATION + content), path);
  const cells = Readable.from(writeSheet(rows));
  cells.on("error", (error) => zip.outputStream.destroy(error));
  // Whoever breaks off loading ends the reading, too.
  zip.outputStream.on("close", () => cells.destroy());
  zip.addReadStream(cells, "xl/worksheets/sheet1.xml");
  zip.end();
  return zip.outputStream;
}

function listParts(sheet: string): Record<string, string> {
  const part = (path: string, kind: string) =>
    `<Override PartName="/xl/${path}.xml" ContentType="${KIND}.${kind}+xml"/>`;
  const relation = (id: number, [kind, target]: readonly [string, string]) =>
    `<Relationship Id="rId${id}" Type="${OFFICE}/${kind}" Target="${target}"/>`;
  const relations = (targets: readonly (readonly [string, string])[]) =>
    `<Relationships xmlns="${PACKAGE}/relationships">${targets
      .map((target, index) => relation(index + 1, target))
      .join("")}</Relationships>`;
  return {
    "[Content_Types].xml": `<Types xmlns="${PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>${part("workbook", "sheet.main")}${part("worksheets/sheet1", "worksheet")}${part("styles", "styles")}</Types>`,
    "_rels/.rels": relations([["officeDocument", "xl/workbook.xml"]]),
    "xl/_rels/workbook.xml.rels": relations([
      ["worksheet", "worksheets/sheet1.xml"],
      ["styles", "styles.xml"],
    ]),
    "xl/workbook.xml": `<workbook xmlns="${MAIN}" xmlns:r="${OFFICE}"><sheets><sheet name="${toXml(nameSheet(sheet))}" sheetId="1" r:id="rId1"/></sheets></workbook>`,
    "xl/styles.xml": `<styleSheet xmlns="${MAIN}"><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="3"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/><xf numFmtId="49" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1" applyNumberFormat="1"/><xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs></styleSheet>`,
  };
}

/** Excel refuses a sheet whose name is longer, or has signs of its own. */
const nameSheet = (name: string) => name.replaceAll(/[[\]:*?/\\]/g, " ").slice(0, 31);

async function* writeSheet(pages: AsyncIterable<readonly WorkbookRow[]>): AsyncGenerator<string> {
  // The heading stays in sight.
  yield `${DECLARATION}<worksheet xmlns="${MAIN}"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><sheetFormatPr defaultRowHeight="15"/><cols><col min="1" max="200" width="20" customWidth="1"/></cols><sheetData>`;
  let row = 0;
  for await (const page of pages) {
    const written = page.map((cells) => {
      row += 1;
      return writeRow(cells, row);
    });
    yield written.join("");
  }
  yield "</sheetData></worksheet>";
}

function writeRow(cells: WorkbookRow, row: number): string {
  const style = row === 1 ? HEADING : TEXT;
  const written = cells.map((value, index) => {
    const place = `${nameColumn(index)}${row}`;
    if (value === null || value === "") return "";
    if (typeof value === "number") return `<c r="${place}"><v>${value}</v></c>`;
    const text = toXml(value.slice(0, CELL_CHARACTERS_MAX));
    return `<c r="${place}" s="${style}" t="inlineStr"><is><t xml:space="preserve">${text}</t></is></c>`;
  });
  return `<row r="${row}">${written.join("")}</row>`;
}

function nameColumn(index: number): string {
  const last = String.fromCharCode(65 + (index % 26));
  return index < 26 ? last : nameColumn(Math.floor(index / 26) - 1) + last;
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
};
/** Signs that XML 1.0 does not hold, §2.2. */
const NO_CHARACTERS = /(?![\t\n\r])[\p{Cc}\ufffe\uffff]/gu;

function toXml(text: string): string {
  return (
    text
      .toWellFormed()
      .replaceAll(NO_CHARACTERS, "")
      // What only looks like an escape (§22.9.2.19) is written as one, so that it is read as it is.
      .replaceAll(/_(?=x[0-9A-Fa-f]{4}_)/g, "_x005F_")
      .replaceAll(/[&<>"]/g, (sign) => ENTITIES[sign] ?? sign)
  );
}
