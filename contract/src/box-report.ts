import { type Static, Type } from "typebox";
import { Compile } from "typebox/compile";
import {
  BOX_ADDRESSES_MAX,
  NAS_REFUSALS_MAX,
  NAS_SIGHTS_MAX,
  NasRefusal,
  NasSight,
  REFUSED_ARRIVALS_MAX,
  RefusedArrival,
  UNKNOWN_SENDERS_MAX,
  UnknownSender,
} from "./nas-sights.ts";
import { orNull } from "./or-null.ts";
import { Id, Timestamp } from "./personal.ts";

const Count = Type.Integer({ minimum: 0 });
/** What of the box is in trouble. */
export const BoxPart = Type.Union([
  Type.Literal("push"),
  Type.Literal("pull"),
  Type.Literal("settings"),
  Type.Literal("store"),
  Type.Literal("outbox"),
  Type.Literal("clock"),
]);
export type BoxPart = Static<typeof BoxPart>;

/** How long the words of a fault may be. */
export const FAULT_CHARACTERS_MAX = 500;

/**
 * How a box is, told every minute. Nothing of a guest is in it. What a later release adds is optional,
 * and a cloud leaves out what it does not know.
 */
export const BoxReport = Type.Object({
  release: Type.String({ maxLength: 32 }),
  epoch: Id,
  /** By the box's own clock. */
  now: Timestamp,
  settingsVersion: Count,
  outbox: Type.Object({
    events: Count,
    /** What they take up on the disk, about. */
    bytes: Count,
    bytesMax: Count,
    /** When the oldest of them happened. */
    oldestAt: orNull(Timestamp),
    /** At the pace of the last days; null: it does not fill, or nobody can say yet. */
    fullInDays: orNull(Type.Number({ minimum: 0 })),
    /** Events that were given up on purpose, ever. */
    thinned: Count,
  }),
  clock: Type.Object({
    /** What the machine's own clock is ahead of the right time; null: not known. */
    machineOffsetSeconds: orNull(Type.Number()),
    /** How far the box's time may be off; null: nobody has told it the time since it was switched on. */
    uncertaintySeconds: orNull(Type.Number({ minimum: 0 })),
  }),
  /** On the disk of the state folder; null: it could not be asked. */
  freeBytes: orNull(Count),
  /**
   * Whether this machine's TPM alone opens the key of the box's store, or whoever has the disk does. Absent:
   * a box of a release before there was such a key.
   */
  storeKey: Type.Optional(Type.Union([Type.Literal("sealed"), Type.Literal("open")])),
  /** What it sees of each access controller. Absent: a release that tells nothing of them. */
  nas: Type.Optional(Type.Array(NasSight, { maxItems: NAS_SIGHTS_MAX })),
  /**
   * Of the hours since the cloud last heard the box, as far back as it keeps notes. Absent: a release that
   * tells nothing of them.
   */
  nasRefusals: Type.Optional(Type.Array(NasRefusal, { maxItems: NAS_REFUSALS_MAX })),
  unknownSenders: Type.Optional(Type.Array(UnknownSender, { maxItems: UNKNOWN_SENDERS_MAX })),
  refusedArrivals: Type.Optional(Type.Array(RefusedArrival, { maxItems: REFUSED_ARRIVALS_MAX })),
  /** Where it is on the branch's network. */
  addresses: Type.Optional(
    Type.Array(Type.String({ maxLength: 64 }), { maxItems: BOX_ADDRESSES_MAX }),
  ),
  /** What is wrong, and the last of each part that was. `words` are for whoever mends it, in English. */
  faults: Type.Array(
    Type.Object({
      part: BoxPart,
      words: Type.String({ maxLength: FAULT_CHARACTERS_MAX }),
      since: Timestamp,
      /** Null: it goes on. */
      until: orNull(Timestamp),
    }),
    { maxItems: 20 },
  ),
});
export type BoxReport = Static<typeof BoxReport>;

/** The cloud's time, for a box whose own clock may be wrong. */
export const BoxReportReply = Type.Object({ now: Timestamp });
export type BoxReportReply = Static<typeof BoxReportReply>;

const compiledReply = Compile(BoxReportReply);

/** Null: not the cloud's answer. */
export function readBoxReportReply(value: unknown): BoxReportReply | null {
  return compiledReply.Check(value) ? value : null;
}
