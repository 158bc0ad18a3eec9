import { type Static, Type } from "typebox";
import type { EventEnvelope, EventType } from "./event.ts";
import { Id, VersionNumber } from "./personal.ts";

/** The box's API at the cloud: who calls is known by the signature of the call alone (box-signature.ts). */
export const BOX_API = {
  /** POST, JSON PushRequest, gzip, zstd or plain → PushReply. */
  events: "/api/box/v1/events",
  /**
   * GET ?settings=<version>&guests=<position>&commands=<position>&codes=<position>&epoch=<uuid>
   * &guestsPage=<start, or what the page before named>&boxCommands=<position>
   * &settingsParts=<name>:<hash>,…&sealingKey=<its name, or nothing>&coupons=<position>&wait=<seconds ≤ 55> (what the box
   * holds) → 200 PullReply at once or as soon as there is news, 204 on time-out.
   */
  pull: "/api/box/v1/pull",
  /** POST GuestQuestions: guests whom the box does not know → GuestAnswers. */
  guestQuestions: "/api/box/v1/guest-questions",
  /** GET <hash>, by byte ranges (RFC 9110 §14): a picture of the branch's settings, as its data: URL. */
  pictures: "/api/box/v1/pictures/",
  /** POST CommandAnswers: what became of commands. */
  commandAnswers: "/api/box/v1/command-answers",
  /** POST BoxLog. */
  logs: "/api/box/v1/logs",
  /** POST DoorNotes: what the box noted of a device, for the command that asked for it. */
  doorNotes: "/api/box/v1/door-notes",
  /** POST SettingsReport: what became of the settings that were pulled. */
  settingsReport: "/api/box/v1/settings-report",
  /** POST BoxReport → BoxReportReply: how the box is. A cloud from before there was one answers 404. */
  report: "/api/box/v1/report",
  /** POST CertificateCall → CertificateReply. A cloud from before there was one answers 404. */
  certificate: "/api/box/v1/certificate",
  /** POST UpgradeCall → UpgradeReply. A cloud from before there was one answers 404. */
  upgrade: "/api/box/v1/upgrade",
  /** GET <sha256>, by byte ranges (RFC 9110 §14): the tarball of a release that boxes are offered. */
  releases: "/api/box/v1/releases/",
} as const;

/** What a cloud takes that has not told its terms. */
export const BATCH_EVENTS_UNTOLD = 500;
/** What a cloud of this release takes, and tells. */
export const BATCH_EVENTS_MAX = 2000;
export const BATCH_BYTES_MAX = 4 * 1024 * 1024;
/** What a cloud of this release takes of a box at a time, and tells. */
export const PUSHES_UNDER_WAY_MAX = 2;
export const PULL_WAIT_SECONDS_MAX = 55;

/**
 * What somebody at a branch waits for: it may overtake whatever a box has not sent yet, and does so
 * whether or not the cloud names positions.
 */
export const OVERTAKING_TYPES: readonly EventType[] = ["code.requested"];

/** Inclusive at both ends. */
export const SeqRange = Type.Object({
  from: Type.Integer({ minimum: 1 }),
  to: Type.Integer({ minimum: 1 }),
});
export type SeqRange = Static<typeof SeqRange>;

export const VACANT_RANGES_MAX = 1000;

/** How the box's outbox stood when the events of a push were taken from it. */
export const OutboxState = Type.Object({
  /**
   * The newest seq ever written in this epoch. It never falls, unless the store was restored: a
   * cloud that holds more than this ends the epoch.
   */
  writtenThrough: Type.Integer({ minimum: 0 }),
  /**
   * No event at or below this seq waits on the box: what the cloud does not hold of them is lost,
   * and an alarm.
   */
  drainedThrough: Type.Integer({ minimum: 0 }),
  /** Seqs that no event of this epoch stands under, for good: no gaps. Told until it is answered. */
  vacant: Type.Optional(Type.Array(SeqRange, { maxItems: VACANT_RANGES_MAX })),
});
export type OutboxState = Static<typeof OutboxState>;

/**
 * The events of one push, of one epoch, in rising order of seq. None at all only to a cloud that has
 * told its terms, to say how the outbox stands.
 */
export const PushRequest = Type.Object({
  epoch: Id,
  /** Checked one by one with readEvent, so that one bad event does not hold up the others. */
  events: Type.Array(Type.Unknown(), { maxItems: BATCH_EVENTS_MAX }),
  /** Absent: a box of a release that cannot say, nor begin a new epoch when it is told to. */
  outbox: Type.Optional(OutboxState),
  /**
   * The id of the last event of the push that left before this one and has no answer yet: where the cloud
   * does not hold it, it takes nothing of this one. Only to a cloud that takes more than one at a time.
   */
  follows: Type.Optional(Id),
});
export type PushRequest = {
  epoch: string;
  events: EventEnvelope[];
  outbox?: OutboxState;
  follows?: string;
};

/**
 * Seqs the cloud holds. With a position, `from` stands there in the tenant's log, and the others one
 * after the other behind it; without, nobody can say where they stand.
 */
export const AcknowledgedRange = Type.Object({
  ...SeqRange.properties,
  position: Type.Optional(Type.Integer({ minimum: 1 })),
});
export type AcknowledgedRange = Static<typeof AcknowledgedRange>;

export const PUSH_ENCODINGS = ["gzip", "zstd"] as const;
export type PushEncoding = (typeof PUSH_ENCODINGS)[number];

/** What a cloud takes, told to boxes that say how their outbox stands. */
export const PushTerms = Type.Object({
  eventsMax: Type.Integer({ minimum: 1 }),
  /** Content-Encodings of a push; a box passes over those it does not know. */
  encodings: Type.Array(Type.String({ maxLength: 20 }), { maxItems: 20 }),
  /** How many pushes of a box may be under way, each of which names the one it follows. Absent: one. */
  underWay: Type.Optional(Type.Integer({ minimum: 1 })),
});
export type PushTerms = Static<typeof PushTerms>;

/**
 * The box's store is an older copy of itself, or there are two of it: what was not acknowledged has
 * to come in a new epoch, under the same event ids.
 */
export const EpochEnded = Type.Object({
  /** `behind`: the cloud knows of later seqs. `taken`: it holds other events under these. */
  reason: Type.Union([Type.Literal("behind"), Type.Literal("taken")]),
  /** The newest seq of the epoch that the cloud knows of. */
  knownThrough: Type.Integer({ minimum: 0 }),
});
export type EpochEnded = Static<typeof EpochEnded>;

/**
 * What the cloud holds for good, now and from before: the box may forget these. A set-aside event
 * is held too, unread, with the reason: the box must not send it for ever.
 */
export const PushReply = Type.Object({
  epoch: Id,
  acknowledged: Type.Array(AcknowledgedRange),
  setAside: Type.Array(Type.Object({ seq: Type.Integer({ minimum: 1 }), reason: Type.String() })),
  /** These only to a box that said how its outbox stands. */
  terms: Type.Optional(PushTerms),
  epochEnded: Type.Optional(EpochEnded),
  /** A store with a newer epoch speaks under this box's name as well. */
  hasTwin: Type.Optional(Type.Literal(true)),
  /** Nothing of this push was taken: the one it follows is not held. It has to come again behind that. */
  outOfTurn: Type.Optional(Type.Literal(true)),
});
export type PushReply = Static<typeof PushReply>;

export const SettingsReport = Type.Object({
  version: VersionNumber,
  outcome: Type.Union([Type.Literal("applied"), Type.Literal("refused")]),
  reason: Type.Optional(Type.String({ maxLength: 2000 })),
});
export type SettingsReport = Static<typeof SettingsReport>;

/** Joins neighbouring seqs into ranges. `seqs` need not be sorted. */
export function toSeqRanges(seqs: readonly number[]): SeqRange[] {
  const ranges: SeqRange[] = [];
  for (const seq of seqs.toSorted((a, b) => a - b)) {
    const last = ranges.at(-1);
    if (last && seq <= last.to + 1) last.to = Math.max(last.to, seq);
    else ranges.push({ from: seq, to: seq });
  }
  return ranges;
}

/** Joins neighbouring seqs that are neighbours in the log as well. Null: nobody knows where it stands. */
export function toAcknowledgedRanges(
  held: readonly { seq: number; position: number | null }[],
): AcknowledgedRange[] {
  const ranges: AcknowledgedRange[] = [];
  for (const { seq, position } of held.toSorted((a, b) => a.seq - b.seq)) {
    const last = ranges.at(-1);
    if (last && seq <= last.to) continue;
    const isNext = last?.to === seq - 1 && next(last) === position;
    if (last && isNext) last.to = seq;
    else ranges.push({ from: seq, to: seq, ...(position === null ? {} : { position }) });
  }
  return ranges;
}

function next({ from, to, position }: AcknowledgedRange): number | null {
  return position === undefined ? null : position + to - from + 1;
}
