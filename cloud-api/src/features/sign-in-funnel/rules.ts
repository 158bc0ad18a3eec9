/** What boxes count of tries to sign in: each step holds those who came to it. */
export type SignInCounts = {
  seen: number;
  page: number;
  asked: number;
  right: number;
  onlineByCode: number;
  onlineWithoutCode: number;
  /** Of these: those who had asked for a code. */
  changedWay: number;
};

export const NOBODY: SignInCounts = {
  ...{ seen: 0, page: 0, asked: 0, right: 0 },
  ...{ onlineByCode: 0, onlineWithoutCode: 0, changedWay: 0 },
};

/** What the counts of several branches or days come to. */
export const addUp = (rows: readonly SignInCounts[]): SignInCounts =>
  rows.reduce<SignInCounts>(
    (sum, row) => ({
      seen: sum.seen + row.seen,
      page: sum.page + row.page,
      asked: sum.asked + row.asked,
      right: sum.right + row.right,
      onlineByCode: sum.onlineByCode + row.onlineByCode,
      onlineWithoutCode: sum.onlineWithoutCode + row.onlineWithoutCode,
      changedWay: sum.changedWay + row.changedWay,
    }),
    NOBODY,
  );

export const STEPS = ["seen", "page", "asked", "right", "online"] as const;
export type Step = (typeof STEPS)[number];

export type FunnelStep = {
  step: Step;
  reached: number;
  /** Came no further. */
  lost: number;
  /** Went on by no code: online at once from here. */
  wentAround: number;
};

/**
 * The way by a code, step by step. Whoever needs no code leaves it at the page for being online, so of
 * every step those who reached it are those who went on, went around or were lost.
 */
export function readFunnel(counts: SignInCounts): FunnelStep[] {
  const { seen, page, asked, right, onlineByCode, onlineWithoutCode, changedWay } = counts;
  const atOnce = onlineWithoutCode - changedWay;
  return [
    { step: "seen", reached: seen, lost: seen - page, wentAround: 0 },
    { step: "page", reached: page, lost: page - asked - atOnce, wentAround: atOnce },
    { step: "asked", reached: asked, lost: asked - right - changedWay, wentAround: changedWay },
    { step: "right", reached: right, lost: right - onlineByCode, wentAround: 0 },
    { step: "online", reached: onlineByCode + onlineWithoutCode, lost: 0, wentAround: 0 },
  ];
}

/** Of those who were seen, who is online; null where nobody was. */
export function shareOnline(counts: SignInCounts): number | null {
  if (counts.seen === 0) return null;
  return (counts.onlineByCode + counts.onlineWithoutCode) / counts.seen;
}

/** The step from which most are lost; null where nobody is. Whoever is online is not. */
export function findLargestLoss(steps: readonly FunnelStep[]): Exclude<Step, "online"> | null {
  const [worst] = steps.toSorted((one, other) => other.lost - one.lost);
  return worst && worst.lost > 0 && worst.step !== "online" ? worst.step : null;
}
