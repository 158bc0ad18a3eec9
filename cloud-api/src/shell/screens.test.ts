import { expect, test } from "vitest";
import { findActiveEntry, groupEntries, type NavigationEntry } from "./screens.ts";

const icon = () => null;
const label = { en: "x", vi: "x" };
const entries: NavigationEntry[] = [
  { path: "/", label, icon, section: "now", order: 1 },
  { path: "/customers", label, icon, section: "now", order: 2 },
  { path: "/customers/segments", label, icon, section: "now", order: 3 },
];

test("a page below an entry belongs to the entry with the longest beginning", () => {
  expect(findActiveEntry(entries, "/customers/42")?.path).toBe("/customers");
  expect(findActiveEntry(entries, "/customers/segments/7")?.path).toBe("/customers/segments");
});

test("the overview is active on its own address only", () => {
  expect(findActiveEntry(entries, "/")?.path).toBe("/");
  expect(findActiveEntry(entries, "/account")).toBeNull();
  expect(findActiveEntry(entries, "/customersx")).toBeNull();
});

test("entries stand in their sections by order, and a section that has none is not there", () => {
  const entry = (path: string, section: NavigationEntry["section"], order: number) => ({
    ...{ path, label, icon, section, order },
  });
  const given = [entry("/b", "company", 2), entry("/a", "company", 1), entry("/", "now", 9)];
  const shown = groupEntries(given).map(({ section, entries: [first, second] }) => [
    ...[section, first?.path, second?.path],
  ]);
  expect(shown).toEqual([
    ["now", "/", undefined],
    ["company", "/a", "/b"],
  ]);
});
