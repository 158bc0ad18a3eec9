import { MESSAGE_CHANNELS } from "@foyer/contract";
import fc from "fast-check";
import { FORMS, SYSTEMS } from "../src/features/segments/rules.ts";
import type { Condition, Tree, TreeNode } from "../src/features/segments/schema.ts";

/** Ten in the morning of the last of February in Ho Chi Minh City, a leap year. */
export const NOW = new Date("2028-02-29T03:00:00Z");
export const HOUR = 3_600_000;

const id = (kind: number, index: number) =>
  `0199000${kind}-0000-7000-8000-${String(index).padStart(12, "0")}`;
export const BRANDS = [id(6, 0), id(6, 1)];
/** The last is of no brand, and nobody has said what sort of place it is. */
export const BRANCHES = [
  { id: id(1, 0), zone: "Asia/Ho_Chi_Minh", brand: BRANDS[0], kind: "cafe" },
  { id: id(1, 1), zone: "America/New_York", brand: BRANDS[1], kind: "spa" },
  { id: id(1, 2), zone: "Asia/Tehran", brand: undefined, kind: undefined },
];
/** The second group stands in the first, the third in the second. */
export const GROUPS = [id(2, 0), id(2, 1), id(2, 2)];
export const TAGS = [id(3, 0), id(3, 1), id(3, 2)];
export const TIERS = [id(4, 0), id(4, 1)];
export const SEGMENTS = [id(5, 0), id(5, 1)];
const PURPOSES = ["terms", "marketing", "ads"] as const;
const SOURCES = ["wifi", "passive"] as const;
const EVENTS = ["guest.connected", "survey.answered", "access-code.used"] as const;
const VALUES = [
  "1",
  "7",
  "7.5",
  "-3",
  "Lan",
  "Lân",
  "lan",
  "La",
  "2000-02-29",
  "--02-29",
  "--03-01",
  "1992-12-31",
  "2028-02-28",
  "2028-02-29",
  "2028-03-01",
  "2028-02-31",
  "tea",
  "cake\ntea",
  "tea\nLan",
  "yes",
];
const DAYS_OF_YEAR = ["01-01", "02-28", "02-29", "03-01", "12-31"] as const;
/** Fields that stand among what was told, and not in the customers' own columns. */
export const TOLD = ["own.size", "own.since", "card", "posId", "address"] as const;

/** Hours before now, whole ones most of all: the edges of what is relative. */
const ago = fc.oneof(
  fc.integer({ min: -3, max: 80 }),
  fc.integer({ min: 0, max: 60 }).map((days) => days * 24),
  fc.double({ min: 0, max: 100, noNaN: true }),
);
const moment = ago.map((hours) => new Date(Math.round(NOW.getTime() - hours * HOUR)));
const branch = fc.constantFrom(...BRANCHES.map((each) => each.id));
const optional = <T>(each: fc.Arbitrary<T>) => fc.option(each, { nil: undefined });

/** Whose browser said what it runs, or only what it is, or nothing; null: nothing is told of it at all. */
const device = fc.option(
  fc.record({
    system: fc.option(fc.constantFrom(...SYSTEMS)),
    form: fc.option(fc.constantFrom(...FORMS)),
  }),
);
const points = fc.integer({ min: 1, max: 5 });
export const customer = fc.record({
  name: fc.option(fc.constantFrom(...VALUES)),
  birthday: fc.option(fc.constantFrom(...VALUES)),
  kind: fc.constantFrom("person", "company"),
  told: fc.array(
    fc.record({
      ...{ field: fc.constantFrom(...TOLD), value: fc.constantFrom("", ...VALUES) },
      ...{ at: moment, guest: fc.nat(1) },
    }),
    { maxLength: 6 },
  ),
  joinedAt: moment,
  branch,
  erased: fc.integer({ min: 0, max: 9 }).map((n) => n === 0),
  group: fc.option(fc.constantFrom(...GROUPS)),
  tier: fc.option(fc.constantFrom(...TIERS)),
  tags: fc.subarray(TAGS),
  visits: fc.array(
    fc.record({
      ...{ branch, at: moment, source: fc.option(fc.constantFrom(...SOURCES)), device },
      minutes: fc.option(fc.constantFrom(0, 1, 29, 30, 31, 60, 120)),
    }),
    { maxLength: 6 },
  ),
  score: fc.option(fc.record({ length: points, recency: points, frequency: points })),
  consents: fc.array(
    fc.record({
      ...{ purpose: fc.constantFrom(...PURPOSES), given: fc.boolean(), at: moment },
      channel: fc.option(fc.constantFrom(...MESSAGE_CHANNELS)),
    }),
    { maxLength: 4 },
  ),
  events: fc.array(
    fc.record({
      ...{ event: fc.constantFrom(...EVENTS), branch, at: moment },
      detail: fc.option(fc.constantFrom("spring", "room")),
    }),
    { maxLength: 4 },
  ),
});
export type Customer = typeof customer extends fc.Arbitrary<infer T> ? T : never;

const unit = fc.constantFrom("hour" as const, "day" as const);
const amount = fc.oneof(fc.integer({ min: 1, max: 80 }), fc.constantFrom(24, 48, 5000));
const day = fc
  .integer({ min: -3, max: 60 })
  .map((days) => new Date(NOW.getTime() - days * 24 * HOUR).toISOString().slice(0, 10));
const when = fc.oneof(
  fc.record({ is: fc.constantFrom("within" as const, "before" as const), amount, unit }),
  fc
    .tuple(fc.option(day), fc.option(day))
    .filter(([from, to]) => (from ?? to) !== null)
    .map(([one, other]) => {
      const [from, to] = one && other && one > other ? [other, one] : [one, other];
      return { is: "days" as const, from, to };
    }),
);
const branchIds = optional(
  fc.subarray(
    BRANCHES.map((each) => each.id),
    { minLength: 1 },
  ),
);
const number = fc.constantFrom(-3, 0, 1, 7, 7.25, 7.5);
const fieldTest = fc.oneof(
  fc.constantFrom({ is: "known" as const }, { is: "unknown" as const }),
  fc.record({
    is: fc.constant("one-of" as const),
    values: fc.subarray(VALUES, { minLength: 1 }),
  }),
  fc.record({ is: fc.constant("contains" as const), text: fc.constantFrom("a", "-02-", "e\nt") }),
  fc.record({
    ...{ is: fc.constant("has" as const), which: fc.constantFrom("any" as const, "all" as const) },
    values: fc.subarray(["tea", "cake", "Lan"], { minLength: 1 }),
  }),
  fc.record({
    ...{ is: fc.constant("on-days" as const), from: fc.constantFrom(...DAYS_OF_YEAR) },
    to: fc.constantFrom(...DAYS_OF_YEAR),
  }),
  fc.constantFrom(
    { is: "dated" as const, from: "2028-02-28", to: "2028-02-29" },
    { is: "dated" as const, from: null, to: "2000-02-29" },
    { is: "dated" as const, from: "2028-03-01", to: null },
  ),
  fc
    .tuple(optional(fc.integer({ min: -2, max: 2 })), optional(fc.integer({ min: -2, max: 2 })))
    .filter(([min, max]) => (min ?? max) !== undefined && (min ?? -9) <= (max ?? 9))
    .map(([min, max]) => ({
      ...{ is: "from-today" as const },
      ...(min !== undefined && { min }),
      ...(max !== undefined && { max }),
    })),
  fc.constantFrom(
    { is: "from-today" as const, min: -36_500, max: -30 },
    { is: "from-today" as const, max: 36_500 },
  ),
  fc.record({ is: fc.constant("begins" as const), text: fc.constantFrom("L", "La", "Lâ", "--") }),
  fc.record({ is: fc.constantFrom("at-least" as const, "at-most" as const), number }),
  fc.record({
    is: fc.constant("in-months" as const),
    months: fc.subarray([1, 2, 3, 12], { minLength: 1 }),
  }),
  fc.record({ is: fc.constant("in-next-days" as const), days: fc.constantFrom(0, 1, 2, 365) }),
);
const clock = fc.constantFrom("00:00", "03:00", "09:30", "10:00", "13:30", "22:00", "23:59");
const visits = fc.record({
  branchIds,
  brandIds: optional(fc.subarray(BRANDS, { minLength: 1 })),
  branchKinds: optional(fc.subarray(["cafe", "spa", "shop"] as const, { minLength: 1 })),
  source: optional(fc.constantFrom(...SOURCES)),
  systems: optional(fc.subarray([...SYSTEMS], { minLength: 1 })),
  forms: optional(fc.subarray([...FORMS], { minLength: 1 })),
  weekdays: optional(fc.subarray([1, 2, 3, 4, 5, 6, 7], { minLength: 1 })),
  hours: optional(fc.record({ from: clock, to: clock }).filter(({ from, to }) => from !== to)),
  minutesMin: optional(fc.constantFrom(1, 30, 60)),
  minutesMax: optional(fc.constantFrom(61, 120)),
});
const count = fc.oneof(
  fc.record({ min: fc.integer({ min: 0, max: 4 }) }),
  fc.record({ max: fc.integer({ min: 0, max: 3 }) }),
  fc.integer({ min: 0, max: 3 }).map((n) => ({ min: n, max: n + 1 })),
);
const marks = (mark: "group" | "tag" | "tier", ids: string[]) =>
  fc.record({
    ...{ kind: fc.constant("mark" as const), mark: fc.constant(mark) },
    has: fc.constantFrom("any" as const, "all" as const, "none" as const),
    ids: fc.subarray(ids, { minLength: 1 }),
  });

/** Leaves out what is undefined, as a tree that was sent has it. */
const plain = <T>(value: T): T => JSON.parse(JSON.stringify(value));
const conditionOf = (named: readonly string[]): fc.Arbitrary<Condition> =>
  fc
    .oneof(
      fc.record({
        kind: fc.constant("field" as const),
        field: fc.constantFrom("name", "birthday", "email", "kind", ...TOLD),
        test: fieldTest,
      }),
      fc
        .record({ kind: fc.constant("joined" as const), branchIds, when: optional(when) })
        .filter((each) => Boolean(each.branchIds ?? each.when)),
      marks("group", GROUPS),
      marks("tag", TAGS),
      marks("tier", TIERS),
      fc.record({ kind: fc.constant("visit-count" as const), count, visits, when: optional(when) }),
      fc.record({
        ...{ kind: fc.constant("visit-time" as const), visits, when },
        which: fc.constantFrom("first" as const, "last" as const),
      }),
      fc.record({
        ...{ kind: fc.constant("visit-length" as const), visits, when: optional(when) },
        which: fc.constantFrom("longest" as const, "average" as const, "together" as const),
        minutes: fc.constantFrom({ min: 30 }, { max: 60 }, { min: 1, max: 61 }, { min: 45 }),
      }),
      fc.record({
        ...{ kind: fc.constant("score" as const) },
        part: fc.constantFrom(...(["length", "recency", "frequency", "total"] as const)),
        points: fc.constantFrom({ min: 3 }, { max: 2 }, { min: 2, max: 9 }, { min: 8 }),
      }),
      fc.record({
        ...{ kind: fc.constant("event" as const), event: fc.constantFrom(...EVENTS) },
        ...{ detail: optional(fc.constant("spring")), branchIds, count, when: optional(when) },
      }),
      fc.record({
        ...{ kind: fc.constant("consent" as const), purpose: fc.constantFrom(...PURPOSES) },
        channel: optional(fc.constantFrom(...MESSAGE_CHANNELS)),
        state: fc.constantFrom("given" as const, "withdrawn" as const, "never" as const),
      }),
      ...(named.length === 0
        ? []
        : [
            fc.record({
              ...{ kind: fc.constant("segment" as const), member: fc.boolean() },
              id: fc.constantFrom(...named),
            }),
          ]),
    )
    .map((each) => plain(each as Condition));

export const treeOf = (named: readonly string[]): fc.Arbitrary<Tree> => {
  const kind = fc.constantFrom("all" as const, "any" as const, "none" as const);
  const group = (depth: number): fc.Arbitrary<Tree> =>
    fc.record({
      kind,
      of: fc.array(
        depth === 0
          ? (conditionOf(named) as fc.Arbitrary<TreeNode>)
          : fc.oneof(
              { weight: 3, arbitrary: conditionOf(named) },
              { weight: 1, arbitrary: group(depth - 1) },
            ),
        { minLength: 1, maxLength: 3 },
      ),
    });
  return group(2);
};
