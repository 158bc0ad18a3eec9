/** Some days of a busy branch. */
const HAND_OFFS_MAX = 20_000;

/**
 * Remembers when each signed hand-off was first brought. A signature says who, not when: without this
 * a link from a browser's history would prove a device for as long as the NAS keeps its secret.
 */
export type HandOffs = {
  /** Whether this hand-off was first brought a short while ago at most, or is brought just now. */
  isFresh(handOffId: string): boolean;
};

/** What was forgotten, after a restart or for younger ones, is taken for new once more. */
export function openHandOffs(clock: () => Date, seconds: number): HandOffs {
  // A Map keeps the order of insertion: the oldest come first.
  const firstBroughtAt = new Map<string, number>();
  return {
    isFresh(handOffId) {
      const now = clock().getTime();
      const at = firstBroughtAt.get(handOffId);
      // A moment still to come is of a clock that was put back since.
      if (at !== undefined && at <= now) return now - at <= seconds * 1000;
      firstBroughtAt.delete(handOffId);
      firstBroughtAt.set(handOffId, now);
      for (const oldest of firstBroughtAt.keys()) {
        if (firstBroughtAt.size <= HAND_OFFS_MAX) break;
        firstBroughtAt.delete(oldest);
      }
      return true;
    },
  };
}
