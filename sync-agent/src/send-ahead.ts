import { setImmediate as turn } from "node:timers/promises";
import {
  PUSHES_UNDER_WAY_MAX,
  type PushEncoding,
  type PushReply,
  type PushTerms,
} from "@foyer/contract";
import { isRead } from "./backlog.ts";
import { type PushBatch, packEvents } from "./cloud.ts";
import type { CloudAnswer } from "./cloud-answer.ts";
import type { Link } from "./link.ts";
import { type Batch, type Taking, takeNext } from "./take-batch.ts";

/** Of the event loop, until a call that was made is on its way. */
const TURNS_TO_LEAVE = 4;
/** An answer that takes longer is that of a slow uplink, where two batches would share the line. */
const BRISK_MILLISECONDS = 1_000;
/** How long one batch goes at a time after such an answer, and after a batch that came out of turn. */
const ALONE_MILLISECONDS = 10_000;

/** A batch that has left. */
export type Sent = {
  batch: Batch;
  /** The last event of the batch it was sent behind; null: it stands for itself. */
  follows: string | null;
  packed: Promise<Buffer>;
  answer: Promise<CloudAnswer<PushReply>>;
  /** How long the answer took, once it is here. */
  tookMilliseconds: () => number;
};

type Packed = PushBatch & { packed: Promise<Buffer> };

/** A batch that is packed; `seen` is the store's change count from before. */
export type Next = { batch: Batch; push: Packed; seen: number };

export type Ahead = Pick<Taking, "afterSeq" | "overtakenSeq"> & {
  /** What the cloud takes; null: it has not told. */
  terms: PushTerms | null;
  /** How many events the batch may hold. */
  eventsMax: number;
  /** On performance.now(): until when one batch goes at a time. */
  aloneUntil: number;
};

export function sendBatch(link: Link, terms: PushTerms | null, batch: Batch): Sent {
  const push = { ...batch, encoding: chooseEncoding(terms) };
  return leave(link, batch, { ...push, packed: packEvents(push) });
}

function leave(link: Link, batch: Batch, push: Packed): Sent {
  const leftAt = performance.now();
  let answeredAt = leftAt;
  const answer = link.cloud.pushEvents(push).finally(() => {
    answeredAt = performance.now();
  });
  // Heard in its turn.
  answer.catch(() => {});
  return {
    ...{ batch, follows: push.follows ?? null, packed: push.packed, answer },
    tookMilliseconds: () => answeredAt - leftAt,
  };
}

/**
 * Until when one batch goes at a time, on performance.now(): what is asked for meanwhile, such as a code,
 * waits for all that has left before.
 */
export function chooseAloneUntil(
  { aloneUntil }: Pick<Ahead, "aloneUntil">,
  { follows, tookMilliseconds }: Sent,
  { outOfTurn }: PushReply,
): number {
  // One that followed has waited for the one before as well.
  const bound = follows === null ? BRISK_MILLISECONDS : 2 * BRISK_MILLISECONDS;
  const isAlone = outOfTurn || tookMilliseconds() > bound;
  return isAlone ? performance.now() + ALONE_MILLISECONDS : aloneUntil;
}

function chooseEncoding(terms: PushTerms | null): PushEncoding {
  return terms?.encodings.includes("zstd") ? "zstd" : "gzip";
}

/**
 * The batch behind those that are under way, ready to leave; null where no backlog waits, or the cloud has
 * not told what it takes.
 */
export function packNext(link: Link, ahead: Ahead, underWay: readonly Batch[]): Next | null {
  const { terms } = ahead;
  const last = underWay.at(-1);
  if (!terms || !last || last.lost === null) return null;
  const seen = link.store.changeCount();
  const batch = takeNext(link, { ...ahead, backlog: null, mayOvertake: true }, underWay);
  if (!batch) return null;
  const follows = countUnderWayMax(ahead) > 1 ? last.lastId : null;
  const push = { ...batch, follows, encoding: chooseEncoding(terms) };
  const packed = packEvents(push);
  // Heard where it is sent, if it is.
  packed.catch(() => {});
  return { batch, push: { ...push, packed }, seen };
}

/** How many batches may be under way now. */
function countUnderWayMax({ terms, aloneUntil }: Ahead): number {
  if (performance.now() < aloneUntil) return 1;
  return Math.min(PUSHES_UNDER_WAY_MAX, terms?.underWay ?? 1);
}

/**
 * Whether a batch may leave though the last one has no answer yet: it says which one it follows, and the
 * cloud takes it behind that alone. Not before it is read whom the backlog is about, for the answer is
 * what the reading waits for.
 */
export function mayFollow(ahead: Ahead, { push }: Next, underWay: readonly Batch[]): boolean {
  const isKnown = underWay.every(({ lost }) => lost !== null && isRead(lost));
  return isKnown && Boolean(push.follows) && underWay.length < countUnderWayMax(ahead);
}

/**
 * Sends what was packed, behind what is under way. Null where anybody has written to the store since: a
 * guest may have been forgotten, an event given up, the time put right, or a code asked for that goes first.
 */
export function sendNext(link: Link, { batch, push, seen }: Next, before: Sent): Sent | null {
  if (link.signal.aborted || link.store.changeCount() !== seen) return null;
  // Two are packed at a time, and the one before has to be on its way first.
  const packed = Promise.all([push.packed, before.packed]).then(([own]) => own);
  return leave(link, batch, { ...push, packed });
}

/** undici takes a connection again a turn of the event loop after its answer; the store would hold it up. */
export async function letLeave(): Promise<void> {
  for (let turns = 0; turns < TURNS_TO_LEAVE; turns += 1) await turn();
}
