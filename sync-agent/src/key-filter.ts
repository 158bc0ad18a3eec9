/** Enough for the guests and devices of a million events: of those not added, one in a hundred is taken for added. */
const BITS = 2 ** 25;
const HASHES = 4;

/** Of a key's letters the last ones are hashed: in those of a UUID is most of its randomness (RFC 9562 §5). */
const HASHED_LETTERS = 17;

/** A set of keys that never grows: what was added is found, and rarely something else as well. */
export type KeyFilter = {
  /** The key that ends in a text where it is told; the whole text, if it is not. */
  add: (text: string, end?: number) => void;
  mayHave: (key: string) => boolean;
};

/** Bloom, "Space/time trade-offs in hash coding with allowable errors", 1970. */
export function createKeyFilter(): KeyFilter {
  const words = new Uint32Array(BITS / 32);
  // Two hashes make as many as are wanted: Kirsch and Mitzenmacher, 2006.
  let first = 0;
  let second = 0;
  const hash = (text: string, end: number) => {
    first = 0x811c9dc5;
    second = 0x9747b28c;
    for (let at = Math.max(0, end - HASHED_LETTERS); at < end; at += 1) {
      const code = text.charCodeAt(at);
      // FNV-1a, and the multiplier of murmur2.
      first = Math.imul(first ^ code, 0x01000193);
      second = Math.imul(second ^ code, 0x5bd1e995) ^ (second >>> 15);
    }
    second |= 1;
  };
  const bitOf = (index: number) => (first + Math.imul(index, second)) & (BITS - 1);
  return {
    add: (text, end = text.length) => {
      hash(text, end);
      for (let index = 0; index < HASHES; index += 1) {
        const bit = bitOf(index);
        words[bit >>> 5] = (words[bit >>> 5] ?? 0) | (1 << (bit & 31));
      }
    },
    mayHave: (key) => {
      hash(key, key.length);
      for (let index = 0; index < HASHES; index += 1) {
        const bit = bitOf(index);
        if (((words[bit >>> 5] ?? 0) & (1 << (bit & 31))) === 0) return false;
      }
      return true;
    },
  };
}
