import { createHash, type KeyObject, sign, verify } from "node:crypto";

/**
 * One call of a box, as its HTTP signature covers it (RFC 9421): what is asked, and the content as it
 * travels. Whatever else stands in the request, nobody may act on.
 */
export type SignedCall = {
  /** In capitals. */
  method: string;
  /** Path and query as they stand in the request line, such as /api/box/v1/pull?wait=20. */
  target: string;
  /** What the header fields say, or null where there is none. A call without content has neither. */
  contentDigest: string | null;
  contentEncoding: string | null;
};

/** Who calls, and which of the box's calls it is. */
export type CallLabel = {
  keyId: string;
  /**
   * Rises with each call of a key, so that none is taken twice. A clock would not do: many boxes have
   * none that goes on without power.
   */
  number: number;
};

/** Calls that overtake each other are told apart this far behind the highest number that came. */
export const CALL_WINDOW = 60;
export const CALL_NUMBER_MAX = 2 ** 52;
/** Numbers begin at a clock's milliseconds: no machine's clock goes beyond this, the year 2527. */
export const CALL_START_MAX = 2 ** 44;
/** How far above the highest number, and above every clock, the next may be: more calls than a key makes. */
export const CALL_LEAP_MAX = 2 ** 32;

/** In a refusal: the highest number that was taken of this key. The box goes on right above it. */
export const CALLS_THROUGH_HEADER = "foyer-calls-through";
/** In an answer: the key is old, and the box should make itself another. */
export const KEY_IS_OLD_HEADER = "foyer-key-is-old";

const LABEL = "foyer";
const TAG = "foyer-box";
/** An Ed25519 signature has 64 octets (RFC 8032 §5.1.6). */
const SIGNATURE = new RegExp(`^${LABEL}=:([A-Za-z0-9+/]{86}==):$`);
const INPUT = new RegExp(
  `^${LABEL}=(\\([^()]*\\);nonce="(\\d{1,16})";keyid="([\\w-]{43})";alg="ed25519";tag="${TAG}")$`,
);

/** The name of a key: SHA-256 of its 32 octets (RFC 8032 §5.1.5), base64url. */
export function nameKey(publicKey: Uint8Array): string {
  return createHash("sha256").update(publicKey).digest("base64url");
}

/** The field's value for some content (RFC 9530 §2). */
export function digestContent(content: Uint8Array): string {
  return `sha-256=:${createHash("sha256").update(content).digest("base64")}:`;
}

/** Gives the fields `signature-input` and `signature` of a call. */
export function signCall(
  call: SignedCall,
  { privateKey, ...label }: CallLabel & { privateKey: KeyObject },
): { "signature-input": string; signature: string } {
  const parameters = writeParameters(call, label);
  const signature = sign(null, Buffer.from(writeBase(call, parameters)), privateKey);
  return {
    "signature-input": `${LABEL}=${parameters}`,
    signature: `${LABEL}=:${signature.toString("base64")}:`,
  };
}

/**
 * Who says to have signed a call, or null where the fields are not of the one form that boxes write:
 * a single signature over exactly the parts of this call, in their order.
 */
export function readCallLabel(call: SignedCall, signatureInput: string): CallLabel | null {
  const [, parameters, digits, keyId] = INPUT.exec(signatureInput) ?? [];
  if (parameters === undefined || keyId === undefined) return null;
  const label = { keyId, number: Number(digits) };
  if (label.number < 1 || label.number > CALL_NUMBER_MAX) return null;
  return writeParameters(call, label) === parameters ? label : null;
}

/** Whether a key signed this call under this label. */
export function isSignedBy(
  call: SignedCall,
  { publicKey, signature, ...label }: CallLabel & { publicKey: KeyObject; signature: string },
): boolean {
  const [, octets] = SIGNATURE.exec(signature) ?? [];
  if (octets === undefined) return false;
  const base = writeBase(call, writeParameters(call, label));
  return verify(null, Buffer.from(base), publicKey, Buffer.from(octets, "base64"));
}

/** RFC 9421 §2.3: the parts that are covered, and the signature's parameters. */
function writeParameters(call: SignedCall, { keyId, number }: CallLabel): string {
  const parts = listParts(call).map(([name]) => `"${name}"`);
  return `(${parts.join(" ")});nonce="${number}";keyid="${keyId}";alg="ed25519";tag="${TAG}"`;
}

/** RFC 9421 §2.5. */
function writeBase(call: SignedCall, parameters: string): string {
  const lines = listParts(call).map(([name, value]) => `"${name}": ${value}\n`);
  return `${lines.join("")}"@signature-params": ${parameters}`;
}

function listParts(call: SignedCall): [string, string][] {
  const end = call.target.indexOf("?");
  const [path, query] =
    end < 0 ? [call.target, "?"] : [call.target.slice(0, end), call.target.slice(end)];
  const parts: [string, string][] = [
    ["@method", call.method],
    ["@path", path],
    // RFC 9421 §2.2.7: with its question mark, also where there is no query.
    ["@query", query],
  ];
  if (call.contentDigest !== null) parts.push(["content-digest", call.contentDigest]);
  if (call.contentEncoding !== null) parts.push(["content-encoding", call.contentEncoding]);
  return parts;
}
