import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  appendEvent,
  type BoxEnrolment,
  type BranchStore,
  countUnsent,
  findMachineClock,
  findSettingsVersion,
  keepRecentLines,
  type MachineClock,
  openBranchStore,
  openStoreInBoxTime,
  type RecentLines,
  readRecentLines,
} from "@foyer/branch-store";
import type { BoxReport } from "@foyer/contract";
import pino, { type Logger } from "pino";
import { startAsk } from "./ask.ts";
import { hasNextKey } from "./box-key.ts";
import { keepCertificate } from "./certificate.ts";
import { createClockKeeper } from "./clock-keeper.ts";
import { type Cloud, openCloud } from "./cloud.ts";
import { startCommands } from "./commands.ts";
import { OUTBOX_BYTES_MAX } from "./config.ts";
import { tellFirstContacts } from "./first-contacts.ts";
import { createHousekeeping } from "./keep-house.ts";
import { findStoreTrouble, type Link } from "./link.ts";
import type { OutboxStatus } from "./outbox-keeper.ts";
import { type PullStatus, startPull } from "./pull.ts";
import { type PushStatus, startPush } from "./push.ts";
import { type KeyRenewal, openKeyRenewal } from "./renew-key.ts";
import { askTimeFirst, createReporter, type Reporter } from "./reporter.ts";
import { openRightOfWay } from "./right-of-way.ts";
import { openStatusPort } from "./status-port.ts";
import { findArchitecture, keepUpgraded, type UpgradeKeeper } from "./upgrade.ts";

export type SyncAgentOptions = {
  /** Who this box is and where its cloud is. */
  identity: BoxEnrolment;
  /** The private half of its key, as PEM. */
  boxKey: string;
  /** Where the key lies: it is changed there when the cloud finds it old. Absent: it is kept. */
  keyFolder?: string;
  logLevel: string;
  /** 0 ≤ random() < 1: spreads retries over time. */
  random?: () => number;
  clock?: () => Date;
  /** What the outbox may take up on the disk. */
  outboxBytesMax?: number;
  /** Where guests reach the portal by an IPv4 address of a private network; null or absent: nowhere. */
  portalAddress?: string | null;
  /** Root's side of upgrades is installed here: releases are fetched and asked for. Absent: they are not. */
  takesReleases?: boolean;
  /** How often the cloud is asked for a release. */
  upgradeMilliseconds?: number;
  /** How often it is looked whether a certificate is here, or due. */
  certificateMilliseconds?: number;
  /** How often the outbox is looked after and the cloud told. */
  lookMilliseconds?: number;
  /** Instead of this machine's clocks. */
  machine?: MachineClock;
  /** Of 127.0.0.1, for /health and /metrics. Null or absent: neither is told. */
  statusPort?: number | null;
} & (
  | {
      /** Opened and closed by the caller. */
      store: BranchStore;
    }
  | {
      /** Its store is opened, and closed with the agent. */
      stateFolder: string;
    }
);

export type SyncAgentStatus = {
  unsent: number;
  push: PushStatus;
  pull: PullStatus;
  outbox: OutboxStatus;
};

export type SyncAgent = {
  status: () => SyncAgentStatus;
  /** Null: it is off, or was not to be had. */
  statusPort: number | null;
  /** How the box is, as the cloud is told. */
  describe: () => BoxReport;
  /** Breaks off calls under way: what was not acknowledged goes out after the next start. */
  close: () => Promise<void>;
};

type Ground = {
  store: BranchStore;
  clock: () => Date;
  /** Null: the caller's clock, or a machine that names no boots. */
  machine: MachineClock | null;
};

/** The store in the box's own time, unless the caller has brought either. */
function openGround(options: SyncAgentOptions): Ground {
  const { identity, clock = () => new Date() } = options;
  if ("store" in options) return { store: options.store, clock, machine: null };
  const { stateFolder: folder } = options;
  const machine = options.clock ? null : (options.machine ?? findMachineClock());
  if (!machine) return { store: openBranchStore({ folder, identity, clock }), clock, machine };
  const { store, time } = openStoreInBoxTime({ folder, identity, machine });
  return { store, clock: time.clock, machine };
}

/** Starts both directions. Never throws for a cloud that is out of reach: it is tried again. */
export async function startSyncAgent(options: SyncAgentOptions): Promise<SyncAgent> {
  const { identity, boxKey, random = Math.random } = options;
  const { store, clock, machine } = openGround(options);
  const isOwnStore = !("store" in options);
  const recent = isOwnStore ? keepRecent(options.stateFolder) : null;
  const logger = buildLogger(options.logLevel, recent);
  const closing = new AbortController();
  const { cloudUrl } = identity;
  const renewal = openRenewal(options, {
    cloud: () => cloud,
    openCloud: (before) => openCloud({ cloudUrl, boxKey: before, startsAt: clock().getTime() }),
    logger,
  });
  const cloud: Cloud = openCloud({
    ...{ cloudUrl, boxKey, startsAt: clock().getTime() },
    onKeyIsOld: () => void renewal?.renew(),
    recoverKey: async () => (await renewal?.recover()) ?? false,
  });
  if (options.keyFolder !== undefined && hasNextKey(options.keyFolder)) void renewal?.renew();
  const { signal } = closing;
  const link: Link = { store, cloud, logger, random, clock, signal, way: openRightOfWay() };
  const release = readRelease();
  tellStart(link, release);
  const parts = startParts({ options, link, machine, release, recent, renewal });
  const { push, pull, house, reporter } = parts;
  // A throw in a direction is a bug of ours; the process ends, and its supervisor starts it anew.
  const ended = Promise.all(parts.done);
  ended.catch((cause) => {
    queueMicrotask(() => {
      throw new Error("the sync agent stopped working", { cause });
    });
  });
  const port = await openStatusPort({
    portNumber: options.statusPort ?? null,
    logger,
    measure: () => ({
      ...{ report: reporter.describe(), now: clock() },
      lastAnswerAt: { push: push.status().lastAnswerAt, pull: pull.status().lastAnswerAt },
    }),
  });
  const { portNumber: statusPort } = port;
  logger.info({ boxId: identity.boxId, release, statusPort }, "sync agent started");
  return {
    statusPort,
    status: () => ({
      unsent: store.read(countUnsent),
      push: push.status(),
      pull: pull.status(),
      outbox: house.outbox(),
    }),
    describe: reporter.describe,
    async close() {
      closing.abort();
      await port.close();
      await cloud.close();
      await renewal?.close();
      await ended;
      if (isOwnStore) store.close();
    },
  };
}

function openRenewal(
  { keyFolder: folder, identity: { boxId } }: SyncAgentOptions,
  link: { cloud: () => Cloud; openCloud: (boxKey: string) => Cloud; logger: Logger },
): KeyRenewal | null {
  return folder === undefined ? null : openKeyRenewal({ ...link, folder, boxId });
}

type Beginning = {
  options: SyncAgentOptions;
  link: Link;
  machine: MachineClock | null;
  release: string;
  recent: Recent | null;
  renewal: KeyRenewal | null;
};

/** All directions, what looks after the store, and what tells how the box is. */
function startParts({ options, link, machine, release, recent, renewal }: Beginning) {
  const { store, cloud, clock, logger } = link;
  const clockKeeper = machine && createClockKeeper({ store, machine, logger });
  const reporter: Reporter = createReporter({
    ...{ store, cloud, clock, release },
    time: clockKeeper && machine ? { keeper: clockKeeper, machine } : null,
    find: () => ({
      ...{ push: push.status(), pull: pull.status(), outbox: house.outbox() },
      ...{ clock: clockKeeper?.status() ?? null, storeTrouble: house.storeTrouble() },
    }),
  });
  const house = createHousekeeping(link, {
    outboxBytesMax: options.outboxBytesMax ?? OUTBOX_BYTES_MAX,
    stateFolder: "store" in options ? null : options.stateFolder,
    lookMilliseconds: options.lookMilliseconds,
    clockKeeper,
    report: () => reporter.send(),
    listUnderWay: () => push.listUnderWay(),
  });
  const timed = clockKeeper
    ? askTimeFirst(cloud, { isTold: clockKeeper.isTold, send: () => reporter.send() })
    : cloud;
  const push = startPush({ ...link, cloud: timed });
  const pull = startPull(link);
  const ask = startAsk(link);
  const upgrade = keepOwnRelease(link, options, release);
  const commands = startCommands(link, {
    readLogs: (bytesMax) => readLogs(recent, bytesMax),
    refreshSettings: pull.refreshSettings,
    changeKey: renewal?.renew ?? null,
    lookForRelease: upgrade?.lookNow ?? null,
  });
  const contacts = tellFirstContacts(link, () => reporter.send());
  const certificate = keepOwnCertificate(link, options);
  const kept = [house.run(), contacts, certificate, upgrade?.done];
  const done = [push.done, pull.done, ask.done, commands.done, ...kept];
  return { push, pull, reporter, house, done };
}

/** Null: the caller has opened the store and names no folder. */
const findFolder = (options: SyncAgentOptions): string | null =>
  options.keyFolder ?? ("store" in options ? null : options.stateFolder);

/** Null: this box takes no releases. */
function keepOwnRelease(
  link: Link,
  options: SyncAgentOptions,
  release: string,
): UpgradeKeeper | null {
  const stateFolder = findFolder(options);
  if (stateFolder === null || options.takesReleases !== true) return null;
  const { upgradeMilliseconds: waitMilliseconds } = options;
  const architecture = findArchitecture(process.arch);
  return keepUpgraded(link, {
    ...{ stateFolder, release, architecture },
    ...(waitMilliseconds === undefined ? {} : { waitMilliseconds }),
  });
}

async function keepOwnCertificate(link: Link, options: SyncAgentOptions): Promise<void> {
  const folder = findFolder(options);
  if (folder === null) return;
  const { certificateMilliseconds: waitMilliseconds } = options;
  await keepCertificate(link, {
    ...{ folder, portalAddress: options.portalAddress ?? null },
    ...(waitMilliseconds === undefined ? {} : { waitMilliseconds }),
  });
}

/** A full disk must not keep the agent from emptying the outbox, which is what makes room. */
function tellStart({ store, logger }: Link, release: string): void {
  try {
    store.transaction((tx) =>
      appendEvent(tx, "box.started", { release, settingsVersion: findSettingsVersion(tx) }),
    );
  } catch (error) {
    const code = findStoreTrouble(error);
    if (code === null) throw error;
    logger.error({ code }, "the start was not written down: look at the disk of this box");
  }
}

type Recent = { folder: string; lines: RecentLines };

const keepRecent = (folder: string): Recent => ({
  ...{ folder, lines: keepRecentLines(folder, "sync-agent") },
});

/** Nothing where the caller has opened the store: its processes' logs are the caller's. */
function readLogs(recent: Recent | null, bytesMax: number): string {
  if (!recent) return "";
  recent.lines.flush();
  return readRecentLines(recent.folder, bytesMax);
}

function buildLogger(level: string, recent: Recent | null): Logger {
  const redact = ["*.boxKey", "*.phone", "*.mac"];
  const options = { level, name: "sync-agent", redact };
  if (!recent) return pino(options);
  const usual = pino.destination(1);
  return pino(options, {
    write(line) {
      usual.write(line);
      recent.lines.write(line);
    },
  });
}

function readRelease(): string {
  const text = readFileSync(join(import.meta.dirname, "..", "package.json"), "utf8");
  return (JSON.parse(text) as { version: string }).version;
}
