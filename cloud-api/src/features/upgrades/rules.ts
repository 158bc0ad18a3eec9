import { findAllowedUntil, findNextOpening } from "@foyer/admission";
import { QUIET_STRETCHES_MAX, type UpgradeOffer, type WeeklyHours } from "@foyer/contract";
import type { OperatedRelease, Ring, RolloutStep } from "./schema.ts";

export const RINGS: readonly Ring[] = ["early", "most", "last"];

/** The stages at which a release is offered to a ring: its own, and all after it. */
export const stagesFor = (ring: Ring): readonly Ring[] => RINGS.slice(RINGS.indexOf(ring));

const MINUTE = 60_000;
/** Guests linger after the doors are shut, and staff come before they open. */
export const QUIET_MINUTES = 30;
/** Shorter is no time to switch and, where it has to be, to go back. */
const STRETCH_MINUTES_MIN = 30;
/** How far ahead is told: a box that is cut off meanwhile asks again. */
const AHEAD_MINUTES = 2 * 1440;
/** Of a branch that has been shut for longer nobody needs to know since when. */
const BEHIND_MINUTES = 1440;
const NIGHT: WeeklyHours = { days: [1, 2, 3, 4, 5, 6, 7], from: "05:00", to: "03:00" };

type Place = { timeZone: string; openingHours: readonly WeeklyHours[] };
/** Hours are null where nobody has said them. */
type SeenPlace = { timeZone: string; openingHours: readonly WeeklyHours[] | null };

/**
 * When a branch's box may be switched to a release in the next two days: while it is shut, but not in the
 * half hours around that. Where nobody has said when it is open, or it hardly ever shuts: from three to five
 * at night. Hours are the branch's own wall clock.
 */
export function listQuiet(
  { timeZone, openingHours: said }: SeenPlace,
  now: Date,
): UpgradeOffer["quiet"] {
  const openingHours = said ?? [];
  const shut = openingHours.length === 0 ? [] : listShut({ timeZone, openingHours }, now);
  const quiet = shut.map(({ from, until }) => ({
    from: new Date(from.getTime() + QUIET_MINUTES * MINUTE),
    until: new Date(until.getTime() - QUIET_MINUTES * MINUTE),
  }));
  const long = quiet.filter(
    ({ from, until }) => until.getTime() - from.getTime() >= STRETCH_MINUTES_MIN * MINUTE,
  );
  const chosen = long.length > 0 ? long : listShut({ timeZone, openingHours: [NIGHT] }, now);
  return chosen
    .slice(0, QUIET_STRETCHES_MAX)
    .map(({ from, until }) => ({ from: from.toISOString(), until: until.toISOString() }));
}

/** The stretches between hours that are not over: each with its own beginning, however often it is asked. */
function listShut({ timeZone, openingHours }: Place, now: Date): { from: Date; until: Date }[] {
  const end = new Date(now.getTime() + AHEAD_MINUTES * MINUTE);
  const shut: { from: Date; until: Date }[] = [];
  let at = new Date(now.getTime() - BEHIND_MINUTES * MINUTE);
  while (at < end) {
    const openUntil = findAllowedUntil(openingHours, { now: at, timeZone }) ?? end;
    if (openUntil >= end) break;
    at = findNextOpening(openingHours, { now: openUntil, timeZone }) ?? end;
    if (at > now) shut.push({ from: openUntil, until: at });
  }
  return shut;
}

/** Each part of a tarball but the last has so many bytes. */
export const PART_BYTES = 1024 * 1024;
export const countParts = (bytes: number): number => Math.ceil(bytes / PART_BYTES);

/** How long a part of a tarball is. */
export function lengthOfPart(part: number, bytes: number): number {
  return Math.max(0, Math.min(PART_BYTES, bytes - part * PART_BYTES));
}

/** What an operator may do with a release. */
export type RolloutDeed = "start" | "next" | "halt" | "resume";

type Standing = Pick<OperatedRelease, "stage" | "haltedReason" | "partsHeld" | "partsWanted">;

const NEXT: Record<Ring, Ring | null> = { early: "most", most: "last", last: null };

/** What there is to do with a release as it stands. */
export function listDeeds({
  stage,
  haltedReason,
  partsHeld,
  partsWanted,
}: Standing): RolloutDeed[] {
  if (stage === null) return partsHeld === partsWanted ? ["start"] : [];
  if (haltedReason !== null) return ["resume"];
  return NEXT[stage] === null ? ["halt"] : ["next", "halt"];
}

/** How far it is offered after a deed. */
export function stageAfter(deed: RolloutDeed, stage: Ring | null): Ring {
  if (stage === null) return "early";
  return deed === "next" ? (NEXT[stage] ?? stage) : stage;
}

/** The step by which boxes halted a release that is halted; null: it is not, or a person did. */
export function findHalt({
  haltedReason,
  steps,
}: Pick<OperatedRelease, "haltedReason" | "steps">): RolloutStep | null {
  const halt = steps.find(({ deed }) => deed === "halt");
  return haltedReason !== null && halt?.by === "boxes" ? halt : null;
}
