import type { SecretKey } from "../protocol/authenticator.ts";
import { serviceTypes } from "../protocol/dictionary.ts";
import { isNtResponseRight, type MschapAnswer, readMschapAnswer } from "../protocol/mschap.ts";
import type { Packet } from "../protocol/packet.ts";
import {
  type ChapAnswer,
  isChapRight,
  isPasswordRight,
  readChap,
  revealPassword,
} from "../protocol/password.ts";
import { findValue, hasAttribute, listOctets } from "../protocol/values.ts";
import { parseMac } from "./mac.ts";

/** How the requester proves who they are. */
export type Proof =
  | { kind: "pap"; password: Buffer }
  | { kind: "chap"; answer: ChapAnswer }
  | { kind: "mschapv2"; answer: MschapAnswer }
  | { kind: "none" };

/** An Access-Request, read. */
export type AccessRequest = {
  userName: string;
  proof: Proof;
  /** The device the NAS says it is about: Calling-Station-Id, AA-BB-CC-DD-EE-FF. */
  mac: string | null;
  /** The MAC that User-Name is, in any spelling; null: it is something else. */
  namedMac: string | null;
  /** Service-Type Call-Check (RFC 2865 §5.6): the NAS itself asks about a device. */
  isCallCheck: boolean;
  /** Service-Type Framed-User: what CoovaChilli asks about devices with, not its log-ins. */
  isFramed: boolean;
  /** It carries a Message-Authenticator, which was verified: the NAS's secret made it. */
  isSigned: boolean;
};

/** Reads what authorisation needs out of a packet; a password that does not fit proves nothing. */
export function readAccessRequest(packet: Packet, key: SecretKey): AccessRequest {
  const station = findValue(packet, "Calling-Station-Id");
  const serviceType = findValue(packet, "Service-Type");
  const userName = findValue(packet, "User-Name") ?? "";
  const mac = station === null ? null : parseMac(station);
  return {
    ...{ userName, mac, namedMac: userName === station ? mac : parseMac(userName) },
    proof: readProof(packet, key),
    isCallCheck: serviceType === serviceTypes.callCheck,
    isFramed: serviceType === serviceTypes.framed,
    isSigned: hasAttribute(packet, "Message-Authenticator"),
  };
}

function readProof(packet: Packet, key: SecretKey): Proof {
  const authenticator = packet.authenticator;
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
  return readMschapProof(packet);
}

/** RFC 2548 §2.3: the name is hashed as it was sent. */
function readMschapProof(packet: Packet): Proof {
  const [response] = listOctets(packet, "MS-CHAP2-Response");
  const [serverChallenge] = listOctets(packet, "MS-CHAP-Challenge");
  if (!response || !serverChallenge) return { kind: "none" };
  const [userName = Buffer.alloc(0)] = listOctets(packet, "User-Name");
  const answer = readMschapAnswer(response, { userName, serverChallenge });
  return answer ? { kind: "mschapv2", answer } : { kind: "none" };
}

/** Whether the requester knows this password. */
export function provesPassword(proof: Proof, password: string): boolean {
  const expected = Buffer.from(password, "utf8");
  switch (proof.kind) {
    case "pap":
      return isPasswordRight(proof.password, expected);
    case "chap":
      return isChapRight(proof.answer, expected);
    case "mschapv2":
      return isNtResponseRight(proof.answer.exchange, password);
    case "none":
      return false;
  }
}

/**
 * Whether this asks about a device and not about a guest with a ticket: Call-Check, or the device's
 * MAC as User-Name, with Framed-User (the password is then the NAS's own, as CoovaChilli's macpasswd,
 * or empty), or with the same, spelt alike or not, as password.
 */
export function isMacAuthentication(request: AccessRequest): boolean {
  const { userName, proof, namedMac: mac } = request;
  if (request.isCallCheck) return true;
  if (mac === null) return false;
  if (request.isFramed) return true;
  switch (proof.kind) {
    case "pap":
      return hidesMac(proof.password, mac);
    case "chap":
    case "mschapv2":
      return findProvedSpelling(mac, { userName, proof }) !== null;
    case "none":
      return false;
  }
}

/**
 * Whether the NAS's secret went into a request about a device. A MAC is no secret, so CHAP proves
 * nothing of it, nor does Call-Check: anybody can send those from the NAS's address.
 */
export function provesSecret({ namedMac: mac, proof, isSigned }: AccessRequest): boolean {
  if (isSigned) return true;
  return mac !== null && proof.kind === "pap" && hidesMac(proof.password, mac);
}

function hidesMac(password: Buffer, mac: string): boolean {
  const text = password.toString("latin1");
  return text === mac || parseMac(text) === mac;
}

/** How the MAC was written that was proved as password; null where none was. */
function findProvedSpelling(
  mac: string,
  { userName, proof }: Pick<AccessRequest, "userName" | "proof">,
): string | null {
  return listSpellings(mac, userName).find((each) => provesPassword(proof, each)) ?? null;
}

/**
 * The password that was proved, be it the ticket's or the access code's, null without one, or the
 * MAC in one of its spellings: MS-CHAPv2 has the server prove that it knows it too.
 */
export function findProvedPassword(request: AccessRequest, password: string | null): string | null {
  if (password !== null && provesPassword(request.proof, password)) return password;
  const { namedMac: mac } = request;
  return mac === null ? null : findProvedSpelling(mac, request);
}

/** A hash hides which spelling of the MAC the NAS took as password: the usual ones are tried. */
function listSpellings(mac: string, userName: string): string[] {
  const upper = [mac, mac.replaceAll("-", ":"), mac.replaceAll("-", "")];
  return [...new Set([userName, ...upper, ...upper.map((each) => each.toLowerCase())])];
}
