/** The first wait after a failure is at most this long, then twice as long, and so on. */
export const RETRY_BASE_MILLISECONDS = 500;
/** No wait is longer, so that a branch is heard of soon after its uplink is back. */
export const RETRY_MAX_MILLISECONDS = 30_000;
/** A key that was refused will not be taken a second later; a person has to act. */
export const UNAUTHORIZED_RETRY_MAX_MILLISECONDS = 120_000;
/** A cloud that asks for more patience than this is not obeyed further. */
export const RETRY_AFTER_MAX_MILLISECONDS = 600_000;
/** A pull that brought nothing and did not wait either is not repeated sooner. */
export const EMPTY_PULL_MILLISECONDS = 1_000;

export type RetryOptions = {
  /** Failures in a row, counting this one: 1 and up. */
  failures: number;
  /** 0 ≤ jitter < 1. */
  jitter: number;
  /** What the cloud asked for (RFC 9110 §10.2.3), or null. */
  retryAfterSeconds: number | null;
  unauthorized: boolean;
};

/**
 * Exponential back-off with full jitter: anywhere between now and the ceiling, so that the boxes
 * which lost a cloud at one moment do not come back at one moment.
 */
export function chooseRetryDelay(options: RetryOptions): number {
  const max = options.unauthorized ? UNAUTHORIZED_RETRY_MAX_MILLISECONDS : RETRY_MAX_MILLISECONDS;
  // 2^20 is far beyond every ceiling and still exact.
  const exponent = Math.min(options.failures - 1, 20);
  const backOff = options.jitter * Math.min(max, RETRY_BASE_MILLISECONDS * 2 ** exponent);
  const asked = Math.min((options.retryAfterSeconds ?? 0) * 1000, RETRY_AFTER_MAX_MILLISECONDS);
  return Math.round(asked + backOff);
}

/** How long to rest before the next pull, so that a cloud which does not wait is not hammered. */
export function choosePullRest(options: { news: boolean; tookMilliseconds: number }): number {
  if (options.news || options.tookMilliseconds >= EMPTY_PULL_MILLISECONDS) return 0;
  return EMPTY_PULL_MILLISECONDS - options.tookMilliseconds;
}

/** After a batch was refused as too much: half of it. Zero when a single event was too much. */
export function shrinkBatch(sent: number): number {
  return Math.floor(sent / 2);
}

/** After a batch went through: a little more next time, up to the contract's bound. */
export function growBatch(eventsMax: number, bound: number): number {
  return Math.min(bound, eventsMax + Math.max(1, Math.floor(eventsMax / 4)));
}
