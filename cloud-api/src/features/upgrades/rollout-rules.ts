import type { NextStep, Ring, RolloutRule, Standing } from "./schema.ts";

const HOUR = 3_600_000;
/** A box asks every quarter of an hour: one that has not asked for so long is not known to be well now. */
export const HEARD_HOURS = 1;
/** A box that has not asked for so long is silent: it is named, and nobody waits for it. */
export const SILENT_HOURS = 24;
/** A box that asks and has not switched for so long is left behind: every night had a quiet stretch. */
export const LATE_HOURS = 7 * 24;

/** Before which moments a box is no longer heard, silent, and left behind. */
export type Patience = { heardAfter: Date; silentBefore: Date; lateBefore: Date };

export function patienceAt(now: Date): Patience {
  const before = (hours: number) => new Date(now.getTime() - hours * HOUR);
  return {
    heardAfter: before(HEARD_HOURS),
    silentBefore: before(SILENT_HOURS),
    lateBefore: before(LATE_HOURS),
  };
}

/** What a box tells of itself that a release may have caused; what it is short of was so before. */
const RELEASE_TROUBLES = ["store-fails", "outbox-full", "backlog", "settings-refused"];

/** The first of a box's troubles that keeps a release from going on; null: none. */
export function findTrouble(troubles: readonly { kind: string }[]): string | null {
  return troubles.find(({ kind }) => RELEASE_TROUBLES.includes(kind))?.kind ?? null;
}

export type Count = {
  standing: Standing;
  boxes: number;
  /** How many of them are of the ring that it was offered to last. */
  own: number;
  lastWell: Date | null;
};

const countOf = (counts: readonly Count[], standing: Standing): number =>
  counts.find((each) => each.standing === standing)?.boxes ?? 0;

/** How many boxes of a ring were heard of since they were offered it. */
export function countHeard(counts: readonly Count[]): number {
  return counts.reduce(
    (sum, { standing, boxes }) => (standing === "silent-before" ? sum : sum + boxes),
    0,
  );
}

type Threshold = Pick<RolloutRule, "haltBoxes" | "haltPercent">;

const isTooMany = (
  { haltBoxes, haltPercent }: Threshold,
  { gone, of }: { gone: number; of: number },
): boolean => gone >= haltBoxes && gone * 100 > haltPercent * of;

/** Whether so many boxes of one ring went back from a release that nobody is to have it: one alone never is. */
export function isHalted(rule: Threshold, counts: readonly Count[]): boolean {
  return isTooMany(rule, { gone: countOf(counts, "rolled-back"), of: countHeard(counts) });
}

/** What a person is to look at before a release goes on, in this order. */
const BLOCKING: readonly Standing[] = ["rolled-back", "refused", "troubled", "waits", "unheard"];

export type Rollout = RolloutRule & {
  stage: Ring | null;
  haltedReason: string | null;
  offeredSince: Date | null;
  isSuperseded: boolean;
};

type Planned = Exclude<NextStep, { kind: "at" }> | { kind: "at"; at: Date };

/**
 * When a release goes on to the next ring by itself: once every box that it is offered to has been well with
 * it for the hours of its rule, and it was offered for as long. Boxes that are silent or left behind are not
 * waited for, but at least one of the ring has to be well (where it has any), and where as many fell silent since as would halt it by going
 * back, that is waited for too.
 */
export function planNext(rollout: Rollout, counts: readonly Count[]): Planned {
  const { stage, haltedReason, advanceHours, offeredSince, isSuperseded } = rollout;
  if (advanceHours === null || stage === null || offeredSince === null) return { kind: "by-hand" };
  if (haltedReason !== null) return { kind: "halted" };
  if (stage === "last") return { kind: "over" };
  if (isSuperseded) return { kind: "superseded" };
  const blocking = BLOCKING.filter((standing) => countOf(counts, standing) > 0);
  const silent = { gone: countOf(counts, "silent-since"), of: countHeard(counts) };
  if (isTooMany(rollout, silent)) blocking.push("silent-since");
  const well = counts.find(({ standing }) => standing === "well");
  const lastWell = well?.lastWell ?? null;
  const isRingEmpty = counts.every(({ own }) => own === 0);
  const isProved = isRingEmpty || (well !== undefined && well.own > 0);
  if (blocking.length > 0 || lastWell === null || !isProved)
    return { kind: "waits", for: blocking };
  const since = Math.max(offeredSince.getTime(), lastWell.getTime());
  return { kind: "at", at: new Date(since + advanceHours * HOUR) };
}
