import {
  blockOf,
  countThinned,
  findFreePageBytes,
  findLastSeq,
  findOutboxGrowth,
  findOutboxSpan,
  measureBlock,
  noteOutboxGrowth,
  type OutboxBlock,
  type OutboxSpan,
  THINNING_STAGES,
  type ThinningStep,
  thinOutbox,
} from "@foyer/branch-store";
import type { Link } from "./link.ts";
import {
  chooseWarning,
  type Excess,
  findExcess,
  forecastFullInDays,
  type OutboxState,
  type Warning,
} from "./outbox-rules.ts";
import { rest } from "./wait.ts";

/** Between two steps of thinning or measuring, other writers and this process's own calls get on. */
const STEP_REST_MILLISECONDS = 20;
/** Blocks measured in one transaction. */
const BLOCKS_AT_ONCE = 20;
/** Blocks measured anew at each look, so that what has changed in the middle is noticed in time. */
const BLOCKS_REVISITED = 5;
/** What a warning says again while it holds. */
const WARN_AGAIN_MILLISECONDS = 86_400_000;
/** An outbox that nothing can be taken from is looked through again after this long. */
const THIN_AGAIN_MILLISECONDS = 3_600_000;
const EVENT_BYTES_GUESS = 500;

export type OutboxStatus = {
  events: number;
  bytes: number;
  bytesMax: number;
  oldestAt: Date | null;
  fullInDays: number | null;
  /** Events that were given up on purpose, ever. */
  thinned: number;
  /** Full, with nothing left in it that may be given up. */
  isStuck: boolean;
  /** On the disk of the state folder; null: it could not be asked. */
  freeBytes: number | null;
};

export type OutboxKeeper = {
  status: () => OutboxStatus;
  /** Measures, warns and thins. Throws the store's own errors. */
  look: () => Promise<void>;
};

export type OutboxKeeperOptions = Pick<Link, "store" | "logger" | "clock" | "signal" | "way"> & {
  bytesMax: number;
  /** Null, or a rejection, where the disk cannot be asked. */
  readFreeBytes: () => Promise<number | null>;
  /** Seqs that were sent and whose answer has not been heard. */
  listUnderWay: () => ReadonlySet<number>;
};

type Memory = {
  blocks: Map<number, OutboxBlock>;
  lastSeq: number | null;
  revisited: number;
  status: OutboxStatus;
  warning: Warning;
  warnedAt: number;
  /** On performance.now(): before that, nothing is looked for to give up. */
  stuckUntil: number;
};

/**
 * Keeps the outbox within its bound. The agent alone does so, in short transactions with a rest
 * between: portal and radius go on writing meanwhile, and never fail because the bound is reached.
 */
export function createOutboxKeeper(options: OutboxKeeperOptions): OutboxKeeper {
  const memory: Memory = {
    ...{ blocks: new Map(), lastSeq: null, revisited: 0 },
    ...{ warning: "none", warnedAt: 0, stuckUntil: 0 },
    status: {
      ...{ events: 0, bytes: 0, bytesMax: options.bytesMax, oldestAt: null, fullInDays: null },
      ...{ thinned: 0, isStuck: false, freeBytes: null },
    },
  };
  return {
    status: () => memory.status,
    look: async () => {
      await measure(options, memory);
      await thin(options, memory);
      warn(options, memory);
    },
  };
}

async function measure(options: OutboxKeeperOptions, memory: Memory): Promise<void> {
  const { store, signal, way } = options;
  const span = store.read(findOutboxSpan);
  for (const block of listDueBlocks(memory, span)) {
    await way.waitForWay();
    const many = block.map((each) => [each, store.read((tx) => measureBlock(tx, each))] as const);
    for (const [each, found] of many) memory.blocks.set(each, found);
    await rest(STEP_REST_MILLISECONDS, signal);
    if (signal.aborted) return;
  }
  noteGrowth(options, memory);
  await sumUp(options, memory, span);
}

/** Which blocks are to be measured now, some at once; what was acknowledged is forgotten. */
function listDueBlocks(memory: Memory, span: OutboxSpan | null): number[][] {
  const { blocks } = memory;
  if (!span) {
    blocks.clear();
    return [];
  }
  const [first, last] = [blockOf(span.firstSeq), blockOf(span.lastSeq)];
  for (const block of blocks.keys()) if (block < first) blocks.delete(block);
  const newest = Math.max(first, ...blocks.keys());
  const due = new Set([first]);
  for (let block = newest; block <= last; block += 1) due.add(block);
  for (let count = 0; count < BLOCKS_REVISITED; count += 1) {
    memory.revisited =
      memory.revisited < first || memory.revisited >= last ? first : memory.revisited + 1;
    due.add(memory.revisited);
  }
  const list = [...due];
  return Array.from({ length: Math.ceil(list.length / BLOCKS_AT_ONCE) }, (_, at) =>
    list.slice(at * BLOCKS_AT_ONCE, (at + 1) * BLOCKS_AT_ONCE),
  );
}

/** Seqs have no gaps: how far they have moved tells how much was written, sent or not. */
function noteGrowth({ store }: OutboxKeeperOptions, memory: Memory): void {
  const lastSeq = store.read(findLastSeq);
  const written = memory.lastSeq === null ? 0 : lastSeq - memory.lastSeq;
  memory.lastSeq = lastSeq;
  const { events, bytes } = sumBlocks(memory);
  const eventBytes = events > 0 ? bytes / events : EVENT_BYTES_GUESS;
  if (written > 0) store.transaction((tx) => noteOutboxGrowth(tx, written * eventBytes));
}

function sumBlocks({ blocks }: Memory): OutboxBlock {
  const sum = { events: 0, bytes: 0 };
  for (const { events, bytes } of blocks.values()) {
    sum.events += events;
    sum.bytes += bytes;
  }
  return sum;
}

async function sumUp(
  options: OutboxKeeperOptions,
  memory: Memory,
  span: OutboxSpan | null,
): Promise<void> {
  const { store, clock, bytesMax } = options;
  const freeBytes = await options.readFreeBytes().catch(() => null);
  const { events, bytes } = sumBlocks(memory);
  const inFile = freeBytes === null ? null : freeBytes + store.read(findFreePageBytes);
  const state: OutboxState = { bytes, bytesMax, freeBytes: inFile };
  const oldestAt = span?.oldestAt ?? null;
  const oldestAgeMilliseconds = oldestAt && clock().getTime() - oldestAt.getTime();
  const growth = store.read(findOutboxGrowth);
  memory.status = {
    ...{ events, bytes, bytesMax, oldestAt, freeBytes },
    fullInDays: forecastFullInDays(state, { growth, oldestAgeMilliseconds }),
    thinned: store.read(countThinned),
    isStuck: memory.status.isStuck,
  };
}

async function thin(options: OutboxKeeperOptions, memory: Memory): Promise<void> {
  const { store, logger } = options;
  const findNow = (isThinning: boolean): Excess | null => {
    const { bytes, bytesMax, freeBytes } = memory.status;
    const inFile = freeBytes === null ? null : freeBytes + store.read(findFreePageBytes);
    return findExcess({ bytes, bytesMax, freeBytes: inFile }, { isThinning });
  };
  // Begun at the bound, it goes on until there is some room again.
  const excess = findNow(false) && findNow(true);
  if (!excess) {
    memory.status.isStuck = false;
    return;
  }
  if (performance.now() < memory.stuckUntil) return;
  const before = memory.status;
  const events = await giveUp(options, excess);
  if (options.signal.aborted) return;
  memory.blocks.clear();
  await measure(options, memory);
  const isStuck = findNow(false) !== null;
  memory.status.isStuck = isStuck;
  memory.stuckUntil = isStuck ? performance.now() + THIN_AGAIN_MILLISECONDS : 0;
  const bytes = { before: before.bytes, now: memory.status.bytes, max: before.bytesMax };
  const told = { events, bytes, reason: excess.reason };
  if (events > 0) logger.warn(told, "events were given up: the cloud is told which");
  if (isStuck) logger.error(told, STUCK);
}

const STUCK =
  "what is left to send is more than there is room for, and none of it may be given up: mend the way to the cloud, or give the box a larger disk";

/** Stage after stage until enough is gone, or all that may go. Returns how many events went. */
async function giveUp(options: OutboxKeeperOptions, excess: Excess): Promise<number> {
  const { store, signal } = options;
  const { reason } = excess;
  const freeBefore = store.read(findFreePageBytes);
  const gone = { events: 0, bytes: 0 };
  // A full disk is helped only by whole pages that are free again.
  const isEnough = () =>
    reason === "outbox-full"
      ? gone.bytes >= excess.bytes
      : store.read(findFreePageBytes) - freeBefore >= excess.bytes;
  for (const stage of THINNING_STAGES) {
    let nextSeq: number | null = 0;
    while (nextSeq !== null && !isEnough() && !signal.aborted) {
      const place = { stage, afterSeq: nextSeq, underWay: options.listUnderWay() };
      const step: ThinningStep = { ...place, reason };
      const thinned = store.transaction((tx) => thinOutbox(tx, step));
      gone.events += thinned.events;
      gone.bytes += thinned.bytes;
      nextSeq = thinned.nextSeq;
      await rest(STEP_REST_MILLISECONDS, signal);
    }
  }
  return gone.events;
}

function warn({ logger }: OutboxKeeperOptions, memory: Memory): void {
  const { fullInDays, bytes, bytesMax } = memory.status;
  const warning = chooseWarning(fullInDays);
  const isNews = warning !== memory.warning;
  const isDue = performance.now() - memory.warnedAt > WARN_AGAIN_MILLISECONDS;
  memory.warning = warning;
  if (warning === "none" || !(isNews || isDue)) return;
  memory.warnedAt = performance.now();
  const days = fullInDays === null ? null : Math.round(fullInDays * 10) / 10;
  const told = { days, bytes, bytesMax };
  if (warning === "soon")
    logger.warn(told, "the outbox is full in about so many days at this pace");
  else if (warning === "within-a-day") logger.error(told, "the outbox is full within a day");
  else logger.error(told, "the outbox is full: the least of it is given up, visits never");
}
