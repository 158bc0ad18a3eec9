import { type Static, Type } from "typebox";
import type { EventEnvelope, EventType } from "./event.ts";
import { Id, VersionNumber } from "./personal.ts";

/** The box's API at the cloud: who calls is known by `authorization: Bearer <box key>` alone. */
export const BOX_API = {
  /** POST, gzip JSON PushRequest → PushReply. */
  events: "/api/box/v1/events",
  /**
   * GET ?settings=<version>&guests=<position>&commands=<position>&codes=<position>&epoch=<uuid>
   * &guestsPage=<start, or what the page before named>&boxCommands=<position>
   * &settingsParts=<name>:<hash>,…&wait=<seconds ≤ 55> (what the box holds) → 200 PullReply at once or as soon as there is news, 204 on time-out.
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
  /** POST SettingsReport: what became of the settings that were pulled. */
  settingsReport: "/api/box/v1/settings-report",
} as const;

export const BATCH_EVENTS_MAX = 500;
export const BATCH_BYTES_MAX = 4 * 1024 * 1024;
export const PULL_WAIT_SECONDS_MAX = 55;

/**
 * What somebody at a branch waits for: it may overtake what a box has not sent yet. All else comes in
 * the order of its seq, for what is counted is told to be counted through a seq.
 */
export const OVERTAKING_TYPES: readonly EventType[] = ["code.requested"];

/** The events of one push, of one epoch, in rising order of seq. */
export const PushRequest = Type.Object({
  epoch: Id,
  /** Checked one by one with readEvent, so that one bad event does not hold up the others. */
  events: Type.Array(Type.Unknown(), { minItems: 1, maxItems: BATCH_EVENTS_MAX }),
});
export type PushRequest = { epoch: string; events: EventEnvelope[] };

/** Inclusive at both ends. */
export const SeqRange = Type.Object({
  from: Type.Integer({ minimum: 1 }),
  to: Type.Integer({ minimum: 1 }),
});
export type SeqRange = Static<typeof SeqRange>;

/**
 * What the cloud holds for good, now and from before: the box may forget these. A set-aside event
 * is held too, unread, with the reason: the box must not send it for ever.
 */
export const PushReply = Type.Object({
  epoch: Id,
  acknowledged: Type.Array(SeqRange),
  setAside: Type.Array(Type.Object({ seq: Type.Integer({ minimum: 1 }), reason: Type.String() })),
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
