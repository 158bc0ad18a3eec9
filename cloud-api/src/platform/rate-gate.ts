export type Rate = { perSecond: number; burst: number };
export type TokenBucket = { tokens: number; at: number };

export function fullBucket({ burst }: Rate, now: number): TokenBucket {
  return { tokens: burst, at: now };
}

/** A token; less by what adding up parts of it may lose. */
const A_TOKEN = 1 - 1e-6;

/**
 * Takes tokens where there is at least one: the last draw may take more than is left, so that a batch larger
 * than the burst goes through as well. Otherwise says how long to wait. `now` is in milliseconds.
 */
export function drawTokens(
  bucket: TokenBucket,
  { count, now, rate }: { count: number; now: number; rate: Rate },
): { bucket: TokenBucket; waitSeconds: number } {
  const passed = Math.max(0, now - bucket.at) / 1000;
  const tokens = Math.min(rate.burst, bucket.tokens + passed * rate.perSecond);
  if (tokens < A_TOKEN)
    return { bucket: { tokens, at: now }, waitSeconds: (1 - tokens) / rate.perSecond };
  return { bucket: { tokens: tokens - count, at: now }, waitSeconds: 0 };
}

/** Names that are remembered; whoever was quiet longest is forgotten first, and has a full bucket. */
const NAMES_MAX = 20_000;

export type RateGate = {
  /** Takes so much of the name's bucket; gives 0, or the seconds to wait where nothing is left. */
  draw: (name: string, count?: number) => number;
  /** The seconds that a draw would have to wait now. */
  waitSeconds: (name: string) => number;
};

/** Holds each name to a rate of its own, so that one cannot keep the others waiting. */
export function openRateGate(rate: Rate, clock: () => Date): RateGate {
  const buckets = new Map<string, TokenBucket>();
  const peek = (name: string, count: number) => {
    const now = clock().getTime();
    return drawTokens(buckets.get(name) ?? fullBucket(rate, now), { count, now, rate });
  };
  return {
    draw: (name, count = 1) => {
      const { bucket, waitSeconds } = peek(name, count);
      // The last of the map is whoever spoke last.
      buckets.delete(name);
      buckets.set(name, bucket);
      const [quietest] = buckets.keys();
      if (buckets.size > NAMES_MAX && quietest !== undefined) buckets.delete(quietest);
      return waitSeconds;
    },
    waitSeconds: (name) => peek(name, 1).waitSeconds,
  };
}
