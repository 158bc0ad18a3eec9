/** Places that are told apart at once; of more, the one that has been silent longest begins anew. */
const PLACES_MAX = 2048;

/**
 * Says how often something came from a place within the stretch of time that `at` lies in, this time
 * included. `at` is milliseconds.
 */
export type Tally = (place: string, at: number) => number;

export function openTally(stretchMilliseconds: number): Tally {
  // In the order of who was heard of last.
  const counts = new Map<string, { stretch: number; count: number }>();
  return (place, at) => {
    const stretch = Math.floor(at / stretchMilliseconds);
    const before = counts.get(place);
    const count = before?.stretch === stretch ? before.count + 1 : 1;
    counts.delete(place);
    const [oldest] = counts.keys();
    if (counts.size >= PLACES_MAX && oldest !== undefined) counts.delete(oldest);
    counts.set(place, { stretch, count });
    return count;
  };
}
