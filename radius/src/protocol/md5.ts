/** RFC 1321 §3.4: blocks of 64 octets go in, a digest of 16 comes out. */
const BLOCK_BYTES = 64;
export const DIGEST_BYTES = 16;
/** §3.2: where a last block's length begins. */
const LENGTH_AT = BLOCK_BYTES - 8;

/** §3.4: the integer part of 4294967296 times abs(sin(i)). */
const SINES = Int32Array.from({ length: 64 }, (_, at) => 2 ** 32 * Math.abs(Math.sin(at + 1)));
/** §3.3. */
const START = Int32Array.of(0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476);

/** What a digest has taken in so far, in whole blocks, to be gone on from as often as one likes. */
export type Md5State = { words: Int32Array; bytes: number };

export type Md5 = {
  /** Forgets what was added; goes on after what a state has taken in. */
  begin: (after?: Md5State) => void;
  /** Adds octets from `start` up to `end`; all of them unless said. */
  add: (octets: Uint8Array, start?: number, end?: number) => void;
  /** The state now. Throws when it is not between two blocks. */
  keep: () => Md5State;
  /** Writes the digest's 16 octets into `into` from `at` on. */
  finish: (into: Uint8Array, at: number) => void;
};

/**
 * MD5 (RFC 1321), one digest at a time. Our own, since a packet needs up to five of some hundred
 * octets, and each way into OpenSSL and back costs more than the digest.
 */
export function createMd5(): Md5 {
  const words = Int32Array.from(START);
  const block = new Uint8Array(BLOCK_BYTES);
  const view = new DataView(block.buffer);
  let bytes = 0;
  let filled = 0;
  const add: Md5["add"] = (octets, start = 0, end = octets.length) => {
    let to = filled;
    for (let at = start; at < end; ) {
      const stop = Math.min(end, at + BLOCK_BYTES - to);
      while (at < stop) block[to++] = octets[at++] as number;
      if (to < BLOCK_BYTES) break;
      addBlock(words, view);
      to = 0;
    }
    filled = to;
    bytes += end - start;
  };
  return {
    begin: (after) => {
      setWords(words, after ? after.words : START);
      bytes = after ? after.bytes : 0;
      filled = 0;
    },
    add,
    keep: () => {
      if (filled > 0) throw new Error("a digest's state is kept between two blocks alone");
      return { words: Int32Array.from(words), bytes };
    },
    finish: (into, at) => {
      // §3.1 and §3.2: a one bit, zeros, and the length in bits, least octet first.
      const length = bytes;
      block[filled] = 0x80;
      filled += 1;
      if (filled > LENGTH_AT) {
        block.fill(0, filled);
        addBlock(words, view);
        filled = 0;
      }
      block.fill(0, filled, LENGTH_AT);
      view.setUint32(LENGTH_AT, length << 3, true);
      view.setUint32(LENGTH_AT + 4, length >>> 29, true);
      addBlock(words, view);
      for (let octet = 0; octet < DIGEST_BYTES; octet++)
        into[at + octet] = (words[octet >> 2] as number) >>> ((octet & 3) << 3);
    },
  };
}

/** Whether 16 octets of `octets` are this digest, in a time that does not tell where they differ. */
export function isDigestAt(digest: Uint8Array, octets: Uint8Array, at: number): boolean {
  if (octets.length < at + DIGEST_BYTES) return false;
  let difference = 0;
  for (let octet = 0; octet < DIGEST_BYTES; octet++)
    difference |= (digest[octet] as number) ^ (octets[at + octet] as number);
  return difference === 0;
}

function setWords(words: Int32Array, to: Int32Array): void {
  for (let at = 0; at < 4; at++) words[at] = to[at] as number;
}

/** §3.4: `at` is the step, by which its sine and its word of the block are found. */
function step(view: DataView, sum: number, at: number, word: number): number {
  return (sum + view.getInt32((word & 15) << 2, true) + (SINES[at] as number)) | 0;
}

const turn = (value: number, by: number) => (value << by) | (value >>> (32 - by));

/** §3.4: four rounds of sixteen steps. */
function addBlock(words: Int32Array, view: DataView): void {
  let [a, b, c, d] = [
    words[0] as number,
    words[1] as number,
    words[2] as number,
    words[3] as number,
  ];
  for (let at = 0; at < 16; at += 4) {
    a = (turn(step(view, a + (d ^ (b & (c ^ d))), at, at), 7) + b) | 0;
    d = (turn(step(view, d + (c ^ (a & (b ^ c))), at + 1, at + 1), 12) + a) | 0;
    c = (turn(step(view, c + (b ^ (d & (a ^ b))), at + 2, at + 2), 17) + d) | 0;
    b = (turn(step(view, b + (a ^ (c & (d ^ a))), at + 3, at + 3), 22) + c) | 0;
  }
  for (let at = 16; at < 32; at += 4) {
    const word = 5 * at + 1;
    a = (turn(step(view, a + (c ^ (d & (b ^ c))), at, word), 5) + b) | 0;
    d = (turn(step(view, d + (b ^ (c & (a ^ b))), at + 1, word + 5), 9) + a) | 0;
    c = (turn(step(view, c + (a ^ (b & (d ^ a))), at + 2, word + 10), 14) + d) | 0;
    b = (turn(step(view, b + (d ^ (a & (c ^ d))), at + 3, word + 15), 20) + c) | 0;
  }
  for (let at = 32; at < 48; at += 4) {
    const word = 3 * at + 5;
    a = (turn(step(view, a + (b ^ c ^ d), at, word), 4) + b) | 0;
    d = (turn(step(view, d + (a ^ b ^ c), at + 1, word + 3), 11) + a) | 0;
    c = (turn(step(view, c + (d ^ a ^ b), at + 2, word + 6), 16) + d) | 0;
    b = (turn(step(view, b + (c ^ d ^ a), at + 3, word + 9), 23) + c) | 0;
  }
  for (let at = 48; at < 64; at += 4) {
    const word = 7 * at;
    a = (turn(step(view, a + (c ^ (b | ~d)), at, word), 6) + b) | 0;
    d = (turn(step(view, d + (b ^ (a | ~c)), at + 1, word + 7), 10) + a) | 0;
    c = (turn(step(view, c + (a ^ (d | ~b)), at + 2, word + 14), 15) + d) | 0;
    b = (turn(step(view, b + (d ^ (c | ~a)), at + 3, word + 21), 21) + c) | 0;
  }
  words[0] = (words[0] as number) + a;
  words[1] = (words[1] as number) + b;
  words[2] = (words[2] as number) + c;
  words[3] = (words[3] as number) + d;
}
