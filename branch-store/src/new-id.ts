import { randomFillSync } from "node:crypto";
import { V7Generator } from "uuidv7";

/** Two a UUID: a call for randomness costs as much as the insert of an event. */
const DRAWN_AT_ONCE = 1024;

/** Makes UUIDv7, rising within a process, from randomness that is drawn for many at once. */
export function createIds(): () => string {
  const drawn = new Uint32Array(DRAWN_AT_ONCE);
  let next = DRAWN_AT_ONCE;
  const nextUint32 = (): number => {
    if (next === DRAWN_AT_ONCE) {
      randomFillSync(drawn);
      next = 0;
    }
    const value = drawn[next] as number;
    next += 1;
    return value;
  };
  const generator = new V7Generator({ nextUint32 });
  return () => generator.generate().toString();
}
