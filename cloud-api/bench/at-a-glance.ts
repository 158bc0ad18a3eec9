// How long the overview takes to be whole on the screen of a manager whose company has a million visits:
// a browser that has been there before, and one that has not, against a cloud in a process of its own.
import { Client } from "pg";
import { pino } from "pino";
import type { Browser, BrowserContext } from "playwright-core";
import { recountAll, recountNext } from "../src/features/reports/recount.ts";
import { features } from "../src/features.ts";
import { openDatabase } from "../src/platform/db.ts";
import { prepareDatabase } from "../src/prepare.ts";
import { readNumber } from "../test/bench-options.ts";
import { BENCH_OWNER, type BenchSite, startBenchSite } from "../test/bench-site.ts";
import { fillTenant } from "../test/bench-tenant.ts";
import { printFigure } from "../test/figure.ts";
import { launchBrowser, signInAs } from "../test/staff-browser.ts";

const CUSTOMERS = readNumber("customers", 100_000);
const BRANCHES = readNumber("branches", 50);
const ROUNDS = readNumber("rounds", 7);
const GLANCE_MS = 2000;
const WAIT_MS = 60_000;
const VIEWPORT = { width: 1280, height: 900 };
/** Every number is there: each tile, chart and table has left its place-holder. */
const IS_WHOLE = `document.querySelectorAll(".report-tiles .tile-figure").length >= 9
  && document.querySelectorAll(".mantine-Skeleton-root").length === 0
  && document.querySelectorAll("main .chart svg").length > 0
  && document.querySelectorAll("main table tbody tr").length > ${Math.min(BRANCHES, 10)}`;

/** Makes the company's visits, and counts them. */
async function fill({ databaseUrl, tenantId }: BenchSite): Promise<number> {
  const client = new Client(databaseUrl);
  await client.connect();
  const log = pino({ level: "silent" });
  const prepared = { administratorUrl: databaseUrl, secret: null, features, log };
  const urls = await prepareDatabase(prepared);
  const clock = () => new Date();
  const database = await openDatabase({ url: urls.app, scopedUrl: urls.scoped, clock, log });
  try {
    await fillTenant(client, { tenantId, customers: CUSTOMERS, branches: BRANCHES });
    await database.inTenant(tenantId, recountAll);
    while ((await recountNext({ database }, tenantId)) === "more");
    await client.query("vacuum (analyze)");
    const counted = "select count(*) as visits from visits where tenant_id = $1";
    const { rows } = await client.query<{ visits: string }>(counted, [tenantId]);
    return Number(rows[0]?.visits);
  } finally {
    await database.close();
    await client.end();
  }
}

/** From the address to the last number, in milliseconds. */
async function look(context: BrowserContext): Promise<number> {
  const page = await context.newPage();
  await page.goto("/", { waitUntil: "commit" });
  const whole = await page.waitForFunction(`(${IS_WHOLE}) && performance.now()`, undefined, {
    timeout: WAIT_MS,
    polling: "raf",
  });
  const took = Number(await whole.jsonValue());
  await page.close();
  return took;
}

async function measure(site: BenchSite, browser: Browser): Promise<void> {
  // What waits for the numbers is a script that the app's own policy would refuse.
  const options = { baseURL: site.origin, viewport: VIEWPORT, bypassCSP: true };
  const known = await browser.newContext(options);
  const first = await known.newPage();
  await first.goto("/sign-in");
  await signInAs(first, BENCH_OWNER);
  await first.waitForFunction(IS_WHOLE, undefined, { timeout: WAIT_MS });
  await first.close();
  const storageState = await known.storageState();
  const [again, anew]: [number[], number[]] = [[], []];
  for (let round = 0; round < ROUNDS; round += 1) {
    again.push(await look(known));
    const stranger = await browser.newContext({ ...options, storageState });
    anew.push(await look(stranger));
    await stranger.close();
  }
  const common = { unit: "ms", bar: GLANCE_MS, better: "less" } as const;
  printFigure({ ...common, name: "overview-on-screen", rounds: again });
  printFigure({ ...common, name: "overview-on-screen-first-time", rounds: anew });
}

const site = await startBenchSite({ role: "all" });
let browser: Browser | null = null;
try {
  console.log(`beside ${await fill(site)} visits at ${BRANCHES} branches`);
  browser = await launchBrowser();
  await measure(site, browser);
} finally {
  await browser?.close();
  await site.close();
}
