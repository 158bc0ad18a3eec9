import { type PushReply, toSeqRanges } from "@foyer/contract";
import { newId } from "../../platform/clock.ts";
import type { Database, TenantTransaction } from "../../platform/db.ts";
import { type NewEvent, toNewEvent } from "../../platform/events.ts";
import { sqlStateOf } from "../../platform/roles.ts";
import { claimSeqs, insertSetAside, listHeldIds } from "./queries.ts";
import { type Caller, type SetAside, type SortedPush, setAside, sortPush } from "./rules.ts";

type Kept = { seqs: number[]; setAside: SetAside[] };

/** PostgreSQL's errors that are the row's own fault: its values, its keys, its size. */
const ROW_FAULTS = new Set(["22", "23", "54"]);

export type Push = { epoch: string; events: readonly unknown[] };

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
  const keeping = { caller, epoch: push.epoch, sorted: sortPush(caller, push) };
  return toReply(push.epoch, await keepAll(database, keeping));
}

/**
 * Stores several pushes of one tenant in one transaction, and gives the answer to each in its place.
 * Whatever one of them fails on undoes them all.
 */
export function storeTogether(
  database: Database,
  tenantId: string,
  pushes: readonly { caller: Caller; push: Push }[],
): Promise<PushReply[]> {
  return database.changeTenant(tenantId, async (tx) => {
    const replies: PushReply[] = [];
    const fresh: NewEvent[] = [];
    for (const { caller, push } of pushes) {
      const keeping = { caller, epoch: push.epoch, sorted: sortPush(caller, push) };
      const { result, events } = await keep(tx, keeping);
      replies.push(toReply(push.epoch, result));
      fresh.push(...events);
    }
    return { result: replies, events: fresh };
  });
}

function toReply(epoch: string, kept: Kept): PushReply {
  const unread = kept.setAside.flatMap(({ seq, reason }) =>
    seq === null ? [] : [{ seq, reason }],
  );
  const held = [...kept.seqs, ...unread.map(({ seq }) => seq)];
  return { epoch, acknowledged: toSeqRanges(held), setAside: unread };
}

type Keeping = { caller: Caller; epoch: string; sorted: SortedPush };

async function keepAll(database: Database, keeping: Keeping): Promise<Kept> {
  const { caller, sorted } = keeping;
  try {
    return await database.changeTenant(caller.tenantId, (tx) => keep(tx, keeping));
  } catch (error) {
    if (!isRowFault(error)) throw error;
  }
  const kept: Kept = { seqs: [], setAside: [] };
  const parts = sorted.accepted.map((event) => ({ accepted: [event], setAside: [] as SetAside[] }));
  for (const part of [...parts, { accepted: [], setAside: sorted.setAside }]) {
    const { seqs, setAside: unread } = await keepOne(database, { ...keeping, sorted: part });
    kept.seqs.push(...seqs);
    kept.setAside.push(...unread);
  }
  return kept;
}

/** Sets the event aside when the database refuses it even alone. */
async function keepOne(database: Database, keeping: Keeping): Promise<Kept> {
  const { tenantId } = keeping.caller;
  try {
    return await database.changeTenant(tenantId, (tx) => keep(tx, keeping));
  } catch (error) {
    const [event] = keeping.sorted.accepted;
    if (!isRowFault(error) || !event) throw error;
    const unread = setAside(event, `cannot be stored: ${sqlStateOf(error) || "nested too deeply"}`);
    const sorted = { accepted: [], setAside: [unread] };
    return await database.changeTenant(tenantId, (tx) => keep(tx, { ...keeping, sorted }));
  }
}

async function keep(tx: TenantTransaction, { caller, epoch, sorted }: Keeping) {
  const { boxId, branchId } = caller;
  const { accepted } = sorted;
  const claimed = new Set(
    accepted.length === 0 ? [] : await claimSeqs(tx, { boxId, epoch, events: accepted }),
  );
  const ids = accepted.map(({ id }) => id);
  const held =
    claimed.size === ids.length ? claimed : new Set(await listHeldIds(tx, { boxId, ids }));
  // Their seq, or their id, is another event's: two boxes with one identity make such.
  const impostors = accepted.filter(({ id }) => !held.has(id));
  const unread = [
    ...sorted.setAside,
    ...impostors.map((event) => setAside(event, "its seq or its id belongs to another event")),
  ];
  const rows = unread.map((each) => ({ ...each, id: newId() }));
  await insertSetAside(tx, { boxId, branchId, epoch, rows });
  const fresh = new Map(
    accepted.filter(({ id }) => claimed.has(id)).map((each) => [each.id, each]),
  );
  const seqs = accepted.filter(({ id }) => held.has(id)).map(({ seq }) => seq);
  return { result: { seqs, setAside: unread }, events: [...fresh.values()].map(toNewEvent) };
}

function isRowFault(error: unknown): boolean {
  // RangeError: nested too deeply to be taken apart.
  return error instanceof RangeError || ROW_FAULTS.has(sqlStateOf(error).slice(0, 2));
}
