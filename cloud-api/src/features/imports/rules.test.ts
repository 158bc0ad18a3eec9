import { describe, expect, test } from "vitest";
import { type OwnFieldRow, readListedNumber, writeOwnCell } from "../customers/index.ts";
import { detectSeparator, openCsvReader } from "./csv-reader.ts";
import { openSniffer } from "./file-kind.ts";
import { type Reading, readRow } from "./read-row.ts";
import {
  applyChoices,
  cleanCell,
  findPlanFault,
  readBirthday,
  readLanguage,
  suggestFields,
} from "./rules.ts";

const readAll = (text: string, separator = ",") => {
  const reader = openCsvReader(separator);
  return [...reader.push(text), ...reader.end()];
};

describe("rows of a table", () => {
  test("quoted cells hold separators, quotes and lines (RFC 4180 §2)", () => {
    expect(readAll('a,"b,""c""\r\nd",e\r\nf,g,h')).toEqual([
      ["a", 'b,"c"\r\nd', "e"],
      ["f", "g", "h"],
    ]);
  });

  test("a table is the same wherever its text is cut", () => {
    const text = 'tên,"số ""máy"""\r\nLan,"09\r\n12"\r\nMinh,\n"",x\r';
    const whole = readAll(text);
    for (let cut = 1; cut < text.length; cut += 1) {
      const reader = openCsvReader(",");
      const pieces = [text.slice(0, cut), text.slice(cut)].flatMap((piece) => reader.push(piece));
      expect([...pieces, ...reader.end()], `cut at ${cut}`).toEqual(whole);
    }
  });

  test("a quote that is never closed is a fault, and not one long cell", () => {
    expect(() => readAll('a\n"b,c\nd\n')).toThrow("open-quote in row 2");
    const reader = openCsvReader(",");
    expect(() => reader.push(`"${"x".repeat(20_000)}`)).toThrow("open-quote");
  });

  test("the separator is the one that stands most often in the header, outside quotes", () => {
    expect(detectSeparator('name;"a,b,c";phone\n1,2,3,4,5')).toBe(";");
    expect(detectSeparator("name\tphone\n")).toBe("\t");
    expect(detectSeparator("phone\n0912345678")).toBe(",");
  });
});

describe("what a file is", () => {
  const judge = (...pieces: Uint8Array[]) => {
    const sniffer = openSniffer();
    for (const piece of pieces) sniffer.take(piece);
    return sniffer.judge();
  };
  const bytes = (...values: number[]) => Uint8Array.from(values);

  test("is told by its bytes: text in UTF-8 or UTF-16, an old code page, or no text at all", () => {
    const utf8 = Buffer.from("Nguyễn");
    // A letter may be cut by the edge of two pieces.
    expect(judge(utf8.subarray(0, 5), utf8.subarray(5))).toEqual({
      kind: "text",
      encoding: "utf-8",
    });
    expect(judge(bytes(0xff, 0xfe, 0x41, 0))).toEqual({ kind: "text", encoding: "utf-16le" });
    expect(judge(bytes(0x4e, 0xd0, 0xe3, 0x41))).toEqual({
      kind: "text",
      encoding: "windows-1258",
    });
    expect(judge(Buffer.from("PK\u0003\u0004rest"))).toEqual({ kind: "workbook" });
    expect(judge(bytes(0xd0, 0xcf, 0x11, 0xe0, 0))).toMatchObject({ reason: "old-workbook" });
    expect(judge(bytes(0x7f, 0x45, 0, 0))).toMatchObject({ reason: "not-text" });
    expect(judge()).toMatchObject({ reason: "empty" });
  });
});

describe("phone numbers of a list", () => {
  test.each([
    ["0912 345 678", "+84912345678"],
    ["912345678", "+84912345678"],
    ["84912345678", "+84912345678"],
    ["(+84) 912.345.678", "+84912345678"],
    // The eleven digits of before September 2018.
    ["0168 345 6789", "+84383456789"],
    ["+841203456789", "+84703456789"],
    ["1993456789", "+84593456789"],
    ["+1 202 555 0123", "+12025550123"],
  ])("%s is %s in Vietnam", (typed, phone) => {
    expect(readListedNumber(typed, "VN")).toEqual({ kind: "phone", phone });
  });

  test.each(["12345", "lan@example.com", "0000000000", "09123456789012"])("%s is none", (typed) => {
    expect(readListedNumber(typed, "VN").kind).toBe("fault");
  });
});

describe("cells", () => {
  test("a birthday is a day that was, with the day before the month", () => {
    const read = (typed: string) => readBirthday(typed, "2026-11-26");
    expect(read("24/3/1992")).toBe("1992-03-24");
    expect(read("1992-03-24")).toBe("1992-03-24");
    expect(read("1992-03-24T00:00:00")).toBe("1992-03-24");
    expect(read("5.11")).toBe("--11-05");
    expect(read("29/2")).toBe("--02-29");
    for (const typed of ["31/2/1990", "1/13/1990", "27/11/2026", "1/1/1850", "mai"])
      expect(read(typed), typed).toBeNull();
  });

  test("a language is told by its code or its name", () => {
    expect(["vi", "Tiếng Việt", "ENGLISH", "xx"].map(readLanguage)).toEqual([
      "vi",
      "vi",
      "en",
      null,
    ]);
  });

  test("the apostrophe of an export is no part of what a cell says", () => {
    expect(["'+84912345678", "'0912", "O'Neil", "'Tis"].map(cleanCell)).toEqual([
      "+84912345678",
      "0912",
      "O'Neil",
      "'Tis",
    ]);
  });
});

describe("columns", () => {
  test("are what they were the last time, else what their names say, each field once", () => {
    const remembered = new Map([
      ["ghi chu", "name"],
      ["sdt", ""],
    ]);
    expect(suggestFields(["Họ và tên", "Ghi chú", "SĐT", "E-mail", "?"], remembered)).toEqual([
      "name",
      null,
      null,
      "email",
      null,
    ]);
  });

  test("need what people are told apart by, and no field twice", () => {
    expect(findPlanFault(["name", null])).toBe("no-identifier");
    expect(findPlanFault(["phone", "phone"])).toBe("field-twice");
    expect(findPlanFault(["email", null])).toBeNull();
  });
});

const READING: Reading = {
  columns: ["name", "phone", "email", "birthday", null, "group", "tags"],
  ...{ country: "VN", today: "2026-11-26" },
  groups: new Map([["khách vip", "g1"]]),
  tags: new Map([
    ["trà", "t1"],
    ["bánh", "t2"],
  ]),
  own: new Map(),
};

describe("a row", () => {
  test("says who it is, and which group and tags it asks for by their names", () => {
    const cells = [
      "  Trần   Thị Lan ",
      "0912345678",
      "LAN@Example.com",
      "",
      "x",
      "Khách VIP",
      "Trà; bánh",
    ];
    expect(readRow(cells, READING)).toEqual({
      ...{ kind: "good", groupId: "g1", tagIds: ["t1", "t2"] },
      told: { name: "Trần Thị Lan", phone: "+84912345678", email: "lan@example.com" },
    });
  });

  test("that is wrong says everything that is wrong at once", () => {
    const cells = ["x".repeat(101), "12", "lan@", "32/1", "", "Ai", "Trà, Kem"];
    expect(readRow(cells, READING)).toEqual({
      kind: "bad",
      reasons: [
        "name-too-long",
        "phone-too-short",
        "email",
        "birthday",
        "group-unknown",
        "tag-unknown",
      ],
    });
    expect(readRow(["Lan"], READING)).toEqual({ kind: "bad", reasons: ["no-identifier"] });
  });

  test("of nothing but spaces is no row", () => {
    expect(readRow([" ", "", "\t"], READING)).toEqual({ kind: "blank" });
  });
});

describe("a cell of a field of the company's own", () => {
  const field = (kind: OwnFieldRow["kind"], choices: OwnFieldRow["choices"] = []): OwnFieldRow => ({
    ...{ key: "own.it", kind, label: { vi: "Nó" }, choices },
    ...{ searchable: false, openToCustomers: false, archivedAt: null },
  });
  const choice = (value: string, vi: string, en = vi) => ({ value, label: { vi, en } });
  const drinks = [
    choice("tea", "Trà", "Tea"),
    choice("coffee", "Cà phê, đen", "Coffee"),
    choice("one", "Như nhau"),
    choice("two", "Như nhau"),
  ];
  const read = (of: OwnFieldRow, text: string) =>
    readRow(["0912345678", text], {
      ...READING,
      columns: ["phone", "own.it"],
      own: new Map([["own.it", of]]),
    });
  const good = (value: string) => ({
    kind: "good",
    told: { phone: "+84912345678", "own.it": value },
  });

  test.each<[OwnFieldRow, string, string]>([
    [field("text"), "  ngồi góc ", "ngồi góc"],
    [field("number"), "42,5", "42.5"],
    [field("date"), "8/3/2024", "2024-03-08"],
    [field("date"), "2024-03-08T00:00:00", "2024-03-08"],
    [field("yes-no"), "Có", "yes"],
    [field("yes-no"), "KHÔNG", "no"],
    [field("choice", drinks), "trà", "tea"],
    [field("choice", drinks), "two", "two"],
    [field("choices", drinks), "Tea, coffee", "tea\ncoffee"],
    [field("choices", drinks), "Cà phê, đen; Trà", "tea\ncoffee"],
    [field("phone"), "912000001", "+84912000001"],
    [field("email"), "Lan@Example.com", "lan@example.com"],
    [field("link"), "https://example.com", "https://example.com/"],
  ])("%o reads %s as %s", (of, text, value) => {
    expect(read(of, text)).toMatchObject(good(value));
  });

  test.each<[OwnFieldRow, string]>([
    [field("number"), "nhiều"],
    [field("date"), "30/2/2024"],
    [field("yes-no"), "có lẽ"],
    [field("choice", drinks), "Như nhau"],
    [field("choices", drinks), "Trà; nước mắm"],
    [field("phone"), "12"],
    [field("email"), "lan@"],
    [field("link"), "javascript:alert(1)"],
  ])("%o does not take %s, and says of which field it is", (of, text) => {
    expect(read(of, text)).toEqual({ kind: "bad", reasons: [`own-${of.kind} own.it`] });
  });

  test("what is written into a file is read from it as the same", () => {
    const words = { yes: "Có", no: "Không" };
    for (const [of, value] of [
      [field("yes-no"), "no"],
      [field("choice", drinks), "one"],
      [field("choices", drinks), "tea\ncoffee\ntwo"],
      [field("date"), "2024-02-29"],
      [field("number"), "-0.5"],
    ] as const) {
      const cell = writeOwnCell(value, of, { language: "vi", words });
      expect(read(of, cell), cell).toMatchObject(good(value));
    }
  });
});

test("a column is a field of the company's own by its words in any language, or by its key", () => {
  const own = [
    { key: "own.size", label: { vi: "Cỡ giày", en: "Shoe size" } },
    { key: "own.size_2", label: { vi: "Cỡ giày" } },
  ] as const;
  const headers = ["SHOE SIZE", "Cỡ giày (own.size_2)", "own.size", "Địa chỉ", "Số thẻ"];
  expect(suggestFields(headers, new Map(), own)).toEqual([
    ...["own.size", "own.size_2", null, "address", "card"],
  ]);
  // One that was removed is not what its column was the last time.
  expect(suggestFields(["x"], new Map([["x", "own.gone"]]), own)).toEqual([null]);
});

test("a field that is suggested later is taken beside what was chosen, and never twice", () => {
  const chosen = { 1: "own.trade", 2: null } as const;
  expect(applyChoices(["phone", null, "name"], chosen)).toEqual(["phone", "own.trade", null]);
  expect(applyChoices(["phone", null, null, "own.staff"], chosen).at(3)).toBe("own.staff");
  expect(applyChoices(["phone", null, null, "own.trade"], chosen).at(3)).toBeNull();
});
