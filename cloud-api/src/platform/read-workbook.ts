import {
  type Archive,
  INFLATED_BYTES_MAX,
  openArchive,
  type WorkbookFile,
} from "./workbook-archive.ts";
import { WorkbookFault } from "./workbook-fault.ts";
import { type NumberKind, readNumberFormat } from "./workbook-numbers.ts";
import { decodeEscapes, openSheet, type SheetLimits } from "./workbook-sheet.ts";
import { openTags, type Tags } from "./workbook-tags.ts";

/** Parts that are looked up and not walked through: names of sheets, formats. */
const SMALL_PART_BYTES_MAX = 8 * 1024 * 1024;
/** Texts stand in a table of their own, which cells name by number: all of it is held. */
const SHARED_CHARACTERS_MAX = 48 * 1024 * 1024;
const SHARED_TEXTS_MAX = 2_000_000;

/**
 * The rows of a workbook's first sheet that is shown (ECMA-376), as texts, a few at a time. Formulas are
 * never reckoned: what was shown last stands beside them. Throws a WorkbookFault.
 */
export async function* readWorkbook(
  file: WorkbookFile,
  limits: SheetLimits,
): AsyncGenerator<string[][]> {
  const archive = await openArchive(file);
  try {
    const { path, is1904 } = await findSheet(archive);
    const formats = await readFormats(archive);
    const shared = await readSharedTexts(archive, limits.cellCharacters);
    const sheet = openSheet({ ...limits, formats, shared, is1904 });
    for await (const text of archive.read(path, INFLATED_BYTES_MAX)) {
      const rows = sheet.push(text);
      if (rows.length > 0) yield rows;
    }
    const rows = sheet.end();
    if (rows.length > 0) yield rows;
  } finally {
    archive.close();
  }
}

async function walk(
  archive: Archive,
  { path, bytesMax = SMALL_PART_BYTES_MAX }: { path: string; bytesMax?: number },
  tags: Tags,
): Promise<void> {
  const walker = openTags(tags);
  for await (const text of archive.read(path, bytesMax)) walker.push(text);
  walker.end();
}

const WORKBOOK = "xl/workbook.xml";

async function findSheet(archive: Archive): Promise<{ path: string; is1904: boolean }> {
  const sheets: { id: string; isShown: boolean }[] = [];
  let is1904 = false;
  await walk(
    archive,
    { path: WORKBOOK },
    {
      open: (name, { id = "", state, date1904 }) => {
        if (name === "workbookPr") is1904 = date1904 === "1" || date1904 === "true";
        if (name === "sheet") sheets.push({ id, isShown: (state ?? "visible") === "visible" });
      },
    },
  );
  const chosen = sheets.find(({ isShown }) => isShown) ?? sheets[0];
  const targets = new Map<string, string>();
  await walk(
    archive,
    { path: "xl/_rels/workbook.xml.rels" },
    {
      open: (name, { Id = "", Target = "" }) => {
        if (name === "Relationship") targets.set(Id, Target);
      },
    },
  );
  const target = targets.get(chosen?.id ?? "");
  if (target === undefined) throw new WorkbookFault("workbook-broken");
  const path = target.startsWith("/") ? target.slice(1) : `xl/${target.replace(/^\.\//, "")}`;
  return { path, is1904 };
}

/** What the styles of cells make of numbers, by the number of the style (§18.8.10). */
async function readFormats(archive: Archive): Promise<NumberKind[]> {
  const path = "xl/styles.xml";
  const formats: NumberKind[] = [];
  if (!archive.has(path)) return formats;
  const codes = new Map<number, string>();
  let isCells = false;
  await walk(
    archive,
    { path },
    {
      open: (name, { numFmtId = "0", formatCode }) => {
        const id = Number(numFmtId);
        if (name === "numFmt" && formatCode !== undefined) codes.set(id, formatCode);
        if (name === "cellXfs") isCells = true;
        if (name === "xf" && isCells) formats.push(readNumberFormat(id, codes.get(id)));
      },
      close: (name) => {
        if (name === "cellXfs") isCells = false;
      },
    },
  );
  return formats;
}

async function readSharedTexts(archive: Archive, charactersMax: number): Promise<string[]> {
  const path = "xl/sharedStrings.xml";
  const texts: string[] = [];
  if (!archive.has(path)) return texts;
  let held = 0;
  let current = "";
  let isText = false;
  let phonetic = 0;
  await walk(
    archive,
    { path, bytesMax: INFLATED_BYTES_MAX },
    {
      open: (name) => {
        if (name === "si") current = "";
        if (name === "rPh") phonetic += 1;
        isText = name === "t";
      },
      text: (text) => {
        if (isText && phonetic === 0) current += text.slice(0, charactersMax - current.length);
      },
      close: (name) => {
        isText = false;
        if (name === "rPh") phonetic -= 1;
        if (name !== "si") return;
        held += current.length;
        if (held > SHARED_CHARACTERS_MAX || texts.length >= SHARED_TEXTS_MAX)
          throw new WorkbookFault("workbook-too-large");
        texts.push(decodeEscapes(current));
      },
    },
  );
  return texts;
}
