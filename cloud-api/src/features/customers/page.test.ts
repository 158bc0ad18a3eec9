import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestCloud, type TestCloud } from "../../../test/open-test-cloud.ts";
import { features } from "../../features.ts";
import { newId } from "../../platform/clock.ts";
import { withClient } from "../../platform/roles.ts";
import { collectHooks } from "../../start.ts";
import { FIRST_SORT, SORTS, type Sort } from "./list-rules.ts";
import { narrow } from "./narrow.ts";
import { listCustomers, listPage, type PlacedCustomer } from "./page-queries.ts";
import {
  foldText,
  type ListPlace,
  listSearchWords,
  listWords,
  readPlace,
  writeCursor,
} from "./rules.ts";

const ROUNDS = 10;
const QUESTIONS_A_ROUND = 25;
const COUNTED_MAX = 4;
const NAMES = ["Nguyễn", "Ngọc", "Ngô", "Lan", "Lam", "Lê", "An", "Ân"];
/** The outer group, one in it, and a tag. */
const MARKS = [newId(), newId(), newId()] as const;
const [OUTER, INNER, TAG] = MARKS;

type Person = { name: string[]; seen: number; mark: number | null; isPart: boolean };
type Known = { id: string; name: string; seen: number; mark: number | null; isPart: boolean };

const person: fc.Arbitrary<Person> = fc.record({
  name: fc.array(fc.constantFrom(...NAMES), { minLength: 1, maxLength: 3 }),
  seen: fc.integer({ min: 1, max: 5 }),
  mark: fc.option(fc.constantFrom(0, 1, 2)),
  isPart: fc.integer({ max: 3, min: 0 }).map((chance) => chance === 0),
});
const question = fc.record({
  search: fc.option(
    fc
      .array(
        fc
          .tuple(fc.constantFrom(...NAMES), fc.integer({ min: 1, max: 5 }))
          .map(([name, length]) => name.slice(0, length)),
        { minLength: 1, maxLength: 3 },
      )
      .map((words) => words.join(" ")),
  ),
  mark: fc.option(fc.constantFrom(0, 1, 2)),
});

let cloud: TestCloud;
beforeAll(async () => {
  cloud = await openTestCloud();
});
afterAll(() => cloud?.close());

/** Puts people straight into the tables, as the handlers leave them there. */
async function settle(tenantId: string, people: readonly Person[]): Promise<Known[]> {
  const known = people.map(({ name, ...rest }) => ({ id: newId(), name: name.join(" "), ...rest }));
  await withClient(cloud.administratorUrl, async (client) => {
    for (const [index, id] of MARKS.entries())
      await client.query(
        `insert into marks (tenant_id, id, kind, name, parent_id, created_at)
         values ($1, $2, $3, $4, $5, now())`,
        [tenantId, id, id === TAG ? "tag" : "group", `Mark ${index}`, id === INNER ? OUTER : null],
      );
    for (const { id, name, seen, mark, isPart } of known) {
      await client.query(
        `insert into customers (tenant_id, id, name, source_branch_id, source_at, first_seen_at,
           last_seen_at, changed_position, merged_into)
         values ($1, $2, $3, $2, now(), '2025-01-01'::date + $4::integer,
           '2026-01-01'::date + $4::integer, 1, $5)`,
        [tenantId, id, name, seen, isPart ? newId() : null],
      );
      const words = listSearchWords({ name, email: null, phone: null });
      await client.query(
        `insert into customer_words (tenant_id, word, customer_id) select $1, unnest($3::text[]), $2`,
        [tenantId, id, words],
      );
      if (mark !== null)
        await client.query(
          "insert into customer_marks (tenant_id, customer_id, mark_id, kind) values ($1, $2, $3, $4)",
          [tenantId, id, MARKS[mark], MARKS[mark] === TAG ? "tag" : "group"],
        );
    }
  });
  return known;
}

/** Whether somebody is to be found, by the rule and not by rows. */
function fits(
  { name, mark, isPart }: Known,
  asked: { search: string | null; mark: number | null },
) {
  const isNamed = listWords(asked.search ?? "").every((term) =>
    listWords(name).some((word) => word.startsWith(foldText(term))),
  );
  const isMarked =
    asked.mark === null || mark === asked.mark || (MARKS[asked.mark] === OUTER && mark === 1);
  return !isPart && isNamed && isMarked;
}

test("on random people a page is who fits, the last seen first, and its total is no guess", async () => {
  const hooks = collectHooks(features);
  await fc.assert(
    fc.asyncProperty(
      fc.array(person, { maxLength: 14 }),
      fc.array(question, { minLength: QUESTIONS_A_ROUND, maxLength: QUESTIONS_A_ROUND }),
      async (people, questions) => {
        const tenantId = await cloud.addTenant();
        const known = await settle(tenantId, people);
        for (const asked of questions) {
          const wanted = known
            .filter((each) => fits(each, asked))
            .toSorted((one, other) => other.seen - one.seen || (one.id < other.id ? 1 : -1));
          await cloud.database.readTenant(tenantId, async (tx) => {
            const filter = await narrow(tx, hooks, {
              search: asked.search ?? undefined,
              markId: asked.mark === null ? undefined : MARKS[asked.mark],
            });
            const ids = wanted.map(({ id }) => id);
            const whole = { ...filter, sort: FIRST_SORT, after: null, limit: 100 };
            const { rows, ...counted } = await listPage(tx, whole);
            expect(counted).toEqual({ total: ids.length, isTotalExact: true });
            const { rows: cut, total, isTotalExact } = await listPage(tx, whole, COUNTED_MAX);
            for (const page of [rows, cut]) expect(page.map(({ id }) => id)).toEqual(ids);
            const [first] = rows;
            const after = first ? { at: first.lastSeenAt.toISOString(), id: first.id } : null;
            const next = await listPage(tx, { ...whole, after, limit: 2 });
            const { rows: behind, ...countedAgain } = next;
            expect(behind.map(({ id }) => id)).toEqual(ids.slice(1, 3));
            expect(countedAgain).toEqual(counted);
            if (isTotalExact) expect(total).toBe(wanted.length);
            else {
              expect(total).toBeLessThanOrEqual(wanted.length);
              expect(total).toBeLessThanOrEqual(COUNTED_MAX);
            }
            if (wanted.length > COUNTED_MAX) expect(isTotalExact).toBe(false);
          });
        }
      },
    ),
    { numRuns: ROUNDS },
  );
}, 120_000);

/** The place of a row as the address of the next page names it. */
function placeOf(row: PlacedCustomer, sort: Sort): ListPlace | null {
  const at = {
    "last-seen": row.lastSeenAt.toISOString(),
    "first-seen": row.firstSeenAt.toISOString(),
    ...{ visits: String(row.visits), name: row.nameKey },
  }[sort.replace(/^-/, "")];
  return readPlace(writeCursor({ at: at ?? "", id: row.id }), sort);
}

const SEARCHED = ["n", "l", "a n", "nguyen l"];

test("a search that is cut off is walked through in every order, page by page, as the list itself is", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(person, { minLength: 20, maxLength: 40 }),
      fc.constantFrom(...SEARCHED),
      async (people, search) => {
        const tenantId = await cloud.addTenant();
        await settle(tenantId, people);
        await cloud.database.readTenant(tenantId, async (tx) => {
          const filter = await narrow(tx, {}, { search });
          for (const sort of SORTS) {
            const whole = await listCustomers(tx, { ...filter, sort, after: null, limit: 100 });
            const paged: string[] = [];
            let after: ListPlace | null = null;
            do {
              const page = await listPage(tx, { ...filter, sort, after, limit: 3 }, COUNTED_MAX);
              paged.push(...page.rows.map(({ id }) => id));
              const last = page.rows.at(-1);
              after = last ? placeOf(last, sort) : null;
            } while (after);
            expect([sort, paged]).toEqual([sort, whole.map(({ id }) => id)]);
          }
        });
      },
    ),
    { numRuns: 6 },
  );
}, 120_000);

const MANY = 5001;
/** More than are looked at one by one. */
const OTHERS = 10_001;

/** Many who are called An Lan Lành, and others who were all seen since. */
async function settleMany(tenantId: string): Promise<void> {
  await withClient(cloud.administratorUrl, async (client) => {
    const add = (count: number, [name, firstAt]: [string, string]) =>
      client.query(
        `insert into customers (tenant_id, id, name, source_branch_id, source_at, first_seen_at,
           last_seen_at, changed_position)
         select $1, gen_random_uuid(), $2, $1, now(), now(),
           $3::timestamptz + make_interval(secs => number), 1 from generate_series(1, $4) as number`,
        [tenantId, name, firstAt, count],
      );
    await add(MANY, ["An Lan Lành", "2026-01-01T00:00Z"]);
    await add(OTHERS, ["Minh", "2026-02-01T00:00Z"]);
    await client.query(
      `insert into customer_words (tenant_id, word, customer_id)
       select tenant_id, word, id from customers cross join unnest('{an,lan,lanh}'::text[]) as word
       where tenant_id = $1 and name <> 'Minh'`,
      [tenantId],
    );
    // As the database does by itself a minute after.
    await client.query("analyze customer_words");
  });
}

test("who has one word is counted to ten thousand, who has several to five thousand, and the first are found wherever they stand", async () => {
  const tenantId = await cloud.addTenant();
  await settleMany(tenantId);
  const find = (search: string, sort: Sort) =>
    cloud.database.readTenant(tenantId, async (tx) => {
      const filter = await narrow(tx, {}, { search });
      const page = await listPage(tx, { ...filter, sort, after: null, limit: 2 });
      const seen = page.rows.map(({ lastSeenAt }) => lastSeenAt.toISOString().slice(0, 19));
      return { ...page, rows: seen };
    });
  const last = ["2026-01-01T01:23:21", "2026-01-01T01:23:20"];
  const first = ["2026-01-01T00:00:01", "2026-01-01T00:00:02"];
  for (const [sort, rows] of [
    ["-last-seen", last],
    ["last-seen", first],
  ] as const) {
    expect(await find("an", sort)).toEqual({ rows, total: MANY, isTotalExact: true });
    expect(await find("lanh an", sort)).toEqual({ rows, total: 5000, isTotalExact: false });
  }
});

test("by name the list goes without accents and case, whoever has none last, a page at a time", async () => {
  const tenantId = await cloud.addTenant();
  const names = ["An", "ân", "An Bình", "dao", "Đào", "Ý Nhi", "李明", null];
  await withClient(cloud.administratorUrl, async (client) => {
    for (const name of names.toReversed())
      await client.query(
        `insert into customers (tenant_id, id, name, source_branch_id, source_at, first_seen_at,
           last_seen_at, changed_position)
         values ($1, $2, $3, $2, now(), now(), now(), 1)`,
        [tenantId, newId(), name],
      );
  });
  const readAll = (sort: Sort) =>
    cloud.database.readTenant(tenantId, async (tx) => {
      const found: (string | null)[] = [];
      for (let after: ListPlace | null = null; ; ) {
        const page = await listCustomers(tx, {
          ...{ search: null, among: [], sort, after, limit: 3 },
        });
        found.push(...page.map(({ name }) => name));
        const last = page.at(-1);
        if (!last) return found;
        after = readPlace(writeCursor({ at: last.nameKey, id: last.id }), sort);
        expect(after).toEqual({ at: last.nameKey, id: last.id });
      }
    });
  expect(await readAll("name")).toEqual(names);
  expect(await readAll("-name")).toEqual(names.toReversed());
});
