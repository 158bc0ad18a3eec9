import {
  type BranchStore,
  closeDueVisits,
  endOverdueSessions,
  findCredential,
  openBranchStore,
  readBoxIdentity,
} from "@foyer/branch-store";
import { createRecentGrants } from "./authorize/recent-grants.ts";
import { createDisconnectClient } from "./disconnect/client.ts";
import { createCommandRunner } from "./disconnect/commands.ts";
import { createLiveLimits } from "./disconnect/live-limits.ts";
import { createDisconnect } from "./disconnect/order.ts";
import { type CertificateFiles, openCertificate } from "./eap/certificate.ts";
import { createEap, type Eap } from "./eap/eap.ts";
import { type Logger, openLog } from "./log.ts";
import { createCounters, type Health } from "./server/counters.ts";
import { createGroupCommit } from "./server/group-commit.ts";
import { openPorts, type RadsecSettings } from "./server/ports.ts";
import { type Arrival, createReceiver } from "./server/receive.ts";
import { createRejectDelay, REJECT_DELAY_MILLISECONDS } from "./server/reject-delay.ts";
import { createReplyCache } from "./server/reply-cache.ts";
import { followSettings } from "./server/settings.ts";
import { createSigning } from "./server/signing.ts";
import { startStatus } from "./server/status.ts";
import { type WatchedStore, watchStore } from "./server/store-watch.ts";

/** How often visits that are over and sessions that are dead are looked for. */
const HOUSEKEEPING_SECONDS = 30;
/** How soon a command of the cloud is begun once the sync agent has stored it. */
const COMMAND_SECONDS = 1;

export type RadiusOptions = {
  /** The box's state folder: box.json and foyer.sqlite. */
  stateFolder: string;
  /** The address to listen on; `::` hears IPv4 too. */
  host: string;
  /** 0 takes free ports. */
  authPort: number;
  acctPort: number;
  /** Null or absent: no RadSec. */
  radsec?: RadsecSettings | null;
  /** Of 127.0.0.1, for /health and /metrics. Null or absent: neither is told. */
  statusPort?: number | null;
  logLevel?: string;
  /** How long an Access-Reject is kept back; 1,000 unless said. */
  rejectDelayMilliseconds?: number;
  /** Venue IT's own certificate for EAP; without it the box makes one in its state folder. */
  certificate?: CertificateFiles | null;
  /** Instead of one of its own at `logLevel`. */
  log?: Logger;
  clock?: () => Date;
  housekeepingSeconds?: number;
  commandSeconds?: number;
  /** How long each sending of a Disconnect-Request is waited for. */
  disconnectWaitSeconds?: readonly number[];
};

export type RunningRadius = {
  authPort: number;
  acctPort: number;
  /** Null: RadSec is not offered. */
  radsecPort: number | null;
  /** Null: it is off, or was not to be had. */
  statusPort: number | null;
  /** Counts since the start, for the box's status page. */
  health: () => Health;
  /** Answers what has arrived, then closes ports and store. */
  close: () => Promise<void>;
};

/** Starts the RADIUS server of a box. Rejects when the box is not enrolled or a port is taken. */
export async function startRadius(options: RadiusOptions): Promise<RunningRadius> {
  const { stateFolder, clock = () => new Date() } = options;
  const identity = readBoxIdentity(stateFolder);
  const store = watchStore(openBranchStore({ folder: stateFolder, identity, clock }), clock);
  try {
    return await serve(
      { ...options, log: options.log ?? openLog(options.logLevel ?? "info") },
      store,
      clock,
    );
  } catch (error) {
    store.close();
    throw error;
  }
}

type ServeOptions = RadiusOptions & { log: Logger };

async function serve(
  options: ServeOptions,
  store: WatchedStore,
  clock: () => Date,
): Promise<RunningRadius> {
  const { log } = options;
  const counters = createCounters(clock());
  const nasTable = followSettings(store, log);
  // Read once now, so that a source that cannot be read is told of at the start.
  nasTable();
  const commit = createGroupCommit(store);
  const cache = createReplyCache();
  const recent = createRecentGrants();
  const eap = await openEap(options, store, clock);
  const rejectDelay = createRejectDelay(
    options.rejectDelayMilliseconds ?? REJECT_DELAY_MILLISECONDS,
  );
  const signing = createSigning({ store, commit, log });
  const door = createReceiver({
    ...{ nasTable, commit, cache, recent, eap, rejectDelay, signing, counters, clock, log },
  });
  let isStopping = false;
  // What comes while stopping is met with silence: its NAS asks again, and is heard after the start.
  const receive = (arrival: Arrival) => {
    if (!isStopping) door.receive(arrival);
  };
  const client = createDisconnectClient();
  const disconnect = createDisconnect({
    ...{ client, noteOutcome: counters.noteDisconnect },
    ...(options.disconnectWaitSeconds && { waitSeconds: options.disconnectWaitSeconds }),
  });
  const runner = createCommandRunner({ store, disconnect, nasTable, counters, log });
  const live = createLiveLimits({ store, commit, disconnect, nasTable, counters, log });
  const wanted = { ...options, radsec: options.radsec ?? null };
  const ports = await openPorts(wanted, { ...door, receive }, log);
  const { authPort, acctPort, radsecPort } = ports;
  const status = await startStatus({
    ...{ portNumber: options.statusPort ?? null, stateFolder: options.stateFolder },
    ...{ ports: { authPort, acctPort, radsecPort }, store, counters, clock, log },
  });
  const { portNumber: statusPort } = status;
  const stopTimers = startTimers({ ...options, listeningSince: clock() }, store, {
    runDueCommands: runner.runDue,
    lookAtSessions: live.look,
  });
  log.info(
    { host: options.host, authPort, acctPort, radsecPort, statusPort },
    "RADIUS server ready",
  );
  const close = async () => {
    isStopping = true;
    stopTimers();
    const settled = live.settle();
    // Before the last commit, which holds what EAP has just proved.
    await eap.close();
    commit.flushAll();
    rejectDelay.close();
    await client.close();
    await Promise.all([runner.settle(), settled]);
    await Promise.all([ports.close(), status.close()]);
    store.close();
  };
  let closing: Promise<void> | null = null;
  return {
    ...{ authPort, acctPort, radsecPort, statusPort },
    health: counters.read,
    close: () => {
      closing ??= close();
      return closing;
    },
  };
}

async function openEap(options: ServeOptions, store: BranchStore, clock: () => Date): Promise<Eap> {
  const { stateFolder, certificate: configured = null } = options;
  const secureContext = await openCertificate({ stateFolder, configured, now: clock() });
  const findPassword = (userName: string) => {
    const credential = store.read((tx) => findCredential(tx, userName));
    return credential && !credential.revokedAt ? credential.password : null;
  };
  return createEap({ secureContext: () => secureContext, findPassword, clock });
}

function startTimers(
  options: ServeOptions & { listeningSince: Date },
  store: BranchStore,
  work: { runDueCommands: () => void; lookAtSessions: () => Promise<void> },
): () => void {
  const { log, listeningSince } = options;
  const every = (seconds: number, message: string, act: () => void | Promise<void>) =>
    setInterval(async () => {
      try {
        await act();
      } catch (error) {
        // The next round tries again; nothing is lost by being late.
        log.warn({ err: error }, message);
      }
    }, seconds * 1000);
  const keepHouse = async () => {
    store.transaction((tx) => {
      endOverdueSessions(tx, { listeningSince });
      closeDueVisits(tx);
    });
    await work.lookAtSessions();
  };
  const timers = [
    every(options.housekeepingSeconds ?? HOUSEKEEPING_SECONDS, "housekeeping failed", keepHouse),
    every(options.commandSeconds ?? COMMAND_SECONDS, "commands were not read", work.runDueCommands),
  ];
  return () => {
    for (const timer of timers) clearInterval(timer);
  };
}
