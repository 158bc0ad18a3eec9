import { type Static, Type } from "typebox";
import { DOOR_NOTES_KEPT_MAX } from "./door-notes.ts";
import { Id, Timestamp } from "./personal.ts";

const MaybeTime = Type.Union([Timestamp, Type.Null()]);
const Reason = Type.String({ maxLength: 64 });

/** What a box saw of one access controller in the last three days. Nothing of a guest is in it. */
export const NasSight = Type.Object({
  nasId: Id,
  /** Its last request to RADIUS, whatever was wrong with it. */
  requestAt: MaybeTime,
  /** The last one that only somebody with its secret can have made. */
  rightAt: MaybeTime,
  /** The last one that was made with another secret. */
  wrongSecretAt: MaybeTime,
  letInAt: MaybeTime,
  /** When it last led a guest's browser to the portal. */
  redirectAt: MaybeTime,
  /** When it, or who speaks for it, last told of a session. */
  accountingAt: MaybeTime,
  /** Why it was told no, or said no itself (`nas-…`), by how often that was noted: the most frequent first. */
  refusals: Type.Array(
    Type.Object({ reason: Reason, count: Type.Integer({ minimum: 1 }), lastAt: Timestamp }),
    { maxItems: 8 },
  ),
});
export type NasSight = Static<typeof NasSight>;

/**
 * How often one access controller was told no by RADIUS in one hour, for one reason. What is noted of an hour
 * grows, and may be told again: the greatest count is right.
 */
export const NasRefusal = Type.Object({
  nasId: Id,
  /** When the hour began: a whole one of UTC, by the box's clock. */
  at: Timestamp,
  reason: Reason,
  /** A box keeps no more notes to count. */
  count: Type.Integer({ minimum: 1, maximum: DOOR_NOTES_KEPT_MAX }),
});
export type NasRefusal = Static<typeof NasRefusal>;

/** Who asks RADIUS though the settings know no access controller there. */
export const UnknownSender = Type.Object({
  address: Type.String({ maxLength: 64 }),
  count: Type.Integer({ minimum: 1 }),
  lastAt: Timestamp,
});
export type UnknownSender = Static<typeof UnknownSender>;

/**
 * Why guests who were led to the portal were taken for nobody's: their access controller is set up otherwise
 * than the settings say. `words` are for whoever mends it, in English.
 */
export const RefusedArrival = Type.Object({
  words: Type.String({ maxLength: 200 }),
  count: Type.Integer({ minimum: 1 }),
  lastAt: Timestamp,
});
export type RefusedArrival = Static<typeof RefusedArrival>;

export const NAS_SIGHTS_MAX = 200;
/** In one report, the oldest first: what does not fit is in the next. */
export const NAS_REFUSALS_MAX = 2000;
export const REFUSED_ARRIVALS_MAX = 8;
export const UNKNOWN_SENDERS_MAX = 10;
/** The box's own addresses on the branch's network. */
export const BOX_ADDRESSES_MAX = 8;
