// MAC authentication and ticket log-in against FreeRADIUS's default site, as Debian ships it, in the
// same rounds: each server on one core, the load on the other. Foyer's is the real path (NAS, known
// device or single use of a ticket made durable, policy, signed answer); FreeRADIUS looks a name up
// in its file of users. What a box does of a ticket before its NAS asks counts too. Debian 12's 3.2.1
// predates the mend for BlastRADIUS: it signs no answer.
import type { ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { prepareSecret } from "../src/protocol/authenticator.ts";
import { codes } from "../src/protocol/dictionary.ts";
import { readFirstLine, startBenchBox } from "../test/bench-box-process.ts";
import { readNumber } from "../test/bench-options.ts";
import { openBenchPortal } from "../test/bench-portal.ts";
import { printFigure } from "../test/figure.ts";
import { hasFreeradiusSite, startFreeradiusSite } from "../test/freeradius-site.ts";
import { type MakeRequest, sendLoad } from "../test/load.ts";
import {
  canPin,
  pinLoad,
  readCpuMicroseconds,
  readThreadMicroseconds,
  spawnServer,
  stopServer,
  THREADS,
  type ThreadTimes,
} from "../test/pinned.ts";
import { readShares } from "../test/profile.ts";
import { byMac, type CredentialAt, logIns, type Scheme } from "../test/requests.ts";

const ROUNDS = readNumber("rounds", 5);
/**
 * Unmeasured ones first: a box runs for months, and what its compiler takes in its first second is
 * no part of a log-in. Tickets come after, and each is for one log-in.
 */
const WARM_UP_MAC = 32_000;
const WARM_UP_TICKETS = 32_000;
const REQUESTS = 16_000;
/** Sent one after the other; a portion's tickets are issued before it, as they live two minutes. */
const PORTION = 4000;
/** In which a box hears of what its portal has issued, as it does while a guest's browser is led on. */
const HEARD_MILLISECONDS = 120;
/** In which it has written what followed from log-ins. */
const SETTLED_MILLISECONDS = 50;
/** Each is given several tickets, one after the other. */
const DEVICES = 32_000;
/** Devices at the door that ask again and again, as those of a branch do while they roam. */
const AT_THE_DOOR = 2000;
/** Few devices and many log-ins: making devices is not what a box does all day. */
const PROFILED = 1000;
const PROFILED_TIMES = 10;
const SHARES_SHOWN = 8;
const SECRET = "radius-secret-of-a-bench";

/** What was measured of one server with one kind of request. */
type Measured = {
  perSecond: number;
  cpuMicroseconds: number | null;
  threads: ThreadTimes | null;
};
type Kind = "mac" | "ticket-pap" | "ticket-chap";
const KINDS: readonly Kind[] = ["mac", "ticket-pap", "ticket-chap"];
const SCHEMES: Record<Kind, Scheme> = { mac: "pap", "ticket-pap": "pap", "ticket-chap": "chap" };
/** At least this many times the peer. */
const BARS: Record<Kind, number> = { mac: 1.5, "ticket-pap": 1, "ticket-chap": 1 };

type Server = { child: ChildProcess; portNumber: number; secret: string };

/** As long as those of a box's tickets. */
const peerTicketAt: CredentialAt = (at) => ({
  username: `ticket-${String(at).padStart(9, "0")}`,
  password: `password-of-${String(at).padStart(10, "0")}`,
});

type Load = {
  make: MakeRequest;
  expectedCode: number;
  warmUp: number;
  /** What has to be done before these requests can be sent, at the cost of the server's time. */
  prepare?: (from: number, count: number) => Promise<void>;
};

async function measure(server: Server, load: Load): Promise<Measured> {
  const { pid } = server.child;
  await sendPortions(server, load, { from: 0, count: load.warmUp });
  const before = readTimes(pid);
  const seconds = await sendPortions(server, load, { from: load.warmUp, count: REQUESTS });
  const after = readTimes(pid);
  const isKnown = before.all !== null && after.all !== null;
  const cpuMicroseconds = isKnown ? (after.all - before.all) / REQUESTS : null;
  const threads = lessen(after.threads, before.threads);
  return { perSecond: REQUESTS / seconds, cpuMicroseconds, threads };
}

/** In how many seconds they were answered, with the server's own time before and after. */
async function sendPortions(
  { child, portNumber }: Server,
  { make, expectedCode, prepare }: Load,
  { from, count }: { from: number; count: number },
): Promise<number> {
  let seconds = 0;
  const aside = async (work: () => Promise<void>) => {
    const before = sum(readThreadMicroseconds(child.pid));
    await work();
    seconds += (sum(readThreadMicroseconds(child.pid)) - before) / 1e6;
  };
  for (let first = from; first < from + count; first += PORTION) {
    if (prepare) await aside(() => prepare(first, PORTION));
    const perSecond = await sendLoad({
      ...{ portNumber, expectedCode, count: PORTION },
      make: (at, identifier) => make(first + at, identifier),
    });
    seconds += PORTION / perSecond;
    // What follows from a log-in is kept a moment after its answer.
    if (prepare) await aside(() => sleep(SETTLED_MILLISECONDS));
  }
  return seconds;
}

const sum = (times: ThreadTimes | null) =>
  THREADS.reduce((all, thread) => all + (times?.[thread] ?? 0), 0);

const readTimes = (
  processId: number | undefined,
): { readonly all: number | null; readonly threads: ThreadTimes | null } => ({
  all: readCpuMicroseconds(processId),
  threads: readThreadMicroseconds(processId),
});

/** What each had of a request. */
function lessen(after: ThreadTimes | null, before: ThreadTimes | null): ThreadTimes | null {
  if (!after || !before) return null;
  const times = { ...after };
  for (const thread of THREADS) times[thread] = (after[thread] - before[thread]) / REQUESTS;
  return times;
}

async function measureKinds(
  server: Server,
  ticketAt: CredentialAt,
  prepareTickets?: Load["prepare"],
): Promise<Record<Kind, Measured>> {
  const key = prepareSecret(server.secret);
  const measured: Partial<Record<Kind, Measured>> = {};
  for (const kind of KINDS) {
    const make = logIns(key, SCHEMES[kind], kind === "mac" ? byMac : ticketAt);
    const ofKind: MakeRequest = (at, identifier) =>
      make(at % (kind === "mac" ? AT_THE_DOOR : DEVICES), identifier);
    const warmUp = kind === "mac" ? WARM_UP_MAC : WARM_UP_TICKETS;
    const load = { make: ofKind, expectedCode: codes.accessAccept, warmUp };
    const isTicket = kind !== "mac" && prepareTickets;
    measured[kind] = await measure(server, isTicket ? { ...load, prepare: prepareTickets } : load);
  }
  return measured as Record<Kind, Measured>;
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
    const { child, box } = await startBenchBox(folder, DEVICES);
    const portal = openBenchPortal({ folder, devices: DEVICES });
    try {
      const server = { child, portNumber: box.authPort, secret: box.secret };
      return await measureKinds(server, portal.ticketAt, async (from, count) => {
        portal.issue(from % DEVICES, count);
        await sleep(HEARD_MILLISECONDS);
      });
    } finally {
      portal.close();
      await stopServer(child);
    }
  });

const measurePeer = () =>
  inFolder(async (folder) => {
    const places = Array.from({ length: DEVICES }, (_, at) => at);
    const credentials = [...places.map(byMac), ...places.map(peerTicketAt)];
    const { child, authPort } = await startFreeradiusSite({ folder, secret: SECRET, credentials });
    try {
      return await measureKinds({ child, portNumber: authPort, secret: SECRET }, peerTicketAt);
    } finally {
      await stopServer(child);
    }
  });

/** The bare codec or an echo: what a socket and this language allow at most. */
async function measureBare(mode: "codec" | "echo"): Promise<Measured> {
  const script = join(import.meta.dirname, "../test/bench-bare.ts");
  const child = spawnServer([process.execPath, script, mode, SECRET]);
  try {
    const { authPort } = await readFirstLine(child);
    const server = { child, portNumber: authPort as number, secret: SECRET };
    const make = logIns(prepareSecret(SECRET), "pap", byMac);
    const expectedCode = mode === "echo" ? codes.accessRequest : codes.accessAccept;
    return await measure(server, { make, expectedCode, warmUp: WARM_UP_MAC });
  } finally {
    await stopServer(child);
  }
}

type Round = {
  foyer: Record<Kind, Measured>;
  peer: Record<Kind, Measured> | null;
  codec: Measured;
  echo: Measured;
};

async function runRound(hasPeer: boolean): Promise<Round> {
  const foyer = await measureFoyer();
  const peer = hasPeer ? await measurePeer() : null;
  return { foyer, peer, codec: await measureBare("codec"), echo: await measureBare("echo") };
}

const median = (values: readonly number[]) =>
  values.toSorted((left, right) => left - right)[Math.floor(values.length / 2)] ?? 0;

/** Where the time goes, beside the figures: each has no bar of its own. */
function printBeside(name: string, rounds: readonly Measured[]): void {
  const perSecond = Math.round(median(rounds.map((each) => each.perSecond)));
  const times = rounds.flatMap(({ cpuMicroseconds: time }) => (time === null ? [] : [time]));
  const time = times.length > 0 ? `, ${median(times).toFixed(0)} µs of processor each` : "";
  console.log(`beside ${name} ${perSecond} requests/s${time}`);
}

const timeOf = (rounds: readonly Measured[]) =>
  median(rounds.flatMap(({ cpuMicroseconds: time }) => time ?? []));

/** How far a log-in is from what this language allows at most, and whose time that is. */
function printDistance(kind: Kind, rounds: readonly Round[]): void {
  const own = timeOf(rounds.map(({ foyer }) => foyer[kind]));
  const codec = own - timeOf(rounds.map((round) => round.codec));
  const echo = own - timeOf(rounds.map((round) => round.echo));
  const threads = rounds.flatMap(({ foyer }) => foyer[kind].threads ?? []);
  const parts = THREADS.map(
    (name) => `${name} ${median(threads.map((each) => each[name])).toFixed(1)}`,
  );
  const far = `${codec.toFixed(0)} µs above the codec, ${echo.toFixed(0)} µs above the echo`;
  console.log(`beside foyer-${kind} is ${far}; µs by thread: ${parts.join(", ")}`);
}

/** One more load, unmeasured, since a profile costs time: who keeps the box busy. */
async function printProfile(): Promise<void> {
  await inFolder(async (folder) => {
    const flags = ["--cpu-prof", `--cpu-prof-dir=${folder}`];
    const { child, box } = await startBenchBox(folder, PROFILED, flags);
    try {
      const make = logIns(prepareSecret(box.secret), "pap", byMac);
      const load = { portNumber: box.authPort, expectedCode: codes.accessAccept, make };
      for (let done = 0; done < PROFILED_TIMES; done++)
        await sendLoad({ ...load, count: PROFILED });
    } finally {
      await stopServer(child);
    }
    const shares = readShares(folder).slice(0, SHARES_SHOWN);
    const told = shares.map(({ place, share }) => `${place} ${Math.round(share * 100)} %`);
    console.log(`beside foyer-mac its time goes to ${told.join(", ")}`);
  });
}

const hasPeer = hasFreeradiusSite();
if (!hasPeer) console.log("missing freeradius (apt-get install freeradius): not compared");
if (!canPin) console.log("missing taskset or a second core: servers and load share what there is");
pinLoad();
const rounds: Round[] = [];
for (let round = 0; round < ROUNDS; round++) rounds.push(await runRound(hasPeer));
for (const kind of KINDS) {
  const ratios = rounds.flatMap(({ foyer, peer }) =>
    peer ? [foyer[kind].perSecond / peer[kind].perSecond] : [],
  );
  if (ratios.length > 0)
    printFigure({
      ...{ name: `radius-${kind}-over-freeradius`, rounds: ratios, unit: "times" },
      ...{ bar: BARS[kind], better: "more" },
    });
}
for (const kind of KINDS) {
  printBeside(
    `foyer-${kind}`,
    rounds.map(({ foyer }) => foyer[kind]),
  );
  if (hasPeer)
    printBeside(
      `freeradius-${kind}`,
      rounds.flatMap(({ peer }) => (peer ? [peer[kind]] : [])),
    );
}
printBeside(
  "codec",
  rounds.map(({ codec }) => codec),
);
printBeside(
  "echo",
  rounds.map(({ echo }) => echo),
);
for (const kind of KINDS) printDistance(kind, rounds);
await printProfile();
