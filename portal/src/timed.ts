/** By which reading of the box's time something was sealed. */
export type ClockMark = {
  bootId: string;
  /** What the box's time is ahead of the machine's count since it was switched on. */
  offsetMilliseconds: number;
};

/** Moments in what is sealed, in milliseconds since 1970. */
const TIMES = new Set(["issuedAt", "onlineUntil", "endsAt"]);

type Timed = { value: unknown; mark: ClockMark | null };

/**
 * What was sealed, with its moments as they are called now: a page that lies open while the box's
 * clock is put right is as old as it was. What a release before this sealed holds no mark.
 */
export function openTimed(opened: unknown, now: ClockMark | null): unknown {
  if (!isTimed(opened)) return opened;
  const { value, mark } = opened;
  if (!mark || !now || mark.bootId !== now.bootId) return value;
  const byMilliseconds = now.offsetMilliseconds - mark.offsetMilliseconds;
  return byMilliseconds === 0 ? value : moveTimes(value, byMilliseconds);
}

function isTimed(opened: unknown): opened is Timed {
  if (typeof opened !== "object" || opened === null) return false;
  return Object.keys(opened).length === 2 && "value" in opened && "mark" in opened;
}

function moveTimes(value: unknown, byMilliseconds: number): unknown {
  if (Array.isArray(value)) return value.map((each) => moveTimes(each, byMilliseconds));
  if (typeof value !== "object" || value === null) return value;
  const moved = Object.entries(value).map(([key, each]) =>
    TIMES.has(key) && typeof each === "number"
      ? [key, each + byMilliseconds]
      : [key, moveTimes(each, byMilliseconds)],
  );
  return Object.fromEntries(moved);
}
