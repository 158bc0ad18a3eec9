import { type Static, Type } from "typebox";
import { SeqRange } from "../ingest.ts";

/** One event tells of at most this many ranges; a step of thinning takes no more events. */
export const THINNED_RANGES_MAX = 1000;

/**
 * The box let go of events that the cloud will not get: of this event's own box and epoch, the seqs in
 * `ranges`, and no others. It was written in the transaction that took them, so a seq that is missing and
 * named here was given up on purpose; one that is missing and not named was lost. Nothing is given up while
 * it is on its way: only what was sent by an agent that was killed before it heard the answer may be named
 * and be in the cloud all the same.
 */
export const outboxThinned = Type.Object({
  /** Rising and apart from each other. */
  ranges: Type.Array(SeqRange, { minItems: 1, maxItems: THINNED_RANGES_MAX }),
  /** How many of each type: as many in all as the ranges hold. */
  counts: Type.Array(
    Type.Object({
      type: Type.String({ maxLength: 64 }),
      events: Type.Integer({ minimum: 1 }),
    }),
    { minItems: 1 },
  ),
  /** The outbox had reached its bound, or the disk what is kept free of it. */
  reason: Type.Union([Type.Literal("outbox-full"), Type.Literal("disk-full")]),
});
export type OutboxThinned = Static<typeof outboxThinned>;
