import {
  BATCH_EVENTS_MAX,
  type EventType,
  type OutboxThinned,
  PUSHES_UNDER_WAY_MAX,
  THINNED_RANGES_MAX,
  toSeqRanges,
} from "@foyer/contract";
import type { Reader, Transaction } from "./open.ts";
import { appendEvent } from "./outbox.ts";
import { OUTBOX_ROW_BYTES } from "./outbox-size.ts";
import { leaveVacant } from "./outbox-state.ts";

/**
 * What may be given up when the outbox is full, in this order. Whatever is not named here is never
 * given up: visits, the start and the end of sessions, guests, consents, devices, credentials, access
 * codes, answers, and what was asked of the box.
 */
export const THINNING_STAGES = [
  /**
   * Interims of sessions that are over, and of the others all but the newest of a stretch: a later word
   * outdoes them, and only how the use grew in between is lost.
   */
  "outdone-interims",
  /** Codes that were asked for an hour ago and more: nobody waits, and no digits are sent any more. */
  "old-codes",
  /** Starts of the agent, but for the newest of each stretch that a step looks at. */
  "old-starts",
  /** The last interims of sessions that go on: their end tells the totals. */
  "last-interims",
] as const;
export type ThinningStage = (typeof THINNING_STAGES)[number];

/** One step looks at so many seqs, and takes at most so many events: other writers wait for it. */
export const THINNING_LOOKED_AT = 4000;
const THINNED_AT_ONCE = 500;
/** The oldest ones are about to be on their way to the cloud. */
const LEFT_FOR_PUSH = PUSHES_UNDER_WAY_MAX * BATCH_EVENTS_MAX;
const OLD_CODE_MS = 3_600_000;

const TYPES: Record<ThinningStage, readonly EventType[]> = {
  "outdone-interims": ["session.updated"],
  "old-codes": ["code.requested", "code.budget-reached"],
  "old-starts": ["box.started"],
  "last-interims": ["session.updated"],
};

export type ThinningStep = {
  stage: ThinningStage;
  /** Where the step before has stopped; 0 at first. */
  afterSeq: number;
  reason: OutboxThinned["reason"];
  /** Seqs on their way to the cloud, which may have them by now: none of them is taken. */
  underWay: ReadonlySet<number>;
};

export type Thinned = {
  events: number;
  /** What they took up, about. */
  bytes: number;
  /** Where the next step goes on; null: the stage is through. */
  nextSeq: number | null;
};

/** An event that a stage may take. `sessionId` is an interim's; `isOver`: its session has ended. */
export type Candidate = {
  seq: number;
  type: string;
  at: number;
  bytes: number;
  sessionId: string | null;
  isOver: boolean;
};

/** Which of the candidates of one stretch, in the order of their seq, go. */
export function chooseThinned(
  stage: ThinningStage,
  candidates: readonly Candidate[],
  { now }: { now: number },
): Candidate[] {
  switch (stage) {
    case "outdone-interims": {
      const last = new Map(candidates.map(({ sessionId, seq }) => [sessionId, seq]));
      return candidates.filter(
        ({ isOver, sessionId, seq }) => isOver || last.get(sessionId) !== seq,
      );
    }
    case "old-codes":
      return candidates.filter(({ at }) => at < now - OLD_CODE_MS);
    case "old-starts":
      return candidates.slice(0, -1);
    case "last-interims":
      return [...candidates];
  }
}

/**
 * One step of thinning, in one short transaction with the event that names what it took. It never
 * waits for anything and leaves alone what the agent sends, or is about to.
 */
export function thinOutbox(
  tx: Transaction,
  { stage, afterSeq, reason, underWay }: ThinningStep,
): Thinned {
  const from = Math.max(afterSeq, findPushedThrough(tx));
  const candidates = listCandidates(tx, stage, from);
  const last = findNewestSeq(tx);
  const through = from + THINNING_LOOKED_AT;
  const chosen = chooseThinned(stage, candidates, { now: tx.now.getTime() }).filter(
    ({ seq }) => !underWay.has(seq),
  );
  const taken = chosen.slice(0, THINNED_AT_ONCE);
  const [cut] = chosen.slice(THINNED_AT_ONCE);
  if (taken.length > 0) give(tx, taken, reason);
  const bytes = taken.reduce((sum, each) => sum + each.bytes, 0);
  const gone = { events: taken.length, bytes };
  if (cut) return { ...gone, nextSeq: cut.seq - 1 };
  return { ...gone, nextSeq: through >= last ? null : through };
}

function give(tx: Transaction, taken: readonly Candidate[], reason: OutboxThinned["reason"]): void {
  const seqs = taken.map(({ seq }) => seq);
  const ranges = toSeqRanges(seqs).slice(0, THINNED_RANGES_MAX);
  for (const { from, to } of ranges)
    tx.sql("delete from outbox where seq between ? and ?").run(from, to);
  // The cloud is told that nothing comes at these.
  leaveVacant(tx, ranges);
  const byType = Map.groupBy(taken, ({ type }) => type);
  const counts = [...byType].map(([type, those]) => ({ type, events: those.length }));
  appendEvent(tx, "outbox.thinned", { ranges, counts, reason });
  tx.sql("update outbox_thinned set events = events + ?").run(taken.length);
}

function listCandidates(tx: Reader, stage: ThinningStage, afterSeq: number): Candidate[] {
  type Row = Omit<Candidate, "sessionId" | "isOver"> & {
    session_id: string | null;
    is_over: number;
  };
  const rows = tx
    .sql(
      `select outbox.seq, outbox.type, outbox.occurred_at as at,
         octet_length(outbox.payload) + coalesce(octet_length(outbox.sealed), 0)
           + ${OUTBOX_ROW_BYTES} as bytes,
         outbox.payload ->> 'sessionId' as session_id,
         -- Of a session that is kept no more, nobody waits for a later word.
         (sessions.id is null or sessions.ended_at is not null) as is_over
       from outbox left join sessions on sessions.id = outbox.payload ->> 'sessionId'
       where outbox.seq > +? and outbox.seq <= +?
         and outbox.type in (select value from json_each(?))
       order by outbox.seq`,
    )
    .all(afterSeq, afterSeq + THINNING_LOOKED_AT, JSON.stringify(TYPES[stage])) as Row[];
  return rows.map(({ session_id, is_over, ...row }) => ({
    ...row,
    sessionId: session_id,
    isOver: is_over === 1,
  }));
}

/** Through which seq the agent is about to send. */
function findPushedThrough(tx: Reader): number {
  const row = tx
    .sql("select max(seq) as seq from (select seq from outbox order by seq limit ?)")
    .get(LEFT_FOR_PUSH) as { seq: number | null };
  return row.seq ?? 0;
}

function findNewestSeq(tx: Reader): number {
  return (tx.sql("select max(seq) as seq from outbox").get() as { seq: number | null }).seq ?? 0;
}
