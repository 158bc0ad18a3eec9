import { expect, test } from "vitest";
import {
  choosePage,
  clampUsage,
  encloseDays,
  findDay,
  hashForBox,
  isDay,
  listDaysUpTo,
} from "./rules.ts";

test("a day is the branch's own: one moment has two dates around the world", () => {
  const at = new Date("2026-03-01T17:30:00Z");
  expect(findDay(at, "Asia/Ho_Chi_Minh")).toBe("2026-03-02");
  expect(findDay(at, "America/Los_Angeles")).toBe("2026-03-01");
});

test("the days up to one cross the ends of months, leap days too", () => {
  expect(listDaysUpTo("2028-03-01", 3)).toEqual(["2028-02-28", "2028-02-29", "2028-03-01"]);
  expect(listDaysUpTo("2026-01-01", 30)).toHaveLength(30);
});

test("the moments around a day hold that day in every time zone", () => {
  const { after, before } = encloseDays({ from: "2026-03-01", to: "2026-03-01" });
  for (const zone of ["Pacific/Kiritimati", "Etc/GMT+12", "Asia/Ho_Chi_Minh", "UTC"])
    for (const hour of Array.from({ length: 96 }, (_, index) => index - 36)) {
      const at = new Date(Date.UTC(2026, 2, 1, hour));
      if (findDay(at, zone) !== "2026-03-01") continue;
      expect(after && at >= after && before && at < before, `${zone} ${at.toISOString()}`).toBe(
        true,
      );
    }
});

test("only days of the calendar are days", () => {
  expect(["2026-02-28", "2028-02-29"].every(isDay)).toBe(true);
  expect(["2026-02-29", "2026-13-01", "2026-00-10", "yesterday"].some(isDay)).toBe(false);
});

test("a counter that no visit could reach is cut", () => {
  const usage = clampUsage({ connectedSeconds: 60, uploadBytes: 1e300, downloadBytes: 5 });
  expect(usage).toEqual({ connectedSeconds: 60, uploadBytes: 2 ** 46, downloadBytes: 5 });
});

test("a phone's hash is HMAC-SHA-256 under the branch's key", () => {
  // RFC 4231 §4.2 has this key and text.
  const key = Buffer.alloc(20, 0x0b).toString("base64");
  expect(hashForBox("Hi There", key)).toBe(
    "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
  );
});

test("a page that is full ends before the first change it cannot tell whole", () => {
  const rows = [1, 2, 2, 3, 3].map((changedPosition) => ({ changedPosition }));
  expect(choosePage(rows, { reached: 9, max: 5 })).toEqual({ guests: rows, position: 9 });
  expect(choosePage(rows, { reached: 9, max: 4 })).toEqual({
    guests: rows.slice(0, 3),
    position: 2,
  });
});
