// A backlog of a million events through the real agent and the real ingest to committed rows, while guests
// go on to arrive: how long a live event takes from the box's commit to the log, whether the order of each
// guest was kept, what memory the agent holds on the way, and how long it all takes. The cloud is its web
// part alone.
import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "pg";
import { readNumber } from "../test/bench-options.ts";
import {
  type BenchBox,
  type BenchSite,
  fillBox,
  startBenchAgent,
  startBenchSite,
} from "../test/bench-site.ts";
import { printFigure } from "../test/figure.ts";
import { startWriter } from "../test/visit-writer.ts";

const EVENTS = readNumber("events", 1_000_000);
const ARRIVE_EVERY_MS = 250;
const LOOK_MS = 10;
const STORED_LOOK_MS = 50;
const LIVE_BAR_MS = 1000;
/** How long the last live events may take once the backlog is gone. */
const LIVES_MS_MAX = 60_000;
const MEMORY_BAR = 1.3;
const SECONDS_BAR = readNumber("bar-seconds", EVENTS / 10_000);
const MARKS = [0.1, 0.5, 1];
/** On the slowest machine that anybody would measure with. */
const SECONDS_MAX = 60 + EVENTS / 1000;

/** Of these seqs, those that are in the log. */
async function listHeld(client: Client, { tenantId, boxId }: BenchBox, seqs: readonly number[]) {
  const found = await client.query(
    "select seq::integer as seq from box_seqs where tenant_id = $1 and box_id = $2 and seq = any($3)",
    [tenantId, boxId, seqs],
  );
  return found.rows.map((row) => row.seq as number);
}

async function findPosition(client: Client, { tenantId }: BenchBox): Promise<number> {
  const found = await client.query(
    "select position::integer as position from tenant_log where tenant_id = $1",
    [tenantId],
  );
  return (found.rows[0]?.position ?? 0) as number;
}

/** Events that came after a later one of the same visit or device. */
async function countDisordered(client: Client, { boxId }: BenchBox): Promise<number> {
  let disordered = 0;
  for (const field of ["visitId", "deviceId"]) {
    const found = await client.query(
      `select count(*)::integer as count from (
         select seq, lag(seq) over (partition by payload ->> $2 order by position) as before
         from events where box_id = $1 and payload ? $2) as pairs
       where before > seq`,
      [boxId, field],
    );
    disordered += found.rows[0].count as number;
  }
  return disordered;
}

/** Each event of the box once, by its seq. */
async function countHeld(client: Client, { boxId }: BenchBox) {
  const found = await client.query(
    `select count(*)::integer as rows, count(distinct seq)::integer as seqs, max(seq)::integer as last
     from events where box_id = $1`,
    [boxId],
  );
  return found.rows[0] as { rows: number; seqs: number; last: number };
}

/** A live event: when the box committed it and when it was seen in the log, and the milliseconds between. */
type Live = { seq: number; writtenAt: number; delay: number };

/**
 * What the slowest hundredth waited for: until its transaction began in the cloud (on the box, on its way
 * and behind the push before), and within that one.
 */
async function describeSlowest(
  client: Client,
  { boxId }: BenchBox,
  { lives, beganAt }: { lives: readonly Live[]; beganAt: number },
): Promise<string> {
  const sorted = lives.toSorted((left, right) => right.delay - left.delay);
  const slowest = sorted.slice(0, Math.max(1, Math.ceil(lives.length / 100)));
  const seqs = slowest.map(({ seq }) => seq);
  const found = await client.query(
    "select seq::integer as seq, received_at from events where box_id = $1 and seq = any($2)",
    [boxId, seqs],
  );
  const receivedAt = new Map(found.rows.map((row) => [row.seq as number, row.received_at as Date]));
  return slowest
    .map(({ seq, writtenAt, delay }) => {
      const before = Math.max(0, (receivedAt.get(seq)?.getTime() ?? writtenAt) - writtenAt);
      const second = ((writtenAt - beganAt) / 1000).toFixed(1);
      return `${Math.round(delay)} ms, written at second ${second}: ${Math.round(before)} until its transaction, ${Math.round(Math.max(0, delay - before))} in it`;
    })
    .join("; ");
}

type Clients = readonly [Client, Client];

/** Guests who go on to arrive at a box, until `end`: how long each takes from its commit to the log. */
function watchLives(
  looker: Client,
  box: BenchBox,
  writer: Awaited<ReturnType<typeof startWriter>>,
) {
  const lives: Live[] = [];
  const waiting = new Map<number, number>();
  const over = new AbortController();
  let awaitedUntil = Number.POSITIVE_INFINITY;
  let last = 0;
  let isLast = false;
  const arrive = async () => {
    while (!over.signal.aborted) {
      last = (await writer.arrive()).seq;
      waiting.set(last, performance.now());
      await sleep(ARRIVE_EVERY_MS * 2 * Math.random());
    }
    isLast = true;
  };
  const watch = async () => {
    while (performance.now() < awaitedUntil && !(isLast && waiting.size === 0)) {
      for (const seq of await listHeld(looker, box, [...waiting.keys()])) {
        const delay = performance.now() - (waiting.get(seq) ?? 0);
        lives.push({ seq, delay, writtenAt: Date.now() - delay });
        waiting.delete(seq);
      }
      await sleep(LOOK_MS);
    }
  };
  const both = Promise.all([arrive(), watch()]);
  // Heard by whoever ends it.
  both.catch(() => over.abort());
  return {
    lives,
    hasFailed: () => over.signal.aborted,
    /** The last seq, once all are in the log. */
    end: async (): Promise<number> => {
      awaitedUntil = performance.now() + LIVES_MS_MAX;
      over.abort();
      await both;
      if (waiting.size > 0)
        throw new Error(`timed out: ${waiting.size} live events were not stored in time`);
      return last;
    },
    /** Whatever is in the log by now. Never throws: why it is broken off is somebody else's to say. */
    breakOff: async (): Promise<void> => {
      awaitedUntil = 0;
      over.abort();
      await both.catch(() => {});
    },
  };
}

type Draining = { client: Client; box: BenchBox; first: number; began: number };

/** Until so many events are in the log. Throws, with how far they have come, where that takes too long. */
async function awaitStored(
  { client, box, first, began }: Draining,
  events: number,
  goesOn: () => boolean = () => true,
): Promise<void> {
  for (;;) {
    const stored = (await findPosition(client, box)) - first;
    if (stored >= events || !goesOn()) return;
    const seconds = Math.round((performance.now() - began) / 1000);
    if (seconds > SECONDS_MAX)
      throw new Error(
        `timed out: of ${EVENTS} events ${stored} were stored in ${seconds} s (${Math.round(stored / seconds)} a second), and ${SECONDS_MAX} s is what all may take`,
      );
    await sleep(STORED_LOOK_MS);
  }
}

async function run(site: BenchSite, [watcher, looker]: Clients) {
  const box = await site.addBox();
  const first = await findPosition(watcher, box);
  const folder = fillBox(site.origin, box, { events: EVENTS });
  const writer = await startWriter(folder);
  const draining = { client: watcher, box, first, began: performance.now() };
  const agent = startBenchAgent(folder);
  // What is written before the agent has begun waits with the backlog.
  let guests: ReturnType<typeof watchLives> | null = null;
  try {
    await awaitStored(draining, 1);
    const beganAt = Date.now();
    guests = watchLives(looker, box, writer);
    const { lives, hasFailed } = guests;
    const memory: number[] = [];
    for (const mark of MARKS) {
      await awaitStored(draining, EVENTS * mark, () => !hasFailed());
      memory.push(agent.readMemory() ?? 0);
    }
    const seconds = (performance.now() - draining.began) / 1000;
    const last = await guests.end();
    await checkHeld(watcher, box, last);
    const slowest = await describeSlowest(watcher, box, { lives, beganAt });
    const delays = lives.map(({ delay }) => delay).sort((left, right) => left - right);
    return { seconds, memory, delays, slowest };
  } finally {
    // Nobody asks the database any more when its connections end, or that would be all that is said.
    await guests?.breakOff();
    writer.stop();
    await agent.stop();
  }
}

/** Each event once, and those of each guest in their order. */
async function checkHeld(client: Client, box: BenchBox, last: number): Promise<void> {
  const held = await countHeld(client, box);
  if (held.rows !== held.seqs || held.seqs < EVENTS || held.last < last)
    throw new Error(`of ${EVENTS} events ${held.rows} rows hold ${held.seqs}`);
  const disordered = await countDisordered(client, box);
  if (disordered > 0) throw new Error(`${disordered} events came before older ones of their guest`);
}

const at = (sorted: readonly number[], part: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0;

const site = await startBenchSite({ role: "web" });
const clients = [1, 2].map(() => new Client({ connectionString: site.databaseUrl }));
try {
  await Promise.all(clients.map((client) => client.connect()));
  const { seconds, memory, delays, slowest } = await run(site, clients as [Client, Client]);
  const [early = 0, middle = 0, late = 0] = memory;
  const said = [0.5, 0.95, 0.99].map((part) => `p${part * 100} ${Math.round(at(delays, part))}`);
  console.log(
    `${EVENTS} events in ${Math.round(seconds)} s, each once and in the order of its guest; ${delays.length} live ones beside: ${said.join(", ")} ms; agent ${early}, ${middle}, ${late} MiB at 10, 50, 100 %`,
  );
  console.log(`beside backlog-live the slowest 1 %: ${slowest}`);
  printFigure({
    ...{ name: "backlog-live", rounds: [at(delays, 0.99)], unit: "ms p99" },
    ...{ bar: LIVE_BAR_MS, better: "less" },
  });
  printFigure({
    ...{ name: "backlog-memory", rounds: [Math.max(middle, late) / Math.max(1, early)] },
    ...{ unit: "of the memory at a tenth", bar: MEMORY_BAR, better: "less" },
  });
  printFigure({
    ...{ name: "backlog-time", rounds: [seconds], unit: "s", bar: SECONDS_BAR, better: "less" },
  });
} finally {
  await Promise.all(clients.map((client) => client.end()));
  await site.close();
}
