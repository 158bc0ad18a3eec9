const BLOCK_BYTES = 64;
/** RFC 1320 §3.4: each round's order of words, its shifts and its constant. */
const ROUNDS = [
  { words: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15], shifts: [3, 7, 11, 19], add: 0 },
  {
    words: [0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15],
    shifts: [3, 5, 9, 13],
    add: 0x5a827999,
  },
  {
    words: [0, 8, 4, 12, 2, 10, 6, 14, 1, 9, 5, 13, 3, 11, 7, 15],
    shifts: [3, 9, 11, 15],
    add: 0x6ed9eba1,
  },
] as const;

const mix = (round: number, x: number, y: number, z: number): number => {
  if (round === 0) return (x & y) | (~x & z);
  return round === 1 ? (x & y) | (x & z) | (y & z) : x ^ y ^ z;
};

const rotate = (value: number, by: number) => (value << by) | (value >>> (32 - by));

/**
 * MD4 (RFC 1320), which OpenSSL 3 no longer offers. Broken as a digest; MS-CHAPv2 knows a password
 * by nothing else (RFC 2759 §8.3).
 */
export function md4(message: Uint8Array): Buffer {
  // §3.1 and §3.2: a one bit, zeros, and the length in bits, least octet first.
  const blocks = Math.ceil((message.length + 9) / BLOCK_BYTES);
  const padded = Buffer.alloc(blocks * BLOCK_BYTES);
  padded.set(message);
  padded[message.length] = 0x80;
  padded.writeBigUInt64LE(BigInt(message.length) * 8n, padded.length - 8);
  const state: Words = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476];
  for (let at = 0; at < padded.length; at += BLOCK_BYTES) addBlock(state, padded, at);
  const digest = Buffer.alloc(16);
  state.forEach((word, index) => {
    digest.writeUInt32LE(word >>> 0, index * 4);
  });
  return digest;
}

type Words = [number, number, number, number];

function addBlock(state: Words, padded: Buffer, at: number): void {
  let [a, b, c, d] = state;
  ROUNDS.forEach(({ words, shifts, add }, round) => {
    words.forEach((word, step) => {
      const sum = a + mix(round, b, c, d) + padded.readUInt32LE(at + word * 4) + add;
      const next = rotate(sum | 0, shifts[(step % 4) as 0 | 1 | 2 | 3]);
      [a, b, c, d] = [d, next, b, c];
    });
  });
  state[0] = (state[0] + a) | 0;
  state[1] = (state[1] + b) | 0;
  state[2] = (state[2] + c) | 0;
  state[3] = (state[3] + d) | 0;
}
