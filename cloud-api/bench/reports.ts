// What reports cost in a company of many visits, and of a tenth of them beside it: the overview of a
// month and each report of a year over all branches, by the serving role against the same answer by SQL
// written by hand on the same sums and asked by a superuser, in one run and in turns; the overview's
// cost for ten times the visits; counting everything anew; and the check of a day.
// pnpm bench reports --customers 1000000 --branches 500 is what the figures are meant for.
import { checkDays } from "../src/features/reports/check.ts";
import { findCrowd } from "../src/features/reports/crowd.ts";
import { findDescribed } from "../src/features/reports/devices.ts";
import { type Question, readQuestion } from "../src/features/reports/figures.ts";
import { findOverview } from "../src/features/reports/overview.ts";
import {
  findCohorts,
  findGaps,
  findHeatMap,
  findLanguages,
  findRecency,
  findVisitCounts,
} from "../src/features/reports/patterns.ts";
import { recountAll, recountNext } from "../src/features/reports/recount.ts";
import { SYSTEMS } from "../src/features/reports/rules.ts";
import { findSeries } from "../src/features/reports/series.ts";
import { addTenant } from "../src/features/tenants/index.ts";
import type { TenantTransaction } from "../src/platform/db.ts";
import { type BenchDatabase, onBenchDatabase, percentile, timed } from "../test/bench-database.ts";
import { readNumber } from "../test/bench-options.ts";
import { type HandWritten, REPORTS_BY_HAND } from "../test/bench-reports.ts";
import { fillTenant } from "../test/bench-tenant.ts";
import { printFigure } from "../test/figure.ts";

const CUSTOMERS = readNumber("customers", 20_000);
const BRANCHES = readNumber("branches", 50);
const ROUNDS = readNumber("rounds", 7);
const RATIO_BAR = 1.5;
const OVERVIEW_AIM_MS = 200;
const REPORT_AIM_MS = 1000;
const GROWTH_BAR = 1.3;
const CHECK_BAR_MS = 60_000;
/** Ten million visits in an hour. */
const RECOUNT_BAR = 2800;
const DAY_MS = 86_400_000;

const less = { better: "less" } as const;

type Company = { tenantId: string; label: string };
type Place = Pick<BenchDatabase, "database" | "client">;

async function makeCompany({ database, client }: Place, label: string, customers: number) {
  const tx = await database.inDirectory((directory) => addTenant(database, directory, label));
  const { tenantId } = tx;
  const took = await timed(() => fillTenant(client, { tenantId, customers, branches: BRANCHES }));
  console.log(`${label}: ${customers} customers made in ${(took / 1000).toFixed(1)} s`);
  const { rows } = await client.query<{ visits: string }>(
    "select count(*) as visits from visits where tenant_id = $1",
    [tenantId],
  );
  const visits = Number(rows[0]?.visits);
  // As the follower leaves it: both have read as far as each other.
  await client.query(
    `insert into cursors (tenant_id, feature, position) values ($1, 'customers', 0), ($1, 'visits', 0), ($1, 'reports', 0)
     on conflict do nothing`,
    [tenantId],
  );
  const counted = await timed(async () => {
    await database.inTenant(tenantId, recountAll);
    while ((await recountNext({ database }, tenantId)) === "more");
  });
  await client.query("vacuum (analyze)");
  const name = `reports-${label}-recount`;
  const rate = [visits / (counted / 1000)];
  printFigure({ name, rounds: rate, unit: "visits/s", bar: RECOUNT_BAR, better: "more" });
  return { tenantId, label } satisfies Company;
}

/** The numbers that both ways must agree on. */
type Ours = (tx: TenantTransaction, question: Question) => Promise<number[]>;
const OF_ALL_HOURS: Record<Exclude<HandWritten["name"], `${string}-at-night`>, Ours> = {
  overview: async (tx, question) => {
    const { figures, before, lastYear } = await findOverview(tx, { question, by: "branch" });
    return [figures, before.figures, lastYear.figures].flatMap((each) => [
      ...[each.visits, each.customers, each.newCustomers],
    ]);
  },
  "series-day": async (tx, question) => {
    const { points, total } = await findSeries(tx, { question, unit: "day" });
    return [
      ...[total.visits, total.customers, total.newCustomers],
      points.reduce((sum, { customers }) => sum + customers, 0),
    ];
  },
  "heat-map": async (tx, question) => [(await findHeatMap(tx, question)).total.visits],
  "visit-counts": async (tx, question) => {
    const { total } = await findVisitCounts(tx, { question, counted: "everywhere" });
    return total.classes.map(({ visits }) => visits);
  },
  systems: async (tx, question) => {
    const { rows } = await findDescribed(tx, { question, by: "system" });
    const find = (name: string) => rows.find((row) => row.name === name);
    return [
      ...SYSTEMS.map((name) => find(name)?.visitsBefore ?? 0),
      ...SYSTEMS.map((name) => find(name)?.visits ?? 0),
    ];
  },
  crowd: async (tx, question) => {
    const { hours, rows } = await findCrowd(tx, question);
    const sumOf = (told: readonly { peak: number }[]) =>
      told.reduce((sum, { peak }) => sum + peak, 0);
    return [sumOf(hours), sumOf(rows)];
  },
  languages: async (tx, question) => [(await findLanguages(tx, question)).customers],
  cohorts: async (tx, question) => {
    const { cohorts } = await findCohorts(tx, question);
    return [cohorts.flatMap(({ months }) => months).reduce((sum, each) => sum + each.customers, 0)];
  },
  "return-gaps": async (tx, question) => [(await findGaps(tx, question)).returns],
  recency: async (tx, question) =>
    (await findRecency(tx, question)).rows.map(({ customers }) => customers),
};

const REPORTS: Record<HandWritten["name"], Ours> = {
  ...OF_ALL_HOURS,
  "cohorts-at-night": OF_ALL_HOURS.cohorts,
  "return-gaps-at-night": OF_ALL_HOURS["return-gaps"],
  "recency-at-night": OF_ALL_HOURS.recency,
};

/** Gives the middle of what it took us. */
async function measure({ database, client }: Place, company: Company, report: HandWritten) {
  const { tenantId, label } = company;
  const { name, days, hours, statements } = report;
  const slots = hours === undefined ? {} : { hours };
  const to = new Date(Date.now() - DAY_MS).toISOString().slice(0, 10);
  const from = new Date(Date.parse(to) - (days - 1) * DAY_MS).toISOString().slice(0, 10);
  let [counted, written]: [number[], number[]] = [[], []];
  const ask = () =>
    database.readTenant(tenantId, async (tx) => {
      counted = await REPORTS[name](tx, await readQuestion(tx, { from, to, ...slots }));
    });
  const askByHand = async () => {
    written = [];
    await client.query("begin isolation level repeatable read read only");
    for (const statement of statements({ from, to })) {
      const { rows } = await client.query<{ numbers: (string | number)[] }>(statement, [tenantId]);
      written.push(...(rows[0]?.numbers ?? []).map(Number));
    }
    await client.query("commit");
  };
  await ask();
  await askByHand();
  if (JSON.stringify(counted) !== JSON.stringify(written))
    throw new Error(`${name}: ${JSON.stringify(counted)} is not ${JSON.stringify(written)}`);
  const [ours, ratios]: [number[], number[]] = [[], []];
  for (let round = 0; round < ROUNDS; round += 1) {
    const own = await timed(ask);
    ours.push(own);
    ratios.push(own / (await timed(askByHand)));
  }
  const title = `reports-${label}-${name}`;
  printFigure({ ...less, name: title, rounds: ratios, unit: "x by hand", bar: RATIO_BAR });
  const aim = name === "overview" ? OVERVIEW_AIM_MS : REPORT_AIM_MS;
  const p95 = [percentile(ours, 0.95)];
  printFigure({ ...less, name: `${title}-p95`, rounds: p95, unit: "ms", bar: aim });
  return percentile(ours, 0.5);
}

async function measureCheck({ database }: Place, { tenantId, label }: Company): Promise<void> {
  const day = new Date(Date.now() - DAY_MS).toISOString().slice(0, 10);
  let faults: number | null = null;
  const took = await timed(async () => {
    faults = await checkDays(database, { tenantId, period: { from: day, to: day } });
  });
  if (faults !== 0) throw new Error(`The check of ${day} found ${faults} faults.`);
  const name = `reports-${label}-check-of-a-day`;
  printFigure({ ...less, name, rounds: [took], unit: "ms", bar: CHECK_BAR_MS });
}

await onBenchDatabase(async (place) => {
  const tenth = await makeCompany(place, "tenth", Math.max(100, Math.round(CUSTOMERS / 10)));
  const whole = await makeCompany(place, "whole", CUSTOMERS);
  for (const report of REPORTS_BY_HAND) {
    const few = await measure(place, tenth, report);
    const many = await measure(place, whole, report);
    if (report.name !== "overview") continue;
    const growth = { name: "reports-overview-ten-times-the-visits", rounds: [many / few] };
    printFigure({ ...less, ...growth, unit: "x a tenth", bar: GROWTH_BAR });
  }
  await measureCheck(place, whole);
});
