// Whether the server's resident memory stays flat under an hour of log-ins by MAC and accounting:
// `--minutes 5` makes it shorter. Runs by its own name alone, and stops by itself.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { prepareSecret } from "../src/protocol/authenticator.ts";
import { codes } from "../src/protocol/dictionary.ts";
import { startBenchBox } from "../test/bench-box-process.ts";
import { readNumber } from "../test/bench-options.ts";
import { printFigure } from "../test/figure.ts";
import { sendPaced } from "../test/paced.ts";
import { pinLoad, stopServer } from "../test/pinned.ts";
import { byMac, logIns, sessionRecords } from "../test/requests.ts";

const MINUTES = readNumber("minutes", 60);
const MINUTES_MAX = 24 * 60;
/** The first of these parts is the warm-up; the second is what the others are held against. */
const PARTS = 6;
const LOOKS_PER_PART = 60;
const DEVICES = 500;
const PER_SECOND = 100;
const BAR_PERCENT = 10;

/** Linux alone tells it. */
function readResidentMebibytes(processId: number | undefined): number {
  const text = readFileSync(`/proc/${processId}/status`, "utf8");
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(text)?.[1]) / 1024;
}

const median = (values: readonly number[]) =>
  values.toSorted((left, right) => left - right)[Math.floor(values.length / 2)] ?? 0;

/** A device's sessions start, report and stop, one after the other. */
function accountingOf(key: ReturnType<typeof prepareSecret>) {
  const statuses = ["start", "interim", "stop"] as const;
  return (at: number, identifier: number) => {
    const turn = Math.floor(at / DEVICES);
    const status = statuses[turn % statuses.length] ?? "start";
    const session = `s-${Math.floor(turn / statuses.length)}`;
    return sessionRecords(key, status, session)(at % DEVICES, identifier);
  };
}

async function watch(processId: number | undefined): Promise<number[]> {
  const medians: number[] = [];
  const lookMs = (Math.min(MINUTES, MINUTES_MAX) * 60_000) / PARTS / LOOKS_PER_PART;
  for (let part = 0; part < PARTS; part++) {
    const looks: number[] = [];
    for (let look = 0; look < LOOKS_PER_PART; look++) {
      await sleep(lookMs);
      looks.push(readResidentMebibytes(processId));
    }
    medians.push(median(looks));
  }
  return medians;
}

const folder = mkdtempSync(join(tmpdir(), "foyer-bench-"));
pinLoad();
const { child, box } = await startBenchBox(folder, DEVICES);
try {
  const key = prepareSecret(box.secret);
  const watched = watch(child.pid);
  const logIn = logIns(key, "pap", byMac);
  const [medians, asked, told] = await Promise.all([
    watched,
    sendPaced({
      ...{ portNumber: box.authPort, expectedCode: codes.accessAccept, until: watched },
      ...{ make: (at, id) => logIn(at % DEVICES, id), perSecond: PER_SECOND },
    }),
    sendPaced({
      ...{ portNumber: box.acctPort, expectedCode: codes.accountingResponse, until: watched },
      ...{ make: accountingOf(key), perSecond: PER_SECOND },
    }),
  ]);
  const [, first = 0, ...later] = medians;
  const percents = later.map((each) => (Math.abs(each - first) / first) * 100);
  printFigure({
    ...{ name: "radius-soak-memory-change", unit: "%", bar: BAR_PERCENT, better: "less" },
    // The part that strays furthest counts.
    rounds: [Math.max(...percents)],
  });
  console.log(
    `beside radius-soak ${medians.map((each) => each.toFixed(0)).join(", ")} MiB over ${MINUTES} minutes, ${asked.length} log-ins, ${told.length} records`,
  );
} finally {
  await stopServer(child);
  rmSync(folder, { recursive: true });
}
