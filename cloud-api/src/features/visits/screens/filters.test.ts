import { expect, test } from "vitest";
import { linkToVisits, listRanges, readFilters, writeFilters } from "./filters.ts";

test("a link to the visits of a number is read back as the same filters", () => {
  const filters = {
    ...{ branchIds: ["0192f0c1-0000-7000-8000-000000000001"], brandId: null, branchKind: null },
    from: "2026-02-28",
    to: "2026-03-01",
    open: true,
    kind: "returning" as const,
  };
  const address = new URL(linkToVisits(filters), "http://foyer.test");
  expect(address.pathname).toBe("/visits");
  expect(readFilters(address.searchParams)).toEqual(filters);
});

test("several branches, a brand's and those of a kind are read back as well", () => {
  const ids = ["0192f0c1-0000-7000-8000-000000000001", "0192f0c1-0000-7000-8000-000000000002"];
  const [brandId = ""] = ids;
  for (const places of [
    { branchIds: ids, brandId: null, branchKind: null },
    { branchIds: [], brandId, branchKind: "cafe" as const },
  ]) {
    const address = new URL(linkToVisits({ ...places, open: true }), "http://foyer.test");
    expect(readFilters(address.searchParams)).toMatchObject({ ...places, open: true });
  }
});

test("a filter that is not understood is left out rather than guessed", () => {
  const parameters = new URLSearchParams("from=yesterday&to=2026-13-45&kind=loyal&open=maybe");
  expect(readFilters(parameters)).toEqual({
    ...{ branchIds: [], brandId: null, branchKind: null },
    from: null,
    to: null,
    open: false,
    kind: null,
  });
});

test("filters that are not set leave no trace in the address", () => {
  expect(linkToVisits({})).toBe("/visits");
  expect(writeFilters({ open: false }).open).toBeNull();
});

test("the last 7 days are today and the six before it, across the end of a month", () => {
  expect(listRanges("2026-03-03").week).toEqual({ from: "2026-02-25", to: "2026-03-03" });
  expect(listRanges("2026-03-01").yesterday).toEqual({ from: "2026-02-28", to: "2026-02-28" });
});
