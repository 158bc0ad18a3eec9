import {
  acknowledge,
  asksForMessage,
  countUnsent,
  findEpoch,
  handOverEvents,
  listUnsent,
  listUnsentOf,
  listUntouchedRequests,
  type Reader,
  takeBackRequests,
} from "@foyer/branch-store";
import {
  BATCH_BYTES_MAX,
  BATCH_EVENTS_MAX,
  type EventEnvelope,
  OVERTAKING_TYPES,
  type PushReply,
  type SeqRange,
  toSeqRanges,
} from "@foyer/contract";
import {
  type Link,
  type LinkStatus,
  newLinkStatus,
  noteAnswer,
  noteFailureAndRest,
  tryStep,
} from "./link.ts";
import { growBatch, shrinkBatch } from "./schedule.ts";
import { waitForChange } from "./wait.ts";

/** An event that is too much even alone is passed over, and tried again after this long. */
const HELD_BACK_RETRY_MILLISECONDS = 5 * 60_000;
/** How long an idle agent goes without looking at the outbox again, whatever the store says. */
const IDLE_LOOK_MILLISECONDS = 30_000;
/** Room in a batch for what stands around its events. */
const BATCH_FRAME_BYTES = 128;

export type PushStatus = LinkStatus & {
  /** Events the cloud keeps unread, since the start: each was logged with its reason. */
  setAside: number;
  /** Events the cloud would not take even alone; still in the outbox. */
  heldBack: number;
};

export type Batch = {
  epoch: string;
  events: string[];
  seqs: number[];
  bytes: number;
  /** Codes that this batch is the first to hand over. */
  fresh: number[];
};

type Progress = {
  status: PushStatus;
  /** How many events the next batch may hold: halved by a refusal, growing with each success. */
  eventsMax: number;
  /** Events up to here are passed over. 0 unless one was held back. */
  afterSeq: number;
  /** Of those that overtake, the ones up to here wait for their turn: one was refused alone. */
  overtakenSeq: number;
  /** On performance.now(): when the outbox is begun from its start again. */
  startOverAt: number;
};

/**
 * Empties the outbox, one batch at a time, until the signal: what somebody waits for, then the oldest.
 * What was not acknowledged is sent again: the cloud knows each event by its id.
 */
export function startPush(link: Link): { done: Promise<void>; status: () => PushStatus } {
  const status: PushStatus = { ...newLinkStatus(), setAside: 0, heldBack: 0 };
  const progress: Progress = {
    status,
    eventsMax: BATCH_EVENTS_MAX,
    afterSeq: 0,
    overtakenSeq: 0,
    startOverAt: Infinity,
  };
  return { done: runPush(link, progress), status: () => ({ ...status }) };
}

async function runPush(link: Link, progress: Progress): Promise<void> {
  const { status } = progress;
  while (!link.signal.aborted)
    await tryStep(link, { direction: "push", status }, () => pushOnce(link, progress));
}

async function pushOnce(link: Link, progress: Progress): Promise<void> {
  // Read before the rows: a row written in between then counts as a change.
  const seen = link.store.changeCount();
  if (performance.now() >= progress.startOverAt) startOver(progress);
  const batch = takeBatch(link, progress);
  if (batch) await pushBatch(link, progress, batch);
  else await waitForChange({ ...link, seen, atMostMilliseconds: IDLE_LOOK_MILLISECONDS });
}

function startOver(progress: Progress): void {
  progress.afterSeq = 0;
  progress.overtakenSeq = 0;
  progress.startOverAt = Infinity;
  progress.status.heldBack = 0;
}

/**
 * What somebody waits for, and the oldest unsent events beside it, as many as fit into one batch; null
 * when there are none. In it they stand in the order of their seq.
 */
function takeBatch({ store }: Link, progress: Progress): Batch | null {
  const seen = store.read((tx) => listDue(tx, progress));
  if (seen.length === 0) return null;
  if (!seen.some(asksForMessage))
    return store.read((tx) => packBatch(findEpoch(tx), chooseFitting(seen, progress.eventsMax)));
  // A code that somebody waits for belongs to whoever notes first that it is theirs: this agent,
  // before an octet leaves, or the portal, which then sends it by itself.
  return store.transaction((tx) => {
    const due = listDue(tx, progress).slice(0, progress.eventsMax);
    const untouched = listUntouchedRequests(
      tx,
      due.map(({ seq }) => seq),
    );
    const batch = packBatch(findEpoch(tx), chooseFitting(handOverEvents(tx, due), due.length));
    return { ...batch, fresh: untouched.filter((seq) => batch.seqs.includes(seq)) };
  });
}

function listDue(tx: Reader, { afterSeq, eventsMax: limit, overtakenSeq }: Progress) {
  const overtaking = listUnsentOf(tx, {
    types: OVERTAKING_TYPES,
    afterSeq: Math.max(afterSeq, overtakenSeq),
    limit,
  });
  const ahead = new Set(overtaking.map(({ seq }) => seq));
  const oldest = listUnsent(tx, { afterSeq, limit }).filter(({ seq }) => !ahead.has(seq));
  return [...overtaking, ...oldest];
}

type Written = { seq: number; json: string; bytes: number };

/** The first of the events that a batch may hold, at least one, in the order of their seq. */
function chooseFitting(events: readonly EventEnvelope[], limit: number): Written[] {
  const chosen: Written[] = [];
  let room = BATCH_BYTES_MAX - BATCH_FRAME_BYTES;
  for (const event of events.slice(0, limit)) {
    const json = JSON.stringify(event);
    const bytes = Buffer.byteLength(json) + 1;
    if (chosen.length > 0 && bytes > room) break;
    chosen.push({ seq: event.seq, json, bytes });
    room -= bytes;
  }
  return chosen.sort((a, b) => a.seq - b.seq);
}

function packBatch(epoch: string, events: readonly Written[]): Batch {
  return {
    epoch,
    events: events.map(({ json }) => json),
    seqs: events.map(({ seq }) => seq),
    bytes: events.reduce((sum, { bytes }) => sum + bytes, BATCH_FRAME_BYTES),
    fresh: [],
  };
}

async function pushBatch(link: Link, progress: Progress, batch: Batch): Promise<void> {
  const answer = await link.cloud.pushEvents(batch);
  if (answer.kind === "failed" && answer.neverLeft && batch.fresh.length > 0)
    link.store.transaction((tx) => takeBackRequests(tx, batch.fresh));
  if (link.signal.aborted && answer.kind !== "answered") return;
  const { status } = progress;
  if (answer.kind === "answered") {
    if (settle(link, progress, { batch, reply: answer.value }) > 0) {
      progress.eventsMax = growBatch(progress.eventsMax, BATCH_EVENTS_MAX);
      noteAnswer(link, status, "push");
      return;
    }
    // Going on at once would send the same batch for ever.
    const failure = { kind: "failed", reason: "the cloud acknowledged nothing" } as const;
    return await noteFailureAndRest(link, status, { direction: "push", failure });
  }
  const isRefused = answer.kind === "too-large" || answer.kind === "refused";
  if (isRefused) sendLess(link, progress, batch);
  // A smaller batch is the remedy for a size; for anything else it takes time as well.
  if (answer.kind === "too-large" && batch.seqs.length > 1) return;
  await noteFailureAndRest(link, status, { direction: "push", failure: answer });
}

/** Halves the batch; an event that is refused alone is passed over, so that it dams nothing. */
function sendLess(link: Link, progress: Progress, batch: Batch): void {
  const half = shrinkBatch(batch.seqs.length);
  progress.eventsMax = Math.max(1, half);
  const [seq] = batch.seqs;
  if (half > 0 || seq === undefined) return;
  if (isAhead(link, progress, seq)) {
    // Passing over all below it would hold the backlog back with it: it waits for its turn instead.
    progress.overtakenSeq = seq;
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

/** Forgets what the cloud holds. Returns how many events of this batch that were. */
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
  return link.store.transaction((tx) => acknowledge(tx, { epoch: batch.epoch, ranges }));
}

/**
 * Of the acknowledged ranges, those that this batch sent. The box never forgets an event on the
 * word of an answer to another one: a cloud restored from a back-up may speak of seqs it lost.
 */
export function clipToSent(ranges: readonly SeqRange[], sent: readonly number[]): SeqRange[] {
  const isHeld = (seq: number) => ranges.some(({ from, to }) => from <= seq && seq <= to);
  return toSeqRanges(sent.filter(isHeld));
}

/** How many events wait to be sent. */
export function countBacklog(link: Link): number {
  return link.store.read(countUnsent);
}
