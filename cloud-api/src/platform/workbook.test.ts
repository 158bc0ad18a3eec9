import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { describe, expect, test } from "vitest";
import { ZipFile } from "yazl";
import { readWorkbook } from "./read-workbook.ts";
import { readNumber, readNumberFormat, readSerialDate } from "./workbook-numbers.ts";
import { type WorkbookRow, writeWorkbook } from "./write-workbook.ts";

const LIMITS = { rows: 100, columns: 50, cellCharacters: 1000 };

async function read(bytes: Buffer, limits = LIMITS): Promise<string[][]> {
  const file = {
    bytes: bytes.length,
    read: async function* (start: number, end: number) {
      // In pieces, as it is kept.
      for (let from = start; from < end; from += 1000)
        yield bytes.subarray(from, Math.min(end, from + 1000));
    },
  };
  const rows: string[][] = [];
  for await (const some of readWorkbook(file, limits)) rows.push(...some);
  return rows;
}

const write = (rows: WorkbookRow[]) =>
  buffer(writeWorkbook(Readable.from([rows.slice(0, 1), rows.slice(1)]), { sheet: "Khách: [1]" }));

type Parts = { sheet?: string; shared?: string; styles?: string; workbook?: string };

/** A workbook as spreadsheets write them: texts in a table of their own, formats by number. */
function make({ sheet = "", shared, styles, workbook }: Parts): Promise<Buffer> {
  const zip = new ZipFile();
  const add = (path: string, content: string) => zip.addBuffer(Buffer.from(content), path);
  add(
    "xl/workbook.xml",
    workbook ??
      `<workbook xmlns:r="r"><sheets><sheet name="x" state="hidden" r:id="rId7"/><sheet name="y" r:id="rId9"/></sheets></workbook>`,
  );
  add(
    "xl/_rels/workbook.xml.rels",
    `<Relationships><Relationship Id="rId7" Target="worksheets/sheet1.xml"/><Relationship Id="rId9" Target="/xl/worksheets/sheet2.xml"/></Relationships>`,
  );
  add("xl/worksheets/sheet2.xml", `<worksheet><sheetData>${sheet}</sheetData></worksheet>`);
  if (shared) add("xl/sharedStrings.xml", `<sst>${shared}</sst>`);
  if (styles) add("xl/styles.xml", styles);
  zip.end();
  return buffer(zip.outputStream);
}

describe("what was written", () => {
  test("is read as it was: marks, zeros, signs of XML, spaces, and what looks like a formula", async () => {
    const rows = [
      ["Họ tên", "SĐT", "Ghi chú"],
      ["Nguyễn Thị Ánh 🌸", "0912345678", ' <b> & "=1+1" '],
      ['=HYPERLINK("http://evil.example")', "+84912345678", "_x000D_ hai\ndòng"],
      ["", "00", "x".repeat(900)],
    ];
    expect(await read(await write(rows))).toEqual(rows);
  });

  test("holds texts as texts and numbers as numbers, and no formula at all", async () => {
    const bytes = await write([
      ["Tên", "Lần"],
      ["=1+1", 3],
      [null, 0.5],
    ]);
    expect(await read(bytes)).toEqual([
      ["Tên", "Lần"],
      ["=1+1", "3"],
      ["", "0.5"],
    ]);
    expect(bytes.includes("<f>")).toBe(false);
  });

  test("says nothing that XML cannot hold", async () => {
    expect(await read(await write([["a\u0000\u0008\ud800b\ufffe"]]))).toEqual([["a\ufffdb"]]);
  });
});

describe("a spreadsheet's own workbook", () => {
  test("gives shared texts, rich ones whole, without phonetic signs", async () => {
    const shared = `<si><t>Tên</t></si><si><r><t>Nguyễn </t></r><r><t xml:space="preserve">Lan</t></r><rPh><t>ラン</t></rPh></si>`;
    const sheet = `<row r="1"><c r="A1" t="s"><v>0</v></c></row><row r="5"><c r="C5" t="s"><v>1</v></c></row>`;
    expect(await read(await make({ sheet, shared }))).toEqual([["Tên"], ["", "", "Nguyễn Lan"]]);
  });

  test("gives dates as dates, numbers of a phone whole, and zeros that only a format shows", async () => {
    const styles = `<styleSheet><numFmts><numFmt numFmtId="164" formatCode="0000000000"/><numFmt numFmtId="165" formatCode="dd/mm/yyyy;@"/></numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="165"/></cellXfs></styleSheet>`;
    const cell = (style: number, value: string) => `<c s="${style}"><v>${value}</v></c>`;
    const sheet = `<row>${cell(1, "33687")}${cell(2, "912345678")}${cell(3, "33687.5")}${cell(0, "8.4912345678E10")}${cell(0, "0.1")}</row>`;
    expect(await read(await make({ sheet, styles }))).toEqual([
      ["1992-03-24", "0912345678", "1992-03-24T12:00:00", "84912345678", "0.1"],
    ]);
  });

  test("gives what a formula last came to, and nothing for one that failed", async () => {
    const sheet = `<row><c t="str"><f>A1&amp;B1</f><v>Lan</v></c><c t="e"><f>1/0</f><v>#DIV/0!</v></c><c t="b"><v>1</v></c></row>`;
    expect(await read(await make({ sheet }))).toEqual([["Lan", "", "TRUE"]]);
  });

  test("counts days from 1904 where it says so", async () => {
    const workbook = `<workbook xmlns:r="r"><workbookPr date1904="1"/><sheets><sheet r:id="rId9"/></sheets></workbook>`;
    const styles = `<styleSheet><cellXfs><xf numFmtId="14"/></cellXfs></styleSheet>`;
    const sheet = `<row><c><v>32225</v></c></row>`;
    expect(await read(await make({ sheet, workbook, styles }))).toEqual([["1992-03-24"]]);
  });
});

describe("a file that means harm", () => {
  const refuse = (bytes: Promise<Buffer>, fault: string) =>
    expect(bytes.then((each) => read(each))).rejects.toMatchObject({ fault });

  test("is refused for what it unfolds to, not for what it weighs", async () => {
    const bytes = await make({ styles: `<styleSheet>${" ".repeat(9 * 1024 * 1024)}</styleSheet>` });
    expect(bytes.length).toBeLessThan(20_000);
    await refuse(Promise.resolve(bytes), "workbook-too-large");
    const sheet = `<row><c t="str"><v>${"x".repeat(5 * 1024 * 1024)}</v></c></row>`;
    await refuse(make({ sheet }), "workbook-too-large");
  });

  test("has its rows and columns counted, and its cells cut", async () => {
    await refuse(make({ sheet: "<row/>".repeat(101) }), "too-many-rows");
    await refuse(make({ sheet: `<row><c r="XFD1"><v>1</v></c></row>` }), "too-many-columns");
    const sheet = `<row><c t="str"><v>${"x".repeat(5000)}</v></c></row>`;
    expect((await read(await make({ sheet })))[0]?.[0]).toHaveLength(1000);
  });

  test("unfolds no entities of its own", () =>
    refuse(
      make({
        workbook: `<!DOCTYPE w [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><workbook>&b;</workbook>`,
      }),
      "workbook-broken",
    ));

  test("that is no workbook, or is cut off, is said to be broken", async () => {
    await refuse(Promise.resolve(Buffer.from("PK\u0003\u0004 …")), "workbook-broken");
    const whole = await write([["a"], ["b"]]);
    await refuse(Promise.resolve(whole.subarray(0, whole.length - 40)), "workbook-broken");
    const spoilt = Buffer.from(whole);
    spoilt.fill(0xff, spoilt.indexOf("sheet1.xml") + 15, spoilt.indexOf("sheet1.xml") + 60);
    await refuse(Promise.resolve(spoilt), "workbook-broken");
  });
});

test.each([
  [1, "1900-01-01"],
  [59, "1900-02-28"],
  [60, null],
  [61, "1900-03-01"],
  [45_321.75, "2024-01-30T18:00:00"],
  [-1, null],
  [3_000_000, null],
])("day %d of the 1900 system is %s", (serial, date) => {
  expect(readSerialDate(serial, false)).toBe(date);
});

test.each([
  [14, undefined, "date"],
  [0, undefined, "plain"],
  [164, "[$-42A]dd mmmm yyyy", "date"],
  [164, '#,##0 "đ"', "plain"],
  [164, "[Red]0.00", "plain"],
  [164, "[h]:mm", "date"],
  [164, "General", "plain"],
  [164, "000000", "digits"],
])("format %d %s makes a %s number", (id, code, kind) => {
  expect(readNumberFormat(id, code).kind).toBe(kind);
});

test("a number that is too long to be one stays as it is written", () => {
  expect(readNumber("123456789012345678901", { kind: "plain" }, false)).toBe(
    "123456789012345678901",
  );
});
