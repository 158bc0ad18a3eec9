/** How long the answer to something done once is given again: as for RADIUS retransmits. */
export const REPEAT_SECONDS = 30;

/**
 * Remembers for a moment what came of an act, so that a guest who taps twice, or a browser that
 * posts twice, gets the first answer again, and nothing is done a second time.
 */
export type Once<Answer> = {
  find(key: string): Answer | null;
  keep(key: string, answer: Answer): void;
  /** What came of it was undone: the act may be done anew. */
  forget(key: string): void;
};

export function openOnce<Answer>(
  clock: () => Date,
  seconds: number = REPEAT_SECONDS,
): Once<Answer> {
  // A Map keeps the order of insertion: the oldest come first.
  const kept = new Map<string, { answer: Answer; at: number }>();
  const forgetOld = (now: number) => {
    for (const [key, { at }] of kept) {
      // What a clock that was put back has ahead of it would never end.
      if (at <= now && now - at <= seconds * 1000) break;
      kept.delete(key);
    }
  };
  return {
    find(key) {
      forgetOld(clock().getTime());
      return kept.get(key)?.answer ?? null;
    },
    keep(key, answer) {
      forgetOld(clock().getTime());
      kept.delete(key);
      kept.set(key, { answer, at: clock().getTime() });
    },
    forget: (key) => void kept.delete(key),
  };
}
