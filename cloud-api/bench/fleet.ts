// What boxes cost that one cloud process holds live: memory for each, processor time while nothing
// happens, and processor time for each event while guests arrive at some of them. The boxes are light
// ones in this process, ten a company, and all speak the real protocol: signed calls, waiting pulls,
// real ingest, the cursors of all features. What a guest changes is told to all boxes of their company,
// so the size of a company has its price, and is the same at each size of the fleet. So is the pace of
// a company: what comes together is followed together, and would cost less in a small fleet.
import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "pg";
import { readNumber } from "../test/bench-options.ts";
import { type BenchSite, startBenchSite } from "../test/bench-site.ts";
import { printFigure } from "../test/figure.ts";
import { type LightBox, openLightBoxes } from "../test/light-box.ts";

const BOXES = readNumber("boxes", 2000);
const ROUNDS = readNumber("rounds", 3);
const SECONDS = readNumber("seconds", 10);
const ARRIVALS_PER_SECOND = readNumber("arrivals", 20);
const BOXES_PER_COMPANY = 10;
const COMPANY_ARRIVALS_PER_SECOND = 1;
const SIZES = [10, 100, 500, 2000].filter((size) => size < BOXES).concat(BOXES);
const FLAT_BAR = 1.2;
const MEMORY_BAR_KIBIBYTES = 100;
const EVENT_BAR_MS = 25;

type Cost = { cloudMs: number; databaseMs: number; events: number };

/** Processor time of both over some work. */
async function measure(site: BenchSite, work: () => Promise<number>): Promise<Cost> {
  const before = site.readProcessorSeconds();
  const events = await work();
  const after = site.readProcessorSeconds();
  const cloudMs = (after.cloud - before.cloud) * 1000;
  return { events, cloudMs, databaseMs: (after.database - before.database) * 1000 };
}

/** Guests arrive at boxes of the fleet, evenly spread, for so many seconds. Gives the events. */
async function arrive(boxes: readonly LightBox[]): Promise<number> {
  const began = performance.now();
  const pushes: Promise<number>[] = [];
  const companies = boxes.length / BOXES_PER_COMPANY;
  const perSecond = Math.min(ARRIVALS_PER_SECOND, companies * COMPANY_ARRIVALS_PER_SECOND);
  for (let sent = 0; sent < perSecond * SECONDS; sent += 1) {
    const at = began + (sent * 1000) / perSecond;
    await sleep(Math.max(0, at - performance.now()));
    const box = boxes[Math.floor(Math.random() * boxes.length)];
    if (box) pushes.push(box.pushArrival());
  }
  return (await Promise.all(pushes)).reduce((sum, events) => sum + events, 0);
}

/** Until every feature has followed every log to its end. */
async function waitUntilFollowed(client: Client): Promise<void> {
  for (;;) {
    const found = await client.query(
      "select count(*)::integer as left from directory.tenant_work where done_position < position",
    );
    if (found.rows[0].left === 0) return;
    await sleep(50);
  }
}

const site = await startBenchSite({ role: "all" });
const client = new Client({ connectionString: site.databaseUrl });
const fleet = openLightBoxes(site.origin);
const boxes: LightBox[] = [];

async function grow(size: number): Promise<void> {
  while (boxes.length < size) {
    const company = await site.addCompany();
    for (let added = 0; added < BOXES_PER_COMPANY && boxes.length < size; added += 1) {
      const box = fleet.open(await company.addBox());
      box.live();
      boxes.push(box);
    }
  }
  // Each has had its settings by then, and waits for what comes.
  while (boxes.some((box) => box.answers() === 0)) await sleep(50);
  await waitUntilFollowed(client);
  await sleep(2000);
}

const perEvent = new Map<number, number[]>();
const memory = new Map<number, number>();
const idlePerBox: number[] = [];
try {
  await client.connect();
  for (const size of SIZES) {
    await grow(size);
    // A program that has just started is slow, and has not taken the memory it will hold.
    if (size === SIZES[0]) await arrive(boxes);
    memory.set(size, site.readMemoryMebibytes());
    const costs: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const began = performance.now();
      const idle = await measure(site, async () => {
        await sleep(SECONDS * 1000);
        return 0;
      });
      const idleMs = (idle.cloudMs + idle.databaseMs) / (performance.now() - began);
      if (size === BOXES) idlePerBox.push((idleMs * 60_000) / size);
      const busyBegan = performance.now();
      const busy = await measure(site, async () => {
        const events = await arrive(boxes);
        await waitUntilFollowed(client);
        return events;
      });
      const rest = idleMs * (performance.now() - busyBegan);
      const cost = (busy.cloudMs + busy.databaseMs - rest) / busy.events;
      costs.push(cost);
      const parts = `cloud ${(busy.cloudMs / busy.events).toFixed(2)}, database ${(busy.databaseMs / busy.events).toFixed(2)}`;
      console.log(
        `${size} boxes, round ${round + 1}: ${cost.toFixed(2)} ms an event (${parts}), idle ${(idleMs * 100).toFixed(1)} % of a core, ${memory.get(size)} MiB`,
      );
    }
    perEvent.set(size, costs);
  }
  const [small = 0, large = 0] = [SIZES[0], SIZES.at(-1)];
  const [few = [], many = []] = [perEvent.get(small), perEvent.get(large)];
  const grown = ((memory.get(large) ?? 0) - (memory.get(small) ?? 0)) * 1024;
  printFigure({
    ...{ name: "fleet-memory", rounds: [grown / (large - small)], unit: "KiB a box" },
    ...{ bar: MEMORY_BAR_KIBIBYTES, better: "less" },
  });
  printFigure({
    ...{ name: "fleet-idle", rounds: idlePerBox, unit: "ms of processor a box and minute" },
    ...{ bar: 50, better: "less" },
  });
  printFigure({
    ...{ name: "fleet-event", rounds: many, unit: `ms of processor an event, ${large} boxes` },
    ...{ bar: EVENT_BAR_MS, better: "less" },
  });
  const base = few.toSorted((a, b) => a - b)[Math.floor(few.length / 2)] ?? 1;
  printFigure({
    ...{ name: "fleet-flat", rounds: many.map((cost) => cost / base) },
    ...{ unit: `of an event's cost at ${small} boxes`, bar: FLAT_BAR, better: "less" },
  });
} finally {
  for (const box of boxes) box.close();
  fleet.close();
  await client.end();
  await site.close();
}
