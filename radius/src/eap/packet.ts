/** RFC 3748 §4. */
export const eapCodes = { request: 1, response: 2, success: 3, failure: 4 } as const;

/** RFC 3748 §5 and IANA's registry; 33 is the extension of PEAP that carries TLVs. */
export const eapTypes = {
  identity: 1,
  notification: 2,
  nak: 3,
  gtc: 6,
  ttls: 21,
  peap: 25,
  mschapv2: 26,
  tlv: 33,
} as const;

const HEADER_BYTES = 4;

/** A Request or Response. `body` is what follows the type. */
export type EapPacket = { code: number; identifier: number; type: number; body: Buffer };

/** The peer's answer; null when it is none (RFC 3748 §4: such a packet is discarded). */
export function readResponse(bytes: Buffer): EapPacket | null {
  if (bytes.length <= HEADER_BYTES || bytes[0] !== eapCodes.response) return null;
  const length = bytes.readUInt16BE(2);
  // §4.1: octets beyond Length are padding; fewer are discarded.
  if (length <= HEADER_BYTES || length > bytes.length) return null;
  return {
    code: eapCodes.response,
    identifier: bytes[1] as number,
    type: bytes[HEADER_BYTES] as number,
    body: bytes.subarray(HEADER_BYTES + 1, length),
  };
}

/** A Request of that type. */
export function encodeEapRequest(identifier: number, type: number, body: Uint8Array): Buffer {
  return encodeEap({ code: eapCodes.request, identifier, type, body: Buffer.from(body) });
}

export function encodeEap({ code, identifier, type, body }: EapPacket): Buffer {
  const bytes = Buffer.allocUnsafe(HEADER_BYTES + 1 + body.length);
  bytes[0] = code;
  bytes[1] = identifier;
  bytes.writeUInt16BE(bytes.length, 2);
  bytes[HEADER_BYTES] = type;
  bytes.set(body, HEADER_BYTES + 1);
  return bytes;
}

/** RFC 3748 §4.2: with the identifier of the response it follows. */
export const eapSuccess = (identifier: number) =>
  Buffer.of(eapCodes.success, identifier, 0, HEADER_BYTES);
export const eapFailure = (identifier: number) =>
  Buffer.of(eapCodes.failure, identifier, 0, HEADER_BYTES);
