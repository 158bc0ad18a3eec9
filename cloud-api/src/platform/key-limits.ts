/** Of one key; each process counts for itself. */
export const KEY_CALLS_PER_MINUTE_MAX = 600;
const WINDOW_MILLISECONDS = 60_000;

export type KeyLimits = {
  /** Counts a call; null: it may be answered, else in how many seconds the next may be. */
  take: (keyId: string, now: number) => number | null;
};

/** How often each key has called in its minute. A key that was silent for one begins anew. */
export function countKeyCalls(callsMax = KEY_CALLS_PER_MINUTE_MAX): KeyLimits {
  const windows = new Map<string, { endsAt: number; calls: number }>();
  return {
    take: (keyId, now) => {
      for (const [id, { endsAt }] of windows) if (endsAt <= now) windows.delete(id);
      const held = windows.get(keyId) ?? { endsAt: now + WINDOW_MILLISECONDS, calls: 0 };
      windows.set(keyId, held);
      held.calls += 1;
      return held.calls <= callsMax ? null : Math.ceil((held.endsAt - now) / 1000);
    },
  };
}
