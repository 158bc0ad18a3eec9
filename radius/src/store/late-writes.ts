import type { Logger } from "../log.ts";
import { type InputOf, isWorthRetrying } from "./calls.ts";
import type { StoreThread } from "./thread.ts";
import type { Writes } from "./writes.ts";

/** Works that nobody waits for: see writes.ts. */
type LateName =
  | "keepTicketUse"
  | "meetDevice"
  | "admitDevice"
  | "admitByAccessCode"
  | "admitMember";

/** What follows from a decision that was answered already. */
export type LateWrite = {
  [N in LateName]: { name: N; input: InputOf<Writes, N> };
}[LateName];

/** The same at the moment of its decision, in milliseconds. */
export type TimedWrite = LateWrite & { at: number };

export type LateWrites = {
  /** False: too many wait, and this one is not taken. `onKept` hears when it is on the disk. */
  add: (write: LateWrite, onKept?: () => void) => boolean;
  /** Takes what may as well be forgotten, and forgets it while many wait. */
  addIfRoom: (write: LateWrite) => void;
  /** Asks for what waits now: what is asked of the writer next is to see it. */
  hurry: () => void;
  /** How many are not on the disk yet. */
  count: () => number;
  /** Whether one of them may make this device another's. */
  mayTouch: (mac: string) => boolean;
  /** Resolves when nothing waits, or when what waits is given up and told of. */
  settle: () => Promise<void>;
};

export type LateWritesOptions = {
  writer: Pick<StoreThread<Writes>, "ask">;
  clock: () => Date;
  log: Logger;
  /** After which a stop waits no longer; longer than SQLite waits for a lock, unless said. */
  settleMilliseconds?: number;
};

/** A shop has a few a minute: this is hours of a disk that does not answer. */
const WAITING_MAX = 8192;
/** What may as well be forgotten leaves the rest of the room to guests. */
const FORGETTABLE_MAX = WAITING_MAX / 4;
const TOGETHER_MAX = 256;
/** What follows within so long of one another shares a commit: most of a small one is its own cost. */
const GATHERED_MILLISECONDS = 5;
/** While more wait, the disk is slow, and none of them is looked for. */
const LOOKED_THROUGH_MAX = 64;
const RETRY_MILLISECONDS = 1000;
const SETTLE_MILLISECONDS = 7000;
const LOST = "the store fails: what followed from log-ins is lost";

/**
 * Keeps what follows from decisions in the order they were made: a device that has passed to another
 * guest must not go back by a write that was tried again. While the store fails they all wait.
 */
export function createLateWrites(options: LateWritesOptions): LateWrites {
  const { writer, clock, log } = options;
  const waiting: { write: TimedWrite; onKept: (() => void) | undefined }[] = [];
  let gathering: NodeJS.Timeout | null = null;
  let pumping: Promise<void> | null = null;
  let isHurried = false;
  let isGivenUp = false;

  /** How many of the first writes are done with: kept, or never to be kept. 0: try again later. */
  const keep = async (count: number): Promise<number> => {
    const together = waiting.slice(0, count);
    try {
      const asked = writer.ask("keepAll", { writes: together.map(({ write }) => write) });
      if (asked === null) return 0;
      await asked;
      for (const { onKept } of together) onKept?.();
      return count;
    } catch (error) {
      if (isWorthRetrying(error)) return 0;
      // One write's fault must not cost the others theirs.
      if (count > 1) return keep(1);
      const write = together[0]?.write.name;
      log.error({ err: error, write }, "what followed from a decision could not be kept");
      return 1;
    }
  };
  const pump = async (): Promise<void> => {
    const done = await keep(Math.min(waiting.length, TOGETHER_MAX));
    waiting.splice(0, done);
    if (done === 0) await pause(RETRY_MILLISECONDS);
    pumping = null;
    if (waiting.length > 0 && !isGivenUp) goOn();
  };
  const begin = () => {
    clearTimeout(gathering ?? undefined);
    gathering = null;
    isHurried = false;
    pumping = pump();
  };
  const goOn = () => {
    if (isHurried || waiting.length >= TOGETHER_MAX) begin();
    else gathering ??= setTimeout(begin, GATHERED_MILLISECONDS).unref();
  };
  const hurry = () => {
    if (gathering) begin();
    else isHurried = pumping !== null;
  };
  const take = (write: LateWrite, onKept?: () => void) => {
    waiting.push({ write: { ...write, at: clock().getTime() }, onKept });
    if (!pumping) goOn();
  };
  const drain = async () => {
    for (; waiting.length > 0 && !isGivenUp; await pumping) hurry();
  };
  return {
    add: (write, onKept) => {
      if (waiting.length >= WAITING_MAX) return false;
      take(write, onKept);
      return true;
    },
    addIfRoom: (write) => {
      if (waiting.length < FORGETTABLE_MAX) take(write);
    },
    hurry,
    count: () => waiting.length,
    mayTouch: (mac) =>
      waiting.length > LOOKED_THROUGH_MAX || waiting.some(({ write }) => isAbout(write, mac)),
    settle: async () => {
      await Promise.race([drain(), pause(options.settleMilliseconds ?? SETTLE_MILLISECONDS)]);
      isGivenUp = true;
      if (waiting.length > 0) log.error({ writes: waiting.length }, LOST);
    },
  };
}

/** A ticket's use names its device by the ticket: it may be about any. */
const isAbout = ({ input }: LateWrite, mac: string) => !("mac" in input) || input.mac === mac;

const pause = (milliseconds: number) =>
  new Promise<void>((resolve) => setTimeout(resolve, milliseconds).unref());
