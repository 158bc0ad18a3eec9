/** Of a histogram, for the status page and for Prometheus. */
export type Latency = {
  count: number;
  sumMilliseconds: number;
  /** Null: nothing was observed. At most a fifth above the true figure, never below it. */
  p50Milliseconds: number | null;
  p99Milliseconds: number | null;
  /** How many took no longer than each of LATENCY_BOUNDS_MILLISECONDS. */
  cumulative: number[];
};

export type Histogram = {
  observe: (milliseconds: number) => void;
  read: () => Latency;
};

const LOWEST_MILLISECONDS = 0.1;
const STEPS_PER_OCTAVE = 4;
/** 0.1 ms to 13 s: beyond it every NAS has given up. */
const OCTAVES = 17;

/** Where one bucket ends and the next begins, the bound itself in the lower one. */
export const BUCKET_BOUNDS_MILLISECONDS: readonly number[] = Array.from(
  { length: OCTAVES * STEPS_PER_OCTAVE + 1 },
  (_, at) => LOWEST_MILLISECONDS * 2 ** (at / STEPS_PER_OCTAVE),
);

/** Every fourth bound, each twice the last: enough for a graph, and no flood of time series. */
export const LATENCY_BOUNDS_MILLISECONDS: readonly number[] = BUCKET_BOUNDS_MILLISECONDS.filter(
  (_, at) => at % STEPS_PER_OCTAVE === 0,
);

/** Counts durations in logarithmic buckets: the same memory for ten of them and for ten billion. */
export function createHistogram(): Histogram {
  // One more for what is longer than the last bound.
  const counts = new Float64Array(BUCKET_BOUNDS_MILLISECONDS.length + 1);
  let count = 0;
  let sum = 0;
  let longest = 0;
  /** By nearest rank: of n sorted figures the one at ⌈share × n⌉. */
  const findQuantile = (share: number): number | null => {
    if (count === 0) return null;
    const rank = Math.ceil(share * count);
    let below = 0;
    const at = counts.findIndex((each) => {
      below += each;
      return below >= rank;
    });
    return Math.min(BUCKET_BOUNDS_MILLISECONDS[at] ?? longest, longest);
  };
  return {
    observe: (milliseconds) => {
      if (!Number.isFinite(milliseconds)) return;
      const duration = Math.max(0, milliseconds);
      const at = findBucket(duration);
      counts[at] = (counts[at] ?? 0) + 1;
      count += 1;
      sum += duration;
      longest = Math.max(longest, duration);
    },
    read: () => ({
      count,
      sumMilliseconds: sum,
      p50Milliseconds: findQuantile(0.5),
      p99Milliseconds: findQuantile(0.99),
      cumulative: accumulate(counts),
    }),
  };
}

/** The first bucket whose bound is not below the duration. */
function findBucket(milliseconds: number): number {
  let low = 0;
  let high = BUCKET_BOUNDS_MILLISECONDS.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((BUCKET_BOUNDS_MILLISECONDS[middle] as number) < milliseconds) low = middle + 1;
    else high = middle;
  }
  return low;
}

function accumulate(counts: Float64Array): number[] {
  const cumulative: number[] = [];
  let sum = 0;
  for (let at = 0; at < BUCKET_BOUNDS_MILLISECONDS.length; at++) {
    sum += counts[at] ?? 0;
    if (at % STEPS_PER_OCTAVE === 0) cumulative.push(sum);
  }
  return cumulative;
}
