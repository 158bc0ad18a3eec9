import {
  findLastHeard,
  findSettings,
  type Listening,
  listSigningNas,
  type MachineClock,
  openBranchStore,
  readBoxIdentity,
  type SigningNas,
} from "@foyer/branch-store";
import type { BranchSettings } from "@foyer/contract";
import { createAdmissions } from "./account/admissions.ts";
import { createAuthorizer } from "./authorize/authorizer.ts";
import { createKnownDevices, type KnownDevices, recallDevices } from "./authorize/known-devices.ts";
import { createKnownTickets, type KnownTickets } from "./authorize/known-tickets.ts";
import { createRecentCodes } from "./authorize/recent-codes.ts";
import { createRecentGrants } from "./authorize/recent-grants.ts";
import { createSpentTickets } from "./authorize/spent-tickets.ts";
import { createDisconnectClient } from "./disconnect/client.ts";
import { createCommandRunner } from "./disconnect/commands.ts";
import { createLiveLimits } from "./disconnect/live-limits.ts";
import { changeLimits, createDisconnect } from "./disconnect/order.ts";
import { createOrderLines } from "./disconnect/order-lines.ts";
import { createReauthenticator } from "./disconnect/reauthenticate.ts";
import { createStays, type Stays } from "./disconnect/stays.ts";
import type { CertificateFiles } from "./eap/certificate.ts";
import { serveEap } from "./eap/serve-eap.ts";
import { type Logger, openLog } from "./log.ts";
import { type Counters, createCounters, type Health } from "./server/counters.ts";
import type { Arrival } from "./server/door.ts";
import { createDoorNotes } from "./server/door-notes.ts";
import { openPorts, type RadsecSettings } from "./server/ports.ts";
import { createReceiver } from "./server/receive.ts";
import { createRejectDelay, REJECT_DELAY_MILLISECONDS } from "./server/reject-delay.ts";
import { createReplyCache } from "./server/reply-cache.ts";
import { createSettings, type SettingsInForce } from "./server/settings.ts";
import { createSigning } from "./server/signing.ts";
import { startStatus } from "./server/status.ts";
import { openBoxClock } from "./store/box-clock.ts";
import { type BoxStore, must, openBoxStore } from "./store/box-store.ts";
import type { LookFault, News } from "./store/follow.ts";
import { createLateWrites } from "./store/late-writes.ts";
import { createPurger } from "./store/purge.ts";
import type { Reads } from "./store/reads.ts";
import { type WatchedThread, watchThread } from "./store/watch.ts";
import type { Writes } from "./store/writes.ts";

/** How often visits that are over and sessions that are dead are looked for. */
const HOUSEKEEPING_SECONDS = 30;
/** How soon a command of the cloud is begun once the sync agent has stored it. */
const COMMAND_SECONDS = 1;
/** How often it is looked whether a pass over what is too old is due; one is, once a day. */
const PURGE_LOOK_SECONDS = 10 * 60;

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
  /** Instead of the box's own time. */
  clock?: () => Date;
  /** Instead of this machine's clocks. */
  machine?: MachineClock;
  housekeepingSeconds?: number;
  commandSeconds?: number;
  purgeLookSeconds?: number;
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
  health: () => RadiusHealth;
  /** Answers what has arrived, then closes ports and store. */
  close: () => Promise<void>;
};

export type RadiusHealth = Health & {
  /** Of the branch settings in force; 0 before the first. */
  settingsVersion: number;
  /** What followed from log-ins and is not on the disk yet. */
  lateWrites: number;
};

/** Starts the RADIUS server of a box. Rejects when the box is not enrolled or a port is taken. */
export async function startRadius(options: RadiusOptions): Promise<RunningRadius> {
  const { stateFolder } = options;
  const time = openBoxClock(options);
  const { clock } = time;
  const log = options.log ?? openLog(options.logLevel ?? "info");
  const first = readFirst(stateFolder, clock);
  const settings = createSettings(first.settings, log);
  const devices = createKnownDevices();
  const tickets = createKnownTickets();
  const hear = (news: News) => {
    if (news.reading) time.adopt(news.reading);
    if (news.settings) settings.replace(news.settings);
    devices.mistrust(news.settings ? null : news.deviceIds);
    // Another reading of the clock moves the moments of those that were told before.
    tickets.mistrust(news.reading ? null : news.deviceIds);
    if (news.tickets) tickets.keep(news.tickets, clock());
  };
  const opened = await openBoxStore({
    ...{ stateFolder, clock, log, offset: time.offset },
    onWord: (word) => {
      if (word.kind === "fault") noteFault(word.fault);
      else hear(word.news);
    },
  });
  const close = async () => {
    await opened.writer.close();
    await opened.reader.close();
  };
  const store = {
    reader: watchThread<Reads>(opened.reader, clock),
    writer: watchThread<Writes>(opened.writer, clock),
  };
  const tellFault = onceAMinute(clock, (fault: LookFault) =>
    log.error(fault, "the store cannot be looked at"),
  );
  const noteFault = (fault: LookFault) => {
    store.reader.noteFailure(fault.code);
    tellFault(fault);
  };
  try {
    return await serve(
      { ...options, log, clock },
      { settings, devices, tickets, store, close, first },
    );
  } catch (error) {
    await close();
    throw error;
  }
}

/** Says the same thing at most once a minute. */
function onceAMinute<T>(clock: () => Date, say: (about: T) => void): (about: T) => void {
  let last = Number.NEGATIVE_INFINITY;
  return (about) => {
    const now = clock().getTime();
    if (Math.abs(now - last) < 60_000) return;
    last = now;
    say(about);
  };
}

type First = {
  settings: BranchSettings | null;
  signing: SigningNas[];
  /** The last that was heard before this start. */
  heardUntil: Date | null;
};

/** Makes or upgrades the store, and reads what has to be known before the first packet. */
function readFirst(folder: string, clock: () => Date): First {
  const store = openBranchStore({ folder, identity: readBoxIdentity(folder), clock });
  try {
    return store.read((tx) => ({
      settings: findSettings(tx),
      signing: listSigningNas(tx),
      heardUntil: findLastHeard(tx),
    }));
  } finally {
    store.close();
  }
}

type ServeOptions = RadiusOptions & { log: Logger; clock: () => Date };

/** What stands before the first port is opened. */
type Ground = {
  settings: SettingsInForce;
  devices: KnownDevices;
  tickets: KnownTickets;
  store: { reader: WatchedThread<Reads>; writer: WatchedThread<Writes> };
  first: First;
  close: () => Promise<void>;
};

/** Everything between the ports and the store. */
async function openDoor(options: ServeOptions, ground: Ground) {
  const { log, clock } = options;
  const { settings, devices, tickets, store } = ground;
  const { nasTable } = settings;
  const { reader } = store;
  const counters = createCounters(clock());
  const late = createLateWrites({ writer: store.writer, clock, log });
  // A NAS tells of a session milliseconds after its log-in: that is to be in the store by then.
  const writer: BoxStore["writer"] = {
    ask: (name, input) => {
      late.hurry();
      return store.writer.ask(name, input);
    },
  };
  const admissions = createAdmissions(clock);
  const decider = createAuthorizer({
    ...{ reader, writer, late, devices, tickets, clock, settings: settings.current },
    ...{ spent: createSpentTickets(), recent: createRecentGrants() },
    recentCodes: createRecentCodes(),
  });
  const authorizer = admissions.remember(decider);
  const cache = createReplyCache();
  const { stateFolder, certificate = null } = options;
  const eap = await serveEap({
    stateFolder,
    configured: certificate,
    settings,
    reader,
    clock,
    log,
  });
  const rejectDelay = createRejectDelay(
    options.rejectDelayMilliseconds ?? REJECT_DELAY_MILLISECONDS,
  );
  const signing = createSigning({ known: ground.first.signing, writer, log });
  const stays = createStays();
  const doorNotes = createDoorNotes({ writer, clock });
  const door = createReceiver({
    ...{ nasTable, authorizer, writer, cache, eap, rejectDelay, signing, counters, clock, log },
    ...{ admissions, stays, doorNotes },
  });
  return { door, counters, late, authorizer, eap, rejectDelay, stays, doorNotes };
}

async function serve(options: ServeOptions, ground: Ground): Promise<RunningRadius> {
  const { log, clock } = options;
  const { settings, devices, store } = ground;
  const { reader, writer } = store;
  const { door, counters, late, stays, ...doors } = await openDoor(options, ground);
  const { authorizer, eap, rejectDelay, doorNotes } = doors;
  let isStopping = false;
  // What comes while stopping is met with silence: its NAS asks again, and is heard after the start.
  const receive = (arrival: Arrival) => {
    if (!isStopping) door.receive(arrival);
  };
  const { client, lines, runner, live, reauthenticator } = openOrders(options, {
    ...{ ...ground, counters, stays },
  });
  const wanted = { ...options, radsec: options.radsec ?? null };
  const ports = await openPorts(wanted, { door: { ...door, receive }, lines }, log);
  const { authPort, acctPort, radsecPort } = ports;
  const status = await startStatus({
    ...{ portNumber: options.statusPort ?? null, stateFolder: options.stateFolder },
    ...{ ports: { authPort, acctPort, radsecPort }, settings: settings.current },
    ...{ findTrouble: () => writer.findTrouble() ?? reader.findTrouble() },
    ...{ counters, clock, log },
  });
  const { portNumber: statusPort } = status;
  const listening = { listeningSince: clock(), heardUntil: ground.first.heardUntil };
  const stopTimers = startTimers({ ...options, listening }, store, {
    runDueCommands: async () => {
      await Promise.all([runner.runDue(), reauthenticator.runDue()]);
    },
    lookAtSessions: live.look,
  });
  recallDevices(devices, { reader, clock }).catch((error: unknown) =>
    log.warn({ err: error }, "known devices were not recalled; each is looked up when it comes"),
  );
  log.info(
    { host: options.host, authPort, acctPort, radsecPort, statusPort },
    "RADIUS server ready",
  );
  const close = async () => {
    isStopping = true;
    await stopTimers();
    const settled = live.settle();
    await eap.close();
    await authorizer.settle();
    await client.close();
    await Promise.all([runner.settle(), reauthenticator.settle(), settled]);
    await late.settle();
    await doorNotes.close();
    // What was taken is answered once it is stored, and only then are the ports closed.
    await ground.close();
    rejectDelay.close();
    await Promise.all([ports.close(), status.close()]);
  };
  let closing: Promise<void> | null = null;
  return {
    ...{ authPort, acctPort, radsecPort, statusPort },
    health: () => ({
      ...counters.read(),
      settingsVersion: settings.current()?.version ?? 0,
      lateWrites: late.count(),
    }),
    close: () => {
      closing ??= close();
      return closing;
    },
  };
}

/** All that this server orders NAS to do with devices that are there already. */
function openOrders(
  options: ServeOptions,
  { settings, store, counters, stays }: Ground & { counters: Counters; stays: Stays },
) {
  const { log, clock } = options;
  const { nasTable } = settings;
  const lines = createOrderLines();
  const client = createDisconnectClient(lines);
  const ordering = {
    ...{ client, noteOutcome: counters.noteOrder },
    ...(options.disconnectWaitSeconds && { waitSeconds: options.disconnectWaitSeconds }),
  };
  const disconnect = createDisconnect(ordering);
  const runner = createCommandRunner({ store, disconnect, nasTable, counters, log });
  const live = createLiveLimits({
    ...{ store, disconnect, nasTable, counters, log },
    changeLimits: (order) => changeLimits(ordering, order),
  });
  const reauthenticator = createReauthenticator({
    ...{ ...ordering, store, nasTable, stays, clock, log },
  });
  return { client, lines, runner, live, reauthenticator };
}

function startTimers(
  options: ServeOptions & { listening: Listening },
  { writer }: BoxStore,
  work: { runDueCommands: () => Promise<void>; lookAtSessions: () => Promise<void> },
): () => Promise<void> {
  const { log, listening } = options;
  const every = (seconds: number, message: string, act: () => Promise<void>) =>
    setInterval(async () => {
      try {
        await act();
      } catch (error) {
        // The next round tries again; nothing is lost by being late.
        log.warn({ err: error }, message);
      }
    }, seconds * 1000);
  const keepHouse = async () => {
    await must(writer.ask("keepHouse", listening));
    await work.lookAtSessions();
  };
  const purger = createPurger(writer);
  const purge = async () => {
    const removed = await purger.purgeDue();
    if (removed) log.info({ removed }, "what was kept for long enough is removed");
  };
  const timers = [
    every(options.housekeepingSeconds ?? HOUSEKEEPING_SECONDS, "housekeeping failed", keepHouse),
    every(options.commandSeconds ?? COMMAND_SECONDS, "commands were not read", work.runDueCommands),
    every(options.purgeLookSeconds ?? PURGE_LOOK_SECONDS, "a purge broke off", purge),
  ];
  return () => {
    for (const timer of timers) clearInterval(timer);
    return purger.stop();
  };
}
