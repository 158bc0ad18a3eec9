/** Enough for the guests and devices of a million events: of those not added, one in a hundred is taken for added. */
const BITS = 2 ** 25;
const HASHES = 4;

/** A set of keys that never grows: what was added is found, and rarely something else as well. */
export type KeyFilter = {
  add: (key: string) => void;
  mayHave: (key: string) => boolean;
};

/** Bloom, "Space/time trade-offs in hash coding with allowable errors", 1970. */
export function createKeyFilter(): KeyFilter {
  const words = new Uint32Array(BITS / 32);
  // Two hashes make as many as are wanted: Kirsch and Mitzenmacher, 2006.
  let first = 0;
  let second = 0;
  const hash = (key: string) => {
    first = 0x811c9dc5;
    second = 0x9747b28c;
    for (let at = 0; at < key.length; at += 1) {
      const code = key.charCodeAt(at);
      // FNV-1a, and the multiplier of murmur2.
      first = Math.imul(first ^ code, 0x01000193);
      second = Math.imul(second ^ code, 0x5bd1e995) ^ (second >>> 15);
    }
    second |= 1;
  };
  const bitOf = (index: number) => (first + Math.imul(index, second)) & (BITS - 1);
  return {
    add: (key) => {
      hash(key);
      for (let index = 0; index < HASHES; index += 1) {
        const bit = bitOf(index);
        words[bit >>> 5] = (words[bit >>> 5] ?? 0) | (1 << (bit & 31));
      }
    },
    mayHave: (key) => {
      hash(key);
      for (let index = 0; index < HASHES; index += 1) {
        const bit = bitOf(index);
        if (((words[bit >>> 5] ?? 0) & (1 << (bit & 31))) === 0) return false;
      }
      return true;
    },
  };
}
