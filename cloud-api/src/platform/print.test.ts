import { expect, test } from "vitest";
import { listTicks } from "./print-chart.ts";
import { openRuler } from "./print-fonts.ts";
import { layOut, MARGIN, wrap } from "./print-layout.ts";
import { type PrintedReport, printCell, printTime } from "./printed.ts";

/** A report of so many rows, the last of which is what the others come to. */
function reportOf(rows: number, heads: readonly string[]): PrintedReport {
  const cells = (name: string) => [name, ...heads.slice(1).map((_, at) => 1_234_567 * (at + 1))];
  return {
    ...{ language: "vi", company: "Cà phê", title: "Tuần này", about: ["Tất cả"], source: "" },
    ...{ printedAt: new Date("2026-11-20T09:00:00Z"), figures: [] },
    parts: [
      {
        ...{ title: "Chi nhánh", keys: 1, heads, chart: null },
        rows: Array.from({ length: rows }, (_, at) => ({
          ...{ cells: cells(`Quán ${at + 1}`), before: null, isTotal: at === rows - 1 },
        })),
      },
    ],
    words: { page: (at, all) => `${at}/${all}`, continues: (title) => title },
  };
}

function place(report: PrintedReport) {
  const steps = layOut(report, openRuler());
  for (let step = steps.next(); ; step = steps.next()) if (step.done) return step.value;
}

test("numbers and days are written as readers of the language write them", () => {
  expect(["vi", "en"].map((each) => printCell(each as "vi", 1_234_567))).toEqual([
    ...["1.234.567", "1,234,567"],
  ]);
  expect(printCell("vi", "2026-06-05")).toBe("05/06/2026");
  expect(printCell("en", "2026-06-05")).toBe("5 Jun 2026");
  expect([printCell("vi", "2026-06"), printCell("en", "2026-06")]).toEqual(["06/2026", "Jun 2026"]);
  expect(printCell("en", "2026-06-05T08")).toBe("5 Jun 2026, 08:00");
  expect(printCell("en", "2026-99-99")).toBe("2026-99-99");
  const at = new Date("2026-11-20T09:05:00Z");
  expect(printTime("en", at, "Asia/Ho_Chi_Minh")).toBe("20 Nov 2026, 16:05 (Asia/Ho_Chi_Minh)");
});

test("a text is broken between words, and a word alone where it is wider than a line", () => {
  const measure = (text: string) => text.length;
  expect(wrap("Thời gian kết nối", 9, measure)).toEqual(["Thời gian", "kết nối"]);
  expect(wrap("abcdefgh ij", 3, measure)).toEqual(["abc", "def", "gh", "ij"]);
  expect(wrap("", 3, measure)).toEqual([""]);
});

test("an axis goes in round whole steps to the highest or above it", () => {
  expect(listTicks(0)).toEqual([0, 1]);
  expect(listTicks(3)).toEqual([0, 1, 2, 3]);
  expect(listTicks(10)).toEqual([0, 5, 10]);
  for (const highest of [1, 7, 42, 999, 12_345, 10_000_001])
    expect(listTicks(highest).at(-1)).toBeGreaterThanOrEqual(highest);
});

test("every row stands once, within the edges of its page, below the names of its columns", () => {
  for (const columns of [3, 12]) {
    const heads = Array.from({ length: columns }, (_, at) => `Cột ${at} dài dài`);
    const { pages, sheet } = place(reportOf(150, heads));
    expect(pages.length).toBeGreaterThan(2);
    const rows = pages.flatMap((page) =>
      page.flatMap((each) => (each.kind === "row" ? [each] : [])),
    );
    expect(rows.map(({ row }) => row.cells[0]?.join(" "))).toEqual(
      Array.from({ length: 150 }, (_, at) => `Quán ${at + 1}`),
    );
    for (const page of pages) {
      const first = page.findIndex(({ kind }) => kind === "row");
      expect(page[first - 1]?.kind).toBe("head");
      for (const [at, { top, height }] of page.entries()) {
        const above = page[at - 1];
        expect(top).toBeGreaterThanOrEqual(above ? above.top + above.height - 0.01 : MARGIN);
        expect(top + height).toBeLessThanOrEqual(sheet.height - MARGIN + 0.01);
      }
    }
    const right = Math.max(...(rows[0]?.table.columns ?? []).map(({ x, width }) => x + width));
    expect(right).toBeLessThanOrEqual(sheet.width - 2 * MARGIN + 0.01);
  }
});
