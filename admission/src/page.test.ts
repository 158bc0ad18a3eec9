import type { Greet, PageSettings, PageWhen } from "@foyer/contract";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { choosePage, isPageDue, strangerOf, type Viewer } from "./page.ts";

const SAIGON = "Asia/Ho_Chi_Minh";
const BERLIN = "Europe/Berlin";
const page = (
  name: string,
  when: Partial<PageWhen>,
  more: Partial<PageSettings> = {},
): PageSettings => ({
  id: name,
  name,
  version: 1,
  when: { guests: "any", visitNumbers: [], ...when },
  blocks: [],
  ...more,
});
const known = (facts: Partial<Viewer>): Viewer => ({
  ...strangerOf("en"),
  isReturning: true,
  ...facts,
});
const noon = { now: new Date("2026-03-01T05:00:00Z"), timeZone: SAIGON };
const at = (moment: string, timeZone = SAIGON) => ({ now: new Date(moment), timeZone });
/** Whether a page of this condition is chosen. */
const fits = (when: Partial<PageWhen>, viewer: Viewer, moment = noon) =>
  choosePage([page("asked", when)], viewer, moment) !== null;

describe("the choice of a page", () => {
  const first = page("first", { guests: "first-visit" });
  const second = page("second", { guests: "returning", visitNumbers: [2] });
  const back = page("back", { guests: "returning" });
  const pages = [first, second, back];

  test("part of MC-4.1: visits 1, 2 and 5 each see another page", () => {
    expect(choosePage(pages, strangerOf("en"), noon)).toBe(first);
    expect(choosePage(pages, known({ visitNumber: 2 }), noon)).toBe(second);
    expect(choosePage(pages, known({ visitNumber: 5 }), noon)).toBe(back);
  });

  test("somebody not proved to be returning never sees a page for returning guests", () => {
    const viewer = { ...strangerOf("en"), visitNumber: 2 };
    expect(choosePage([second, back], viewer, noon)).toBeNull();
  });

  test("the first that fits is taken, in the branch's order", () => {
    const vip = page("vip", { tags: ["vip"] });
    const viewer = known({ visitNumber: 2, marks: { groups: [], tags: ["vip"], tier: null } });
    expect(choosePage([vip, second], viewer, noon)).toBe(vip);
    expect(choosePage([second, vip], viewer, noon)).toBe(second);
  });
});

test("a range of visits has both its ends", () => {
  for (const [visitNumber, isIn] of [
    [2, false],
    [3, true],
    [5, true],
    [6, false],
  ] as const)
    expect(fits({ visitNumberMin: 3, visitNumberMax: 5 }, known({ visitNumber }))).toBe(isIn);
});

test("visits to the branch and to the tenant are counted apart", () => {
  const viewer = known({ visitNumber: 1, tenantVisitNumber: 4 });
  expect(fits({ visitNumbers: [1] }, viewer)).toBe(true);
  expect(fits({ tenantVisitNumbers: [1] }, viewer)).toBe(false);
  expect(fits({ tenantVisitNumbers: [4] }, viewer)).toBe(true);
  expect(fits({ tenantVisitNumberMin: 5 }, viewer)).toBe(false);
  expect(fits({ tenantVisitNumbers: [1] }, strangerOf("en"))).toBe(true);
});

test("any of the groups, tags or tiers that are named is enough; of each kind one has to be had", () => {
  const marks = { groups: ["regulars"], tags: ["vip", "tea"], tier: "gold" };
  const viewer = known({ marks });
  expect(fits({ tags: ["press", "vip"] }, viewer)).toBe(true);
  expect(fits({ tags: ["press"] }, viewer)).toBe(false);
  expect(fits({ groups: ["regulars"], tiers: ["gold"] }, viewer)).toBe(true);
  expect(fits({ groups: ["regulars"], tiers: ["silver"] }, viewer)).toBe(false);
  expect(fits({ tiers: ["gold"] }, known({}))).toBe(false);
});

test("part of MC-4.2: who has answered the survey fits another page than who has not", () => {
  const answered = known({ answeredSurveys: ["spring"] });
  const survey = { id: "spring", answered: true };
  expect(fits({ survey }, answered)).toBe(true);
  expect(fits({ survey: { ...survey, answered: false } }, answered)).toBe(false);
  expect(fits({ survey: { id: "autumn", answered: false } }, answered)).toBe(true);
  expect(fits({ survey: { ...survey, answered: false } }, strangerOf("en"))).toBe(true);
});

describe("time slots", () => {
  const breakfast: Partial<PageWhen> = { hours: [{ days: [7], from: "07:00", to: "11:00" }] };

  test("part of MC-4.3: the page changes at the very millisecond of the slot's edge", () => {
    // 1 March 2026 is a Sunday; Saigon is seven hours ahead.
    expect(fits(breakfast, known({}), at("2026-02-28T23:59:59.999Z"))).toBe(false);
    expect(fits(breakfast, known({}), at("2026-03-01T00:00:00.000Z"))).toBe(true);
    expect(fits(breakfast, known({}), at("2026-03-01T03:59:59.999Z"))).toBe(true);
    expect(fits(breakfast, known({}), at("2026-03-01T04:00:00.000Z"))).toBe(false);
    expect(fits(breakfast, known({}), at("2026-03-02T00:00:00.000Z"))).toBe(false);
  });

  test("a slot that the clock's change skips or shows twice keeps to the wall", () => {
    const night: Partial<PageWhen> = { hours: [{ days: [7], from: "01:00", to: "03:00" }] };
    const isIn = (moment: string) => fits(night, known({}), at(moment, BERLIN));
    // Spring: 02:00 becomes 03:00 at 01:00Z, so the slot is one hour long.
    expect(isIn("2026-03-29T00:59:59.999Z")).toBe(true);
    expect(isIn("2026-03-29T01:00:00.000Z")).toBe(false);
    // Autumn: 03:00 becomes 02:00 at 01:00Z, and comes again at 02:00Z: three hours.
    expect(isIn("2026-10-24T22:59:59.999Z")).toBe(false);
    expect(isIn("2026-10-24T23:00:00.000Z")).toBe(true);
    expect(isIn("2026-10-25T01:30:00.000Z")).toBe(true);
    expect(isIn("2026-10-25T01:59:59.999Z")).toBe(true);
    expect(isIn("2026-10-25T02:00:00.000Z")).toBe(false);
  });

  test("slots that part the week leave no moment to two pages, and none to no page", () => {
    const days = [1, 2, 3, 4, 5, 6, 7];
    const pages = [
      page("morning", { hours: [{ days, from: "06:00", to: "14:30" }] }),
      page("evening", { hours: [{ days, from: "14:30", to: "23:15" }] }),
      page("night", { hours: [{ days, from: "23:15", to: "06:00" }] }),
    ];
    const moments = fc.date({
      min: new Date("2026-01-01T00:00:00Z"),
      max: new Date("2027-01-01T00:00:00Z"),
      noInvalidDate: true,
    });
    fc.assert(
      fc.property(moments, fc.constantFrom(SAIGON, BERLIN, "America/St_Johns"), (now, timeZone) => {
        const fitting = pages.filter((each) => choosePage([each], known({}), { now, timeZone }));
        expect(fitting).toHaveLength(1);
      }),
    );
  });
});

test("dates have both their days, on the branch's calendar", () => {
  const tet: Partial<PageWhen> = { dates: { from: "2026-02-17", to: "2026-02-19" } };
  expect(fits(tet, known({}), at("2026-02-16T16:59:59.999Z"))).toBe(false);
  expect(fits(tet, known({}), at("2026-02-16T17:00:00.000Z"))).toBe(true);
  expect(fits(tet, known({}), at("2026-02-19T16:59:59.999Z"))).toBe(true);
  expect(fits(tet, known({}), at("2026-02-19T17:00:00.000Z"))).toBe(false);
  expect(fits({ dates: { from: "2026-02-17" } }, known({}))).toBe(true);
  expect(fits({ dates: { to: "2026-02-17" } }, known({}))).toBe(false);
});

test("part of MC-4.5: the birthday is the branch's day, and 29 February the 28th of a common year", () => {
  const born = (birthday: string | null) => known({ birthday });
  const when = { birthday: true };
  expect(fits(when, born("1990-03-02"), at("2026-03-01T16:59:59.999Z"))).toBe(false);
  expect(fits(when, born("1990-03-02"), at("2026-03-01T17:00:00.000Z"))).toBe(true);
  expect(fits(when, born("--02-29"), at("2026-02-28T05:00:00Z"))).toBe(true);
  expect(fits(when, born("--02-29"), at("2028-02-28T05:00:00Z"))).toBe(false);
  expect(fits(when, born(null))).toBe(false);
  expect(fits({ birthday: false }, born(null))).toBe(true);
});

test("days since the visit before are the branch's midnights; a first visit has had none", () => {
  const missed = { daysSinceVisitMin: 30 };
  const lastVisitAt = new Date("2026-01-30T16:59:00Z");
  expect(fits(missed, known({ lastVisitAt }), at("2026-02-28T16:59:59Z"))).toBe(false);
  expect(fits(missed, known({ lastVisitAt }), at("2026-02-28T17:00:00Z"))).toBe(true);
  expect(fits({ daysSinceVisitMax: 1 }, known({ lastVisitAt }))).toBe(false);
  expect(fits(missed, known({}))).toBe(false);
  expect(fits({ daysSinceVisitMax: 7 }, strangerOf("en"))).toBe(false);
  const ahead = new Date(noon.now.getTime() + 60_000);
  expect(fits({ daysSinceVisitMax: 0 }, known({ lastVisitAt: ahead }))).toBe(true);
});

test("a language that is named has to be the guest's", () => {
  expect(fits({ languages: ["vi", "fa"] }, strangerOf("fa"))).toBe(true);
  expect(fits({ languages: ["vi"] }, strangerOf("fa"))).toBe(false);
});

test("a page that asks for what only a known guest has is never shown to a stranger", () => {
  const asks = fc.constantFrom<Partial<PageWhen>>(
    { guests: "returning" },
    { tags: ["vip"] },
    { groups: ["vip"] },
    { tiers: ["gold"] },
    { birthday: true },
    { daysSinceVisitMin: 0 },
    { survey: { id: "spring", answered: true } },
    { visitNumberMin: 2 },
    { tenantVisitNumberMin: 2 },
  );
  const moments = fc.date({ noInvalidDate: true, min: new Date(0), max: new Date("2100-01-01") });
  fc.assert(
    fc.property(asks, fc.constantFrom("vi", "en", "fa"), moments, (when, language, now) => {
      expect(fits(when, strangerOf(language), { now, timeZone: SAIGON })).toBe(false);
    }),
  );
});

describe("whether a page is due", () => {
  const now = new Date("2026-03-01T18:00:00Z");
  const question = {
    ...{ now, timeZone: SAIGON, lastPageAt: null, hasOpenVisit: false },
    ...{ pages: [page("back", {})], viewer: known({}) },
  };

  test("each visit: due at an arrival, not on a reconnect within the visit", () => {
    const lastPageAt = new Date("2026-03-01T17:30:00Z");
    const each = { ...question, greet: "each-visit", lastPageAt } as const;
    expect(isPageDue({ ...each, hasOpenVisit: false })).toBe(true);
    expect(isPageDue({ ...each, hasOpenVisit: true })).toBe(false);
  });

  test("once a day counts the branch's days: 00:30 in Saigon is another day than 23:30", () => {
    const evening = new Date("2026-03-01T16:30:00Z");
    const afterMidnight = new Date("2026-03-01T17:30:00Z");
    const daily = { ...question, greet: "once-a-day" } as const;
    expect(isPageDue({ ...daily, lastPageAt: evening, now: afterMidnight })).toBe(true);
    expect(isPageDue({ ...daily, lastPageAt: afterMidnight, now })).toBe(false);
    const inLondon = { ...daily, timeZone: "UTC", lastPageAt: evening, now: afterMidnight };
    expect(isPageDue(inLondon)).toBe(false);
  });

  test("never is never", () => {
    expect(isPageDue({ ...question, greet: "never" })).toBe(false);
  });

  test("when due: once for each version of a page, whichever fits at the moment", () => {
    const pages = [page("fifth", { visitNumbers: [5] }), page("back", {}, { version: 2 })];
    const due = (visitNumber: number, shown: [string, number][]) =>
      isPageDue({
        ...{ ...question, pages, greet: "when-due", lastPageAt: now },
        viewer: known({
          visitNumber,
          shownPages: shown.map(([pageId, version]) => ({ pageId, version })),
        }),
      });
    expect(due(4, [])).toBe(true);
    expect(due(4, [["back", 1]])).toBe(true);
    expect(due(4, [["back", 2]])).toBe(false);
    expect(due(4, [["back", 3]])).toBe(false);
    expect(due(5, [["back", 2]])).toBe(true);
    expect(due(5, [["fifth", 1]])).toBe(false);
  });

  test("when due, nobody is sent to another page within a visit", () => {
    const within = { ...question, greet: "when-due", hasOpenVisit: true } as const;
    expect(isPageDue({ ...within, lastPageAt: now })).toBe(false);
    expect(isPageDue({ ...within, lastPageAt: null })).toBe(true);
  });

  test("when due, with no page that fits, nothing is", () => {
    expect(isPageDue({ ...question, pages: [], greet: "when-due" })).toBe(false);
  });

  test("a page's own word goes before the branch's, for the page that fits alone", () => {
    const asks = (greet: Greet, own: Greet, when: Partial<PageWhen> = {}) =>
      isPageDue({
        ...question,
        greet,
        pages: [page("own", when, { greet: own }), page("back", {})],
      });
    expect(asks("never", "each-visit")).toBe(true);
    expect(asks("each-visit", "never")).toBe(false);
    expect(asks("never", "each-visit", { birthday: true })).toBe(false);
    expect(asks("each-visit", "never", { birthday: true })).toBe(true);
  });
});
