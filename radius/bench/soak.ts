// Whether the server's resident memory stays flat under an hour of all it hears: log-ins by MAC, by
// tickets (PAP, CHAP, wrong ones), by members, handshakes abandoned, accounting and strangers.
// `--minutes 5` makes it shorter. Runs by its own name alone, and stops by itself.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { startBenchBox } from "../test/bench-box-process.ts";
import { readNumber } from "../test/bench-options.ts";
import { printFigure } from "../test/figure.ts";
import { pinLoad, stopServer } from "../test/pinned.ts";
import { soak } from "../test/soak-load.ts";

const MINUTES = readNumber("minutes", 60);
const MINUTES_MAX = 24 * 60;
/** The first of these parts is the warm-up; the second is what the others are held against. */
const PARTS = 6;
const LOOKS_PER_PART = 60;
const DEVICES = 500;
const BAR_PERCENT = 10;

/** Linux alone tells it. */
function readResidentMebibytes(processId: number | undefined): number {
  const text = readFileSync(`/proc/${processId}/status`, "utf8");
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(text)?.[1]) / 1024;
}

const median = (values: readonly number[]) =>
  values.toSorted((left, right) => left - right)[Math.floor(values.length / 2)] ?? 0;

async function watch(processId: number | undefined): Promise<number[]> {
  const medians: number[] = [];
  const lookMs = (Math.min(MINUTES, MINUTES_MAX) * 60_000) / PARTS / LOOKS_PER_PART;
  for (let part = 0; part < PARTS; part++) {
    const looks: number[] = [];
    for (let look = 0; look < LOOKS_PER_PART; look++) {
      await sleep(lookMs);
      looks.push(readResidentMebibytes(processId));
    }
    const middle = median(looks);
    medians.push(middle);
    const minutes = ((part + 1) * lookMs * LOOKS_PER_PART) / 60_000;
    console.log(`sample radius-soak after ${minutes.toFixed(1)} minutes ${middle.toFixed(1)} MiB`);
  }
  return medians;
}

const folder = mkdtempSync(join(tmpdir(), "foyer-bench-"));
pinLoad();
const { child, box } = await startBenchBox(folder, DEVICES);
try {
  const watched = watch(child.pid);
  const [medians, counts] = await Promise.all([
    watched,
    soak({ folder, box, devices: DEVICES, until: watched }),
  ]);
  const [, first = 0, ...later] = medians;
  const percents = later.map((each) => (Math.abs(each - first) / first) * 100);
  printFigure({
    ...{ name: "radius-soak-memory-change", unit: "%", bar: BAR_PERCENT, better: "less" },
    // The part that strays furthest counts.
    rounds: [Math.max(...percents)],
  });
  const told = Object.entries(counts).map(([kind, count]) => `${kind} ${count}`);
  console.log(
    `beside radius-soak ${medians.map((each) => each.toFixed(0)).join(", ")} MiB over ${MINUTES} minutes: ${told.join(", ")}`,
  );
} finally {
  await stopServer(child);
  rmSync(folder, { recursive: true });
}
