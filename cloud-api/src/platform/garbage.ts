import { setFlagsFromString } from "node:v8";

/** So much garbage may stand beside what lives, in parts of a hundred of it, before it is collected. */
const GARBAGE_PERCENT_MAX = 60;
/** As much as V8 thinks well. */
const AS_V8_LIKES = 0;

/** Works of this process that hold little garbage: it has one heap. */
let holders = 0;

/**
 * Left alone, V8 lets a heap grow to four times what lives in it: beside 70 MiB of it a file of a hundred
 * thousand rows left 50 to 270 of garbage, more at one time than at another, where the database makes
 * better use of the memory. A long work in the background rather collects three times as often, for an
 * eighth more of the processor. V8 reads this flag anew after each collection
 * (`MemoryController::GrowingFactor`), unlike those that say how the heap is laid out.
 */
export async function withLittleGarbage<Result>(work: () => Promise<Result>): Promise<Result> {
  holders += 1;
  limitGarbage();
  try {
    return await work();
  } finally {
    holders -= 1;
    limitGarbage();
  }
}

function limitGarbage(): void {
  const percent = holders > 0 ? GARBAGE_PERCENT_MAX : AS_V8_LIKES;
  setFlagsFromString(`--heap-growing-percent=${percent}`);
}
