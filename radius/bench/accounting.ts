// Durable accounting through the real path against FreeRADIUS with rlm_sql_sqlite, in the same
// rounds: each server on one core, the load on the other. A session of each device starts, reports
// and stops; an answer means that the record is on the disk (SQLite's synchronous is FULL in all).
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openBranchStore, readBoxIdentity } from "@foyer/branch-store";
import { prepareSecret } from "../src/protocol/authenticator.ts";
import { codes } from "../src/protocol/dictionary.ts";
import { startBenchBox } from "../test/bench-box-process.ts";
import { readNumber } from "../test/bench-options.ts";
import { printFigure } from "../test/figure.ts";
import { hasFreeradiusSqlite, type Journal, startFreeradiusSite } from "../test/freeradius-site.ts";
import { sendLoad } from "../test/load.ts";
import { canPin, pinLoad, stopServer } from "../test/pinned.ts";
import { sessionRecords } from "../test/requests.ts";

const ROUNDS = readNumber("rounds", 5);
/**
 * Unmeasured ones first: a process that was just started is slower than one that runs for weeks. V8
 * compiles a path again and again in its first tens of thousands of calls, on the server's core.
 */
const WARM_UP = 8000;
/** The peer is compiled code and is as fast from the first hundreds on. */
const PEER_WARM_UP = 500;
const SESSIONS = 3000;
/** The peer is slower: as many would only take longer. */
const PEER_SESSIONS = 1000;
const SECRET = "radius-secret-of-a-bench";
const STATUSES = ["start", "interim", "stop"] as const;
/** At least this many times the peer. */
const BARS: Record<Journal, number> = { wal: 10, "as-shipped": 20 };
const JOURNALS: readonly Journal[] = ["wal", "as-shipped"];

type Server = { portNumber: number; secret: string };

/** Records a second. */
async function measure(
  { portNumber, secret }: Server,
  { sessions, warmUp }: { sessions: number; warmUp: number },
): Promise<number> {
  const key = prepareSecret(secret);
  const account = (count: number, session: string, status: (typeof STATUSES)[number]) =>
    sendLoad({
      ...{ portNumber, count, expectedCode: codes.accountingResponse },
      make: sessionRecords(key, status, session),
    });
  for (const status of STATUSES) await account(warmUp, "warm-up", status);
  let seconds = 0;
  for (const status of STATUSES) seconds += sessions / (await account(sessions, "s", status));
  return (STATUSES.length * sessions) / seconds;
}

async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "foyer-bench-"));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const measureFoyer = () =>
  inFolder(async (folder) => {
    const { child, box } = await startBenchBox(folder, WARM_UP);
    try {
      const server = { portNumber: box.acctPort, secret: box.secret };
      const perSecond = await measure(server, { sessions: SESSIONS, warmUp: WARM_UP });
      checkStored(folder);
      return perSecond;
    } finally {
      await stopServer(child);
    }
  });

/** What was answered is there for another process to read. */
function checkStored(folder: string): void {
  const identity = readBoxIdentity(folder);
  const store = openBranchStore({ folder, identity, clock: () => new Date() });
  const { stored } = store.read((tx) =>
    tx.sql("select count(*) as stored from sessions where stopped = 1").get(),
  ) as { stored: number };
  store.close();
  if (stored !== SESSIONS + WARM_UP)
    throw new Error(`${stored} of ${SESSIONS + WARM_UP} sessions are stored`);
}

const measurePeer = (accounting: Journal) =>
  inFolder(async (folder) => {
    const site = { folder, secret: SECRET, credentials: [], accounting };
    const { child, acctPort } = await startFreeradiusSite(site);
    try {
      const server = { portNumber: acctPort, secret: SECRET };
      return await measure(server, { sessions: PEER_SESSIONS, warmUp: PEER_WARM_UP });
    } finally {
      await stopServer(child);
    }
  });

const hasPeer = hasFreeradiusSqlite();
if (!hasPeer) console.log("missing freeradius (apt-get install freeradius): not compared");
if (!canPin) console.log("missing taskset or a second core: servers and load share what there is");
pinLoad();
const foyer: number[] = [];
const peers: Record<Journal, number[]> = { wal: [], "as-shipped": [] };
for (let round = 0; round < ROUNDS; round++) {
  foyer.push(await measureFoyer());
  if (hasPeer) for (const journal of JOURNALS) peers[journal].push(await measurePeer(journal));
}
if (hasPeer)
  for (const journal of JOURNALS)
    printFigure({
      name: `radius-accounting-over-freeradius-sqlite-${journal}`,
      rounds: foyer.map((each, round) => each / (peers[journal][round] ?? each)),
      ...{ unit: "times", bar: BARS[journal], better: "more" },
    });
for (const [name, rounds] of Object.entries({ foyer, ...peers }))
  if (rounds.length > 0)
    console.log(
      `beside ${name === "foyer" ? name : `freeradius-${name}`} ${rounds.map(Math.round).join(", ")} records/s`,
    );
console.log(
  "caveat the two do not do the same work: Foyer writes device, session, visit and events and commits what arrives together at once; FreeRADIUS writes a row of radacct a session and commits each record by itself. It runs here with one thread, its best: with the five Debian ships, those that find the file locked answer nothing and are asked again after a second, and a tenth is left",
);
