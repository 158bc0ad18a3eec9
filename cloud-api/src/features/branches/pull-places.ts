import { refuse } from "../../platform/errors.ts";

/** A box waits at one pull, and for a moment at those before it, where the line broke and nobody has told. */
export const PULLS_WAITING_MAX = 4;
/** Those that were sent home and have not left: each is in the middle of a look. */
const PULLS_MAX = 2 * PULLS_WAITING_MAX;
const BUSY_SECONDS = 5;

export type PullPlace = { signal: AbortSignal; end: () => void; leave: () => void };

/**
 * Keeps each box to a few pulls at a time: all that wait look again whenever the company's log moves, and
 * one box, broken or stolen, that opens as many as it may call would have the others wait.
 */
export function openPullPlaces(): { enter: (boxId: string) => PullPlace } {
  const boxes = new Map<string, Set<AbortController>>();
  return {
    enter: (boxId) => {
      const those = boxes.get(boxId) ?? new Set();
      if (those.size >= PULLS_MAX)
        throw refuse(
          "busy",
          "This box holds more pulls open than one box needs. Wait, then pull.",
          {
            retryAfterSeconds: BUSY_SECONDS,
          },
        );
      const place = new AbortController();
      boxes.set(boxId, those.add(place));
      const waiting = [...those].filter(({ signal }) => !signal.aborted);
      // The longest first: the box has hung up there, as far as anybody knows.
      if (waiting.length > PULLS_WAITING_MAX) waiting[0]?.abort();
      return {
        signal: place.signal,
        end: () => place.abort(),
        leave: () => {
          those.delete(place);
          if (those.size === 0) boxes.delete(boxId);
        },
      };
    },
  };
}
