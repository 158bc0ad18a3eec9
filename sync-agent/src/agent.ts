import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  appendEvent,
  type BoxEnrolment,
  type BranchStore,
  findSettingsVersion,
  keepRecentLines,
  openBranchStore,
  type RecentLines,
  readRecentLines,
} from "@foyer/branch-store";
import pino, { type Logger } from "pino";
import { startAsk } from "./ask.ts";
import { openCloud } from "./cloud.ts";
import { startCommands } from "./commands.ts";
import { findStoreTrouble, type Link } from "./link.ts";
import { type PullStatus, startPull } from "./pull.ts";
import { countBacklog, type PushStatus, startPush } from "./push.ts";

export type SyncAgentOptions = {
  /** Who this box is and where its cloud is. */
  identity: BoxEnrolment;
  boxKey: string;
  logLevel: string;
  /** 0 ≤ random() < 1: spreads retries over time. */
  random?: () => number;
  clock?: () => Date;
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

export type SyncAgentStatus = { unsent: number; push: PushStatus; pull: PullStatus };

export type SyncAgent = {
  status: () => SyncAgentStatus;
  /** Breaks off calls under way: what was not acknowledged goes out after the next start. */
  close: () => Promise<void>;
};

/** Starts both directions. Never throws for a cloud that is out of reach: it is tried again. */
export async function startSyncAgent(options: SyncAgentOptions): Promise<SyncAgent> {
  const { identity, boxKey, random = Math.random, clock = () => new Date() } = options;
  const isOwnStore = !("store" in options);
  const store = isOwnStore
    ? openBranchStore({ folder: options.stateFolder, identity, clock })
    : options.store;
  const recent = isOwnStore ? keepRecent(options.stateFolder) : null;
  const logger = buildLogger(options.logLevel, recent);
  const closing = new AbortController();
  const cloud = openCloud({ cloudUrl: identity.cloudUrl, boxKey });
  const link: Link = { store, cloud, logger, random, clock, signal: closing.signal };
  const release = readRelease();
  tellStart(link, release);
  const push = startPush(link);
  const pull = startPull(link);
  const ask = startAsk(link);
  const tools = { readLogs: (bytesMax: number) => readLogs(recent, bytesMax) };
  const commands = startCommands(link, { ...tools, refreshSettings: pull.refreshSettings });
  // A throw in a direction is a bug of ours; the process ends, and its supervisor starts it anew.
  const ended = Promise.all([push.done, pull.done, ask.done, commands.done]);
  ended.catch((cause) => {
    queueMicrotask(() => {
      throw new Error("the sync agent stopped working", { cause });
    });
  });
  logger.info({ boxId: identity.boxId, release }, "sync agent started");
  return {
    status: () => ({ unsent: countBacklog(link), push: push.status(), pull: pull.status() }),
    async close() {
      closing.abort();
      await cloud.close();
      await ended;
      if (isOwnStore) store.close();
    },
  };
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

/** Nothing where the caller has opened the store: then nobody said where its folder is. */
function readLogs(recent: Recent | null, bytesMax: number): string {
  if (!recent) return "";
  recent.lines.flush();
  return readRecentLines(recent.folder, bytesMax);
}

function buildLogger(level: string, recent: Recent | null): Logger {
  const redact = ["*.boxKey", "*.authorization", "*.phone", "*.mac"];
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
