/** RFC 5216 §3.1 and RFC 5281 §9.1; the three lowest bits are the version. */
const LENGTH_INCLUDED = 0x80;
const MORE_FRAGMENTS = 0x40;
const START = 0x20;
const VERSION_MASK = 0x07;
const LENGTH_BYTES = 4;
/** Header, type and flags of the EAP packet a fragment travels in, and the total length. */
const OVERHEAD_BYTES = 4 + 1 + 1 + LENGTH_BYTES;

/** No peer without a certificate has more to say at once. */
export const TLS_MESSAGE_BYTES_MAX = 16_384;
/** An EAP packet's length where the NAS does not say what fits (RFC 3579 §2.4). */
export const EAP_BYTES_DEFAULT = 1024;
const EAP_BYTES_MIN = 128;
const EAP_BYTES_MAX = 1400;

/** The start of a method: no octets of TLS yet, version 0. */
export const startBody = (): Buffer => Buffer.of(START);

/** What a fragment of the peer amounts to. */
export type Received =
  /** All of a message; an empty one acknowledges. */
  | { kind: "whole"; message: Buffer }
  /** A part: the peer waits for an empty packet. */
  | { kind: "part" }
  | { kind: "malformed" };

export type Fragments = {
  receive: (body: Buffer) => Received;
  /** Takes a message to be sent in pieces; an empty one acknowledges. */
  send: (message: Buffer) => void;
  /** The next piece; null when all were taken. */
  takeNext: (eapBytesMax: number) => Buffer | null;
};

/** Cuts TLS messages into EAP packets and joins them again. */
export function createFragments(): Fragments {
  let parts: Buffer[] = [];
  let partsBytes = 0;
  let outgoing: Buffer | null = null;
  let sentBytes = 0;
  return {
    receive: (body) => {
      const flags = body[0];
      if (flags === undefined || (flags & (START | VERSION_MASK)) !== 0)
        return { kind: "malformed" };
      const skip = 1 + ((flags & LENGTH_INCLUDED) !== 0 ? LENGTH_BYTES : 0);
      if (body.length < skip) return { kind: "malformed" };
      if (skip > 1 && body.readUInt32BE(1) > TLS_MESSAGE_BYTES_MAX) return { kind: "malformed" };
      // A copy: what is kept must not hold on to a whole datagram each.
      parts.push(Buffer.from(body.subarray(skip)));
      partsBytes += body.length - skip;
      if (partsBytes > TLS_MESSAGE_BYTES_MAX) return { kind: "malformed" };
      if ((flags & MORE_FRAGMENTS) !== 0)
        return body.length > skip ? { kind: "part" } : { kind: "malformed" };
      const message = Buffer.concat(parts);
      parts = [];
      partsBytes = 0;
      return { kind: "whole", message };
    },
    send: (message) => {
      outgoing = message;
      sentBytes = 0;
    },
    takeNext: (eapBytesMax) => {
      if (!outgoing) return null;
      const room = Math.max(EAP_BYTES_MIN, Math.min(eapBytesMax, EAP_BYTES_MAX)) - OVERHEAD_BYTES;
      const piece = outgoing.subarray(sentBytes, sentBytes + room);
      const isFirst = sentBytes === 0;
      sentBytes += piece.length;
      const isLast = sentBytes === outgoing.length;
      const flags = isLast ? 0 : MORE_FRAGMENTS;
      // RFC 5281 §9.2.2: the first of several tells the length of them all.
      const isLengthTold = isFirst && !isLast;
      const head = Buffer.alloc(isLengthTold ? 1 + LENGTH_BYTES : 1);
      head[0] = flags | (isLengthTold ? LENGTH_INCLUDED : 0);
      if (isLengthTold) head.writeUInt32BE(outgoing.length, 1);
      if (isLast) outgoing = null;
      return Buffer.concat([head, piece]);
    },
  };
}
