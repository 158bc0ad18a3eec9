import { randomFillSync } from "node:crypto";

/** Asking the generator for this much takes as long as asking it for a dozen bytes. */
const DRAWN_BYTES = 4096;

let drawn = Buffer.alloc(0);

/** Random bytes of the system's generator, fit for keys. Each is given once. */
export function takeRandomBytes(count: number): Buffer {
  if (drawn.length < count) drawn = randomFillSync(Buffer.alloc(Math.max(DRAWN_BYTES, count)));
  const taken = Buffer.from(drawn.subarray(0, count));
  drawn.fill(0, 0, count);
  drawn = drawn.subarray(count);
  return taken;
}
