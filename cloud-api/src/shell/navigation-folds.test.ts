import { expect, test } from "vitest";
import { foldsKey, isSectionOpen, readFolds, toggleFold, writeFolds } from "./navigation-folds.ts";

test("what was folded is read back as it was remembered, and nothing that is no section", () => {
  const folds = toggleFold(toggleFold([], "wifi"), "pages");
  expect(readFolds(writeFolds(folds))).toEqual(["pages", "wifi"]);
  expect(readFolds("wifi,gone,")).toEqual(["wifi"]);
  expect(readFolds(writeFolds([]))).toEqual([]);
  expect(readFolds(null)).toEqual([]);
});

test("folded twice is open again", () => {
  expect(toggleFold(toggleFold(["pages"], "wifi"), "wifi")).toEqual(["pages"]);
});

test("the section of the open page is open though it was folded, and the first cannot be", () => {
  const shown = { folds: ["now", "wifi", "pages"] as const, current: "wifi" as const };
  expect(isSectionOpen("wifi", shown)).toBe(true);
  expect(isSectionOpen("wifi", { ...shown, current: null })).toBe(false);
  expect(isSectionOpen("pages", shown)).toBe(false);
  expect(isSectionOpen("company", shown)).toBe(true);
  expect(isSectionOpen("now", shown)).toBe(true);
});

test("two people at one browser have each their own", () => {
  expect(foldsKey("an")).not.toBe(foldsKey("binh"));
});
