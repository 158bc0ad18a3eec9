import { expect, test } from "vitest";
import { findActiveEntry, type NavigationEntry } from "./screens.ts";

const icon = () => null;
const label = { en: "x", vi: "x" };
const entries: NavigationEntry[] = [
  { path: "/", label, icon, order: 1 },
  { path: "/customers", label, icon, order: 2 },
  { path: "/customers/segments", label, icon, order: 3 },
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
