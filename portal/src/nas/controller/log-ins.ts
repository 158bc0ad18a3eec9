/** Consoles lock out whoever logs in too often, venue IT's own people with us. */
const LOG_INS_MAX = 3;
const WINDOW_SECONDS = 60;
/** The longest that is believed when a console asks for patience. */
const PAUSE_SECONDS_MAX = 15 * 60;

/** Says whether one more log-in may be tried now. */
export type LogInLimit = {
  /** True, and counted; false: too many lately, or the controller asked for patience. */
  take(): boolean;
  /** No log-in until then; `Retry-After` in seconds, where it was told (RFC 9110 §10.2.3). */
  pause(retryAfter: string | undefined): void;
};

export function openLogInLimit(clock: () => Date): LogInLimit {
  let taken: number[] = [];
  let pausedUntil = 0;
  return {
    take() {
      const now = clock().getTime();
      // A clock that was put back must not close the way for ever.
      taken = taken.filter((at) => at <= now && now - at < WINDOW_SECONDS * 1000);
      if (pausedUntil - now > PAUSE_SECONDS_MAX * 1000) pausedUntil = 0;
      if (now < pausedUntil || taken.length >= LOG_INS_MAX) return false;
      taken.push(now);
      return true;
    },
    pause(retryAfter) {
      const told = Number(retryAfter);
      const seconds = told > 0 ? Math.min(told, PAUSE_SECONDS_MAX) : WINDOW_SECONDS;
      pausedUntil = clock().getTime() + seconds * 1000;
    },
  };
}
