import { describe, expect, test } from "vitest";
import { findDayStart, readLastDay, writeLastDay } from "./days.ts";

describe("the last day of a policy", () => {
  test("ends with the midnight of the branch's clock", () => {
    expect(writeLastDay("2026-12-31", "Asia/Ho_Chi_Minh")).toBe("2026-12-31T17:00:00.000Z");
    expect(readLastDay("2026-12-31T17:00:00.000Z", "Asia/Ho_Chi_Minh")).toBe("2026-12-31");
    expect(readLastDay("2026-12-31T17:00:00.001Z", "Asia/Ho_Chi_Minh")).toBe("2027-01-01");
  });

  test("begins at midnight also on the days the clock changes", () => {
    // 2026-03-29 and 2026-10-25, at 03:00 in Berlin.
    expect(findDayStart("2026-03-29", "Europe/Berlin").toISOString()).toBe(
      "2026-03-28T23:00:00.000Z",
    );
    expect(findDayStart("2026-03-30", "Europe/Berlin").toISOString()).toBe(
      "2026-03-29T22:00:00.000Z",
    );
    expect(findDayStart("2026-10-26", "Europe/Berlin").toISOString()).toBe(
      "2026-10-25T23:00:00.000Z",
    );
  });
});
