import {
  asksForMessage,
  findEpoch,
  findLastSeq,
  findOutboxState,
  handOverEvents,
  listUntouchedRequests,
  listWritten,
  listWrittenOf,
  type Reader,
  type Transaction,
  type WrittenEvent,
  walkUnsent,
} from "@foyer/branch-store";
import {
  BATCH_BYTES_MAX,
  type EventEnvelope,
  type OutboxState,
  OVERTAKING_TYPES,
  VACANT_RANGES_MAX,
} from "@foyer/contract";
import {
  type Backlog,
  beginBacklog,
  chooseLive,
  isGone,
  isRead,
  readInto,
  stretchBacklog,
} from "./backlog.ts";
import type { Link } from "./link.ts";

/** Room in a batch for what stands around its events. */
const BATCH_FRAME_BYTES = 512 + VACANT_RANGES_MAX * 48;
/** Of a batch, at most this part is live while a backlog waits: it goes on whatever comes. */
const LIVE_PART = 0.75;
/** Rows of the backlog that are read before each batch until all are: a few hundredths of a second. */
const ROWS_READ_AT_ONCE = 20_000;
const ROWS_READ_MEANWHILE = 5_000;

export type Batch = {
  epoch: string;
  events: string[];
  seqs: number[];
  /** Of its last event; null where it has none. */
  lastId: string | null;
  bytes: number;
  outbox: OutboxState;
  /** Codes that this batch is the first to hand over. */
  fresh: number[];
  /** Of the oldest unsent events, all up to here are in it. */
  oldestThrough: number;
  /** What waits behind this batch: once it has arrived, and where it has not. */
  arrived: Backlog | null;
  lost: Backlog | null;
};

export type Taking = {
  /** How many events the batch may hold. */
  eventsMax: number;
  /** Events up to here are passed over. */
  afterSeq: number;
  /** Of those that overtake, the ones up to here wait for their turn. */
  overtakenSeq: number;
  backlog: Backlog | null;
  /** Whether the cloud names log positions: without, what is counted has to come in its order. */
  mayOvertake: boolean;
};

/**
 * What somebody waits for, then what is live, then the oldest unsent events, as many as fit into one
 * batch; null when there are none. In it they stand in the order of their seq.
 */
export function takeBatch({ store }: Link, taking: Taking): Batch | null {
  const seen = store.read((tx) => listDue(tx, taking));
  if (seen.events.length === 0) return null;
  if (!seen.events.some(asksForCode))
    return store.read((tx) => packBatch(tx, chooseFitting(seen.events, taking.eventsMax), seen));
  // A code that somebody waits for belongs to whoever notes first that it is theirs: this agent,
  // before an octet leaves, or the portal, which then sends it by itself.
  return store.transaction((tx) => {
    const due = listDue(tx, taking);
    const events = due.events.slice(0, taking.eventsMax);
    const untouched = listUntouchedRequests(
      tx,
      events.map(({ seq }) => seq),
    );
    const chosen = chooseFitting(handOver(tx, events), events.length);
    const batch = packBatch(tx, chosen, due);
    return { ...batch, fresh: untouched.filter((seq) => batch.seqs.includes(seq)) };
  });
}

/**
 * The batch behind those that are under way, as it will be once they have arrived; null where there is
 * none. A code that somebody waits for is handed over as its batch leaves, and never ahead.
 */
export function takeNext(
  { store }: Link,
  taking: Taking,
  underWay: readonly Batch[],
): Batch | null {
  const backlog = underWay.at(-1)?.arrived ?? null;
  const afterSeq = Math.max(taking.afterSeq, ...underWay.map(({ oldestThrough }) => oldestThrough));
  return store.read((tx) => {
    const due = listDue(tx, { ...taking, afterSeq, backlog });
    const sent = new Set(underWay.flatMap(({ seqs }) => seqs));
    const events = due.events.filter(({ seq }) => !sent.has(seq));
    if (events.length === 0 || events.some(asksForCode)) return null;
    return packBatch(tx, chooseFitting(events, taking.eventsMax), due);
  });
}

/** The outbox as it stands, with no event. */
export function takeState({ store }: Link, backlog: Backlog | null): Batch {
  const nothing = { live: [], oldest: [], ahead: backlog, behind: backlog };
  return store.read((tx) => packBatch(tx, [], nothing));
}

type Live = {
  live: readonly WrittenEvent[];
  /** What is behind the batch where it holds all of the live events, and where it does not. */
  ahead: Backlog | null;
  behind: Backlog | null;
};
type Due = Live & { oldest: readonly WrittenEvent[]; events: WrittenEvent[] };

function listDue(tx: Reader, taking: Taking): Due {
  const { afterSeq, eventsMax: limit, overtakenSeq } = taking;
  const waited = listWrittenOf(tx, {
    types: OVERTAKING_TYPES,
    afterSeq: Math.max(afterSeq, overtakenSeq),
    limit,
  });
  const oldest = listWritten(tx, { afterSeq, limit });
  const due = listLive(tx, taking, oldest);
  const events = new Map([...waited, ...due.live, ...oldest].map((event) => [event.seq, event]));
  return { ...due, oldest, events: [...events.values()] };
}

const NOTHING_LIVE: Live = { live: [], ahead: null, behind: null };

/** Live is what was written after a backlog that does not fit into one batch. */
function listLive(
  tx: Reader,
  { afterSeq, eventsMax, backlog: before, mayOvertake }: Taking,
  oldest: readonly WrittenEvent[],
): Live {
  const [first] = oldest;
  if (!first || oldest.length < eventsMax) return NOTHING_LIVE;
  const lastSeq = findLastSeq(tx);
  const isOver = before === null || isGone(before, first.seq);
  const begun = isOver ? beginBacklog({ afterSeq, throughSeq: lastSeq }) : before;
  const backlog = readOn(tx, stretchBacklog(begun, lastSeq));
  // Begun though nothing may overtake yet: what is written from here on is live.
  if (!mayOvertake || !isRead(backlog)) return { live: [], ahead: backlog, behind: backlog };
  const limit = Math.max(1, Math.floor(eventsMax * LIVE_PART));
  const rows = listWritten(tx, { afterSeq: backlog.readSeq, limit });
  const last = rows.at(-1)?.seq ?? backlog.readSeq;
  const ahead = { ...backlog, readSeq: last };
  return { live: chooseLive(backlog, rows), ahead, behind: backlog };
}

/** Whether somebody waits for a code that is in no batch under way. */
export function isAwaited(
  { store }: Link,
  { afterSeq, overtakenSeq }: Pick<Taking, "afterSeq" | "overtakenSeq">,
  underWay: readonly Batch[],
): boolean {
  const sent = new Set(underWay.flatMap(({ seqs }) => seqs));
  const place = { afterSeq: Math.max(afterSeq, overtakenSeq), limit: sent.size + 1 };
  const waited = store.read((tx) => listWrittenOf(tx, { types: OVERTAKING_TYPES, ...place }));
  return waited.some(({ seq }) => !sent.has(seq));
}

/** Reads some more of a backlog: a hundredth of a second. */
export function readFurther({ store }: Link, backlog: Backlog): Backlog {
  return store.read((tx) => readOn(tx, backlog, ROWS_READ_MEANWHILE));
}

function readOn(tx: Reader, backlog: Backlog, limit: number = ROWS_READ_AT_ONCE): Backlog {
  if (isRead(backlog)) return backlog;
  const { readSeq: afterSeq, throughSeq } = backlog;
  const place = { afterSeq, throughSeq, limit };
  let rows = 0;
  const counted = function* () {
    for (const some of walkUnsent(tx, place)) {
      rows += some.events;
      yield some;
    }
  };
  const read = readInto(backlog, counted());
  // Fewer than asked for: those were the last.
  return rows < limit ? { ...read, readSeq: throughSeq } : read;
}

const asksForCode = ({ type, json }: WrittenEvent): boolean =>
  type === "code.requested" && asksForMessage(JSON.parse(json) as EventEnvelope);

function handOver(tx: Transaction, events: readonly WrittenEvent[]): WrittenEvent[] {
  return events.map((event) => {
    if (!asksForCode(event)) return event;
    const [handed] = handOverEvents(tx, [JSON.parse(event.json) as EventEnvelope]);
    return { ...event, json: JSON.stringify(handed) };
  });
}

type Sized = WrittenEvent & { bytes: number };

/** The first of the events that a batch may hold, at least one, in the order of their seq. */
function chooseFitting(events: readonly WrittenEvent[], limit: number): Sized[] {
  const chosen: Sized[] = [];
  let room = BATCH_BYTES_MAX - BATCH_FRAME_BYTES;
  for (const event of events.slice(0, limit)) {
    const bytes = Buffer.byteLength(event.json) + 1;
    if (chosen.length > 0 && bytes > room) break;
    chosen.push({ ...event, bytes });
    room -= bytes;
  }
  return chosen.sort((a, b) => a.seq - b.seq);
}

function packBatch(
  tx: Reader,
  events: readonly Sized[],
  { live, oldest, ahead, behind }: Omit<Due, "events">,
): Batch {
  const seqs = events.map(({ seq }) => seq);
  const chosen = new Set(seqs);
  const left = oldest.findIndex(({ seq }) => !chosen.has(seq));
  return {
    epoch: findEpoch(tx),
    oldestThrough: oldest[(left < 0 ? oldest.length : left) - 1]?.seq ?? 0,
    events: events.map(({ json }) => json),
    seqs,
    lastId: events.at(-1)?.id ?? null,
    bytes: events.reduce((sum, { bytes }) => sum + bytes, BATCH_FRAME_BYTES),
    outbox: findOutboxState(tx),
    fresh: [],
    arrived: live.every(({ seq }) => chosen.has(seq)) ? ahead : behind,
    lost: behind,
  };
}
