import type { HandOffParts } from "./adapter.ts";

/** Some days of a busy branch. */
const HAND_OFFS_MAX = 20_000;

/**
 * Remembers when each signed hand-off was first brought. A signature says who, not when: without this
 * a link from a browser's history would prove a device for as long as the NAS keeps its secret.
 */
export type HandOffs = {
  /**
   * Whether this hand-off was first brought a short while ago at most, by this very address, or is
   * brought just now: a link that was overheard proves nothing for whoever has it second.
   */
  isFresh(handOffId: string, remoteAddress: string): boolean;
  /** Whether another address has brought it first. */
  isOthers(handOffId: string, remoteAddress: string): boolean;
  /** Whether neither of these texts has come with another one before. */
  areTogether(parts: HandOffParts): boolean;
};

/** What was forgotten, after a restart or for younger ones, is taken for new once more. */
export function openHandOffs(clock: () => Date, seconds: number): HandOffs {
  // A Map keeps the order of insertion: the oldest come first.
  /** By text of a hand-off: the one that it came with. */
  const partners = new Map<string, string>();
  const first = new Map<string, { at: number; by: string }>();
  return {
    isFresh(handOffId, remoteAddress) {
      const now = clock().getTime();
      const known = first.get(handOffId);
      if (known && known.by !== remoteAddress) return false;
      // A moment still to come is of a clock that was put back since.
      if (known && known.at <= now) return now - known.at <= seconds * 1000;
      first.delete(handOffId);
      first.set(handOffId, { at: now, by: remoteAddress });
      for (const oldest of first.keys()) {
        if (first.size <= HAND_OFFS_MAX) break;
        first.delete(oldest);
      }
      return true;
    },
    isOthers: (handOffId, remoteAddress) =>
      (first.get(handOffId)?.by ?? remoteAddress) !== remoteAddress,
    areTogether([one, other]) {
      const isKnownApart = (text: string, beside: string) =>
        (partners.get(text) ?? beside) !== beside;
      if (isKnownApart(one, other) || isKnownApart(other, one)) return false;
      for (const [text, beside] of [
        [one, other],
        [other, one],
      ] as const) {
        partners.delete(text);
        partners.set(text, beside);
      }
      for (const oldest of partners.keys()) {
        if (partners.size <= HAND_OFFS_MAX) break;
        partners.delete(oldest);
      }
      return true;
    },
  };
}
