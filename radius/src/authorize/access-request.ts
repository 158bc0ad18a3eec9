import type { SecretKey } from "../protocol/authenticator.ts";
import { serviceTypes } from "../protocol/dictionary.ts";
import { authenticatorOf, type Packet } from "../protocol/packet.ts";
import {
  type ChapAnswer,
  isChapRight,
  isPasswordRight,
  readChap,
  revealPassword,
} from "../protocol/password.ts";
import { findValue, hasAttribute } from "../protocol/values.ts";
import { parseMac } from "./mac.ts";

/** How the requester proves who they are. */
export type Proof =
  | { kind: "pap"; password: Buffer }
  | { kind: "chap"; answer: ChapAnswer }
  | { kind: "none" };

/** An Access-Request, read. */
export type AccessRequest = {
  userName: string;
  proof: Proof;
  /** The device the NAS says it is about: Calling-Station-Id, AA-BB-CC-DD-EE-FF. */
  mac: string | null;
  /** Service-Type Call-Check (RFC 2865 §5.6): the NAS itself asks about a device. */
  isCallCheck: boolean;
  /** It carries a Message-Authenticator, which was verified: the NAS's secret made it. */
  isSigned: boolean;
};

/** Reads what authorisation needs out of a packet; a password that does not fit proves nothing. */
export function readAccessRequest(packet: Packet, key: SecretKey): AccessRequest {
  const station = findValue(packet, "Calling-Station-Id");
  return {
    userName: findValue(packet, "User-Name") ?? "",
    proof: readProof(packet, key),
    mac: station === null ? null : parseMac(station),
    isCallCheck: findValue(packet, "Service-Type") === serviceTypes.callCheck,
    isSigned: hasAttribute(packet, "Message-Authenticator"),
  };
}

function readProof(packet: Packet, key: SecretKey): Proof {
  const authenticator = authenticatorOf(packet);
  const hidden = findValue(packet, "User-Password");
  if (hidden) {
    const password = revealPassword(hidden, authenticator, key);
    return password ? { kind: "pap", password } : { kind: "none" };
  }
  const chapPassword = findValue(packet, "CHAP-Password");
  if (chapPassword) {
    const answer = readChap(chapPassword, findValue(packet, "CHAP-Challenge") ?? authenticator);
    return answer ? { kind: "chap", answer } : { kind: "none" };
  }
  return { kind: "none" };
}

/** Whether the requester knows this password. */
export function provesPassword(proof: Proof, password: string): boolean {
  const expected = Buffer.from(password, "utf8");
  switch (proof.kind) {
    case "pap":
      return isPasswordRight(proof.password, expected);
    case "chap":
      return isChapRight(proof.answer, expected);
    case "none":
      return false;
  }
}

/**
 * Whether this asks about a device and not about a guest with a ticket: Call-Check, or the device's
 * MAC as User-Name with the same, spelt alike or not, as password.
 */
export function isMacAuthentication({ userName, proof, isCallCheck }: AccessRequest): boolean {
  if (isCallCheck) return true;
  const mac = parseMac(userName);
  if (mac === null) return false;
  switch (proof.kind) {
    case "pap":
      return hidesMac(proof.password, mac);
    case "chap":
      return listSpellings(mac, userName).some((spelling) => provesPassword(proof, spelling));
    case "none":
      return false;
  }
}

/**
 * Whether the NAS's secret went into a request about a device. A MAC is no secret, so CHAP proves
 * nothing of it, nor does Call-Check: anybody can send those from the NAS's address.
 */
export function provesSecret({ userName, proof, isSigned }: AccessRequest): boolean {
  if (isSigned) return true;
  const mac = parseMac(userName);
  return mac !== null && proof.kind === "pap" && hidesMac(proof.password, mac);
}

const hidesMac = (password: Buffer, mac: string) => parseMac(password.toString("latin1")) === mac;

/** CHAP hides which spelling of the MAC the NAS took as password: the usual ones are tried. */
function listSpellings(mac: string, userName: string): string[] {
  const upper = [mac, mac.replaceAll("-", ":"), mac.replaceAll("-", "")];
  return [...new Set([userName, ...upper, ...upper.map((each) => each.toLowerCase())])];
}
