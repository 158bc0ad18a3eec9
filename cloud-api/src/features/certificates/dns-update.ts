import { createHmac, timingSafeEqual } from "node:crypto";
import type { TsigAlgorithm, TsigKey } from "../../platform/certificate-settings.ts";

/** What stands at a name from now on, in the place of all records of this type; none: nothing. */
export type RecordChange = {
  name: string;
  type: "TXT" | "A";
  values: readonly string[];
  ttlSeconds: number;
};

const TYPES = { A: 1, SOA: 6, TXT: 16, TSIG: 250 } as const;
const CLASSES = { IN: 1, ANY: 255 } as const;
/** RFC 2136 §1.3, in the place of the opcode: RFC 1035 §4.1.1. */
const UPDATE_FLAGS = 5 << 11;
const HEADER_BYTES = 12;
/** RFC 8945 §10: how far two clocks may differ. */
const FUDGE_SECONDS = 300;
const HASHES: Record<TsigAlgorithm, string> = {
  "hmac-sha256": "sha256",
  "hmac-sha384": "sha384",
  "hmac-sha512": "sha512",
};

export type SignedUpdate = { octets: Buffer; id: number; mac: Buffer };

/** RFC 2136 §2: one message that replaces the records of a name and type, signed as RFC 8945 has it. */
export function writeUpdate(
  change: RecordChange,
  { zone, key, id, now }: { zone: string; key: TsigKey; id: number; now: Date },
): SignedUpdate {
  const { name, type, values, ttlSeconds } = change;
  // §2.5.2: delete an RRset; §2.5.1: add to one.
  const records = [
    writeRecord(name, { type: TYPES[type], class: CLASSES.ANY, ttlSeconds: 0 }),
    ...values.map((value) =>
      writeRecord(
        name,
        { type: TYPES[type], class: CLASSES.IN, ttlSeconds },
        writeValue(type, value),
      ),
    ),
  ];
  const unsigned = Buffer.concat([
    words(id, UPDATE_FLAGS, 1, 0, records.length, 0),
    writeName(zone),
    words(TYPES.SOA, CLASSES.IN),
    ...records,
  ]);
  const variables = writeVariables(key, { seconds: seconds(now), error: 0, other: EMPTY });
  const mac = sign(key, [unsigned, variables]);
  const signature = Buffer.concat([
    writeName(key.algorithm),
    writeTime(seconds(now)),
    words(FUDGE_SECONDS, mac.length),
    mac,
    words(id, 0, 0),
  ]);
  const place = { type: TYPES.TSIG, class: CLASSES.ANY, ttlSeconds: 0 };
  const octets = Buffer.concat([unsigned, writeRecord(key.name, place, signature)]);
  octets.writeUInt16BE(1, 10);
  return { octets, id, mac };
}

/** RFC 2136 §2.2 and RFC 8945 §3. */
const RCODES: Record<number, string> = {
  1: "FORMERR",
  2: "SERVFAIL",
  5: "REFUSED",
  9: "NOTAUTH",
  10: "NOTZONE",
};

export type UpdateOutcome =
  | { kind: "done" }
  /** The server says no, by its own code. */
  | { kind: "refused"; code: string }
  /** Not the server's answer to this update. */
  | { kind: "unproved" };

/** What became of an update. Success is believed only under the same key: RFC 8945 §5.3. */
export function readUpdateAnswer(
  answer: Buffer,
  { id, mac, key, now }: { id: number; mac: Buffer; key: TsigKey; now: Date },
): UpdateOutcome {
  try {
    if (answer.readUInt16BE(0) !== id) return { kind: "unproved" };
    const code = answer.readUInt16BE(2) & 0xf;
    if (code !== 0) return { kind: "refused", code: RCODES[code] ?? `code ${code}` };
    return isSigned(answer, { mac, key, now }) ? { kind: "done" } : { kind: "unproved" };
  } catch (error) {
    // Cut short: readUInt16BE and the like go past the end.
    if (error instanceof RangeError) return { kind: "unproved" };
    throw error;
  }
}

/** RFC 8945 §4.3.1: over the request's MAC, the answer without its TSIG, and the TSIG's variables. */
function isSigned(
  answer: Buffer,
  { mac, key, now }: { mac: Buffer; key: TsigKey; now: Date },
): boolean {
  const start = findLastRecord(answer);
  if (start === null) return false;
  let at = skipName(answer, start);
  if (answer.readUInt16BE(at) !== TYPES.TSIG) return false;
  at = skipName(answer, at + 10);
  const time = answer.readUIntBE(at, 6);
  const size = answer.readUInt16BE(at + 8);
  const told = answer.subarray(at + 10, at + 10 + size);
  at += 10 + size;
  const originalId = answer.readUInt16BE(at);
  const error = answer.readUInt16BE(at + 2);
  const other = answer.subarray(at + 6, at + 6 + answer.readUInt16BE(at + 4));
  const unsigned = Buffer.from(answer.subarray(0, start));
  unsigned.writeUInt16BE(originalId, 0);
  unsigned.writeUInt16BE(answer.readUInt16BE(10) - 1, 10);
  const variables = writeVariables(key, { seconds: time, error, other });
  const wanted = sign(key, [words(mac.length), mac, unsigned, variables]);
  const isFresh = Math.abs(seconds(now) - time) <= FUDGE_SECONDS;
  return isFresh && told.length === wanted.length && timingSafeEqual(told, wanted);
}

/** Where the last record begins; null: the message has none beyond its question. */
function findLastRecord(message: Buffer): number | null {
  const [questions = 0, ...sections] = [4, 6, 8, 10].map((at) => message.readUInt16BE(at));
  let at = HEADER_BYTES;
  for (let each = 0; each < questions; each += 1) at = skipName(message, at) + 4;
  let last: number | null = null;
  for (let each = sections.reduce((sum, count) => sum + count, 0); each > 0; each -= 1) {
    last = at;
    const fixed = skipName(message, at);
    at = fixed + 10 + message.readUInt16BE(fixed + 8);
  }
  return last;
}

/** RFC 1035 §4.1.4: labels end with a length of none, or with a pointer. */
function skipName(message: Buffer, from: number): number {
  let at = from;
  for (;;) {
    const length = message.readUInt8(at);
    if (length >= 0xc0) return at + 2;
    at += 1 + length;
    if (length === 0) return at;
  }
}

const EMPTY = Buffer.alloc(0);
const seconds = (at: Date) => Math.floor(at.getTime() / 1000);

function writeVariables(
  key: TsigKey,
  told: { seconds: number; error: number; other: Buffer },
): Buffer {
  return Buffer.concat([
    writeName(key.name),
    words(CLASSES.ANY, 0, 0),
    writeName(key.algorithm),
    writeTime(told.seconds),
    words(FUDGE_SECONDS, told.error, told.other.length),
    told.other,
  ]);
}

function sign({ algorithm, secret }: TsigKey, parts: readonly Buffer[]): Buffer {
  const mac = createHmac(HASHES[algorithm], secret);
  for (const part of parts) mac.update(part);
  return mac.digest();
}

function writeRecord(
  name: string,
  place: { type: number; class: number; ttlSeconds: number },
  content: Buffer = EMPTY,
): Buffer {
  const ttl = Buffer.alloc(4);
  ttl.writeUInt32BE(place.ttlSeconds);
  return Buffer.concat([
    writeName(name),
    words(place.type, place.class),
    ttl,
    words(content.length),
    content,
  ]);
}

function writeValue(type: RecordChange["type"], value: string): Buffer {
  if (type === "A") return Buffer.from(value.split(".").map(Number));
  const text = Buffer.from(value);
  return Buffer.concat([Buffer.from([text.length]), text]);
}

function writeName(name: string): Buffer {
  const labels = name.toLowerCase().split(".").filter(Boolean);
  const parts = labels.flatMap((label) => [Buffer.from([label.length]), Buffer.from(label)]);
  return Buffer.concat([...parts, Buffer.from([0])]);
}

function writeTime(value: number): Buffer {
  const time = Buffer.alloc(6);
  time.writeUIntBE(value, 0, 6);
  return time;
}

function words(...values: number[]): Buffer {
  const octets = Buffer.alloc(values.length * 2);
  values.forEach((value, at) => {
    octets.writeUInt16BE(value, at * 2);
  });
  return octets;
}
