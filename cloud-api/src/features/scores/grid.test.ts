import { afterAll, beforeAll, expect, test } from "vitest";
import { openReportYear, type ReportYear, YEAR_ENDS } from "../../../test/report-year.ts";
import type { GridReply, ScoredReply } from "./grid-schema.ts";
import { POINTS, STANDINGS, standingOf } from "./rules.ts";

// The grid once more, in the plainest way: from the list of visits, by the bounds a company begins with.

let year: ReportYear;
beforeAll(async () => {
  year = await openReportYear({ seed: 21, guests: 30 });
}, 300_000);
afterAll(() => year?.site.close());

const DAY_MS = 86_400_000;
const days = (from: number, to: number) => Math.floor((to - from) / DAY_MS);

async function scoreByHand() {
  const visits = (await year.listVisits()).filter(({ customerId }) => customerId !== null);
  const people = Map.groupBy(visits, ({ customerId }) => customerId ?? "");
  return [...people].map(([id, theirs]) => {
    const times = theirs.map(({ startedAt }) => startedAt.getTime()).sort((a, b) => a - b);
    const [first = 0, last = 0] = [times[0], times.at(-1)];
    const now = YEAR_ENDS.getTime();
    const recent = times.filter((time) => time > now - 365 * DAY_MS).length;
    const above = (value: number, bounds: number[]) => bounds.filter((each) => value >= each);
    return {
      id,
      length: 1 + above(days(first, last), [30, 90, 180, 365]).length,
      recency: 5 - above(days(last, now), [14, 30, 60, 120]).length,
      frequency: 1 + above(recent, [2, 4, 8, 16]).length,
    };
  });
}

async function open(path: string): Promise<string[]> {
  const ids: string[] = [];
  let cursor: string | null = null;
  do {
    const page: ScoredReply = await year.get(
      `${path.replace("/api/v1", "")}&limit=7${cursor ? `&cursor=${cursor}` : ""}`,
    );
    ids.push(...page.customers.map(({ id }) => id));
    cursor = page.nextCursor;
    if (cursor === null) expect(page.total).toBe(ids.length);
  } while (cursor);
  return ids.sort();
}

test("part of HM-1.6: every cell, standing and length of the grid of classes counts whom the visits say, and opens just these", async () => {
  const people = await scoreByHand();
  expect(new Set(people.map(({ recency }) => recency)).size).toBeGreaterThan(3);
  const idsOf = (those: typeof people) => those.map(({ id }) => id).sort();
  for (const length of [undefined, ...POINTS]) {
    const told = await year.get<GridReply>(`/scores/grid${length ? `?length=${length}` : ""}`);
    const mine = people.filter((each) => length === undefined || each.length === length);
    expect(told.customers).toBe(mine.length);
    expect(told.cells).toHaveLength(25);
    expect(told.cells.reduce((sum, { customers }) => sum + customers, 0)).toBe(mine.length);
    for (const { recency, frequency, customers, opens } of told.cells) {
      const own = mine.filter((each) => each.recency === recency && each.frequency === frequency);
      expect([recency, frequency, customers]).toEqual([recency, frequency, own.length]);
      if (customers > 0) expect(await open(opens)).toEqual(idsOf(own));
    }
    for (const { standing, customers, opens } of told.standings) {
      const own = mine.filter((each) => standingOf(each) === standing);
      expect([standing, customers]).toEqual([standing, own.length]);
      expect(await open(opens)).toEqual(idsOf(own));
    }
    for (const each of told.lengths) {
      const own = people.filter((person) => person.length === each.length);
      expect([each.length, each.customers]).toEqual([each.length, own.length]);
    }
  }
}, 120_000);

test("the grid of some customers alone counts these, and opens just them; what only visits have is refused", async () => {
  const people = await scoreByHand();
  const languages = new Map(
    (await year.listVisits()).map((each) => [each.customerId, each.language]),
  );
  const tag = await year.owner.ask<{ id: string }>("POST", "/api/v1/tags", { name: "Quen" });
  const tagged = people.filter((_, at) => at % 3 !== 0);
  for (const { id } of tagged)
    await year.owner.ask("PUT", `/api/v1/customers/${id}/tags`, { tagIds: [tag.body.id] });
  const english = people.filter(({ id }) => languages.get(id) === "en");
  for (const [narrowed, own] of [
    [`tagId=${tag.body.id}`, tagged],
    ["languages=en", english],
    [`tagId=${tag.body.id}&languages=en`, tagged.filter((each) => english.includes(each))],
  ] as const) {
    expect(own.length).toBeGreaterThan(0);
    expect(own.length).toBeLessThan(people.length);
    const told = await year.get<GridReply>(`/scores/grid?${narrowed}`);
    expect(told.customers).toBe(own.length);
    for (const { standing, customers, opens } of told.standings) {
      const those = own.filter((each) => standingOf(each) === standing);
      expect([standing, customers]).toEqual([standing, those.length]);
      expect(await open(opens)).toEqual(those.map(({ id }) => id).sort());
    }
  }
  for (const path of ["grid", "customers"]) {
    const refused = await year.owner.ask("GET", `/api/v1/scores/${path}?hours=8`);
    expect(refused).toMatchObject({ status: 400, body: { code: "invalid", field: "/hours" } });
  }
}, 120_000);

test("every cell is one standing's: whoever comes often and stays away is at risk, who came seldom has lapsed", () => {
  const all = POINTS.flatMap((recency) =>
    POINTS.map((frequency) => standingOf({ recency, frequency })),
  );
  expect(new Set(all)).toEqual(new Set(STANDINGS));
  expect(standingOf({ recency: 5, frequency: 5 })).toBe("regular");
  expect(standingOf({ recency: 5, frequency: 1 })).toBe("promising");
  expect(standingOf({ recency: 3, frequency: 5 })).toBe("cooling");
  expect(standingOf({ recency: 2, frequency: 3 })).toBe("at-risk");
  expect(standingOf({ recency: 1, frequency: 2 })).toBe("lapsed");
});

test("whoever sees the customers of a branch alone is not told who all of them are", async () => {
  const made = await year.owner.ask<{ id: string }>("POST", "/api/v1/roles", {
    ...{ name: "All scores", permissions: ["scores.read"] },
  });
  const [branch] = year.branches;
  const scores = { role: null, ownRoleId: made.body.id, scope: { kind: "tenant" as const } };
  const till = { kind: "branches" as const, branchIds: [branch?.id ?? ""] };
  const person = await year.site.invite(year.owner, scores);
  const session = await person.ask<{ staff: { id: string } }>("GET", "/api/v1/session");
  const path = `/api/v1/staff/${session.body.staff.id}/grants`;
  const grants = [scores, { role: "cashier", ownRoleId: null, scope: till }];
  expect((await year.owner.ask("PUT", path, { grants })).status).toBe(204);
  const told = await person.ask<GridReply>("GET", "/api/v1/scores/grid");
  expect(told.body.customers).toBeGreaterThan(0);
  expect((await person.ask("GET", "/api/v1/customers")).status).toBe(200);
  expect((await person.ask("GET", told.body.standings[0]?.opens ?? "")).status).toBe(403);
});

test("whoever may not see customers sees how many they are, and not who", async () => {
  const made = await year.owner.ask<{ id: string }>("POST", "/api/v1/roles", {
    ...{ name: "Scores", permissions: ["scores.read"] },
  });
  const role = { role: null, ownRoleId: made.body.id, scope: { kind: "tenant" as const } };
  const person = await year.site.invite(year.owner, role);
  const told = await person.ask<GridReply>("GET", "/api/v1/scores/grid");
  expect(told.body.customers).toBeGreaterThan(0);
  const who = await person.ask("GET", told.body.standings[0]?.opens ?? "");
  expect(who.status).toBe(403);
  expect((await year.owner.ask("GET", "/api/v1/scores/customers?recency=6")).status).toBe(400);
});
