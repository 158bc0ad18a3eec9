import { expect, test } from "vitest";
import { toCsv } from "./csv.ts";

const cell = (value: string | number | null) => toCsv([[value]]).slice(1, -2);

test("begins with a byte order mark, and ends each line as RFC 4180 §2 says", () => {
  expect(
    toCsv([
      ["Tên", "Lần"],
      ["Nguyễn Thị Ánh", 3],
    ]),
  ).toBe('\ufeff"Tên","Lần"\r\n"Nguyễn Thị Ánh",3\r\n');
});

test.each([
  '=HYPERLINK("http://evil.example")',
  "+84912345678",
  "-2+3",
  "@SUM(A1)",
  " =1+1",
  "\t=1+1",
  "\r=1+1",
  "＝1+1",
  "|cmd",
])("%j is no formula in a spreadsheet", (value) => {
  expect(cell(value)).toBe(`"'${value.replaceAll('"', '""')}"`);
});

test.each(["0912345678", "00", "1234567890123456"])("%s keeps all its digits", (value) => {
  expect(cell(value)).toBe(`"'${value}"`);
});

test.each([
  ["Đặng Văn Lâm", '"Đặng Văn Lâm"'],
  ['nói "chào", rồi đi', '"nói ""chào"", rồi đi"'],
  ["hai\ndòng", '"hai\ndòng"'],
  ["12", '"12"'],
  ["--02-29", '"\'--02-29"'],
  [null, ""],
])("%j is written as it is", (value, written) => {
  expect(cell(value)).toBe(written);
});
