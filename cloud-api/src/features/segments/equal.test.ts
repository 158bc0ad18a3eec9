import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestCloud, type TestCloud } from "../../../test/open-test-cloud.ts";
import { newId } from "../../platform/clock.ts";
import { withClient } from "../../platform/roles.ts";
import { judge } from "./evaluate.ts";
import { findFacts } from "./facts-queries.ts";
import { countMembers, listMemberIds } from "./queries.ts";
import type { Condition, Tree, TreeNode } from "./schema.ts";
import { readTree } from "./tree.ts";

/** Ten in the morning of the last of February in Ho Chi Minh City, a leap year. */
const NOW = new Date("2028-02-29T03:00:00Z");
const HOUR = 3_600_000;
const CUSTOMERS = 12;
const ROUNDS = 12;
const TREES_A_ROUND = 30;

const id = (kind: number, index: number) =>
  `0199000${kind}-0000-7000-8000-${String(index).padStart(12, "0")}`;
const BRANCHES = [
  { id: id(1, 0), zone: "Asia/Ho_Chi_Minh" },
  { id: id(1, 1), zone: "America/New_York" },
  { id: id(1, 2), zone: "Asia/Tehran" },
];
/** The second group stands in the first, the third in the second. */
const GROUPS = [id(2, 0), id(2, 1), id(2, 2)];
const TAGS = [id(3, 0), id(3, 1), id(3, 2)];
const TIERS = [id(4, 0), id(4, 1)];
const SEGMENTS = [id(5, 0), id(5, 1)];
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
];

/** Hours before now, whole ones most of all: the edges of what is relative. */
const ago = fc.oneof(
  fc.integer({ min: -3, max: 80 }),
  fc.integer({ min: 0, max: 60 }).map((days) => days * 24),
  fc.double({ min: 0, max: 100, noNaN: true }),
);
const moment = ago.map((hours) => new Date(Math.round(NOW.getTime() - hours * HOUR)));
const branch = fc.constantFrom(...BRANCHES.map((each) => each.id));
const optional = <T>(each: fc.Arbitrary<T>) => fc.option(each, { nil: undefined });

const customer = fc.record({
  name: fc.option(fc.constantFrom(...VALUES)),
  birthday: fc.option(fc.constantFrom(...VALUES)),
  own: fc.array(fc.record({ value: fc.constantFrom(...VALUES), at: moment, guest: fc.nat(1) }), {
    maxLength: 3,
  }),
  joinedAt: moment,
  branch,
  erased: fc.integer({ min: 0, max: 9 }).map((n) => n === 0),
  group: fc.option(fc.constantFrom(...GROUPS)),
  tier: fc.option(fc.constantFrom(...TIERS)),
  tags: fc.subarray(TAGS),
  visits: fc.array(
    fc.record({
      ...{ branch, at: moment, source: fc.option(fc.constantFrom(...SOURCES)) },
      minutes: fc.option(fc.constantFrom(0, 1, 29, 30, 31, 60, 120)),
    }),
    { maxLength: 6 },
  ),
  consents: fc.array(
    fc.record({ purpose: fc.constantFrom(...PURPOSES), given: fc.boolean(), at: moment }),
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
type Customer = typeof customer extends fc.Arbitrary<infer T> ? T : never;

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
  source: optional(fc.constantFrom(...SOURCES)),
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
        field: fc.constantFrom("name", "birthday", "email", "own.size"),
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
        ...{ kind: fc.constant("event" as const), event: fc.constantFrom(...EVENTS) },
        ...{ detail: optional(fc.constant("spring")), branchIds, count, when: optional(when) },
      }),
      fc.record({
        ...{ kind: fc.constant("consent" as const), purpose: fc.constantFrom(...PURPOSES) },
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

const treeOf = (named: readonly string[]): fc.Arbitrary<Tree> => {
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

let cloud: TestCloud;
beforeAll(async () => {
  cloud = await openTestCloud({ startsAt: NOW });
});
afterAll(() => cloud?.close());

type Rows = Record<string, unknown>[];

/** Puts people straight into the tables, as the features above leave them there. */
async function settle(tenantId: string, people: readonly Customer[]): Promise<string[]> {
  const at = NOW;
  const tables: Record<string, Rows> = {
    branches: BRANCHES.map((each) => ({
      ...{ id: each.id, name: each.zone, time_zone: each.zone, country: "VN", languages: ["vi"] },
      ...{ visit_gap_minutes: 30, settings: "{}", created_at: at },
    })),
    marks: [
      ...GROUPS.map((each, index) => ({
        id: each,
        kind: "group",
        parent_id: GROUPS[index - 1] ?? null,
      })),
      ...TAGS.map((each) => ({ id: each, kind: "tag", parent_id: null })),
      ...TIERS.map((each) => ({ id: each, kind: "tier", parent_id: null })),
    ].map((each) => ({ ...each, name: each.id, created_at: at })),
    ...{ customers: [], guests: [], customer_marks: [], customer_fields: [], visits: [] },
    ...{ customer_consents: [], guest_moments: [] },
  };
  const put = (table: string, row: Record<string, unknown>) => tables[table]?.push(row);
  const ids = people.map((person) => {
    const customerId = newId();
    // Of two branches: one customer, two guests.
    const guests = [newId(), newId()];
    put("customers", {
      ...{ id: customerId, name: person.name, birthday: person.birthday },
      ...{ source_branch_id: person.branch, source_at: person.joinedAt },
      ...{ first_seen_at: person.joinedAt, last_seen_at: at, changed_position: 1 },
      erased_position: person.erased ? 2 : null,
    });
    for (const guest of guests)
      put("guests", {
        id: guest,
        customer_id: customerId,
        branch_id: person.branch,
        first_seen_at: at,
      });
    const holds = [person.group && ["group", person.group], person.tier && ["tier", person.tier]];
    for (const [kind, mark] of [...holds, ...person.tags.map((tag) => ["tag", tag])].filter(
      (each): each is string[] => Boolean(each),
    ))
      put("customer_marks", { customer_id: customerId, mark_id: mark, kind });
    for (const { value, at: givenAt, guest } of person.own)
      put("customer_fields", {
        ...{ event_id: newId(), field: "own.size", guest_id: guests[guest], value },
        ...{ given_by: "guest", given_at: givenAt, branch_id: person.branch },
      });
    for (const visit of person.visits)
      put("visits", {
        ...{ id: newId(), branch_id: visit.branch, box_id: newId(), device_id: newId() },
        ...{ customer_id: customerId, source: visit.source, started_at: visit.at },
        ended_at:
          visit.minutes === null ? null : new Date(visit.at.getTime() + visit.minutes * 60_000),
        last_told_at: at,
      });
    for (const [index, act] of person.consents.entries())
      put("customer_consents", {
        ...{ event_id: newId(), consent_id: newId(), guest_id: guests[index % 2] },
        ...{ purpose: act.purpose, given: act.given, at: act.at, text_version: 1 },
        ...{ text_sha256: "", language: "vi", method: "portal" },
        ...{ branch_id: person.branch, device_id: newId() },
      });
    for (const [index, told] of person.events.entries())
      put("guest_moments", {
        ...{ event_id: newId(), guest_id: guests[index % 2], event: told.event },
        ...{ detail: told.detail, branch_id: told.branch, occurred_at: told.at },
      });
    return customerId;
  });
  await withClient(cloud.administratorUrl, async (client) => {
    for (const [table, rows] of Object.entries(tables))
      for (const row of rows) {
        const entries = Object.entries({ tenant_id: tenantId, ...row });
        const places = entries.map((_, index) => `$${index + 1}`).join(", ");
        const columns = entries.map(([name]) => name).join(", ");
        const values = entries.map(([, value]) => value);
        await client.query(`insert into ${table} (${columns}) values (${places})`, values);
      }
  });
  return ids;
}

test("part of MC-3.5: a tree compiled to SQL and judged customer by customer gives the same people", async () => {
  const round = fc.record({
    people: fc.array(customer, { minLength: CUSTOMERS, maxLength: CUSTOMERS }),
    first: treeOf([]),
    second: treeOf(SEGMENTS.slice(0, 1)),
    wanted: fc.array(treeOf(SEGMENTS), { minLength: TREES_A_ROUND, maxLength: TREES_A_ROUND }),
  });
  const tally = { in: 0, out: 0 };
  await fc.assert(
    fc.asyncProperty(round, async ({ people, first, second, wanted }) => {
      const tenantId = await cloud.addTenant();
      const ids = await settle(tenantId, people);
      const trees = new Map([
        [SEGMENTS[0] ?? "", first],
        [SEGMENTS[1] ?? "", second],
      ]);
      await cloud.database.readTenant(tenantId, async (tx) => {
        const facts = await Promise.all(ids.map((each) => findFacts(tx, each)));
        const counts = await countMembers(tx, { wanted, trees });
        for (const [place, tree] of wanted.entries()) {
          expect(readTree(tree)).toEqual({ kind: "tree", tree });
          const members = new Set(await listMemberIds(tx, { tree, trees }));
          const judged = ids.filter((_, index) => {
            const known = facts[index];
            return known ? judge(tree, { facts: known, now: tx.now, trees }).holds : false;
          });
          expect([...members].toSorted(), JSON.stringify(tree)).toEqual(judged.toSorted());
          expect(counts[place]).toBe(members.size);
          tally.in += members.size;
          tally.out += ids.length - members.size;
        }
      });
    }),
    { numRuns: ROUNDS },
  );
  // A test in which everybody or nobody ever fits says nothing.
  expect(tally.in).toBeGreaterThan(100);
  expect(tally.out).toBeGreaterThan(100);
}, 180_000);
