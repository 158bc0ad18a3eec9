import { expect, test } from "vitest";
import { nameSlot } from "./slots.ts";

const en = { language: "en", weekOf: (day: string) => `Week of ${day}` } as const;
const vi = { language: "vi", weekOf: (day: string) => `Tuần từ ${day}` } as const;

test.each([
  ["2026-03-01T08", "hour", "08:00", "08:00 · Sun 1 March"],
  ["2026-03-01", "day", "1 Mar", "Sun, 1 March 2026"],
  ["2026-02-23", "week", "23 Feb", "Week of 23 February 2026"],
  ["2026-03", "month", "Mar 2026", "March 2026"],
] as const)("in English %s is called %s: %s", (slot, unit, short, long) => {
  const named = nameSlot(slot, { ...en, unit });
  expect(named.short).toBe(short);
  expect(named.long.replace(",", "")).toBe(long.replace(",", ""));
});

test("in Vietnamese a day is written by its numbers", () => {
  expect(nameSlot("2026-03-01", { ...vi, unit: "day" }).short).toBe("1/3");
  expect(nameSlot("2026-02-23", { ...vi, unit: "week" }).long).toContain("Tuần từ 23 tháng 2");
});
