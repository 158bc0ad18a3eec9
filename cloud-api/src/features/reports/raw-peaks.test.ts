import { seededRandom } from "@foyer/contract/test/seeded-random";
import type { KyselyPlugin } from "kysely";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { openTestCloud, type TestCloud } from "../../../test/open-test-cloud.ts";
import { newId } from "../../platform/clock.ts";
import { run, sql, type TenantTransaction } from "../../platform/db.ts";
import { listRawPeaks } from "./peak-queries.ts";

// The night's second count of guests at once, against one visit after another looked at for each of the others.

const PERIOD = { from: "2026-10-20", to: "2026-11-10" };
const QUARTER = 900;

/** Seconds since 1970. */
type Span = { branchId: string; begins: number; ends: number };
type Clock = { branchId: string; timeZone: string; dayStartsHour: number };

let cloud: TestCloud;
let tenantId: string;
let clocks: Clock[];
beforeAll(async () => {
  cloud = await openTestCloud();
});
beforeEach(async () => {
  tenantId = await cloud.addTenant();
  clocks = [
    { branchId: newId(), timeZone: "Asia/Kathmandu", dayStartsHour: 3 },
    // Put back within the period.
    { branchId: newId(), timeZone: "America/New_York", dayStartsHour: 0 },
  ];
  for (const { branchId, timeZone, dayStartsHour } of clocks)
    await inTenant((tx) =>
      run(
        tx,
        sql`insert into report_clocks (tenant_id, branch_id, time_zone, day_starts_hour)
            values (${tenantId}, ${branchId}, ${timeZone}, ${dayStartsHour})`,
      ),
    );
});
afterAll(() => cloud?.close());

const inTenant = <T>(work: (tx: TenantTransaction) => Promise<T>) =>
  cloud.database.inTenant(tenantId, work);

const keep = (spans: readonly Span[]) =>
  inTenant((tx) =>
    run(
      tx,
      sql`insert into visits (tenant_id, id, branch_id, box_id, device_id, started_at, ended_at,
            last_told_at)
          select ${tenantId}::uuid, gen_random_uuid(), told.branch_id, gen_random_uuid(),
            gen_random_uuid(), to_timestamp(told.begins), to_timestamp(told.ends), now()
          from unnest(${spans.map(({ branchId }) => branchId)}::uuid[],
            ${spans.map(({ begins }) => begins)}::bigint[],
            ${spans.map(({ ends }) => ends)}::bigint[]) as told (branch_id, begins, ends)`,
    ),
  );

/** The day and hour of a second by a branch's clock. */
function slotOf(second: number, { timeZone, dayStartsHour }: Clock): [day: string, hour: number] {
  const parts = new Intl.DateTimeFormat("sv-SE", {
    ...{ timeZone, dateStyle: "short", timeStyle: "medium" },
  }).format(second * 1000);
  const shown = Date.parse(`${parts.replace(" ", "T")}Z`);
  const day = new Date(shown - dayStartsHour * 3_600_000).toISOString().slice(0, 10);
  return [day, new Date(shown).getUTCHours()];
}

/** `branch day` → the most that were there at once in each of its hours, added up. */
function count(spans: readonly Span[]): Map<string, number> {
  const hours = new Map<string, Map<number, number>>();
  for (const clock of clocks) {
    const own = spans.filter(({ branchId }) => branchId === clock.branchId);
    const looks = own.flatMap(({ begins, ends }) => {
      const quarters = [begins];
      for (let at = begins - (begins % QUARTER) + QUARTER; at < ends; at += QUARTER)
        quarters.push(at);
      return begins < ends ? quarters : [];
    });
    for (const at of new Set(looks)) {
      const there = own.filter(({ begins, ends }) => begins <= at && at < ends).length;
      const [day, hour] = slotOf(at, clock);
      const key = `${clock.branchId} ${day}`;
      const peaks = hours.get(key) ?? new Map<number, number>();
      hours.set(key, peaks.set(hour, Math.max(peaks.get(hour) ?? 0, there)));
    }
  }
  return new Map([...hours].map(([key, peaks]) => [key, [...peaks.values()].reduce(add)]));
}

const add = (one: number, other: number) => one + other;
const isAsked = (key: string) => {
  const day = key.slice(-10);
  return day >= PERIOD.from && day <= PERIOD.to;
};

test("guests at once are counted as if each were looked at for each of the others", async () => {
  const seed = Number(process.env.FOYER_TEST_SEED ?? Math.floor(Math.random() * 2 ** 31));
  const random = seededRandom(seed);
  const below = (most: number) => Math.floor(random() * most);
  const first = Date.parse(`${PERIOD.from}T00:00:00Z`) / 1000;
  const spans = Array.from({ length: 1500 }, (): Span => {
    const { branchId } = clocks[below(clocks.length)] as Clock;
    // Many come and leave in the same second, and around the hour in which a clock is put back.
    const day = below(3) === 0 ? 12 : below(24) - 1;
    const begins = first + day * 86_400 + below(86_400 / 150) * 150;
    const length = [0, 150, 450, 900, 3600, 7200, 200_000][below(7)] ?? 0;
    return { branchId, begins, ends: begins + length + (below(4) === 0 ? 1 : 0) };
  });
  await keep(spans);
  const found = await inTenant((tx) => listRawPeaks(tx, PERIOD));
  const told = found.map(({ branchId, day, numbers }) => [`${branchId} ${day}`, numbers.peaks]);
  const own = [...count(spans)].filter(([key]) => isAsked(key));
  expect(told.sort(), `FOYER_TEST_SEED=${seed}`).toEqual(own.sort());
});

type Plan = { "Actual Rows": number; "Actual Loops": number; Plans?: Plan[] };
const rowsOf = (plan: Plan): number =>
  Math.max(plan["Actual Rows"] * plan["Actual Loops"], ...(plan.Plans ?? []).map(rowsOf));

/** The most rows that any part of the statement comes to. */
async function countRows(): Promise<number> {
  let most = 0;
  const explain: KyselyPlugin = {
    transformQuery: ({ node }) => {
      if (node.kind !== "RawNode") return node;
      const [begin = "", ...rest] = node.sqlFragments;
      return { ...node, sqlFragments: [`explain (analyze, format json) ${begin}`, ...rest] };
    },
    transformResult: async ({ result }) => {
      const [row] = result.rows as { "QUERY PLAN": { Plan: Plan }[] }[];
      most = Math.max(...(row?.["QUERY PLAN"].map(({ Plan: plan }) => rowsOf(plan)) ?? []));
      return { ...result, rows: [] };
    },
  };
  await inTenant((tx) =>
    listRawPeaks({ ...tx, db: tx.db.withPlugin(explain) as TenantTransaction["db"] }, PERIOD),
  );
  return most;
}

test("a crowd costs as much for each of it as a few guests do", async () => {
  const begins = Date.parse("2026-11-01T10:00:00Z") / 1000;
  const [{ branchId }] = clocks as [Clock];
  const crowd = Array.from({ length: 1200 }, (_, at) => ({
    ...{ branchId, begins: begins + at, ends: begins + at + 3600 },
  }));
  await keep(crowd);
  // Each is there in five quarters of an hour at most, to come and to leave.
  expect(await countRows()).toBeLessThanOrEqual(crowd.length * 5 * 2);
});
