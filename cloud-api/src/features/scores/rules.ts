/** Points of each part: 1 to 5. */
export const POINTS_MAX = 5;
/** Four bounds make five kinds. */
export const CUTS = POINTS_MAX - 1;
/** Of length, recency and frequency together; what is spent joins when there are bills. */
export const TOTAL_MAX = 3 * POINTS_MAX;
export const TOTAL_MIN = 3;
export const RANKS_MAX = 20;
/** A rank from so many points on is for everybody, also for who never came and has no points. */
export const RANK_MIN = 0;
export const DAYS_MAX = 5000;

export type Cuts = readonly number[];
export type Rank = { tierId: string; totalMin: number };
export type ScoreSettings = {
  /** Visits count for so many days. */
  windowDays: number;
  /** Days from the first visit to the last: from each bound on there is a point more. */
  lengthDays: Cuts;
  /** Days since the last visit: from each bound on there is a point less. */
  recencyDays: Cuts;
  /** Visits within the window: from each bound on there is a point more. */
  visits: Cuts;
  /** The tier that so many points are worth. None: points alone are counted. */
  ranks: readonly Rank[];
};

export const FIRST_SETTINGS: ScoreSettings = {
  windowDays: 365,
  lengthDays: [30, 90, 180, 365],
  recencyDays: [14, 30, 60, 120],
  visits: [2, 4, 8, 16],
  ranks: [],
};

export type VisitSum = { firstAt: Date; lastAt: Date; visits: number };
export type Points = { length: number; recency: number; frequency: number; total: number };

const DAY_MS = 86_400_000;

/** A clock that is ahead tells of a visit to come: it was now. */
const countDays = (from: Date, to: Date) =>
  Math.max(0, Math.floor((to.getTime() - from.getTime()) / DAY_MS));

const reach = (value: number, cuts: Cuts) => cuts.filter((cut) => value >= cut).length;

/** What a customer's visits are worth at a moment. */
export function scoreVisits(
  { firstAt, lastAt, visits }: VisitSum,
  { settings, now }: { settings: ScoreSettings; now: Date },
): Points {
  const length = 1 + reach(countDays(firstAt, lastAt), settings.lengthDays);
  const recency = POINTS_MAX - reach(countDays(lastAt, now), settings.recencyDays);
  const frequency = 1 + reach(visits, settings.visits);
  return { length, recency, frequency, total: length + recency + frequency };
}

/**
 * The tier of a number of points, 0 being those of who never came: of those it is enough for, the one
 * that takes most.
 */
export function findTier(total: number, ranks: readonly Rank[]): string | null {
  const enough = ranks.filter(({ totalMin }) => total >= totalMin);
  const best = enough.toSorted((one, other) => other.totalMin - one.totalMin)[0];
  return best?.tierId ?? null;
}

/** What is wrong with settings, and where; null: nothing. */
export function findFault(settings: ScoreSettings): { field: string; reason: string } | null {
  const { lengthDays, recencyDays, visits, ranks } = settings;
  for (const [field, cuts] of Object.entries({ lengthDays, recencyDays, visits }))
    for (const [index, cut] of cuts.entries())
      if (index > 0 && cut <= (cuts[index - 1] ?? 0))
        return { field: `/${field}/${index}`, reason: "must be more than the one before" };
  for (const [index, rank] of ranks.entries()) {
    const before = ranks.slice(0, index);
    if (before.some(({ tierId }) => tierId === rank.tierId))
      return { field: `/ranks/${index}/tierId`, reason: "stands twice" };
    if (before.some(({ totalMin }) => totalMin === rank.totalMin))
      return { field: `/ranks/${index}/totalMin`, reason: "is what another tier takes" };
  }
  return null;
}

/** Points of a part: 1 to 5. */
export const POINTS: readonly number[] = Array.from({ length: POINTS_MAX }, (_, at) => at + 1);

/** How customers stand, the best first: by how lately and how often they come. */
export const STANDINGS = ["regular", "promising", "cooling", "at-risk", "lapsed"] as const;
export type Standing = (typeof STANDINGS)[number];

/** Each cell of the grid is one standing's, so that these come to everybody as well. */
export function standingOf({
  recency,
  frequency,
}: {
  recency: number;
  frequency: number;
}): Standing {
  if (recency >= 4) return frequency >= 4 ? "regular" : "promising";
  if (recency === 3) return "cooling";
  return frequency >= 3 ? "at-risk" : "lapsed";
}
