// What a controller says is JSON, and may be any: an object with a `toString` of its own makes neither a
// text nor a number, and String() and Number() throw at it.

/** A text as it was told; empty for what is none. */
export const textOf = (value: unknown): string => (typeof value === "string" ? value : "");

/** A number, also one that is told as a text; NaN for what is none. */
export const numberOf = (value: unknown): number =>
  typeof value === "number" || typeof value === "string" ? Number(value) : Number.NaN;
