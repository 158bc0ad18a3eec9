import { expect, test } from "vitest";
import { findMoment, readWall } from "./zoned.ts";

test("a time on a branch's clock is one moment, whatever clock this browser has", () => {
  const moment = findMoment("2026-11-26", "14:00", "Asia/Ho_Chi_Minh");
  expect(moment.toISOString()).toBe("2026-11-26T07:00:00.000Z");
  expect(readWall(moment, "Asia/Ho_Chi_Minh")).toBe("2026-11-26T14:00");
});

test("it is the right one also on the days the clock changes", () => {
  // 2026-03-29 and 2026-10-25, at 03:00 in Berlin.
  const at = (day: string, time: string) => findMoment(day, time, "Europe/Berlin").toISOString();
  expect(at("2026-03-29", "00:00")).toBe("2026-03-28T23:00:00.000Z");
  expect(at("2026-03-29", "12:00")).toBe("2026-03-29T10:00:00.000Z");
  expect(at("2026-10-26", "00:00")).toBe("2026-10-25T23:00:00.000Z");
});
