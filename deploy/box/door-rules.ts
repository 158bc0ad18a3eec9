import { DOOR_NOTES_HOURS, type NasSight } from "@foyer/contract";
import type { Level } from "./doctor-rules.ts";

/** What is to be said of an access controller that asks no RADIUS, by what the portal noted of it. */
export type DoorFinding =
  | { kind: "seen"; secondsAgo: number }
  /** It has led nobody here, ever or for days. */
  | { kind: "never-seen" | "quiet" }
  /** The box tells it whom to let in, and it does not: `nas-refused`, `nas-unreachable`, `nas-too-long`. */
  | { kind: "refuses"; reason: string; secondsAgo: number }
  /** Guests were sent on to it, and nobody told of one who is online. */
  | { kind: "tells-nothing" };

const KEPT_MS = DOOR_NOTES_HOURS * 60 * 60 * 1000;
/** A gateway asks or tells within so long. */
const DUE_MS = 120_000;

/** The first link of the chain that is broken, or that it is seen. */
export function judgeDoor(sight: NasSight, now: Date): DoorFinding {
  const { accountingAt, letInAt, refusals } = sight;
  const ageOf = (at: string) => now.getTime() - Date.parse(at);
  const secondsAgo = (at: string) => Math.max(0, Math.round(ageOf(at) / 1000));
  const seenAt = latestOf([sight.redirectAt, letInAt, accountingAt]);
  if (seenAt === null) return { kind: "never-seen" };
  if (ageOf(seenAt) > KEPT_MS) return { kind: "quiet" };
  const refusal = refusals.toSorted((one, other) => other.lastAt.localeCompare(one.lastAt))[0];
  if (refusal && latestOf([refusal.lastAt, accountingAt]) === refusal.lastAt)
    return { kind: "refuses", reason: refusal.reason, secondsAgo: secondsAgo(refusal.lastAt) };
  if (accountingAt === null && letInAt !== null && ageOf(letInAt) > DUE_MS)
    return { kind: "tells-nothing" };
  return { kind: "seen", secondsAgo: secondsAgo(seenAt) };
}

export function levelOfDoor({ kind }: DoorFinding): Level {
  if (kind === "seen") return "right";
  return kind === "quiet" ? "note" : "wrong";
}

/** All are written alike (ISO 8601, UTC), so their letters tell which is later. */
const latestOf = (times: readonly (string | null)[]): string | null =>
  times
    .flatMap((at) => at ?? [])
    .toSorted()
    .at(-1) ?? null;
