import type { PageWhen } from "@foyer/contract";
import { describe, expect, test } from "vitest";
import { listWarnings, placePage } from "./coverage.ts";

const TODAY = "2026-11-27";
const page = (id: string, when: Partial<PageWhen> = {}) => ({
  id,
  when: { guests: "any", visitNumbers: [], ...when } as PageWhen,
});
const first = page("first", { guests: "first-visit" });
const again = page("again", { guests: "returning" });
const allDay = { from: "00:00", to: "00:00" };

/** Whether the second is hidden by the first. */
const hides = (outer: Partial<PageWhen>, inner: Partial<PageWhen>) =>
  listWarnings([page("outer", outer), page("inner", inner)], TODAY).some(
    ({ pageId, kind }) => pageId === "inner" && kind === "never-reached",
  );

describe("a page is never reached", () => {
  test("behind one for everybody, and behind two that take each half of the guests", () => {
    expect(listWarnings([page("all"), again], TODAY)).toEqual([
      { pageId: "again", kind: "never-reached", hiddenBy: ["all"] },
    ]);
    expect(listWarnings([first, again, page("birthday", { birthday: true })], TODAY)).toEqual([
      { pageId: "birthday", kind: "never-reached", hiddenBy: ["first", "again"] },
    ]);
    expect(listWarnings([first, again], TODAY)).toEqual([]);
  });

  test.each<[outer: Partial<PageWhen>, inner: Partial<PageWhen>]>([
    [{ visitNumberMin: 2 }, { visitNumbers: [2, 5] }],
    [{ visitNumbers: [1, 2, 3] }, { visitNumberMin: 1, visitNumberMax: 3 }],
    [{ tenantVisitNumberMin: 2 }, { tenantVisitNumberMin: 3 }],
    [{ tags: ["vip", "vegan"] }, { tags: ["vip"], birthday: true }],
    [{ languages: ["vi"] }, { languages: ["vi"] }],
    [{ survey: { id: "a", answered: true } }, { survey: { id: "a", answered: true } }],
    [
      { hours: [{ days: [6, 7], ...allDay }] },
      { hours: [{ days: [6], from: "20:00", to: "02:00" }] },
    ],
    [{ hours: [{ days: [1, 2, 3, 4, 5, 6, 7], ...allDay }] }, {}],
    [{ dates: { from: "2026-12-01" } }, { dates: { from: "2026-12-24", to: "2026-12-26" } }],
    [{ birthday: true }, { birthday: true }],
    [{ daysSinceVisitMin: 30 }, { daysSinceVisitMin: 60, daysSinceVisitMax: 90 }],
  ])("where all that it asks lies within %j: %j", (outer, inner) => {
    expect(hides(outer, inner)).toBe(true);
  });

  test.each<[outer: Partial<PageWhen>, inner: Partial<PageWhen>]>([
    [{ visitNumbers: [2, 5] }, { visitNumberMin: 2 }],
    [{ visitNumbers: [1, 3] }, { visitNumberMin: 1, visitNumberMax: 3 }],
    [{ tenantVisitNumbers: [2] }, {}],
    [{ tags: ["vip"] }, { tags: ["vip", "vegan"] }],
    [{ groups: ["a"] }, { tags: ["a"] }],
    [{ languages: ["vi"] }, {}],
    [{ survey: { id: "a", answered: true } }, { survey: { id: "a", answered: false } }],
    [{ hours: [{ days: [6], ...allDay }] }, { hours: [{ days: [6], from: "20:00", to: "00:01" }] }],
    [{ hours: [{ days: [1, 2, 3, 4, 5, 6], ...allDay }] }, {}],
    [{ dates: { to: "2026-12-25" } }, { dates: { from: "2026-12-24", to: "2026-12-26" } }],
    [{ birthday: true }, {}],
    [{ daysSinceVisitMin: 0 }, {}],
    [{ daysSinceVisitMax: 30 }, { daysSinceVisitMax: 31 }],
  ])("but not where it reaches past %j: %j", (outer, inner) => {
    expect(hides(outer, inner)).toBe(false);
  });

  test("a page that is over, or fits nobody, hides none", () => {
    expect(listWarnings([page("tet", { dates: { to: "2026-11-26" } }), again], TODAY)).toEqual([
      { pageId: "tet", kind: "over", since: "2026-11-26" },
    ]);
    expect(hides({ dates: { to: TODAY } }, { dates: { from: TODAY, to: TODAY } })).toBe(true);
  });
});

describe("a page fits nobody", () => {
  test.each<Partial<PageWhen>>([
    { guests: "first-visit", visitNumbers: [2, 5] },
    { guests: "first-visit", visitNumberMin: 2 },
    { guests: "first-visit", daysSinceVisitMin: 30 },
    { visitNumbers: [2], visitNumberMin: 3 },
  ])("where its conditions exclude each other: %j", (when) => {
    expect(listWarnings([page("none", when)], TODAY)).toEqual([
      { pageId: "none", kind: "fits-nobody" },
    ]);
  });
});

describe("a new page", () => {
  const ids = (pages: readonly { id: string }[]) => pages.map(({ id }) => id);

  test("goes before the first that would keep a guest from it", () => {
    expect(
      ids(placePage([first, again], page("fifth", { guests: "returning", visitNumbers: [5] }))),
    ).toEqual([...["first", "fifth", "again"]]);
    expect(ids(placePage([first, again], page("vip", { tags: ["vip"] })))).toEqual([
      ...["vip", "first", "again"],
    ]);
  });

  test("that nothing hides goes behind the others; one that stands there stays in its place", () => {
    const vip = page("vip", { tags: ["vip"] });
    expect(ids(placePage([vip], page("all")))).toEqual(["vip", "all"]);
    expect(ids(placePage([first, vip, again], page("vip")))).toEqual(["first", "vip", "again"]);
  });
});
