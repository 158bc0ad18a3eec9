import { expect, test } from "vitest";
import { fitBranches, joinRows } from "./rules.ts";
import { toSheet } from "./sheet.ts";

test("of the branches a report asks for, those in reach are left", () => {
  expect(fitBranches(undefined, ["a"])).toBeUndefined();
  expect(fitBranches("a,b", null)).toBe("a,b");
  expect(fitBranches("A,b", ["a", "c"])).toBe("A");
  expect(fitBranches("b", ["a"])).toBeNull();
});

test("a row is set against the one of its name; days and months against the how-manieth", () => {
  const now = [
    ["2026-03-01", 3],
    ["2026-03-02", 4],
    ["All", 7],
  ];
  const before = [
    ["2026-02-27", 1],
    ["All", 1],
  ];
  expect(joinRows(now, before, { keys: 1, hasSum: true }).map((row) => row.before)).toEqual([
    ["2026-02-27", 1],
    null,
    ["All", 1],
  ]);
  expect(joinRows(now, null, { keys: 1 }).every((row) => row.before === null)).toBe(true);
});

test("two rows of one name stand beside those in their order, and none beside another's", () => {
  const rows = [
    ["Quán", 1],
    ["Quán", 2],
    ["Tiệm", 3],
  ];
  const before = [
    ["Quán", 5],
    ["Khác", 9],
    ["Quán", 6],
  ];
  expect(joinRows(rows, before, { keys: 1 })).toEqual([
    { cells: ["Quán", 1], before: ["Quán", 5] },
    { cells: ["Quán", 2], before: ["Quán", 6] },
    { cells: ["Tiệm", 3], before: null },
    { cells: ["Khác", null], before: ["Khác", 9] },
  ]);
});

test("what was before alone stands before the sum, so that both columns come to theirs", () => {
  const now = [
    ["vi", 3],
    ["All", 3],
  ];
  const before = [
    ["en", 4],
    ["vi", 1],
    ["All", 5],
  ];
  const rows = joinRows(now, before, { keys: 1, hasSum: true });
  expect(rows.map(({ cells }) => cells[0])).toEqual(["vi", "en", "All"]);
  const columns = rows.map((row) => [Number(row.cells[1]), Number(row.before?.[1] ?? 0)]);
  const [sums, ...others] = columns.toReversed();
  for (const at of [0, 1])
    expect(others.reduce((sum, row) => sum + (row[at] ?? 0), 0)).toBe(sums?.[at]);
});

test("a file names each number of the other days beside it, and leaves room where there is none", () => {
  const period = { from: "2026-03-01", to: "2026-03-31" };
  const before = { from: "2026-02-01", to: "2026-02-28" };
  const told = (other: typeof before | null) => ({
    ...{ period, before: other },
    parts: [
      {
        ...{ name: "overview", title: "Branches", keys: 1, hasSum: false },
        ...{ columns: ["branch", "visits"], heads: ["Branch", "Visits"] },
        rows: [
          { cells: ["Quán", 3], before: other && ["Quán", 2] },
          { cells: ["Tiệm", 0], before: null },
        ],
      },
    ],
  });
  const top = [["Sáng thứ Hai"], ["2026-03-01 – 2026-03-31"], [], ["Branches"]];
  expect(toSheet("Sáng thứ Hai", told(before))).toEqual([
    ...top,
    ["Branch", "Visits", "Visits (2026-02-01 – 2026-02-28)"],
    ["Quán", 3, 2],
    ["Tiệm", 0, null],
  ]);
  const alone = [...top, ["Branch", "Visits"], ["Quán", 3], ["Tiệm", 0]];
  expect(toSheet("Sáng thứ Hai", told(null))).toEqual(alone);
});
