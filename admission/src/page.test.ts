import type { PageSettings } from "@foyer/contract";
import { describe, expect, test } from "vitest";
import { choosePage, isPageDue } from "./page.ts";

const page = (name: string, when: Partial<PageSettings["when"]>): PageSettings => ({
  id: name,
  name,
  version: 1,
  when: { guests: "any", visitNumbers: [], ...when },
  blocks: [],
});

describe("the choice of a page", () => {
  const first = page("first", { guests: "first-visit" });
  const second = page("second", { guests: "returning", visitNumbers: [2] });
  const back = page("back", { guests: "returning" });
  const pages = [first, second, back];

  test("part of MC-4.1: visits 1, 2 and 5 each see another page", () => {
    expect(choosePage(pages, { isReturning: false, visitNumber: 1 })).toBe(first);
    expect(choosePage(pages, { isReturning: true, visitNumber: 2 })).toBe(second);
    expect(choosePage(pages, { isReturning: true, visitNumber: 5 })).toBe(back);
  });

  test("somebody not proved to be returning never sees a page for returning guests", () => {
    expect(choosePage([second, back], { isReturning: false, visitNumber: 2 })).toBeNull();
  });
});

describe("whether a page is due", () => {
  const now = new Date("2026-03-01T18:00:00Z");
  const moment = { now, timeZone: "Asia/Ho_Chi_Minh", lastPageAt: null, hasOpenVisit: false };

  test("each visit: due at an arrival, not on a reconnect within the visit", () => {
    const lastPageAt = new Date("2026-03-01T17:30:00Z");
    const each = { ...moment, greet: "each-visit", lastPageAt } as const;
    expect(isPageDue({ ...each, hasOpenVisit: false })).toBe(true);
    expect(isPageDue({ ...each, hasOpenVisit: true })).toBe(false);
  });

  test("once a day counts the branch's days: 00:30 in Saigon is another day than 23:30", () => {
    const evening = new Date("2026-03-01T16:30:00Z");
    const afterMidnight = new Date("2026-03-01T17:30:00Z");
    const daily = { ...moment, greet: "once-a-day" } as const;
    expect(isPageDue({ ...daily, lastPageAt: evening, now: afterMidnight })).toBe(true);
    expect(isPageDue({ ...daily, lastPageAt: afterMidnight, now })).toBe(false);
    expect(isPageDue({ ...daily, timeZone: "UTC", lastPageAt: evening, now: afterMidnight })).toBe(
      false,
    );
  });

  test("never is never", () => {
    expect(isPageDue({ ...moment, greet: "never" })).toBe(false);
  });
});
