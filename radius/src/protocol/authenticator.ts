import { codes, dictionary, STANDARD } from "./dictionary.ts";
import { createMd5, DIGEST_BYTES, isDigestAt, type Md5State } from "./md5.ts";
import {
  AUTHENTICATOR_AT,
  encodePacket,
  PACKET_BYTES_MIN,
  type Packet,
  type RawAttribute,
} from "./packet.ts";
import { findSpan, listOctets } from "./values.ts";

const HMAC_BLOCK_BYTES = 64;
/** Where the value of the first attribute lies. */
const FIRST_VALUE_AT = PACKET_BYTES_MIN + 2;
const ZEROS = Buffer.alloc(DIGEST_BYTES);
const EMPTY_MESSAGE_AUTHENTICATOR: RawAttribute = {
  vendor: STANDARD,
  type: dictionary["Message-Authenticator"].number,
  value: ZEROS,
};

/** A shared secret with what HMAC-MD5 (RFC 2104) derives from it, made once a NAS. */
export type SecretKey = {
  bytes: Buffer;
  /** After the secret XOR ipad. */
  inner: Md5State;
  /** After the secret XOR opad. */
  outer: Md5State;
};

const md5 = createMd5();
/** The last digest that was compared; nothing is kept in it. */
const digest = Buffer.alloc(DIGEST_BYTES);

/** Prepares a shared secret; it is taken as UTF-8, like NAS vendors' forms take it. */
export function prepareSecret(secret: string): SecretKey {
  const bytes = Buffer.from(secret, "utf8");
  const block = Buffer.alloc(HMAC_BLOCK_BYTES);
  if (bytes.length > HMAC_BLOCK_BYTES) {
    md5.begin();
    md5.add(bytes);
    md5.finish(block, 0);
  } else bytes.copy(block);
  return { bytes, inner: stateAfter(block, 0x36), outer: stateAfter(block, 0x5c) };
}

function stateAfter(block: Buffer, mask: number): Md5State {
  md5.begin();
  md5.add(block.map((octet) => octet ^ mask));
  return md5.keep();
}

/** A packet's octets from its start, with another authenticator where one is given. */
function addPacket(bytes: Buffer, authenticator: Uint8Array | null, end: number): void {
  if (!authenticator) {
    md5.add(bytes, 0, end);
    return;
  }
  md5.add(bytes, 0, AUTHENTICATOR_AT);
  md5.add(authenticator);
  md5.add(bytes, PACKET_BYTES_MIN, end);
}

type SignedPacket = {
  bytes: Buffer;
  /** What stood in the header when it was signed; null: what stands there. */
  authenticator: Uint8Array | null;
  /** Where the value of Message-Authenticator lies. */
  at: number;
};

/** RFC 3579 §3.2, with the field itself taken as zero. */
function writeMessageAuthenticator(signed: SignedPacket, key: SecretKey, into: Buffer, to: number) {
  const { bytes, authenticator, at } = signed;
  md5.begin(key.inner);
  addPacket(bytes, authenticator, at);
  md5.add(ZEROS);
  md5.add(bytes, at + DIGEST_BYTES, bytes.length);
  md5.finish(digest, 0);
  md5.begin(key.outer);
  md5.add(digest);
  md5.finish(into, to);
}

/**
 * Response Authenticator, and Request Authenticator where it is a digest: MD5(packet + secret).
 * `authenticator`: what stood in the header when it was taken; null: what stands there.
 */
function writeAuthenticator(
  { bytes, authenticator }: Omit<SignedPacket, "at">,
  key: SecretKey,
  into: Buffer,
  to: number,
) {
  md5.begin();
  addPacket(bytes, authenticator, bytes.length);
  md5.add(key.bytes);
  md5.finish(into, to);
}

export type ReplyToEncode = {
  code: number;
  attributes: readonly RawAttribute[];
  /** More of them, as `writeAttributes` has written them: for what many replies have in common. */
  written?: Uint8Array | undefined;
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
  const { authenticator } = request;
  const { code, written } = reply;
  const bytes = encodePacket({ code, identifier, authenticator, attributes, written });
  finishPacket(bytes, key, { isSigned: reply.isSigned, isDigest: true });
  return bytes;
}

/** Writes the digests of a packet whose first attribute, where it is signed, is to hold one. */
function finishPacket(
  bytes: Buffer,
  key: SecretKey,
  { isSigned, isDigest }: { isSigned: boolean; isDigest: boolean },
): void {
  const own = { bytes, authenticator: null };
  if (isSigned)
    writeMessageAuthenticator({ ...own, at: FIRST_VALUE_AT }, key, bytes, FIRST_VALUE_AT);
  if (isDigest) writeAuthenticator(own, key, bytes, AUTHENTICATOR_AT);
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
  const bytes = encodePacket({ code, identifier, authenticator, attributes });
  finishPacket(bytes, key, { isSigned: request.isSigned, isDigest: !request.authenticator });
  return bytes;
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
  const signed = { bytes: packet.bytes, authenticator: authenticator ?? ZEROS, at: span.start };
  writeMessageAuthenticator(signed, key, digest, 0);
  return isDigestAt(digest, packet.bytes, span.start) ? "right" : "wrong";
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
  const { bytes } = packet;
  writeAuthenticator({ bytes, authenticator: requestAuthenticator ?? ZEROS }, key, digest, 0);
  return isDigestAt(digest, bytes, AUTHENTICATOR_AT);
}

/** Requests whose authenticator is a digest; an Access-Request's is random. */
export function hasDigestAuthenticator(code: number): boolean {
  return code !== codes.accessRequest && code !== codes.statusServer;
}
