import {
  applyCodeAnswers,
  applyCouponNews,
  applyKnownGuests,
  applySettings,
  findEpoch,
  findPullPosition,
  findSealingKey,
  findSettingsVersion,
  keepSealingKey,
  saveBranchCommands,
  saveCommands,
} from "@foyer/branch-store";
import {
  PULL_WAIT_SECONDS_MAX,
  type PullReply,
  readBranchSettings,
  type SealingKey,
  type SettingsParts,
  type SettingsReport,
} from "@foyer/contract";
import type { PullPosition } from "./cloud.ts";
import {
  type Link,
  type LinkStatus,
  newLinkStatus,
  noteAnswer,
  noteFailureAndRest,
  tryStep,
} from "./link.ts";
import { openPictureShelf, type PictureShelf } from "./picture-shelf.ts";
import { choosePullRest } from "./schedule.ts";
import { sealBacklog } from "./seal-backlog.ts";
import { assembleSettings, findPartHashes } from "./settings-parts.ts";
import { rest, WAKE_POLL_MILLISECONDS } from "./wait.ts";

export type PullStatus = LinkStatus & {
  /** The version of the settings in force; 0 before the first. */
  settingsVersion: number;
  /** Why newer settings were not put in force; null when they were. */
  settingsFault: string | null;
};

type Progress = {
  status: PullStatus;
  /** Settings that were refused: the cloud is asked for newer ones, until a restart. */
  refusedVersion: number;
  /** What became of the last settings, until the cloud has been told. */
  report: SettingsReport | null;
  /** The next settings are asked for whatever this box holds. */
  isRefreshing: boolean;
  /** The parts that came did not fit those held. */
  asksForAllParts: boolean;
  shelf: PictureShelf;
  /** Breaks off the pull that is under way. */
  waiting: AbortController | null;
  /** How many keys the cloud has told: what waits is sealed after each. */
  keysTold: number;
};

/** The text of a reason is shown to staff; the contract bounds its length. */
const REASON_LENGTH_MAX = 2000;

/**
 * Holds a long poll open to the cloud until the signal: settings, known guests and commands come
 * down as they change. What the box holds already is named in the question.
 */
export function startPull(link: Link): {
  done: Promise<void>;
  status: () => PullStatus;
  /** Settings are asked for as by a box that holds none: what it holds serves until they are here. */
  refreshSettings: () => void;
} {
  const status: PullStatus = { ...newLinkStatus(), settingsVersion: 0, settingsFault: null };
  status.settingsVersion = link.store.read(findSettingsVersion);
  const progress: Progress = {
    ...{ status, refusedVersion: 0, report: tellInForce(status), waiting: null },
    ...{ isRefreshing: false, asksForAllParts: false, shelf: openPictureShelf(link.store.folder) },
    keysTold: 0,
  };
  return {
    done: Promise.all([runPull(link, progress), keepSealed(link, progress)]).then(() => {}),
    status: () => ({ ...status }),
    refreshSettings: () => {
      progress.refusedVersion = 0;
      progress.isRefreshing = true;
      progress.waiting?.abort();
    },
  };
}

/** The process before may have been killed between putting settings in force and telling so. */
function tellInForce({ settingsVersion: version }: PullStatus): SettingsReport | null {
  return version > 0 ? { version, outcome: "applied" } : null;
}

async function runPull(link: Link, progress: Progress): Promise<void> {
  const { status } = progress;
  while (!link.signal.aborted)
    await tryStep(link, { direction: "pull", status }, async () => {
      if (progress.report && !(await deliverReport(link, progress, progress.report))) return;
      await pullOnce(link, progress);
    });
}

/** Seals what the process before this one has left, and all that waits at each key; no pull waits for it. */
async function keepSealed(link: Link, progress: Progress): Promise<void> {
  const { status } = progress;
  let sealedAt = -1;
  while (!link.signal.aborted) {
    if (sealedAt === progress.keysTold) await rest(WAKE_POLL_MILLISECONDS, link.signal);
    else
      await tryStep(link, { direction: "pull", status }, async () => {
        const told = progress.keysTold;
        await sealBacklog(link);
        sealedAt = told;
      });
  }
}

/** True when the cloud knows now what became of its settings. */
async function deliverReport(
  link: Link,
  progress: Progress,
  report: SettingsReport,
): Promise<boolean> {
  const answer = await link.cloud.reportSettings(report);
  if (answer.kind === "answered" || answer.kind === "refused") {
    // A report that the cloud will not have must not hold up the next settings.
    progress.report = null;
    return true;
  }
  if (!link.signal.aborted)
    await noteFailureAndRest(link, progress.status, { direction: "pull", failure: answer });
  return false;
}

async function pullOnce(link: Link, progress: Progress): Promise<void> {
  const position = findPosition(link, progress);
  const began = performance.now();
  const waiting = new AbortController();
  progress.waiting = waiting;
  const answer = await link.cloud.pull(position, PULL_WAIT_SECONDS_MAX, waiting.signal);
  if (answer.kind !== "answered") {
    if (link.signal.aborted || waiting.signal.aborted) return;
    const { status } = progress;
    return await noteFailureAndRest(link, status, { direction: "pull", failure: answer });
  }
  noteAnswer(link, progress.status, "pull");
  if (answer.value) {
    const { settingsParts, sealingKey } = answer.value;
    if (sealingKey) keepKey(link, progress, sealingKey);
    keep(link, progress, answer.value);
    if (settingsParts && !(await keepParts(link, progress, settingsParts))) return;
  }
  const news = !isSame(position, findPosition(link, progress));
  const tookMilliseconds = performance.now() - began;
  await rest(choosePullRest({ news, tookMilliseconds }), link.signal);
}

/** What the box holds, in the cloud's own counts. */
function findPosition(link: Link, progress: Progress): PullPosition {
  const isWhole = progress.isRefreshing || progress.asksForAllParts;
  const settingsParts = isWhole ? {} : findPartHashes(link.store);
  return link.store.read((tx) => ({
    ...{ ...findPullPosition(tx), settingsParts },
    settings: progress.isRefreshing
      ? 0
      : Math.max(findSettingsVersion(tx), progress.refusedVersion),
    epoch: findEpoch(tx),
    sealingKey: findSealingKey(tx)?.id ?? "",
  }));
}

function isSame(a: PullPosition, b: PullPosition): boolean {
  const keys = [
    ...(["settings", "guests", "guestsPage", "commands", "boxCommands", "codes"] as const),
    ...(["sealingKey", "coupons"] as const),
  ];
  return keys.every((key) => a[key] === b[key]);
}

/** First of all: with the settings that come beside it guests are let in, whose events are sealed to it. */
function keepKey(link: Link, progress: Progress, key: SealingKey): void {
  const isKept = link.store.transaction((tx) => keepSealingKey(tx, key));
  if (!isKept) {
    link.logger.error({ key: key.id }, "what the cloud told to seal to is no key");
    return;
  }
  progress.keysTold += 1;
  link.logger.info({ key: key.id }, "events are sealed to the cloud's key");
}

/** Each part is a transaction of its own: bad settings do not hold back a command. */
function keep(link: Link, progress: Progress, reply: PullReply): void {
  const { store, logger } = link;
  const { commands, knownGuests, settings, boxCommands = [], codeAnswers = [] } = reply;
  const { coupons = [] } = reply;
  // First: somebody stands before the page that shows them.
  if (codeAnswers.length > 0) {
    store.transaction((tx) => applyCodeAnswers(tx, codeAnswers));
    const told = codeAnswers.map(({ messageId, state }) => ({ messageId, state }));
    logger.info({ codes: told }, "the cloud told what became of codes");
  }
  const ordered = [...commands, ...boxCommands];
  if (ordered.length > 0) {
    store.transaction((tx) => {
      saveBranchCommands(tx, commands);
      saveCommands(tx, boxCommands);
    });
    logger.info({ commands: ordered.map(({ id }) => id) }, "commands came from the cloud");
  }
  if (knownGuests) {
    store.transaction((tx) => applyKnownGuests(tx, knownGuests));
    const { guests, position, removed } = knownGuests;
    const left = knownGuests.fill ? knownGuests.fill.next !== null : false;
    const counts = { position, guests: guests.length, removed: removed.length, left };
    logger.info(counts, "known guests came from the cloud");
  }
  if (coupons.length > 0) {
    store.transaction((tx) => applyCouponNews(tx, coupons));
    logger.info({ coupons: coupons.length }, "coupons came from the cloud");
  }
  if (settings) keepSettings(link, progress, settings);
}

/** False when a picture did not come, and the way to the cloud has rested. */
async function keepParts(link: Link, progress: Progress, parts: SettingsParts): Promise<boolean> {
  const { store, cloud, logger } = link;
  const { shelf } = progress;
  const assembled = await assembleSettings({ store, cloud, shelf }, parts);
  if (link.signal.aborted) return false;
  if (assembled.kind === "failure") {
    const { failure } = assembled;
    await noteFailureAndRest(link, progress.status, { direction: "pull", failure });
    return false;
  }
  const wasWhole = progress.isRefreshing || progress.asksForAllParts;
  progress.asksForAllParts = assembled.kind === "mismatch" && !wasWhole;
  if (progress.asksForAllParts) logger.warn("settings do not add up: all parts are asked for");
  else if (assembled.kind === "document") keepSettings(link, progress, assembled.document);
  else refuseSettings(link, progress, { version: parts.version, reason: assembled.reason });
  if (!progress.asksForAllParts) shelf.clear();
  return true;
}

function keepSettings(link: Link, progress: Progress, document: Record<string, unknown>): void {
  progress.isRefreshing = false;
  const read = readBranchSettings(document);
  const kept =
    read.kind === "settings"
      ? link.store.transaction((tx) => applySettings(tx, read.settings))
      : { kind: "refused" as const, reason: read.reason };
  const { status } = progress;
  status.settingsVersion = link.store.read(findSettingsVersion);
  if (kept.kind === "applied") {
    status.settingsFault = null;
    progress.report = { version: status.settingsVersion, outcome: "applied" };
    link.logger.info({ version: status.settingsVersion }, "settings put in force");
    return;
  }
  refuseSettings(link, progress, { version: findVersion(document), reason: kept.reason });
}

function refuseSettings(
  { logger }: Link,
  progress: Progress,
  refused: { version: number | null; reason: string },
): void {
  const { status } = progress;
  const { version } = refused;
  const reason = refused.reason.slice(0, REASON_LENGTH_MAX);
  status.settingsFault = reason;
  progress.isRefreshing = false;
  logger.error(
    { version, reason, inForce: status.settingsVersion },
    "settings refused, the ones before stay in force: correct them at the cloud",
  );
  // Without a version nobody could say which settings were meant.
  if (version === null) return;
  progress.refusedVersion = Math.max(progress.refusedVersion, version);
  progress.report = { version, outcome: "refused", reason };
}

function findVersion(document: Record<string, unknown>): number | null {
  const { version } = document;
  return typeof version === "number" && Number.isSafeInteger(version) && version >= 1
    ? version
    : null;
}
