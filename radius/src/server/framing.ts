import { PACKET_BYTES_MAX, PACKET_BYTES_MIN } from "../protocol/packet.ts";

/** Where a packet's Length ends. */
const LENGTH_END = 4;

export type Framer = {
  /** The packets that are whole now. `isBroken`: nothing that follows can be told apart. */
  push: (octets: Buffer) => { packets: Buffer[]; isBroken: boolean };
};

/**
 * Cuts a stream into packets by their Length (RFC 6613 §2.6.4): a length no packet has loses the
 * place in the stream for good. Keeps less than one packet.
 */
export function createFramer(): Framer {
  let rest: Buffer = Buffer.alloc(0);
  let isBroken = false;
  return {
    push: (octets) => {
      const packets: Buffer[] = [];
      let left = rest.length === 0 ? octets : Buffer.concat([rest, octets]);
      while (!isBroken && left.length >= LENGTH_END) {
        const length = left.readUInt16BE(2);
        isBroken = length < PACKET_BYTES_MIN || length > PACKET_BYTES_MAX;
        if (isBroken || left.length < length) break;
        packets.push(left.subarray(0, length));
        left = left.subarray(length);
      }
      // A copy: a view would keep all that came with it.
      rest = isBroken ? Buffer.alloc(0) : Buffer.from(left);
      return { packets, isBroken };
    },
  };
}
