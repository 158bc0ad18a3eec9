import { expect, test } from "vitest";
import { listMeasures, listRemarks, orderRows, wholeOf } from "./measures.ts";

type Part = Parameters<typeof listMeasures>[0];
const rowsOf = (rows: Omit<Part["rows"][number], "rise">[]): Part["rows"] =>
  rows.map((row) => ({ ...row, rise: null }));

const branches: Part = {
  ...{ name: "overview", title: "Branches", keys: 1, hasSum: true },
  columns: ["branch", "visits", "customers", "dwellSeconds"],
  heads: ["Branch", "Visits", "Customers", "Dwell time (seconds)"],
  rises: ["neutral", "good", "good", "neutral"],
  rows: rowsOf([
    { cells: ["A", 2, 2, 60], before: ["A", 5, 4, 90] },
    { cells: ["B", 7, 6, 30], before: null },
    { cells: ["C", null, null, null], before: ["C", 1, 1, 10] },
    { cells: ["All", 9, 7, 90], before: ["All", 6, 5, 100] },
  ]),
};
const crowd: Part = {
  ...{ name: "crowd", title: "At once", keys: 1, hasSum: false },
  ...{ columns: ["hour", "peak", "branch"], heads: ["Hour", "At once", "Branch"] },
  rises: ["neutral", "good", "neutral"],
  rows: rowsOf([
    { cells: [8, 3, "A"], before: null },
    { cells: [9, 12, "B"], before: null },
  ]),
};

test("the columns of numbers are told by name and kind, and words beside them are remarks", () => {
  const measures = listMeasures(branches);
  expect(measures.map(({ name, kind, addsUp, rise }) => [name, kind, addsUp, rise])).toEqual([
    ["Visits", "count", true, "good"],
    ["Customers", "count", false, "good"],
    ["Dwell time", "seconds", true, "neutral"],
  ]);
  expect(listRemarks(branches)).toEqual([]);
  expect(listRemarks(crowd)).toEqual([2]);
});

test("branches stand by how high they are and hours by the clock; the sum is none of the rows", () => {
  const [visits] = listMeasures(branches);
  const [peak] = listMeasures(crowd);
  const names = visits && orderRows(branches, visits).map(({ cells }) => cells[0]);
  expect(names).toEqual(["B", "A", "C"]);
  expect(peak && orderRows(crowd, peak).map(({ cells }) => cells[0])).toEqual([8, 9]);
});

test("the whole is the sum that was told, or that of rows which come to one; most guests at once come to none", () => {
  const [visits, customers] = listMeasures(branches);
  expect(customers && wholeOf(branches, customers)).toEqual({ now: 7, before: 5 });
  const alone = { ...branches, hasSum: false, rows: branches.rows.slice(0, -1) };
  expect(visits && wholeOf(alone, visits)).toEqual({ now: 9, before: 6 });
  expect(customers && wholeOf(alone, customers)).toBeNull();
  const [peak] = listMeasures(crowd);
  expect(peak && wholeOf(crowd, peak)).toBeNull();
});

test("who came last how long ago comes to everybody, and is set against nothing where nothing is", () => {
  const recency: Part = {
    ...{ name: "recency", title: "Last visit", keys: 1, hasSum: false },
    ...{ columns: ["recency", "customers"], heads: ["Last visit", "Customers"] },
    rises: ["neutral", "good"],
    rows: rowsOf([
      { cells: ["Active", 4], before: null },
      { cells: ["Lapsed", 6], before: null },
    ]),
  };
  const [customers] = listMeasures(recency);
  expect(customers && wholeOf(recency, customers)).toEqual({ now: 10, before: null });
});
