import {
  BATCH_EVENTS_MAX,
  type EpochEnded,
  type EventEnvelope,
  type OutboxState,
  PUSH_ENCODINGS,
  PUSHES_UNDER_WAY_MAX,
  type PushReply,
  type PushTerms,
  toAcknowledgedRanges,
  toSeqRanges,
} from "@foyer/contract";
import { newId } from "../../platform/clock.ts";
import type { Database, Placing, TenantTransaction } from "../../platform/db.ts";
import {
  type NewEvent,
  toNewEvent,
  type WrittenEvents,
  writeEvents,
} from "../../platform/events.ts";
import { sqlStateOf } from "../../platform/roles.ts";
import { listTakenSeqs } from "./epoch-queries.ts";
import { accountFor, meetEpoch } from "./epochs.ts";
import {
  type BoxLife,
  claimNewSeqs,
  claimSeqs,
  insertSetAside,
  listHeldEvents,
} from "./queries.ts";
import { type Caller, type SetAside, type SortedPush, setAside, sortPush } from "./rules.ts";

type Kept = {
  held: { id: string; seq: number; position: number | null }[];
  setAside: SetAside[];
  ended: EpochEnded | null;
  hasTwin: boolean;
  /** Nothing was looked at: the push before it is not here. */
  outOfTurn: boolean;
};

const NOTHING_KEPT: Kept = {
  ...{ held: [], setAside: [], ended: null },
  ...{ hasTwin: false, outOfTurn: false },
};

/** Fewer are not worth a second try where they are not all new. */
const AS_NEW_EVENTS_MIN = 100;
const UNIQUE_VIOLATION = "23505";

/** PostgreSQL's errors that are the row's own fault: its values, its keys, its size. */
const ROW_FAULTS = new Set(["22", "23", "54"]);

const TERMS: PushTerms = {
  eventsMax: BATCH_EVENTS_MAX,
  encodings: [...PUSH_ENCODINGS],
  underWay: PUSHES_UNDER_WAY_MAX,
};

export type Push = {
  epoch: string;
  events: readonly unknown[];
  outbox?: OutboxState;
  /** The id of an event that has to be held before any of these is. */
  follows?: string;
};

/** A push that is ready to be stored. */
export type PreparedPush = { caller: Caller; push: Push; keeping: Keeping };

/** All that is done to a push outside of the database: while it waits for its turn, nobody waits for that. */
export function preparePush(caller: Caller, push: Push): PreparedPush {
  const { epoch, outbox = null, follows = null } = push;
  const sorted = sortPush(caller, push);
  const written = writeAhead(sorted.accepted);
  const keeping = { caller, epoch, outbox, follows, sorted, written, areNew: false };
  return { caller, push, keeping };
}

/** Null where it is not worth it, or an event is nested too deeply: that one is found as they are stored. */
function writeAhead(accepted: readonly EventEnvelope[]): WrittenEvents | null {
  if (accepted.length < AS_NEW_EVENTS_MIN) return null;
  try {
    return writeEvents(accepted.map(toNewEvent));
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

/**
 * Stores a push and says what is held for good now: each event once by its id and by its place in
 * the box's life, and unread what cannot be read. One transaction; where the database refuses a
 * row, one for each event, so that a single bad one dams nothing.
 */
export async function storePush(
  database: Database,
  caller: Caller,
  push: Push,
): Promise<PushReply> {
  return await storePrepared(database, preparePush(caller, push));
}

export async function storePrepared(
  database: Database,
  { push, keeping }: PreparedPush,
): Promise<PushReply> {
  return toReply(push, await keepAll(database, keeping));
}

/**
 * Stores several pushes of one tenant in one transaction, and gives the answer to each in its place.
 * Whatever one of them fails on undoes them all.
 */
export function storeTogether(
  database: Database,
  tenantId: string,
  pushes: readonly PreparedPush[],
): Promise<PushReply[]> {
  const count = pushes.reduce((sum, { keeping }) => sum + keeping.sorted.accepted.length, 0);
  return tryAsNew(count, (areNew) =>
    database.appendInTenant(tenantId, async (tx) => {
      const kept: { push: Push; conclude: Placing<Kept>["conclude"] }[] = [];
      const fresh: NewEvent[] = [];
      for (const { push, keeping } of pushes) {
        const { events, conclude } = await keep(tx, { ...keeping, areNew });
        fresh.push(...events);
        kept.push({ push, conclude });
      }
      return {
        ...{ events: fresh, areNew },
        conclude: (positions) => kept.map((each) => toReply(each.push, each.conclude(positions))),
      };
    }),
  );
}

/**
 * Tries first as if nobody had sent any of the events before, which spares the database a look at each;
 * where one was, nothing has happened, and they are stored with care.
 */
async function tryAsNew<T>(count: number, attempt: (areNew: boolean) => Promise<T>): Promise<T> {
  if (count < AS_NEW_EVENTS_MIN) return await attempt(false);
  try {
    return await attempt(true);
  } catch (error) {
    if (sqlStateOf(error) !== UNIQUE_VIOLATION) throw error;
  }
  return await attempt(false);
}

function toReply({ epoch, outbox }: Push, kept: Kept): PushReply {
  const unread = kept.setAside.flatMap(({ seq, reason }) =>
    seq === null ? [] : [{ seq, reason }],
  );
  const seqsOf = (events: readonly { seq: number }[]) => events.map(({ seq }) => seq);
  if (!outbox)
    return {
      ...{ epoch, setAside: unread },
      acknowledged: toSeqRanges([...seqsOf(kept.held), ...seqsOf(unread)]),
    };
  const unplaced = unread.map(({ seq }) => ({ seq, position: null }));
  return {
    ...{ epoch, setAside: unread, terms: TERMS },
    acknowledged: toAcknowledgedRanges([...kept.held, ...unplaced]),
    ...(kept.ended ? { epochEnded: kept.ended } : {}),
    ...(kept.hasTwin ? { hasTwin: true } : {}),
    ...(kept.outOfTurn ? { outOfTurn: true } : {}),
  };
}

type Keeping = {
  caller: Caller;
  epoch: string;
  outbox: OutboxState | null;
  follows: string | null;
  sorted: SortedPush;
  /** All that is accepted, written down; null: it was not. */
  written: WrittenEvents | null;
  /** Nobody has sent any of it before, or the transaction fails. */
  areNew: boolean;
};

async function keepAll(database: Database, keeping: Keeping): Promise<Kept> {
  const { caller, sorted } = keeping;
  try {
    return await tryAsNew(sorted.accepted.length, (areNew) =>
      database.appendInTenant(caller.tenantId, (tx) => keep(tx, { ...keeping, areNew })),
    );
  } catch (error) {
    if (!isRowFault(error)) throw error;
  }
  const kept: Kept = { ...NOTHING_KEPT, held: [], setAside: [] };
  const parts = sorted.accepted.map((event) => ({ accepted: [event], setAside: [] as SetAside[] }));
  for (const part of [...parts, { accepted: [], setAside: sorted.setAside }]) {
    const one = await keepOne(database, { ...keeping, sorted: part, written: null });
    kept.held.push(...one.held);
    kept.setAside.push(...one.setAside);
    kept.ended ??= one.ended;
    kept.hasTwin ||= one.hasTwin;
    kept.outOfTurn ||= one.outOfTurn;
  }
  return kept;
}

/** Sets the event aside when the database refuses it even alone. */
async function keepOne(database: Database, keeping: Keeping): Promise<Kept> {
  const { tenantId } = keeping.caller;
  try {
    return await database.appendInTenant(tenantId, (tx) => keep(tx, keeping));
  } catch (error) {
    const [event] = keeping.sorted.accepted;
    if (!isRowFault(error) || !event) throw error;
    const unread = setAside(event, `cannot be stored: ${sqlStateOf(error) || "nested too deeply"}`);
    const sorted = { accepted: [], setAside: [unread] };
    return await database.appendInTenant(tenantId, (tx) => keep(tx, { ...keeping, sorted }));
  }
}

async function keep(
  tx: TenantTransaction,
  { caller, epoch, outbox, follows, sorted, written, areNew }: Keeping,
): Promise<Placing<Kept>> {
  const { boxId, branchId } = caller;
  const life = { boxId, epoch };
  const { known, ended } = await meetEpoch(tx, { ...life, outbox, follows });
  const { hasNewer: hasTwin, holdsFollowed } = known;
  if (ended || !holdsFollowed) {
    const kept = { ...NOTHING_KEPT, ended, hasTwin, outOfTurn: !holdsFollowed };
    return { events: [], conclude: () => kept };
  }
  const { fresh, held, repeats, impostors } = await claim(tx, life, {
    ...{ accepted: sorted.accepted, areNew },
  });
  const seqs = impostors.map(({ seq }) => seq);
  const taken = new Set(
    outbox && seqs.length > 0 ? await listTakenSeqs(tx, { ...life, seqs }) : [],
  );
  const unread = [
    ...sorted.setAside,
    ...impostors
      .filter(({ seq }) => !taken.has(seq))
      .map((event) => setAside(event, "its seq or its id belongs to another event")),
  ];
  const rows = unread.map((each) => ({ ...each, id: newId() }));
  await insertSetAside(tx, { ...life, branchId, rows });
  await accountFor(tx, {
    ...{ ...life, known, outbox, repeats },
    seqs: held.map(({ seq }) => seq),
    setAside: unread.flatMap(({ seq }) => seq ?? []),
  });
  const end =
    taken.size > 0 ? ({ reason: "taken", knownThrough: known.knownThrough } as const) : null;
  const areAll = written !== null && fresh.length === sorted.accepted.length;
  return {
    ...(areAll ? { events: written.events, written } : { events: fresh.map(toNewEvent) }),
    areNew,
    conclude: (positions) => ({
      held: held.map((each) => ({ ...each, position: positions.get(each.id) ?? each.position })),
      setAside: unread,
      ended: end,
      hasTwin,
      outOfTurn: false,
    }),
  };
}

type Claimed = {
  fresh: EventEnvelope[];
  held: Kept["held"];
  /** Seqs whose events are held under another one: of an older life, as a rule. */
  repeats: number[];
  /** Their seq, or their id, is another event's. */
  impostors: EventEnvelope[];
};

async function claim(
  tx: TenantTransaction,
  life: BoxLife,
  { accepted, areNew }: { accepted: readonly EventEnvelope[]; areNew: boolean },
): Promise<Claimed> {
  if (accepted.length === 0) return { fresh: [], held: [], repeats: [], impostors: [] };
  const claims = { ...life, events: accepted };
  const ids = areNew ? await claimNewSeqs(tx, claims) : await claimSeqs(tx, claims);
  const unplaced = ({ id, seq }: EventEnvelope) => ({ id, seq, position: null });
  if (!ids)
    return { fresh: [...accepted], held: accepted.map(unplaced), repeats: [], impostors: [] };
  const claimed = new Set(ids);
  const rows = await listHeldEvents(tx, {
    boxId: life.boxId,
    ids: accepted.map(({ id }) => id),
  });
  const byId = new Map(rows.map((row) => [row.id, row]));
  const isRepeat = ({ id, seq }: EventEnvelope) => {
    const row = byId.get(id);
    return row !== undefined && (row.epoch !== life.epoch || row.seq !== seq);
  };
  const fresh = new Map(
    accepted.filter(({ id }) => claimed.has(id)).map((each) => [each.id, each]),
  );
  return {
    fresh: [...fresh.values()],
    held: accepted.flatMap(({ id, seq }) => {
      const row = byId.get(id);
      return row ? [{ id, seq, position: row.position }] : [];
    }),
    repeats: accepted.filter(isRepeat).map(({ seq }) => seq),
    impostors: accepted.filter(({ id }) => !byId.has(id)),
  };
}

function isRowFault(error: unknown): boolean {
  // RangeError: nested too deeply to be taken apart.
  return error instanceof RangeError || ROW_FAULTS.has(sqlStateOf(error).slice(0, 2));
}
