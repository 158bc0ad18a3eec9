const HOUR_MS = 60 * 60 * 1000;
const WEEK_MS = 7 * 24 * HOUR_MS;

/** Who waits asks again within that time: those before may have gone, and the turn comes earlier. */
const ASK_AGAIN_MS = HOUR_MS;
/** Who has not asked for so long is waited for no more. */
export const STALE_TURN_MS = 3 * HOUR_MS;
/** The authority counts what it gives: a turn that came to nothing yet is good for another try, for so long. */
const TURN_LASTS_MS = WEEK_MS;

/**
 * The pace of a token bucket, as Let's Encrypt has it: so many at once, and one more with each part of the week.
 * `fullAt` alone is kept of it (the generic cell rate algorithm, ITU-T I.371 annex A).
 */
const gapOf = (aWeek: number) => WEEK_MS / aWeek;

/** When the turn of somebody comes before whom so many go; the past or now: it has come. */
export function chooseTurn({
  fullAt,
  ahead,
  aWeek,
}: {
  fullAt: Date;
  ahead: number;
  aWeek: number;
}): Date {
  return new Date(fullAt.getTime() + (ahead + 1 - aWeek) * gapOf(aWeek));
}

/** When all will have been given anew after one more was taken. */
export function takeOne(fullAt: Date, { aWeek, now }: { aWeek: number; now: Date }): Date {
  return new Date(Math.max(fullAt.getTime(), now.getTime()) + gapOf(aWeek));
}

/** `fullAt` of a bucket that has its next one only then. */
export const emptyUntil = (at: Date, aWeek: number): Date =>
  new Date(at.getTime() + (aWeek - 1) * gapOf(aWeek));

/** When somebody whose turn comes then asks again. */
export const askAgainAt = (turn: Date, now: Date): Date =>
  new Date(Math.min(turn.getTime(), now.getTime() + ASK_AGAIN_MS));

export const hasTurn = (turnAt: Date | null, now: Date): boolean =>
  turnAt !== null && now.getTime() - turnAt.getTime() < TURN_LASTS_MS;

export type Reach = "box" | "company" | "zone";

/**
 * Whom a refusal for too many (RFC 8555 §6.6) is about. The document has no field for it: where its words name
 * a domain above ours it is everybody below that, where they name the box's or its set of names it is that box.
 * Words that say neither are of the account.
 */
export function judgeReach(words: string, { name, zone }: { name: string; zone: string }): Reach {
  const said = words.toLowerCase();
  if (said.includes(name) || /\bexact set of (identifiers|domains)\b/.test(said)) return "box";
  const named = said.match(/\b[a-z0-9-]+(\.[a-z0-9-]+)+\b/g) ?? [];
  return named.some((each) => each === zone || zone.endsWith(`.${each}`)) ? "zone" : "company";
}
