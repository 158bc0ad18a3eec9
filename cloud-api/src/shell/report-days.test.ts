import { expect, test } from "vitest";
import { readReportDay } from "./format.ts";

const HANOI = "Asia/Ho_Chi_Minh";

test("until the hour at which days begin it is the evening before", () => {
  const at = (time: string, hour: number) => readReportDay(new Date(time), hour, HANOI);
  expect(at("2026-11-20T18:30:00Z", 4)).toBe("2026-11-20");
  expect(at("2026-11-20T20:59:59Z", 4)).toBe("2026-11-20");
  expect(at("2026-11-20T21:00:00Z", 4)).toBe("2026-11-21");
  expect(at("2026-11-20T17:00:00Z", 0)).toBe("2026-11-21");
  expect(at("2026-12-31T17:30:00Z", 4)).toBe("2026-12-31");
});

test("in the night of a change of clocks it is what the clock on the wall shows", () => {
  const at = (time: string) => readReportDay(new Date(time), 3, "Europe/Berlin");
  // 02:59 for the first time and for the second one, and 03:00.
  expect(at("2026-10-25T00:59:00Z")).toBe("2026-10-24");
  expect(at("2026-10-25T01:59:00Z")).toBe("2026-10-24");
  expect(at("2026-10-25T02:00:00Z")).toBe("2026-10-25");
  // From 01:59 to 03:00.
  expect(at("2026-03-29T00:59:00Z")).toBe("2026-03-28");
  expect(at("2026-03-29T01:00:00Z")).toBe("2026-03-29");
});
