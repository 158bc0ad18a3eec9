// What customers cost in a company of many of them, and of a tenth beside it: what somebody types letter
// by letter, the list as it stands and as it is narrowed, and a customer's page. Each by the serving
// role against the same question written by hand and asked by a superuser, both with their round trips,
// in one run and in turns; and over HTTP beside what the product aims at, as staff wait for it.
// pnpm bench customers --customers 1000000 --branches 500 is what the figures are meant for.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "pg";
import { pino } from "pino";
import { describeCustomer } from "../src/features/customers/describe.ts";
import { FIRST_SORT } from "../src/features/customers/list-rules.ts";
import { narrow } from "../src/features/customers/narrow.ts";
import { listPage } from "../src/features/customers/page-queries.ts";
import { features } from "../src/features.ts";
import { startCluster } from "../src/platform/cluster.ts";
import { type Database, openDatabase } from "../src/platform/db.ts";
import { prepareDatabase } from "../src/prepare.ts";
import { collectHooks, startCloud } from "../src/start.ts";
import { percentile, timed } from "../test/bench-database.ts";
import { readNumber } from "../test/bench-options.ts";
import {
  type Asked,
  BY_HAND_RECORD,
  listQuestions,
  PAGE_ROWS,
  type Question,
  writePage,
} from "../test/bench-questions.ts";
import { makeCompany } from "../test/bench-records.ts";
import { CUSTOMER, idOf } from "../test/bench-tenant.ts";
import { printFigure } from "../test/figure.ts";

const CUSTOMERS = readNumber("customers", 20_000);
const BRANCHES = readNumber("branches", 50);
const ROUNDS = readNumber("rounds", 5);
const RATIO_BAR = 1.5;
/** A tenth of the customers must cost no less than a tenth: what costs more is growing faster. */
const GROWTH_BAR = 10;
const RECORD_AIM_MS = 50;
const RECORDS = 40;

const log = pino({ level: "silent" });
const hooks = collectHooks(features);
const less = { better: "less" } as const;

type Company = { tenantId: string; customers: number; label: string; cookie: string };
type Place = { database: Database; client: Client; origin: string };

async function signUp(origin: string, label: string) {
  const person = { email: `${label}@example.test`, name: "Lan", language: "vi" };
  const body = { ...person, tenantName: label, password: "a long enough password for a bench" };
  const answer = await fetch(`${origin}/api/v1/sign-up`, {
    method: "POST",
    headers: { origin, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`sign-up answered ${answer.status}: ${await answer.text()}`);
  const { tenantId } = (await answer.json()) as { tenantId: string };
  const given = answer.headers.getSetCookie();
  return { tenantId, cookie: given.map((each) => each.split(";")[0]).join("; ") };
}

async function makeBenchCompany({ client, origin }: Place, label: string, customers: number) {
  const { tenantId, cookie } = await signUp(origin, label);
  const tenant = { tenantId, customers, branches: BRANCHES };
  const took = await timed(() => makeCompany(client, tenant));
  console.log(`${label}: ${customers} customers made in ${(took / 1000).toFixed(1)} s`);
  return { tenantId, customers, label, cookie } satisfies Company;
}

/** The ids of a page, and how many there are. */
type Page = { ids: string[]; total: number };

async function askOurs({ database }: Place, { tenantId }: Company, asked: Asked): Promise<Page> {
  const { branchIds, narrowing } = asked;
  return await database.readTenant({ tenantId, branchIds }, async (tx) => {
    const filter = await narrow(tx, hooks, narrowing);
    const place = { sort: FIRST_SORT, after: null, limit: PAGE_ROWS };
    const { rows, total } = await listPage(tx, { ...filter, ...place });
    return { ids: rows.map(({ id }) => id), total };
  });
}

async function askByHand({ client }: Place, { tenantId }: Company, asked: Asked): Promise<Page> {
  const { rows, total } = writePage(asked);
  // As one picture: a page and its total that agree.
  await client.query("begin isolation level repeatable read read only");
  const page = await client.query<{ id: string }>(rows, [tenantId]);
  const counted = await client.query<{ total: number }>(total, [tenantId]);
  await client.query("commit");
  return { ids: page.rows.map(({ id }) => id), total: counted.rows[0]?.total ?? 0 };
}

async function askOverHttp({ origin }: Place, { cookie }: Company, path: string): Promise<void> {
  const answer = await fetch(`${origin}/api/v1${path}`, { headers: { cookie } });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${text}`);
}

/** The figures of one question; gives what it took us, in the middle of all rounds. */
async function measureQuestion(place: Place, company: Company, question: Question) {
  const { name, asked, aimMs } = question;
  const [ratios, ours, overHttp]: [number[], number[], number[]] = [[], [], []];
  for (const each of asked) {
    const [found, written] = [
      await askOurs(place, company, each),
      await askByHand(place, company, each),
    ];
    if (found.ids.join() !== written.ids.join() || found.total > written.total)
      throw new Error(`${name} ${JSON.stringify(each.narrowing)}: not what is written by hand`);
  }
  for (let round = 0; round < ROUNDS; round += 1) {
    const [mine, byHand]: [number[], number[]] = [[], []];
    for (const each of asked) {
      mine.push(await timed(() => askOurs(place, company, each)));
      byHand.push(await timed(() => askByHand(place, company, each)));
      if (each.branchIds) continue;
      const query = new URLSearchParams({ limit: String(PAGE_ROWS - 1) });
      for (const [name, value] of Object.entries(each.narrowing))
        query.set(name, typeof value === "string" ? value : "");
      overHttp.push(await timed(() => askOverHttp(place, company, `/customers?${query}`)));
    }
    const sum = (values: readonly number[]) => values.reduce((all, value) => all + value, 0);
    ratios.push(sum(mine) / sum(byHand));
    ours.push(...mine);
  }
  const title = `customers-${company.label}-${name}`;
  printFigure({ ...less, name: title, rounds: ratios, unit: "x by hand", bar: RATIO_BAR });
  const waited = { ...less, unit: "ms", bar: aimMs };
  printFigure({ ...waited, name: `${title}-p95`, rounds: [percentile(ours, 0.95)] });
  if (overHttp.length > 0)
    printFigure({ ...waited, name: `${title}-http-p95`, rounds: [percentile(overHttp, 0.95)] });
  return percentile(ours, 0.5);
}

async function measureRecord(place: Place, company: Company): Promise<number> {
  const { database, client } = place;
  const { tenantId, customers, label } = company;
  const [ratios, ours, overHttp]: [number[], number[], number[]] = [[], [], []];
  for (let round = 0; round < ROUNDS; round += 1) {
    let [mine, byHand] = [0, 0];
    for (let index = 0; index < RECORDS; index += 1) {
      // Others each round: what has just been read is in memory.
      const id = idOf(CUSTOMER, Math.floor((customers * (index + round / ROUNDS)) / RECORDS));
      const own = await timed(() =>
        database.readTenant(tenantId, async (tx) => {
          if (!(await describeCustomer(tx, id))) throw new Error(`There is no customer ${id}.`);
        }),
      );
      ours.push(own);
      mine += own;
      byHand += await timed(async () => {
        await client.query("begin isolation level repeatable read read only");
        await client.query(BY_HAND_RECORD, [tenantId, id]);
        await client.query("commit");
      });
      overHttp.push(await timed(() => askOverHttp(place, company, `/customers/${id}`)));
    }
    ratios.push(mine / byHand);
  }
  const title = `customers-${label}-page`;
  printFigure({ ...less, name: title, rounds: ratios, unit: "x by hand", bar: RATIO_BAR });
  const waited = { ...less, unit: "ms", bar: RECORD_AIM_MS };
  printFigure({ ...waited, name: `${title}-p95`, rounds: [percentile(ours, 0.95)] });
  printFigure({ ...waited, name: `${title}-http-p95`, rounds: [percentile(overHttp, 0.95)] });
  return percentile(ours, 0.5);
}

async function measure(place: Place, company: Company): Promise<Map<string, number>> {
  const took = new Map<string, number>();
  for (const question of listQuestions(company.customers, BRANCHES))
    took.set(question.name, await measureQuestion(place, company, question));
  return took.set("page", await measureRecord(place, company));
}

const folder = mkdtempSync(join(tmpdir(), "foyer-bench-"));
const cluster = await startCluster({ folder, durable: false });
try {
  const setUp = new Client({ connectionString: cluster.urlOf("postgres") });
  await setUp.connect();
  await setUp.query("create database foyer");
  await setUp.query("alter system set max_wal_size = '8GB'");
  await setUp.query("select pg_reload_conf()");
  await setUp.end();
  const databaseUrl = cluster.urlOf("foyer");
  const urls = await prepareDatabase({
    administratorUrl: databaseUrl,
    secret: null,
    features,
    log,
  });
  const cloud = await startCloud({
    ...{ host: "127.0.0.1", port: 0, origin: null, dataFolder: join(folder, "cloud"), databaseUrl },
    ...{ role: "web", selfSignUp: true, logLevel: "silent" },
  });
  const clock = () => new Date();
  const database = await openDatabase({ url: urls.app, scopedUrl: urls.scoped, clock, log });
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const place = { database, client, origin: cloud.origin };
    const few = await makeBenchCompany(place, "tenth", Math.max(1000, Math.round(CUSTOMERS / 10)));
    const many = await makeBenchCompany(place, "whole", CUSTOMERS);
    const [before, after] = [await measure(place, few), await measure(place, many)];
    for (const [name, took] of after) {
      const growth = took / (before.get(name) ?? took);
      const unit = "x of a tenth";
      printFigure({
        ...less,
        name: `customers-growth-${name}`,
        rounds: [growth],
        unit,
        bar: GROWTH_BAR,
      });
    }
  } finally {
    await client.end();
    await database.close();
    await cloud.close();
  }
} finally {
  await cluster.close();
  rmSync(folder, { recursive: true, force: true });
}
