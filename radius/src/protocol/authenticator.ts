import { hash, timingSafeEqual } from "node:crypto";
import { codes, dictionary, STANDARD } from "./dictionary.ts";
import {
  authenticatorOf,
  encodePacket,
  PACKET_BYTES_MAX,
  PACKET_BYTES_MIN,
  type Packet,
  type RawAttribute,
} from "./packet.ts";
import { findSpan, listOctets } from "./values.ts";

const DIGEST_BYTES = 16;
const HMAC_BLOCK_BYTES = 64;
const ZEROS = Buffer.alloc(DIGEST_BYTES);
const EMPTY_MESSAGE_AUTHENTICATOR: RawAttribute = {
  vendor: STANDARD,
  type: dictionary["Message-Authenticator"].number,
  value: ZEROS,
};

/** A shared secret with what HMAC-MD5 (RFC 2104) derives from it, made once a NAS. */
export type SecretKey = {
  bytes: Buffer;
  /** The secret, followed by room for the block that hides a password's next one. */
  chained: Buffer;
  /** The secret XOR ipad, followed by room for the longest packet. */
  inner: Buffer;
  /** The secret XOR opad, followed by room for the inner digest. */
  outer: Buffer;
};

/** Prepares a shared secret; it is taken as UTF-8, like NAS vendors' forms take it. */
export function prepareSecret(secret: string): SecretKey {
  const bytes = Buffer.from(secret, "utf8");
  const block = Buffer.alloc(HMAC_BLOCK_BYTES);
  if (bytes.length > HMAC_BLOCK_BYTES) block.write(md5(bytes), "latin1");
  else bytes.copy(block);
  const inner = Buffer.alloc(HMAC_BLOCK_BYTES + PACKET_BYTES_MAX, block.map(xorWith(0x36)));
  const outer = Buffer.alloc(HMAC_BLOCK_BYTES + DIGEST_BYTES, block.map(xorWith(0x5c)));
  const chained = Buffer.concat([bytes, ZEROS]);
  return { bytes, chained, inner, outer };
}

/** The digest as a string of 16 characters below 256: the quickest way out of node:crypto. */
function md5(octets: Uint8Array): string {
  return hash("md5", octets, "binary");
}

const xorWith = (mask: number) => (octet: number) => octet ^ mask;

/** RFC 3579 §3.2, over the packet as it lies in `bytes`; the field must already be zero. */
function writeMessageAuthenticator(bytes: Buffer, length: number, at: number, key: SecretKey) {
  bytes.copy(key.inner, HMAC_BLOCK_BYTES, 0, length);
  const inner = md5(key.inner.subarray(0, HMAC_BLOCK_BYTES + length));
  key.outer.write(inner, HMAC_BLOCK_BYTES, "latin1");
  bytes.write(md5(key.outer), at, "latin1");
}

/** Response Authenticator, and Request Authenticator where it is a digest: MD5(packet + secret). */
function writeAuthenticator(bytes: Buffer, length: number, key: SecretKey) {
  key.bytes.copy(bytes, length);
  bytes.write(md5(bytes.subarray(0, length + key.bytes.length)), 4, "latin1");
}

export type ReplyToEncode = {
  code: number;
  attributes: readonly RawAttribute[];
  /** Message-Authenticator as the first attribute (CVE-2024-3596). */
  isSigned: boolean;
};

/**
 * Encodes the answer to a request: Message-Authenticator first where asked for, Proxy-State copied
 * unchanged and in order (RFC 2865 §5.33), Response Authenticator (RFC 2865 §3).
 */
export function encodeReply(reply: ReplyToEncode, request: Packet, key: SecretKey): Buffer {
  const attributes = reply.isSigned
    ? [EMPTY_MESSAGE_AUTHENTICATOR, ...reply.attributes]
    : [...reply.attributes];
  const { vendor, number: type } = dictionary["Proxy-State"];
  for (const value of listOctets(request, "Proxy-State")) attributes.push({ vendor, type, value });
  const { identifier } = request;
  // RFC 3579 §3.2: both digests of a reply are taken with the Request Authenticator in its place.
  const authenticator = authenticatorOf(request);
  const bytes = encodePacket(
    { code: reply.code, identifier, authenticator, attributes },
    key.bytes.length,
  );
  const length = bytes.length - key.bytes.length;
  if (reply.isSigned) writeMessageAuthenticator(bytes, length, PACKET_BYTES_MIN + 2, key);
  writeAuthenticator(bytes, length, key);
  return bytes.subarray(0, length);
}

export type RequestToEncode = {
  code: number;
  identifier: number;
  attributes: readonly RawAttribute[];
  /** 16 random octets for an Access-Request or Status-Server; null where it is a digest. */
  authenticator: Uint8Array | null;
  isSigned: boolean;
};

/** Encodes a request as a NAS would, or a Disconnect-Request as a server would. */
export function encodeRequest(request: RequestToEncode, key: SecretKey): Buffer {
  const { code, identifier } = request;
  const attributes = request.isSigned
    ? [EMPTY_MESSAGE_AUTHENTICATOR, ...request.attributes]
    : request.attributes;
  // RFC 5176 §2.3, §3.4 and RFC 2866 §3: where the authenticator is a digest it counts as zero.
  const authenticator = request.authenticator ?? ZEROS;
  const bytes = encodePacket({ code, identifier, authenticator, attributes }, key.bytes.length);
  const length = bytes.length - key.bytes.length;
  if (request.isSigned) writeMessageAuthenticator(bytes, length, PACKET_BYTES_MIN + 2, key);
  if (!request.authenticator) writeAuthenticator(bytes, length, key);
  return bytes.subarray(0, length);
}

export type Signature = "right" | "wrong" | "absent";

/**
 * Checks a packet's Message-Authenticator. `authenticator` is what stood in the header when it was
 * computed: the packet's own for an Access-Request, the request's for a reply, null (zeros) for
 * accounting and disconnect requests.
 */
export function checkMessageAuthenticator(
  packet: Packet,
  authenticator: Uint8Array | null,
  key: SecretKey,
): Signature {
  const span = findSpan(packet, dictionary["Message-Authenticator"]);
  if (!span) return "absent";
  if (span.end - span.start !== DIGEST_BYTES) return "wrong";
  const copy = Buffer.from(packet.bytes);
  copy.set(authenticator ?? ZEROS, 4);
  ZEROS.copy(copy, span.start);
  writeMessageAuthenticator(copy, copy.length, span.start, key);
  const expected = copy.subarray(span.start, span.end);
  return timingSafeEqual(expected, packet.bytes.subarray(span.start, span.end)) ? "right" : "wrong";
}

/**
 * Checks an authenticator that is a digest: of an accounting or disconnect request when
 * `requestAuthenticator` is null (RFC 2866 §3), else of a reply to that request (RFC 2865 §3).
 */
export function isAuthenticatorRight(
  packet: Packet,
  requestAuthenticator: Uint8Array | null,
  key: SecretKey,
): boolean {
  const length = packet.bytes.length;
  const copy = Buffer.allocUnsafe(length + key.bytes.length);
  packet.bytes.copy(copy);
  copy.set(requestAuthenticator ?? ZEROS, 4);
  writeAuthenticator(copy, length, key);
  return timingSafeEqual(copy.subarray(4, PACKET_BYTES_MIN), authenticatorOf(packet));
}

/** Requests whose authenticator is a digest; an Access-Request's is random. */
export function hasDigestAuthenticator(code: number): boolean {
  return code !== codes.accessRequest && code !== codes.statusServer;
}
