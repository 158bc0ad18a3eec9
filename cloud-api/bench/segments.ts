// What segments cost in a company of many customers, and of a tenth of them beside it: counting each of
// ten stated segments by the serving role against the same question written by hand and asked by a
// superuser; one customer judged by 200 segments; and how long after an event is pushed its customer is
// a member, at 500 events a second, with a worker in a process of its own.
// pnpm bench segments --customers 1000000 --branches 500 is what the figures are meant for.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { addBox, addBranch } from "../src/features/branches/index.ts";
import { storePush } from "../src/features/ingest/index.ts";
import {
  beginClocks,
  countChanges,
  listChanges,
  lockReports,
} from "../src/features/reports/count-queries.ts";
import { judge } from "../src/features/segments/evaluate.ts";
import { findFacts } from "../src/features/segments/facts-queries.ts";
import { judgeNext } from "../src/features/segments/jobs.ts";
import { countMembers, insertSegment } from "../src/features/segments/queries.ts";
import type { Tree } from "../src/features/segments/schema.ts";
import { judgeAnew } from "../src/features/segments/settle.ts";
import { addTenant } from "../src/features/tenants/index.ts";
import { newId } from "../src/platform/clock.ts";
import { type BenchDatabase, onBenchDatabase, percentile, timed } from "../test/bench-database.ts";
import { readNumber } from "../test/bench-options.ts";
import { listVariants, STATED } from "../test/bench-segments.ts";
import { CUSTOMER, fillTenant, GUEST, idOf } from "../test/bench-tenant.ts";
import { printFigure } from "../test/figure.ts";
import { makeTestBox, type TestBox } from "../test/test-box.ts";

const CUSTOMERS = readNumber("customers", 20_000);
const BRANCHES = readNumber("branches", 50);
const ROUNDS = readNumber("rounds", 5);
const SECONDS = readNumber("seconds", 20);
const RATE = readNumber("rate", 500);
const RATIO_BAR = 1.5;
const COUNT_BAR_MS = 1000;
const JUDGE_BAR_MS = 5;
const MEMBER_BAR_MS = 1000;
const SEGMENTS = 200;
const JUDGED = 200;
const PUSH_MS = 50;
const LOOK_MS = 20;
/** Asked for at once, those who wait longest first: who watches is not to hold up whom it watches. */
const LOOKED_FOR_MAX = 1000;
/** Customers whose past visits are counted in one transaction. */
const AT_ONCE = 500;

const clock = () => new Date();

type Company = { tenantId: string; customers: number; box: TestBox; label: string };
type Place = Pick<BenchDatabase, "database" | "client">;

async function makeCompany({ database, client }: Place, label: string, customers: number) {
  const tx = await database.inDirectory((directory) => addTenant(database, directory, label));
  const { tenantId } = tx;
  const took = await timed(() => fillTenant(client, { tenantId, customers, branches: BRANCHES }));
  console.log(`${label}: ${customers} customers made in ${(took / 1000).toFixed(1)} s`);
  const box = await database.changeTenant(tenantId, async (inTenant) => {
    const place = { name: "Hồ Gươm", timeZone: "Asia/Ho_Chi_Minh", country: "VN" };
    const made = await addBranch(inTenant, { ...place, languages: ["vi", "en"] });
    const added = await addBox(inTenant, { branchId: made.result.id, name: "Box" });
    const { boxId } = added.result;
    const result = makeTestBox({ tenantId, branchId: made.result.id, boxId });
    return { result, events: [...made.events, ...added.events] };
  });
  return { tenantId, customers, box, label } satisfies Company;
}

async function measureCounts({ database, client }: Place, company: Company): Promise<void> {
  const { tenantId, label } = company;
  for (const { name, tree, byHand } of STATED) {
    const [ratios, ours]: [number[], number[]] = [[], []];
    let [counted, written] = [-1, -1];
    const count = () =>
      database.readTenant(tenantId, async (tx) => {
        [counted = -1] = await countMembers(tx, { wanted: [tree], trees: new Map() });
      });
    const ask = async () => {
      const { rows } = await client.query<{ count: number }>(byHand, [tenantId]);
      written = Number(rows[0]?.count);
    };
    await count();
    await ask();
    if (Math.abs(counted - written) > 1) throw new Error(`${name}: ${counted} is not ${written}`);
    for (let round = 0; round < ROUNDS; round += 1) {
      const own = await timed(count);
      ours.push(own);
      ratios.push(own / (await timed(ask)));
    }
    const common = { better: "less" } as const;
    const title = `segments-${label}-${name}`;
    printFigure({ ...common, name: title, rounds: ratios, unit: "x by hand", bar: RATIO_BAR });
    const p95 = percentile(ours, 0.95);
    printFigure({ ...common, name: `${title}-p95`, rounds: [p95], unit: "ms", bar: COUNT_BAR_MS });
  }
}

async function measureJudging({ database }: Place, company: Company): Promise<void> {
  const { tenantId, label, customers } = company;
  const trees = listVariants(SEGMENTS);
  const [took, judged]: [number[], number[]] = [[], []];
  for (let index = 0; index < JUDGED; index += 1) {
    const customerId = idOf(CUSTOMER, Math.floor((customers * index) / JUDGED));
    const ask = () =>
      database.readTenant(tenantId, async (tx) => {
        const facts = await findFacts(tx, customerId);
        if (!facts) throw new Error(`There is no customer ${customerId}.`);
        const before = process.cpuUsage();
        for (const tree of trees) judge(tree, { facts, now: tx.now, trees: new Map() });
        const { user, system } = process.cpuUsage(before);
        judged.push((user + system) / 1000);
      });
    took.push(await timed(ask));
  }
  const name = `segments-${label}-one-customer-200-segments-p95`;
  const p95 = percentile(took.slice(20), 0.95);
  const common = { bar: JUDGE_BAR_MS, better: "less" } as const;
  printFigure({ ...common, name, rounds: [p95], unit: "ms" });
  // What the machine's other work does not reach.
  const alone = percentile(judged.slice(20), 0.95);
  printFigure({
    ...common,
    name: `${name}-judging-alone`,
    rounds: [alone],
    unit: "ms of processor",
  });
}

/** The stated segments, and one that each first visit at a branch of its own makes a member of. */
async function makeSegments({ database }: Place, { tenantId, box }: Company): Promise<string> {
  const visits = { branchIds: [box.branchId] };
  const here: Tree = { kind: "all", of: [{ kind: "visit-count", count: { min: 1 }, visits }] };
  const ids = [...STATED.map(({ tree }) => tree), here].map((tree) => ({ id: newId(), tree }));
  await database.inTenant(tenantId, async (tx) => {
    for (const { id, tree } of ids) await insertSegment(tx, { id, name: id, tree });
    await judgeAnew(
      tx,
      ids.map(({ id }) => id),
    );
  });
  const took = await timed(async () => {
    while ((await judgeNext({ database } as never, tenantId)) === "more");
  });
  console.log(`everybody judged by ${ids.length} segments in ${(took / 1000).toFixed(1)} s`);
  return ids.at(-1)?.id ?? "";
}

/** The first visit of a customer at the box's branch. */
function arriveAs(box: TestBox, index: number) {
  const startedAt = clock();
  const ids = { guestId: idOf(GUEST, index), deviceId: newId(), visitId: newId() };
  const arrival = { ...ids, source: "wifi" as const, startedAt: startedAt.toISOString() };
  return box.write("visit.started", arrival, startedAt);
}

/** Reports have counted the visits there were, as in any company whose log was followed as it grew. */
async function countPastVisits(
  { database }: Place,
  tenantId: string,
  customers: number,
): Promise<void> {
  for (let from = 0; from < customers; from += AT_ONCE) {
    const length = Math.min(AT_ONCE, customers - from);
    const customerIds = Array.from({ length }, (_, step) => idOf(CUSTOMER, from + step));
    await database.inTenant(tenantId, async (tx) => {
      await lockReports(tx);
      await beginClocks(tx);
      const changes = await listChanges(tx, { visitIds: [], customerIds });
      const told_at = tx.now.toISOString();
      await countChanges(
        tx,
        changes.map((change) => ({ ...change, told_at })),
      );
    });
  }
}

/** Sees customers become members of a segment, and how long each took, in milliseconds. */
function watchMembers(client: Place["client"], tenantId: string, segmentId: string) {
  const waiting = new Map<string, number>();
  const took: number[] = [];
  let isOver = false;
  const look = async () => {
    const { rows } = await client.query<{ id: string }>(
      `select customer_id as id from segment_members
       where tenant_id = $1 and segment_id = $2 and customer_id = any($3::uuid[])`,
      [tenantId, segmentId, [...waiting.keys().take(LOOKED_FOR_MAX)]],
    );
    const now = performance.now();
    for (const { id } of rows) {
      took.push(now - (waiting.get(id) ?? now));
      waiting.delete(id);
    }
  };
  const looking = (async () => {
    for (; !isOver || waiting.size > 0; await sleep(LOOK_MS)) await look();
  })();
  return {
    took,
    expect: (id: string) => waiting.set(id, performance.now()),
    /** Once all who are expected have come. */
    end: () => {
      isOver = true;
      return looking;
    },
  };
}

async function measureEvents(place: Place, company: Company): Promise<void> {
  const { tenantId, box, label } = company;
  const segmentId = await makeSegments(place, company);
  const total = Math.min(Math.floor(RATE * SECONDS), company.customers - 1);
  await countPastVisits(place, tenantId, total + 1);
  const { took, expect, end } = watchMembers(place.client, tenantId, segmentId);
  const caller = { tenantId, branchId: box.branchId, boxId: box.boxId };
  const push = (from: number, count: number) => {
    const events = Array.from({ length: count }, (_, step) => {
      expect(idOf(CUSTOMER, from + step));
      return arriveAs(box, from + step);
    });
    return storePush(place.database, caller, { epoch: box.epoch, events });
  };
  // A worker that has just started is slow: the clock begins once it has followed one.
  await push(0, 1);
  while (took.length === 0) await sleep(LOOK_MS);
  took.length = 0;
  const perPush = Math.max(1, Math.round((RATE * PUSH_MS) / 1000));
  const begun = performance.now();
  for (let index = 0; index < total; index += perPush) {
    const due = begun + (index / RATE) * 1000;
    await sleep(Math.max(0, due - performance.now()));
    await push(1 + index, Math.min(perPush, total - index));
  }
  const spent = (performance.now() - begun) / 1000;
  await end();
  console.log(`${label}: ${total} events in ${spent.toFixed(1)} s (${RATE}/s wanted)`);
  const name = `segments-${label}-event-to-member`;
  const common = { unit: "ms", bar: MEMBER_BAR_MS, better: "less" } as const;
  printFigure({ ...common, name: `${name}-p50`, rounds: [percentile(took, 0.5)] });
  printFigure({ ...common, name: `${name}-p99`, rounds: [percentile(took, 0.99)] });
}

await onBenchDatabase(async ({ administratorUrl, folder, ...place }) => {
  const tenth = await makeCompany(place, "tenth", Math.max(100, Math.round(CUSTOMERS / 10)));
  const whole = await makeCompany(place, "whole", CUSTOMERS);
  for (const company of [tenth, whole]) {
    await measureCounts(place, company);
    await measureJudging(place, company);
  }
  const worker = spawn(process.execPath, [join(import.meta.dirname, "../src/main.ts")], {
    env: {
      ...{ PATH: process.env.PATH ?? "", DATABASE_URL: administratorUrl },
      ...{ FOYER_DATA_FOLDER: join(folder, "cloud"), FOYER_CLOUD_ROLE: "worker" },
      FOYER_LOG_LEVEL: "error",
    },
    stdio: ["ignore", "ignore", "inherit"],
  });
  try {
    for (const company of [tenth, whole]) await measureEvents(place, company);
  } finally {
    const ended = once(worker, "exit");
    worker.kill("SIGTERM");
    await ended;
  }
});
