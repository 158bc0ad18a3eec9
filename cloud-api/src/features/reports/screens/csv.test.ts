import { expect, test } from "vitest";
import { writeCsv } from "./csv.ts";

test("RFC 4180 §2: lines end with CRLF, and what holds a comma, a quote or a line is quoted", () => {
  const rows = [["Hồ Gươm, 1", 'the "old" one', "two\nlines", 12, null]];
  expect(writeCsv({ header: ["a", "b", "c", "d", "e"], rows })).toBe(
    '\uFEFFa,b,c,d,e\r\n"Hồ Gươm, 1","the ""old"" one","two\nlines",12,\r\n',
  );
});

test("no name of a branch is a formula to a spreadsheet, and no number becomes a text", () => {
  expect(writeCsv({ header: ["=HYPERLINK(1)"], rows: [["-2+3", -5]] })).toBe(
    "\uFEFF'=HYPERLINK(1)\r\n'-2+3,-5\r\n",
  );
});
