// How fast a box's backlog gets into the tenant's log: by the real sync agent, over HTTP, through the
// real ingest, to committed rows; against the bare insert of the very same rows, in batches of the same
// size, into a table of the same shape on the same server. The cloud is its web part alone: what follows
// the log is a worker's work.
import { setTimeout as sleep } from "node:timers/promises";
import { BATCH_EVENTS_MAX } from "@foyer/contract";
import { Client } from "pg";
import { readNumber } from "../test/bench-options.ts";
import {
  type BenchAgent,
  type BenchSite,
  fillBox,
  startBenchAgent,
  startBenchSite,
} from "../test/bench-site.ts";
import { printFigure } from "../test/figure.ts";

const ROUNDS = readNumber("rounds", 3);
const EVENTS = readNumber("events", 100_000);
const BAR = 0.5;
/** What each side is given before the clock begins: programs that have just started are slow. */
const WARM_UP_PART = 0.1;
const LOOK_MS = 20;

type Row = Record<string, unknown>;

const COLUMNS = [
  ["tenant_id", "uuid"],
  ["position", "bigint"],
  ["id", "uuid"],
  ["type", "text"],
  ["version", "integer"],
  ["occurred_at", "timestamptz"],
  ["received_at", "timestamptz"],
  ["branch_id", "uuid"],
  ["box_id", "uuid"],
  ["epoch", "uuid"],
  ["seq", "bigint"],
  ["payload", "jsonb"],
] as const;
const NAMES = COLUMNS.map(([name]) => name).join(", ");
const VALUES = COLUMNS.map(([, type], index) => `$${index + 1}::${type}[]`).join(", ");
const INSERT = `insert into bare_events (${NAMES}) select * from unnest(${VALUES})
  on conflict do nothing`;

/** Events a second from the end of the warm-up to the last row. */
async function measureAgent(site: BenchSite, client: Client) {
  const box = await site.addBox();
  const folder = fillBox(site.origin, box, { events: EVENTS, sealed: true });
  // One row: to count those of the log again and again would take a core from what is measured.
  const findPosition = async () => {
    const found = await client.query(
      "select coalesce(max(position), 0)::integer as position from tenant_log where tenant_id = $1",
      [box.tenantId],
    );
    return found.rows[0].position as number;
  };
  const first = await findPosition();
  const count = async () => (await findPosition()) - first;
  const agent = startBenchAgent(folder);
  try {
    let [before, began] = [await count(), performance.now()];
    while (before < EVENTS * WARM_UP_PART) {
      await sleep(LOOK_MS);
      [before, began] = [await count(), performance.now()];
    }
    const used = readProcessors(site, agent);
    let held = before;
    while (held < EVENTS) {
      await sleep(LOOK_MS);
      held = await count();
    }
    const perSecond = ((held - before) * 1000) / (performance.now() - began);
    const processors = tellProcessors(used, readProcessors(site, agent), held - before);
    await refuseMissing(client, box.boxId);
    return {
      ...{ perSecond, processors, boxId: box.boxId },
      peakMebibytes: agent.readPeakMemory(),
    };
  } finally {
    await agent.stop();
  }
}

type Processors = { agent: number; cloud: number; database: number };

const readProcessors = (site: BenchSite, agent: BenchAgent): Processors => ({
  ...site.readProcessorSeconds(),
  agent: agent.readProcessorSeconds(),
});

/** Who used how many microseconds of a processor for each event. */
function tellProcessors(before: Processors, after: Processors, events: number): string {
  const tell = (who: keyof Processors) =>
    `${who} ${(((after[who] - before[who]) * 1e6) / events).toFixed(1)}`;
  return `${tell("agent")}, ${tell("cloud")}, ${tell("database")} µs of a processor an event`;
}

/** Each event once, whatever the position says. */
async function refuseMissing(client: Client, boxId: string): Promise<void> {
  const found = await client.query(
    "select count(distinct seq)::integer as seqs, count(*)::integer as rows from events where box_id = $1",
    [boxId],
  );
  const { seqs, rows } = found.rows[0] as { seqs: number; rows: number };
  if (seqs < EVENTS || seqs !== rows)
    throw new Error(`${EVENTS} events were sent, and ${rows} rows hold ${seqs} of them`);
}

async function measureBare(client: Client, boxId: string): Promise<number> {
  const texts = COLUMNS.map(([name]) => `${name}::text`).join(", ");
  const found = await client.query(
    `select ${texts} from events where box_id = $1 order by position`,
    [boxId],
  );
  const rows = found.rows as Row[];
  await client.query("drop table if exists bare_events");
  await client.query("create table bare_events (like events including all)");
  const skipped = Math.floor(rows.length * WARM_UP_PART);
  let began = 0;
  for (let at = 0; at < rows.length; at += BATCH_EVENTS_MAX) {
    if (began === 0 && at >= skipped) began = performance.now();
    const batch = rows.slice(at, at + BATCH_EVENTS_MAX);
    await client.query(
      INSERT,
      COLUMNS.map(([name]) => batch.map((row) => row[name])),
    );
  }
  const counted = rows.length - Math.ceil(skipped / BATCH_EVENTS_MAX) * BATCH_EVENTS_MAX;
  return (counted * 1000) / (performance.now() - began);
}

const site = await startBenchSite({ role: "web" });
const client = new Client({ connectionString: site.databaseUrl });
try {
  await client.connect();
  const rates: number[] = [];
  const ratios: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const { perSecond, processors, peakMebibytes, boxId } = await measureAgent(site, client);
    const bare = await measureBare(client, boxId);
    rates.push(perSecond);
    ratios.push(perSecond / bare);
    const rest = `bare insert ${Math.round(bare)}/s, the agent's memory at most ${peakMebibytes} MiB`;
    console.log(`round ${round + 1}: ${Math.round(perSecond)} events/s, ${rest}`);
    console.log(`  ${processors}`);
  }
  printFigure({
    ...{ name: "drain", rounds: ratios, unit: "of the bare insert" },
    ...{ bar: BAR, better: "more" },
  });
  printFigure({
    ...{ name: "drain-events", rounds: rates, unit: "events/s" },
    ...{ bar: 20_000, better: "more" },
  });
} finally {
  await client.end();
  await site.close();
}
