// The power comes back: 500 devices reconnect in one second, each with an Access-Request by its MAC
// and an Accounting-Start, sent again after a second as a NAS does. None may be left without an answer.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { prepareSecret } from "../src/protocol/authenticator.ts";
import { startBenchBox } from "../test/bench-box-process.ts";
import { readNumber } from "../test/bench-options.ts";
import { printFigure } from "../test/figure.ts";
import { canPin, pinLoad, stopServer } from "../test/pinned.ts";
import { reconnect, type Storm } from "../test/storm.ts";

const ROUNDS = readNumber("rounds", 5);
const DEVICES = 500;
const WITHIN_MS = 1000;

/** On a box that was just started, as it is after a power cut. */
async function runRound(): Promise<Storm> {
  const folder = mkdtempSync(join(tmpdir(), "foyer-bench-"));
  const { child, box } = await startBenchBox(folder, DEVICES);
  try {
    const { authPort, acctPort } = box;
    return await reconnect(DEVICES, {
      ...{ authPort, acctPort, key: prepareSecret(box.secret), withinMs: WITHIN_MS },
    });
  } finally {
    await stopServer(child);
    rmSync(folder, { recursive: true });
  }
}

if (!canPin) console.log("missing taskset or a second core: server and load share what there is");
pinLoad();
const rounds: Storm[] = [];
for (let round = 0; round < ROUNDS; round++) rounds.push(await runRound());
const unanswered = rounds.map((each) => each.unanswered.length);
printFigure({
  ...{ name: "radius-storm-unanswered", unit: "of 1,000 requests", bar: 0, better: "less" },
  // One of them is one too many: the worst round counts.
  rounds: [Math.max(...unanswered)],
});
console.log(
  `beside radius-storm slowest answer ${rounds.map((each) => Math.round(each.slowestMs)).join(", ")} ms, sent again ${rounds.map((each) => each.sentAgain).join(", ")}`,
);
