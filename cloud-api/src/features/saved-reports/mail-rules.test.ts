import { describe, expect, test } from "vitest";
import { findNextMail, type MailRhythm, readOutcome } from "./mail-rules.ts";

const rhythm = (more: Partial<MailRhythm> = {}): MailRhythm => ({
  ...{ every: "day", weekday: null, monthDay: null, hour: 8, timeZone: "Asia/Ho_Chi_Minh" },
  ...more,
});
const next = (more: Partial<MailRhythm>, after: string) =>
  findNextMail(rhythm(more), new Date(after)).toISOString();

describe("the next mail", () => {
  test("of each day is today's until its hour has struck", () => {
    expect(next({}, "2026-03-01T00:59:59Z")).toBe("2026-03-01T01:00:00.000Z");
    expect(next({}, "2026-03-01T01:00:00Z")).toBe("2026-03-02T01:00:00.000Z");
  });

  test("of each week is on its day by the clock of its zone", () => {
    // A Sunday evening in UTC is Monday in Vietnam.
    expect(next({ every: "week", weekday: 1 }, "2026-03-01T18:00:00Z")).toBe(
      "2026-03-02T01:00:00.000Z",
    );
    expect(next({ every: "week", weekday: 7 }, "2026-03-01T01:00:00Z")).toBe(
      "2026-03-08T01:00:00.000Z",
    );
  });

  test("of each month is on the last day where the month has no such day", () => {
    const monthly = { every: "month", monthDay: 31 } as const;
    expect(next(monthly, "2026-02-01T00:00:00Z")).toBe("2026-02-28T01:00:00.000Z");
    expect(next(monthly, "2028-02-01T00:00:00Z")).toBe("2028-02-29T01:00:00.000Z");
    expect(next(monthly, "2026-03-31T02:00:00Z")).toBe("2026-04-30T01:00:00.000Z");
    expect(next({ every: "month", monthDay: 1 }, "2026-12-01T02:00:00Z")).toBe(
      "2027-01-01T01:00:00.000Z",
    );
  });

  test("keeps its hour where clocks change, is later by what they skip, and comes once where they go back", () => {
    const berlin = { timeZone: "Europe/Berlin", hour: 8 };
    expect(next(berlin, "2026-03-28T08:00:00Z")).toBe("2026-03-29T06:00:00.000Z");
    expect(next({ ...berlin, hour: 2 }, "2026-03-28T08:00:00Z")).toBe("2026-03-29T01:00:00.000Z");
    const back = next({ ...berlin, hour: 2 }, "2026-10-24T08:00:00Z");
    expect(back).toBe("2026-10-25T00:00:00.000Z");
    expect(next({ ...berlin, hour: 2 }, back)).toBe("2026-10-26T01:00:00.000Z");
  });
});

test("a mail that was begun long ago and never ended may have been taken", () => {
  const begunAt = new Date("2026-03-01T01:00:00Z");
  const at = (text: string) => readOutcome({ outcome: "sending", begunAt }, new Date(text));
  expect(at("2026-03-01T01:14:00Z")).toBe("sending");
  expect(at("2026-03-01T01:16:00Z")).toBe("unknown");
  expect(readOutcome({ outcome: "sent", begunAt }, new Date("2027-01-01T00:00:00Z"))).toBe("sent");
});
