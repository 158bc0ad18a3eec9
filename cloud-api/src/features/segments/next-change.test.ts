import { MESSAGE_CHANNELS } from "@foyer/contract";
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  BRANCHES,
  type Customer,
  customer,
  GROUPS,
  HOUR,
  NOW,
  SEGMENTS,
  treeOf,
} from "../../../test/segment-arbitraries.ts";
import { type Facts, judge } from "./evaluate.ts";
import { findStartOfDay, readClock } from "./local-time.ts";
import { findNextChange } from "./next-change.ts";
import type { Tree, TreeNode } from "./schema.ts";

const zoneOf = (branchId: string) => BRANCHES.find(({ id }) => id === branchId)?.zone ?? "UTC";
const branchOf = (branchId: string) => {
  const { brand = null, kind = null } = BRANCHES.find(({ id }) => id === branchId) ?? {};
  return { brandId: brand, branchKind: kind };
};
const UNDESCRIBED = { system: null, form: null };
const byTime = (one: { at: Date }, other: { at: Date }) => one.at.getTime() - other.at.getTime();

/** What is known of somebody, as the tables would tell it. */
function toFacts(person: Customer): Facts {
  const said = person.told.toSorted(byTime).map(({ field, value }) => [field, value] as const);
  const { name, birthday, kind } = person;
  const columns = { name, birthday, kind, ...Object.fromEntries(said) };
  const fields = Object.entries(columns).flatMap(([field, value]) =>
    value === null || value === "" ? [] : [[field, value] as const],
  );
  const consents = new Map(
    person.consents.toSorted(byTime).flatMap(({ channel, ...act }) => {
      const all = act.purpose === "marketing" ? MESSAGE_CHANNELS : [null];
      const spoken = act.purpose === "marketing" && channel ? [channel] : all;
      return spoken.map((each) => [`${act.purpose} ${each}`, { ...act, channel: each }] as const);
    }),
  );
  const within = (group: string) => GROUPS.slice(0, GROUPS.indexOf(group) + 1);
  return {
    fields: new Map(fields),
    joined: { at: person.joinedAt, branchId: person.branch, timeZone: zoneOf(person.branch) },
    marks: [
      ...(person.group ? [{ id: person.group, kind: "group", path: within(person.group) }] : []),
      ...(person.tier ? [{ id: person.tier, kind: "tier", path: [person.tier] }] : []),
      ...person.tags.map((id) => ({ id, kind: "tag", path: [id] })),
    ],
    visits: person.visits.toSorted(byTime).map(({ branch, at, source, minutes, device }) => ({
      ...{ branchId: branch, timeZone: zoneOf(branch), at, source },
      ...branchOf(branch),
      ...(device ?? UNDESCRIBED),
      endedAt: minutes === null ? null : new Date(at.getTime() + minutes * 60_000),
    })),
    events: person.events.toSorted(byTime).map(({ branch, ...told }) => ({
      ...{ ...told, branchId: branch, timeZone: zoneOf(branch) },
    })),
    score: null,
    consents: [...consents.values()],
  };
}

test("until the next moment that is found for a customer, no tree says anything else of them", () => {
  let [changes, silent] = [0, 0];
  fc.assert(
    fc.property(
      fc.record({
        person: customer,
        first: treeOf([]),
        tree: treeOf(SEGMENTS.slice(0, 1)),
        parts: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 4, maxLength: 4 }),
      }),
      ({ person, first, tree, parts }) => {
        const trees = new Map([[SEGMENTS[0] ?? "", first]]);
        const facts = toFacts(person);
        const says = (now: Date) => judge(tree, { facts, now, trees }).holds;
        let now = NOW;
        // From one moment to the next, as the alarm would go.
        for (let turn = 0; turn < 12; turn += 1) {
          const next = findNextChange(tree, { facts, now, trees });
          if (next) expect(next.getTime()).toBeGreaterThan(now.getTime());
          const last = next?.getTime() ?? now.getTime() + 3 * 365 * 24 * HOUR;
          const span = last - 1 - now.getTime();
          const moments = [
            ...parts.map((part) => now.getTime() + Math.floor(span * part)),
            last - 1,
          ];
          for (const moment of moments)
            expect(says(new Date(moment)), new Date(moment).toISOString()).toBe(says(now));
          if (!next) {
            silent += 1;
            break;
          }
          if (says(next) !== says(now)) changes += 1;
          now = next;
        }
      },
    ),
    { numRuns: 3000 },
  );
  // A test in which nothing ever changes says nothing.
  expect(changes).toBeGreaterThan(50);
  expect(silent).toBeGreaterThan(500);
});

const nobody: Facts = {
  fields: new Map(),
  joined: { at: NOW, branchId: BRANCHES[0]?.id ?? "", timeZone: "Asia/Ho_Chi_Minh" },
  score: null,
  ...{ marks: [], visits: [], events: [], consents: [] },
};
const all = (...of: TreeNode[]): Tree => ({ kind: "all", of });
const next = (tree: Tree, facts: Partial<Facts>) =>
  findNextChange(tree, { facts: { ...nobody, ...facts }, now: NOW, trees: new Map() });

test("a visit within a number of days is the next change to the millisecond", () => {
  const at = new Date(NOW.getTime() - 20 * 24 * HOUR - 1);
  const visit = {
    ...nobody.joined,
    at,
    ...branchOf(""),
    ...UNDESCRIBED,
    source: "wifi",
    endedAt: null,
  };
  const recent = all({
    ...{ kind: "visit-count", count: { min: 1 }, visits: {} },
    when: { is: "within", amount: 30, unit: "day" },
  });
  expect(next(recent, { visits: [visit] })).toEqual(new Date(at.getTime() + 30 * 24 * HOUR));
  // Only the last of two visits makes a difference where one is enough.
  const later = { ...visit, at: new Date(at.getTime() + 5 * 24 * HOUR) };
  expect(next(recent, { visits: [visit, later] })).toEqual(
    new Date(later.at.getTime() + 30 * 24 * HOUR),
  );
});

test("a birthday begins at midnight of the branch where the customer joined, and ends at the next", () => {
  const today = all({ kind: "field", field: "birthday", test: { is: "in-next-days", days: 0 } });
  const born = (birthday: string) => ({ fields: new Map([["birthday", birthday]]) });
  // It is 29 February, ten in the morning in Ho Chi Minh City.
  expect(next(today, born("1990-03-02"))).toEqual(new Date("2028-03-01T17:00:00Z"));
  expect(next(today, born("--02-29"))).toEqual(new Date("2028-02-29T17:00:00Z"));
  expect(next(today, born("1990-02-28"))).toEqual(new Date("2029-02-27T17:00:00Z"));
  expect(next(today, born("nonsense"))).toBeNull();
  expect(next(all({ kind: "field", field: "name", test: { is: "known" } }), {})).toBeNull();
});

test("a date is counted to from today: it comes near at a midnight, and is over at another", () => {
  const soon = all({
    ...{ kind: "field", field: "own.until" },
    test: { is: "from-today", min: 0, max: 7 },
  });
  const until = (day: string) => ({ fields: new Map([["own.until", day]]) });
  expect(next(soon, until("2028-03-10"))).toEqual(new Date("2028-03-02T17:00:00Z"));
  expect(next(soon, until("2028-03-05"))).toEqual(new Date("2028-03-05T17:00:00Z"));
  expect(next(soon, until("2027-03-05"))).toBeNull();
  expect(next(soon, until("--03-05"))).toBeNull();
});

test("a day that a clock skips begins with what comes after it", () => {
  // Tehran's clocks went forward at midnight until 2022; Samoa left out 30 December 2011.
  const start = findStartOfDay("2022-03-22", "Asia/Tehran");
  expect(start).toEqual(new Date("2022-03-21T20:30:00Z"));
  expect(readClock(start, "Asia/Tehran")).toMatchObject({ day: "2022-03-22", minutes: 60 });
  expect(findStartOfDay("2011-12-30", "Pacific/Apia")).toEqual(
    findStartOfDay("2011-12-31", "Pacific/Apia"),
  );
});
