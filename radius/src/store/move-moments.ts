/**
 * What is asked of the store, with its moments as they are called now: it was asked by a clock that was
 * put right before the store came to it. All that the event loop has stamped is a Date.
 */
export function moveMoments(input: unknown, byMilliseconds: number): unknown {
  if (byMilliseconds === 0 || typeof input !== "object" || input === null) return input;
  if (input instanceof Date) return new Date(input.getTime() + byMilliseconds);
  if (Array.isArray(input)) return input.map((each) => moveMoments(each, byMilliseconds));
  // Octets and the like hold no moments.
  if (Object.getPrototypeOf(input) !== Object.prototype) return input;
  const moved = Object.entries(input).map(([key, each]) => [
    key,
    moveMoments(each, byMilliseconds),
  ]);
  return Object.fromEntries(moved);
}
