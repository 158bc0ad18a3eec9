import {
  acknowledge,
  beginEpoch,
  forgetVacant,
  listUnsent,
  takeBackRequests,
} from "@foyer/branch-store";
import {
  BATCH_EVENTS_MAX,
  BATCH_EVENTS_UNTOLD,
  type PushReply,
  type PushTerms,
} from "@foyer/contract";
import { type Backlog, isRead, readInto } from "./backlog.ts";
import { clipToSent, countSeqs, isWhole } from "./clip-to-sent.ts";
import {
  type Failure,
  type Link,
  type LinkStatus,
  newLinkStatus,
  noteAnswer,
  noteFailureAndRest,
  tryStep,
} from "./link.ts";
import { readMeanwhile, readWhile } from "./read-ahead.ts";
import { growBatch, shrinkBatch } from "./schedule.ts";
import {
  type Ahead,
  chooseAloneUntil,
  letLeave,
  mayFollow,
  type Next,
  packNext,
  type Sent,
  sendBatch,
  sendNext,
} from "./send-ahead.ts";
import { type Batch, takeBatch, takeState } from "./take-batch.ts";
import { waitForChange } from "./wait.ts";

/** An event that is too much even alone is passed over, and tried again after this long. */
const HELD_BACK_RETRY_MILLISECONDS = 5 * 60_000;
/** How long an idle agent goes without looking at the outbox again, whatever the store says. */
const IDLE_LOOK_MILLISECONDS = 30_000;
/** How long the outbox has been empty when the cloud is told so. */
const DRAINED_MILLISECONDS = 5_000;

export type PushStatus = LinkStatus & {
  /** Events the cloud keeps unread, since the start: each was logged with its reason. */
  setAside: number;
  /** Events the cloud would not take even alone; still in the outbox. */
  heldBack: number;
  /** Another store speaks under this box's name, as far as the cloud's last answer goes. */
  hasTwin: boolean;
};

type Progress = {
  status: PushStatus;
  /** What the cloud takes; null until it has told, and after it has refused what it told. */
  terms: PushTerms | null;
  /** How many events the next batch may hold: halved by a refusal, growing with each success. */
  eventsMax: number;
  /** Events up to here are passed over. 0 unless one was held back. */
  afterSeq: number;
  /** Of those that overtake, the ones up to here wait for their turn: one was refused alone. */
  overtakenSeq: number;
  backlog: Backlog | null;
  /** On performance.now(): when the outbox is begun from its start again. */
  startOverAt: number;
  /** Through which seq the cloud has been told that nothing waits. */
  drainedTold: number;
  /** On performance.now(): since when there has been nothing to send; null: there is. */
  idleSince: number | null;
  /** The epoch ended with the last answer: with the next one as well, something is wrong. */
  hasJustBegun: boolean;
  /** On performance.now(): until when one batch goes at a time. */
  aloneUntil: number;
  /** Whose answer is waited for, and what has left behind it, in their order. */
  waited: Sent | null;
  sent: Sent[];
  /** Lets go of the way that is held while there are such; null: it is not held. */
  letGo: (() => void) | null;
};

/**
 * Empties the outbox, batch by batch, until the signal: what somebody waits for, then what is
 * live, then the oldest. What was not acknowledged is sent again: the cloud knows each event by its id.
 */
export function startPush(link: Link): {
  done: Promise<void>;
  status: () => PushStatus;
  /** Seqs that were sent and whose answer has not been heard. */
  listUnderWay: () => ReadonlySet<number>;
} {
  const status = { ...newLinkStatus(), setAside: 0, heldBack: 0, hasTwin: false };
  const progress: Progress = {
    ...{ status, terms: null, eventsMax: BATCH_EVENTS_UNTOLD, backlog: null },
    ...{ afterSeq: 0, overtakenSeq: 0, startOverAt: Infinity },
    ...{ drainedTold: 0, idleSince: null, hasJustBegun: false },
    ...{ aloneUntil: 0, waited: null, sent: [], letGo: null },
  };
  const listUnderWay = () => {
    const { waited, sent } = progress;
    return new Set([waited, ...sent].flatMap((each) => each?.batch.seqs ?? []));
  };
  return { done: runPush(link, progress), status: () => ({ ...status }), listUnderWay };
}

async function runPush(link: Link, progress: Progress): Promise<void> {
  const { status } = progress;
  try {
    while (!link.signal.aborted) {
      await tryStep(link, { direction: "push", status }, () => pushOnce(link, progress));
      progress.waited = null;
    }
  } finally {
    progress.letGo?.();
  }
}

async function pushOnce(link: Link, progress: Progress): Promise<void> {
  const sent = progress.sent.shift();
  if (sent) return await concludePush(link, progress, sent);
  // Read before the rows: a row written in between then counts as a change.
  const seen = link.store.changeCount();
  if (performance.now() >= progress.startOverAt) startOver(progress);
  const mayOvertake = progress.terms !== null;
  const batch = takeBatch(link, { ...progress, mayOvertake });
  if (batch) {
    progress.idleSince = null;
    return await pushBatch(link, progress, batch);
  }
  const idleSince = progress.idleSince ?? performance.now();
  progress.idleSince = idleSince;
  const state = takeState(link, progress.backlog);
  const isTold = progress.terms === null || !hasNews(progress, state);
  const left = isTold
    ? IDLE_LOOK_MILLISECONDS
    : idleSince + DRAINED_MILLISECONDS - performance.now();
  if (left <= 0) return await pushBatch(link, progress, state);
  await waitForChange({ ...link, seen, atMostMilliseconds: left });
}

/** Whether the outbox says something that the cloud does not know. */
function hasNews({ drainedTold }: Progress, { outbox }: Batch): boolean {
  return outbox.drainedThrough > drainedTold || outbox.vacant !== undefined;
}

function startOver(progress: Progress): void {
  progress.afterSeq = 0;
  progress.overtakenSeq = 0;
  progress.startOverAt = Infinity;
  progress.status.heldBack = 0;
}

function pushBatch(link: Link, progress: Progress, batch: Batch): Promise<void> {
  return concludePush(link, progress, sendBatch(link, progress.terms, batch));
}

/** Waits for the answer to a batch, while those behind it are packed and sent, and does as it says. */
async function concludePush(link: Link, progress: Progress, sent: Sent): Promise<void> {
  progress.waited = sent;
  progress.backlog = sent.batch.lost;
  const { batch, next } = await packAndRead(link, progress, sent);
  const answer = await sent.answer;
  if (answer.kind === "failed" && answer.neverLeft && batch.fresh.length > 0)
    link.store.transaction((tx) => takeBackRequests(tx, batch.fresh));
  if (link.signal.aborted && answer.kind !== "answered") return;
  const { status } = progress;
  if (answer.kind === "answered") {
    // It leaves before this one is forgotten here: what is sent twice the cloud knows.
    const arrived = await sendBehind(link, progress, { sent, next, reply: answer.value });
    if (takeAnswer(link, progress, { sent: { ...sent, batch }, reply: answer.value })) {
      // What was read of the backlog meanwhile is not read again, whether it was sent or is packed anew.
      if (arrived) progress.backlog = arrived.batch.lost;
      noteAnswer(link, status, "push");
      return;
    }
    // Going on at once would send the same batch for ever.
    const failure = { kind: "failed", reason: "the cloud acknowledged nothing" } as const;
    return await noteFailureAndRest(link, status, { direction: "push", failure });
  }
  await hearFollowers(link, progress);
  const isRefused = answer.kind === "too-large" || answer.kind === "refused";
  if (isRefused) sendLess(link, progress, batch);
  // A smaller batch is the remedy for a size; for anything else it takes time as well.
  if (answer.kind === "too-large" && batch.seqs.length > 1) return;
  await restReading(link, progress, answer);
}

/** What is packed leaves once the batch before has arrived whole; null where that did not, or nothing is. */
async function sendBehind(
  link: Link,
  progress: Progress,
  { sent, next, reply }: { sent: Sent; next: Next | null; reply: PushReply },
): Promise<Next | null> {
  if (!isWhole(sent.batch.seqs, reply)) {
    await hearFollowers(link, progress);
    return null;
  }
  const before = progress.sent.at(-1);
  // One that follows none waits until nothing is under way.
  const mayLeave = next !== null && (before === undefined || Boolean(next.push.follows));
  const left = mayLeave && sendNext(link, next, before ?? sent);
  if (left) {
    progress.sent.push(left);
    await letLeave();
  }
  return next;
}

/**
 * The answers to what has left behind a batch that has not arrived: the cloud took it where the answer to
 * that batch alone was lost, and it is not sent again.
 */
async function hearFollowers(link: Link, progress: Progress): Promise<void> {
  for (let [sent] = progress.sent; sent; [sent] = progress.sent) {
    const [heard, { batch }] = [await sent.answer, sent];
    if (heard.kind === "answered") settle(link, progress, { batch, reply: heard.value });
    progress.sent.shift();
  }
  keepWay(link, progress);
}

/**
 * Holds the way while batches leave behind each other: what waits is on the box no longer than it would
 * take to seal it, and each commit would have the next batch packed anew.
 */
function keepWay({ way }: Link, progress: Progress): void {
  const isAhead = progress.sent.length > 0;
  if (isAhead && !progress.letGo) {
    const { promise, resolve } = Promise.withResolvers<void>();
    progress.letGo = resolve;
    void way.hold(() => promise);
  }
  if (isAhead || !progress.letGo) return;
  progress.letGo();
  progress.letGo = null;
}

/**
 * Packs what is behind the batches under way, sends as many of it as the cloud takes, and reads what waits
 * behind all of them: what was read counts, whether they arrive or not.
 */
async function packAndRead(
  link: Link,
  progress: Progress,
  first: Sent,
): Promise<{ batch: Batch; next: Next | null }> {
  const { batch, answer } = first;
  const seen = link.store.changeCount();
  const next = sendFollowers(link, progress, first);
  keepWay(link, progress);
  if (!next && progress.sent.length > 0) return { batch, next };
  const behind = next?.batch ?? batch;
  const sent = [batch, ...progress.sent.map((each) => each.batch), ...(next ? [next.batch] : [])];
  const read = await readMeanwhile(link, behind, { answer, seen, place: progress, sent });
  if (batch.lost === null || !isRead(batch.lost)) progress.backlog = read.lost;
  return next ? { batch, next: { ...next, batch: read } } : { batch: read, next };
}

/** Sends behind the batches under way what the cloud takes, and gives what was packed behind all of it. */
function sendFollowers(link: Link, progress: Progress, first: Sent): Next | null {
  const eventsMax = growBatch(progress.eventsMax, boundOf(progress.terms));
  const ahead: Ahead = { ...progress, eventsMax };
  for (;;) {
    const sent = [first, ...progress.sent];
    const underWay = sent.map(({ batch }) => batch);
    const next = packNext(link, ahead, underWay);
    if (!next || !mayFollow(ahead, next, underWay)) return next;
    const left = sendNext(link, next, sent.at(-1) ?? first);
    if (!left) return next;
    progress.sent.push(left);
  }
}

/** While there is no way to the cloud, what waits is read: the first live event behind it overtakes then. */
async function restReading(link: Link, progress: Progress, failure: Failure): Promise<void> {
  let isRested = false;
  const rested = noteFailureAndRest(link, progress.status, { direction: "push", failure });
  const note = () => {
    isRested = true;
  };
  rested.then(note, note);
  if (progress.backlog) progress.backlog = await readWhile(link, progress.backlog, () => !isRested);
  await rested;
}

/** True where the answer lets the agent go on at once. */
function takeAnswer(
  link: Link,
  progress: Progress,
  { sent, reply }: { sent: Sent; reply: PushReply },
): boolean {
  const { batch } = sent;
  const held = settle(link, progress, { batch, reply });
  noteTwin(link, progress, reply.hasTwin === true);
  progress.terms = reply.terms ?? null;
  if (reply.epochEnded) return endEpoch(link, progress, { batch, ended: reply.epochEnded });
  progress.hasJustBegun = false;
  progress.aloneUntil = chooseAloneUntil(progress, sent, reply);
  if (reply.outOfTurn && sent.follows !== null) return true;
  if (batch.seqs.length > 0 && held === 0) return false;
  // What was left of it is looked at again.
  if (held === batch.seqs.length) progress.backlog = batch.arrived;
  if (progress.terms) progress.drainedTold = batch.outbox.drainedThrough;
  progress.eventsMax = growBatch(progress.eventsMax, boundOf(progress.terms));
  return true;
}

function boundOf(terms: PushTerms | null): number {
  return Math.min(BATCH_EVENTS_MAX, terms?.eventsMax ?? BATCH_EVENTS_UNTOLD);
}

/** This store is an older copy of itself, or has a twin: it goes on under an epoch of its own. */
function endEpoch(
  link: Link,
  progress: Progress,
  { batch, ended }: { batch: Batch; ended: NonNullable<PushReply["epochEnded"]> },
): boolean {
  const isAgain = progress.hasJustBegun;
  progress.hasJustBegun = true;
  progress.drainedTold = 0;
  link.store.transaction((tx) => beginEpoch(tx, batch.epoch));
  const fields = { epoch: batch.epoch, ...ended, writtenThrough: batch.outbox.writtenThrough };
  link.logger.warn(
    fields,
    "the cloud knows later events of this store: it was restored from a copy, or there are two of it; what waits goes up in a new epoch",
  );
  return !isAgain;
}

function noteTwin(link: Link, { status }: Progress, hasTwin: boolean): void {
  if (hasTwin && !status.hasTwin)
    link.logger.error(
      {},
      "another store speaks to the cloud under this box's name: give each box an enrolment of its own",
    );
  status.hasTwin = hasTwin;
}

/** Halves the batch; an event that is refused alone is passed over, so that it dams nothing. */
function sendLess(link: Link, progress: Progress, batch: Batch): void {
  const half = shrinkBatch(batch.seqs.length);
  progress.eventsMax = Math.max(1, half);
  // A cloud of an older release may be back, which takes less than the one before it told.
  progress.terms = null;
  const [seq] = batch.seqs;
  const [json] = batch.events;
  if (half > 0 || seq === undefined || json === undefined) return;
  if (isAhead(link, progress, seq)) {
    // Passing over all below it would hold the backlog back with it: it waits for its turn instead.
    progress.overtakenSeq = seq;
    if (progress.backlog) progress.backlog = readInto(progress.backlog, [{ seq, payload: json }]);
    return;
  }
  progress.afterSeq = seq;
  progress.startOverAt = Math.min(
    progress.startOverAt,
    performance.now() + HELD_BACK_RETRY_MILLISECONDS,
  );
  progress.status.heldBack += 1;
  link.logger.error(
    { epoch: batch.epoch, seq, bytes: batch.bytes },
    "the cloud refuses this event even alone: it stays on the box and is tried again later",
  );
}

/** Whether older events than this one have not been sent. */
function isAhead(link: Link, { afterSeq }: Progress, seq: number): boolean {
  const [oldest] = link.store.read((tx) => listUnsent(tx, { afterSeq, limit: 1 }));
  return oldest !== undefined && oldest.seq < seq;
}

/**
 * Forgets what the cloud holds. Returns how many events of this batch that are, be they here still: one may
 * have been given up, or its guest forgotten, while it was on its way.
 */
function settle(
  link: Link,
  progress: Progress,
  { batch, reply }: { batch: Batch; reply: PushReply },
): number {
  const setAside = reply.setAside.filter(({ seq }) => batch.seqs.includes(seq));
  for (const { seq, reason } of setAside) {
    progress.status.setAside += 1;
    link.logger.warn({ epoch: batch.epoch, seq, reason }, "the cloud set an event aside unread");
  }
  const held = [...reply.acknowledged, ...setAside.map(({ seq }) => ({ from: seq, to: seq }))];
  const ranges = clipToSent(held, batch.seqs);
  // A cloud that tells its terms has read what was said of the outbox, unless it takes nothing of the push.
  const isTold = reply.terms !== undefined && !reply.epochEnded && !reply.outOfTurn;
  const vacant = isTold ? (batch.outbox.vacant ?? []) : [];
  if (ranges.length > 0 || vacant.length > 0)
    link.store.transaction((tx) => {
      forgetVacant(tx, vacant);
      acknowledge(tx, { epoch: batch.epoch, ranges });
    });
  return countSeqs(ranges);
}
