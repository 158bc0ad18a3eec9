// Log-ins and accounting through the real path: socket, NAS look-up, store, answer. The server is
// a process of its own; with taskset at hand server and load get a core each.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { prepareSecret } from "../src/protocol/authenticator.ts";
import { codes } from "../src/protocol/dictionary.ts";
import { startBenchBox } from "../test/bench-box-process.ts";
import { openBenchPortal } from "../test/bench-portal.ts";
import { printFigure } from "../test/figure.ts";
import { sendLoad } from "../test/load.ts";
import { pinLoad, stopServer } from "../test/pinned.ts";
import { byMac, logIns, sessionStarts } from "../test/requests.ts";

const ROUNDS = 5;
const REQUESTS = 1000;
/** A branch's storm after a power cut, in a second. */
const STORM = 1000;

/** One round on a fresh box: each of its devices logs in by ticket, by MAC, and is accounted for. */
async function runRound(): Promise<{ pap: number; mac: number; acct: number }> {
  const folder = mkdtempSync(join(tmpdir(), "foyer-bench-"));
  const { child, box } = await startBenchBox(folder, REQUESTS);
  const portal = openBenchPortal({ folder, devices: REQUESTS });
  try {
    const key = prepareSecret(box.secret);
    const common = { count: REQUESTS, expectedCode: codes.accessAccept, portNumber: box.authPort };
    portal.issue(0, REQUESTS);
    const pap = await sendLoad({ ...common, make: logIns(key, "pap", portal.ticketAt) });
    const mac = await sendLoad({ ...common, make: logIns(key, "pap", byMac) });
    const acct = await sendLoad({
      count: REQUESTS,
      portNumber: box.acctPort,
      make: sessionStarts(key),
      expectedCode: codes.accountingResponse,
    });
    return { pap, mac, acct };
  } finally {
    portal.close();
    await stopServer(child);
    rmSync(folder, { recursive: true });
  }
}

pinLoad();
const rounds: { pap: number; mac: number; acct: number }[] = [];
for (let round = 0; round < ROUNDS; round++) rounds.push(await runRound());
const common = { unit: "requests/s", bar: STORM, better: "more" } as const;
printFigure({ ...common, name: "radius-ticket-pap", rounds: rounds.map((each) => each.pap) });
printFigure({ ...common, name: "radius-mac", rounds: rounds.map((each) => each.mac) });
printFigure({ ...common, name: "radius-accounting", rounds: rounds.map((each) => each.acct) });
