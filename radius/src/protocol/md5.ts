/** RFC 1321 §3.4: blocks of 64 octets go in, a digest of 16 comes out. */
const BLOCK_BYTES = 64;
export const DIGEST_BYTES = 16;
/** §3.2: where a last block's length begins. */
const LENGTH_AT = BLOCK_BYTES - 8;

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
  /** The same octets as words, least octet first, as the processors of every box have them. */
  const blockWords = new Int32Array(block.buffer);
  let bytes = 0;
  let filled = 0;
  const add: Md5["add"] = (octets, start = 0, end = octets.length) => {
    let to = filled;
    for (let at = start; at < end; ) {
      const stop = Math.min(end, at + BLOCK_BYTES - to);
      while (at < stop) block[to++] = octets[at++] as number;
      if (to < BLOCK_BYTES) break;
      addBlock(words, blockWords);
      to = 0;
    }
    filled = to;
    bytes += end - start;
  };
  /** Zeros from an octet up to another, a multiple of four: `fill` takes longer for so few. */
  const clear = (from: number, to: number) => {
    let at = from;
    for (; at % 4 !== 0; at++) block[at] = 0;
    for (let word = at / 4; word < to / 4; word++) blockWords[word] = 0;
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
        clear(filled, BLOCK_BYTES);
        addBlock(words, blockWords);
        filled = 0;
      }
      clear(filled, LENGTH_AT);
      blockWords[14] = length << 3;
      blockWords[15] = length >>> 29;
      addBlock(words, blockWords);
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

/** §3.4: what a step ends with: the sum turned left `by` bits, and the word beside it added. */
const step = (sum: number, by: number, beside: number) =>
  (((sum << by) | (sum >>> (32 - by))) + beside) | 0;

/** §3.4, as a block's sixteen words of four octets, least octet first. */
function addBlock(words: Int32Array, block: Int32Array): void {
  const [a, b, c, d] = [
    words[0] as number,
    words[1] as number,
    words[2] as number,
    words[3] as number,
  ];
  firstRound(words, block);
  secondRound(words, block);
  thirdRound(words, block);
  fourthRound(words, block);
  words[0] = (words[0] as number) + a;
  words[1] = (words[1] as number) + b;
  words[2] = (words[2] as number) + c;
  words[3] = (words[3] as number) + d;
}

// The steps are written out, each with its word, its sine (the integer part of 4294967296 times
// abs(sin(i))) and its turn: in a loop they take nearly twice the time.

function firstRound(words: Int32Array, block: Int32Array): void {
  let [a, b, c, d] = [
    words[0] as number,
    words[1] as number,
    words[2] as number,
    words[3] as number,
  ];
  a = step((a + (d ^ (b & (c ^ d))) + (block[0] as number) + 0xd76aa478) | 0, 7, b);
  d = step((d + (c ^ (a & (b ^ c))) + (block[1] as number) + 0xe8c7b756) | 0, 12, a);
  c = step((c + (b ^ (d & (a ^ b))) + (block[2] as number) + 0x242070db) | 0, 17, d);
  b = step((b + (a ^ (c & (d ^ a))) + (block[3] as number) + 0xc1bdceee) | 0, 22, c);
  a = step((a + (d ^ (b & (c ^ d))) + (block[4] as number) + 0xf57c0faf) | 0, 7, b);
  d = step((d + (c ^ (a & (b ^ c))) + (block[5] as number) + 0x4787c62a) | 0, 12, a);
  c = step((c + (b ^ (d & (a ^ b))) + (block[6] as number) + 0xa8304613) | 0, 17, d);
  b = step((b + (a ^ (c & (d ^ a))) + (block[7] as number) + 0xfd469501) | 0, 22, c);
  a = step((a + (d ^ (b & (c ^ d))) + (block[8] as number) + 0x698098d8) | 0, 7, b);
  d = step((d + (c ^ (a & (b ^ c))) + (block[9] as number) + 0x8b44f7af) | 0, 12, a);
  c = step((c + (b ^ (d & (a ^ b))) + (block[10] as number) + 0xffff5bb1) | 0, 17, d);
  b = step((b + (a ^ (c & (d ^ a))) + (block[11] as number) + 0x895cd7be) | 0, 22, c);
  a = step((a + (d ^ (b & (c ^ d))) + (block[12] as number) + 0x6b901122) | 0, 7, b);
  d = step((d + (c ^ (a & (b ^ c))) + (block[13] as number) + 0xfd987193) | 0, 12, a);
  c = step((c + (b ^ (d & (a ^ b))) + (block[14] as number) + 0xa679438e) | 0, 17, d);
  b = step((b + (a ^ (c & (d ^ a))) + (block[15] as number) + 0x49b40821) | 0, 22, c);
  words[0] = a;
  words[1] = b;
  words[2] = c;
  words[3] = d;
}

function secondRound(words: Int32Array, block: Int32Array): void {
  let [a, b, c, d] = [
    words[0] as number,
    words[1] as number,
    words[2] as number,
    words[3] as number,
  ];
  a = step((a + (c ^ (d & (b ^ c))) + (block[1] as number) + 0xf61e2562) | 0, 5, b);
  d = step((d + (b ^ (c & (a ^ b))) + (block[6] as number) + 0xc040b340) | 0, 9, a);
  c = step((c + (a ^ (b & (d ^ a))) + (block[11] as number) + 0x265e5a51) | 0, 14, d);
  b = step((b + (d ^ (a & (c ^ d))) + (block[0] as number) + 0xe9b6c7aa) | 0, 20, c);
  a = step((a + (c ^ (d & (b ^ c))) + (block[5] as number) + 0xd62f105d) | 0, 5, b);
  d = step((d + (b ^ (c & (a ^ b))) + (block[10] as number) + 0x02441453) | 0, 9, a);
  c = step((c + (a ^ (b & (d ^ a))) + (block[15] as number) + 0xd8a1e681) | 0, 14, d);
  b = step((b + (d ^ (a & (c ^ d))) + (block[4] as number) + 0xe7d3fbc8) | 0, 20, c);
  a = step((a + (c ^ (d & (b ^ c))) + (block[9] as number) + 0x21e1cde6) | 0, 5, b);
  d = step((d + (b ^ (c & (a ^ b))) + (block[14] as number) + 0xc33707d6) | 0, 9, a);
  c = step((c + (a ^ (b & (d ^ a))) + (block[3] as number) + 0xf4d50d87) | 0, 14, d);
  b = step((b + (d ^ (a & (c ^ d))) + (block[8] as number) + 0x455a14ed) | 0, 20, c);
  a = step((a + (c ^ (d & (b ^ c))) + (block[13] as number) + 0xa9e3e905) | 0, 5, b);
  d = step((d + (b ^ (c & (a ^ b))) + (block[2] as number) + 0xfcefa3f8) | 0, 9, a);
  c = step((c + (a ^ (b & (d ^ a))) + (block[7] as number) + 0x676f02d9) | 0, 14, d);
  b = step((b + (d ^ (a & (c ^ d))) + (block[12] as number) + 0x8d2a4c8a) | 0, 20, c);
  words[0] = a;
  words[1] = b;
  words[2] = c;
  words[3] = d;
}

function thirdRound(words: Int32Array, block: Int32Array): void {
  let [a, b, c, d] = [
    words[0] as number,
    words[1] as number,
    words[2] as number,
    words[3] as number,
  ];
  a = step((a + (b ^ c ^ d) + (block[5] as number) + 0xfffa3942) | 0, 4, b);
  d = step((d + (a ^ b ^ c) + (block[8] as number) + 0x8771f681) | 0, 11, a);
  c = step((c + (d ^ a ^ b) + (block[11] as number) + 0x6d9d6122) | 0, 16, d);
  b = step((b + (c ^ d ^ a) + (block[14] as number) + 0xfde5380c) | 0, 23, c);
  a = step((a + (b ^ c ^ d) + (block[1] as number) + 0xa4beea44) | 0, 4, b);
  d = step((d + (a ^ b ^ c) + (block[4] as number) + 0x4bdecfa9) | 0, 11, a);
  c = step((c + (d ^ a ^ b) + (block[7] as number) + 0xf6bb4b60) | 0, 16, d);
  b = step((b + (c ^ d ^ a) + (block[10] as number) + 0xbebfbc70) | 0, 23, c);
  a = step((a + (b ^ c ^ d) + (block[13] as number) + 0x289b7ec6) | 0, 4, b);
  d = step((d + (a ^ b ^ c) + (block[0] as number) + 0xeaa127fa) | 0, 11, a);
  c = step((c + (d ^ a ^ b) + (block[3] as number) + 0xd4ef3085) | 0, 16, d);
  b = step((b + (c ^ d ^ a) + (block[6] as number) + 0x04881d05) | 0, 23, c);
  a = step((a + (b ^ c ^ d) + (block[9] as number) + 0xd9d4d039) | 0, 4, b);
  d = step((d + (a ^ b ^ c) + (block[12] as number) + 0xe6db99e5) | 0, 11, a);
  c = step((c + (d ^ a ^ b) + (block[15] as number) + 0x1fa27cf8) | 0, 16, d);
  b = step((b + (c ^ d ^ a) + (block[2] as number) + 0xc4ac5665) | 0, 23, c);
  words[0] = a;
  words[1] = b;
  words[2] = c;
  words[3] = d;
}

function fourthRound(words: Int32Array, block: Int32Array): void {
  let [a, b, c, d] = [
    words[0] as number,
    words[1] as number,
    words[2] as number,
    words[3] as number,
  ];
  a = step((a + (c ^ (b | ~d)) + (block[0] as number) + 0xf4292244) | 0, 6, b);
  d = step((d + (b ^ (a | ~c)) + (block[7] as number) + 0x432aff97) | 0, 10, a);
  c = step((c + (a ^ (d | ~b)) + (block[14] as number) + 0xab9423a7) | 0, 15, d);
  b = step((b + (d ^ (c | ~a)) + (block[5] as number) + 0xfc93a039) | 0, 21, c);
  a = step((a + (c ^ (b | ~d)) + (block[12] as number) + 0x655b59c3) | 0, 6, b);
  d = step((d + (b ^ (a | ~c)) + (block[3] as number) + 0x8f0ccc92) | 0, 10, a);
  c = step((c + (a ^ (d | ~b)) + (block[10] as number) + 0xffeff47d) | 0, 15, d);
  b = step((b + (d ^ (c | ~a)) + (block[1] as number) + 0x85845dd1) | 0, 21, c);
  a = step((a + (c ^ (b | ~d)) + (block[8] as number) + 0x6fa87e4f) | 0, 6, b);
  d = step((d + (b ^ (a | ~c)) + (block[15] as number) + 0xfe2ce6e0) | 0, 10, a);
  c = step((c + (a ^ (d | ~b)) + (block[6] as number) + 0xa3014314) | 0, 15, d);
  b = step((b + (d ^ (c | ~a)) + (block[13] as number) + 0x4e0811a1) | 0, 21, c);
  a = step((a + (c ^ (b | ~d)) + (block[4] as number) + 0xf7537e82) | 0, 6, b);
  d = step((d + (b ^ (a | ~c)) + (block[11] as number) + 0xbd3af235) | 0, 10, a);
  c = step((c + (a ^ (d | ~b)) + (block[2] as number) + 0x2ad7d2bb) | 0, 15, d);
  b = step((b + (d ^ (c | ~a)) + (block[9] as number) + 0xeb86d391) | 0, 21, c);
  words[0] = a;
  words[1] = b;
  words[2] = c;
  words[3] = d;
}
