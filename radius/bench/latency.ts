// How long a known device waits to be let in by its MAC while a sync process empties a backlog of
// 10,000 rows from the same store file, and while the store's write-ahead log is checkpointed under
// accounting. The server has a core of its own; load and sync process share the other.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdtempSync, openSync, readSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { prepareSecret } from "../src/protocol/authenticator.ts";
import { codes } from "../src/protocol/dictionary.ts";
import { type BenchBox, startBenchBox } from "../test/bench-box-process.ts";
import { readNumber } from "../test/bench-options.ts";
import { printFigure } from "../test/figure.ts";
import { sendPaced } from "../test/paced.ts";
import { canPin, pinLoad, stopServer } from "../test/pinned.ts";
import { byMac, logIns, sessionRecords } from "../test/requests.ts";

const ROUNDS = readNumber("rounds", 5);
const DEVICES = 2000;
const BACKLOG = 10_000;
/** One is gone in half a second: the 99th of a hundred log-ins is to be more than an accident. */
const BACKLOGS = 5;
/** Far above a branch's few a second, and far below what the server can do. */
const LOG_INS_PER_SECOND = 400;
const RECORDS_PER_SECOND = 400;
const WARM_UP_MS = 1000;
/** Long enough for several checkpoints: SQLite makes one every thousand pages. */
const CHECKPOINTED_MS = 8000;
const BAR_MS = 5;
const SYNC = join(import.meta.dirname, "../test/bench-sync.ts");

type Kind = "syncing" | "checkpointing";
type Measured = { p50: number; p99: number; beside: string };

function logInUntil(box: BenchBox, until: Promise<unknown>): Promise<number[]> {
  const make = logIns(prepareSecret(box.secret), "pap", byMac);
  return sendPaced({
    ...{ portNumber: box.authPort, expectedCode: codes.accessAccept, until },
    ...{ make: (at, identifier) => make(at % DEVICES, identifier), perSecond: LOG_INS_PER_SECOND },
  });
}

async function measureSyncing(folder: string, box: BenchBox): Promise<Measured> {
  const child = spawn(process.execPath, [SYNC, folder, String(BACKLOG)], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  try {
    const lines = createInterface(child.stdout);
    const order = async () => {
      child.stdin.write("\n");
      const [said] = await once(lines, "line");
      return String(said);
    };
    const tookMs: number[] = [];
    const goneMs: string[] = [];
    // The load shares its core with the sync process: what it waits for that is in its figures too.
    const delay = monitorEventLoopDelay({ resolution: 1 });
    for (let backlog = 0; backlog < BACKLOGS; backlog++) {
      await order();
      delay.enable();
      const drained = order();
      tookMs.push(...(await logInUntil(box, drained)));
      delay.disable();
      goneMs.push(await drained);
    }
    const gone = `${BACKLOG} rows gone in ${goneMs.join(", ")} ms`;
    const own = `the load's own event loop p99 ${(delay.percentile(99) / 1e6).toFixed(2)} ms`;
    return { ...summarise(tookMs), beside: `${gone}, ${own}` };
  } finally {
    await stopServer(child);
  }
}

async function measureCheckpointing(folder: string, box: BenchBox): Promise<Measured> {
  const before = readLogSalt(folder);
  const over = sleep(CHECKPOINTED_MS);
  const make = sessionRecords(prepareSecret(box.secret), "start");
  const accounted = sendPaced({
    ...{ portNumber: box.acctPort, expectedCode: codes.accountingResponse, until: over },
    ...{ make: (at, identifier) => make(at % DEVICES, identifier), perSecond: RECORDS_PER_SECOND },
  });
  const tookMs = await logInUntil(box, over);
  const records = (await accounted).length;
  const checkpoints = (readLogSalt(folder) - before) >>> 0;
  if (checkpoints < 1) throw new Error("the store was not checkpointed: measure longer");
  return { ...summarise(tookMs), beside: `${checkpoints} checkpoints, ${records} records` };
}

/**
 * Rises by one, modulo 2³², when the write-ahead log is begun anew after a checkpoint: salt-1 (SQLite's
 * format §4.1). The sequence number before it is each connection's own.
 */
function readLogSalt(folder: string): number {
  const file = openSync(join(folder, "foyer.sqlite-wal"), "r");
  const header = Buffer.alloc(20);
  readSync(file, header, 0, header.length, 0);
  closeSync(file);
  return header.readUInt32BE(16);
}

function summarise(tookMs: readonly number[]): { p50: number; p99: number } {
  const sorted = tookMs.toSorted((left, right) => left - right);
  const at = (share: number) => sorted[Math.floor(sorted.length * share)] ?? 0;
  return { p50: at(0.5), p99: at(0.99) };
}

async function runRound(): Promise<Record<Kind, Measured>> {
  const folder = mkdtempSync(join(tmpdir(), "foyer-bench-"));
  let child: ChildProcess | null = null;
  try {
    const started = await startBenchBox(folder, DEVICES);
    child = started.child;
    await logInUntil(started.box, sleep(WARM_UP_MS));
    return {
      syncing: await measureSyncing(folder, started.box),
      checkpointing: await measureCheckpointing(folder, started.box),
    };
  } finally {
    if (child) await stopServer(child);
    rmSync(folder, { recursive: true });
  }
}

if (!canPin) console.log("missing taskset or a second core: server and load share what there is");
pinLoad();
const rounds: Record<Kind, Measured>[] = [];
for (let round = 0; round < ROUNDS; round++) rounds.push(await runRound());
for (const kind of ["syncing", "checkpointing"] as const) {
  const own = rounds.map((each) => each[kind]);
  printFigure({
    ...{ name: `radius-mac-p99-while-${kind}`, rounds: own.map((each) => each.p99) },
    ...{ unit: "ms", bar: BAR_MS, better: "less" },
  });
  for (const { p50, beside } of own)
    console.log(`beside radius-mac-while-${kind} p50 ${p50.toFixed(2)} ms, ${beside}`);
}
