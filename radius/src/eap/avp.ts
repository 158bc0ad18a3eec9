// AVPs as EAP-TTLS carries them (RFC 5281 §10.1): code, flags, a length of 24 bits, a vendor's id
// where the flags say so, and the value, filled up to four octets.

const VENDOR_FLAG = 0x80;
const MANDATORY_FLAG = 0x40;
const HEADER_BYTES = 8;
const VENDOR_BYTES = 4;

export type Avp = { vendor: number; code: number; isMandatory: boolean; value: Buffer };

/** Null when the octets are no list of AVPs. */
export function readAvps(octets: Buffer): Avp[] | null {
  const avps: Avp[] = [];
  let at = 0;
  while (at < octets.length) {
    if (octets.length - at < HEADER_BYTES) return null;
    const flags = octets[at + 4] as number;
    const hasVendor = (flags & VENDOR_FLAG) !== 0;
    const start = at + HEADER_BYTES + (hasVendor ? VENDOR_BYTES : 0);
    const end = at + octets.readUIntBE(at + 5, 3);
    if (end < start || end > octets.length) return null;
    avps.push({
      vendor: hasVendor ? octets.readUInt32BE(at + HEADER_BYTES) : 0,
      code: octets.readUInt32BE(at),
      isMandatory: (flags & MANDATORY_FLAG) !== 0,
      value: octets.subarray(start, end),
    });
    // The last may go without its filling.
    at = end + ((4 - ((end - at) % 4)) % 4);
  }
  return avps;
}

export function encodeAvp({ vendor, code, isMandatory, value }: Avp): Buffer {
  const head = HEADER_BYTES + (vendor === 0 ? 0 : VENDOR_BYTES);
  const length = head + value.length;
  const octets = Buffer.alloc(Math.ceil(length / 4) * 4);
  octets.writeUInt32BE(code, 0);
  octets.writeUIntBE(length, 5, 3);
  octets[4] = (vendor === 0 ? 0 : VENDOR_FLAG) | (isMandatory ? MANDATORY_FLAG : 0);
  if (vendor !== 0) octets.writeUInt32BE(vendor, HEADER_BYTES);
  octets.set(value, head);
  return octets;
}
