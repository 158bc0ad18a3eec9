import { randomBytes } from "node:crypto";
import {
  authenticatorResponse,
  isNtResponseRight,
  MSCHAP_CHALLENGE_BYTES,
  mschapKeys,
  NT_RESPONSE_BYTES,
} from "../protocol/mschap.ts";
import { isPasswordRight } from "../protocol/password.ts";
import { type EapPacket, eapTypes } from "./packet.ts";
import { type FindPassword, type InnerRefusal, refuse } from "./phase2.ts";

/** draft-kamath-pppext-eap-mschapv2 §2. */
const opcodes = { challenge: 1, response: 2, success: 3 } as const;
const OPCODE_HEADER_BYTES = 4;
/** Peer challenge, eight reserved octets, NT-Response, flags. */
const RESPONSE_VALUE_BYTES = MSCHAP_CHALLENGE_BYTES + 8 + NT_RESPONSE_BYTES + 1;
const SERVER_NAME = Buffer.from("foyer");

/** One step of an EAP conversation inside a tunnel. */
export type InnerEapStep =
  | { kind: "request"; type: number; body: Buffer }
  /** `methodKey`: what PEAP binds to the tunnel, null where the method has none. */
  | { kind: "proved"; userName: string; methodKey: Buffer | null }
  | { kind: "refused"; reason: InnerRefusal };

export type InnerEap = { receive: (response: EapPacket) => Promise<InnerEapStep> };

/** A method that waits for the peer's answer. */
type Waiting = (response: EapPacket) => InnerEapStep | Promise<InnerEapStep>;

/**
 * The server's side of EAP inside a tunnel: Identity, then EAP-MSCHAPv2, or EAP-GTC where the peer
 * asks for that.
 */
export function createInnerEap(findPassword: FindPassword): InnerEap {
  let wait: Waiting | null = null;
  let identity = "";
  let proposed = 0;
  const propose = (type: number): InnerEapStep => {
    proposed = type;
    const begun =
      type === eapTypes.gtc
        ? beginGtc(identity, findPassword)
        : beginMschapv2(findPassword, follow);
    wait = begun.wait;
    return { kind: "request", type, body: begun.body };
  };
  const follow = (next: Waiting) => {
    wait = next;
  };
  return {
    receive: async (response) => {
      if (response.type === eapTypes.identity && wait === null) {
        identity = response.body.toString("utf8");
        return propose(eapTypes.mschapv2);
      }
      if (wait === null) return refuse("inner-garbage");
      if (response.type === eapTypes.nak) {
        // RFC 3748 §5.3.1: the peer names what it would rather have; asked once.
        const isWished = response.body.includes(eapTypes.gtc) && proposed === eapTypes.mschapv2;
        return isWished ? propose(eapTypes.gtc) : refuse("inner-method");
      }
      if (response.type !== proposed) return refuse("inner-method");
      return wait(response);
    },
  };
}

type Begun = { body: Buffer; wait: Waiting };

/** RFC 3748 §5.6, as everybody uses it: the password in clear, inside the tunnel. */
function beginGtc(userName: string, findPassword: FindPassword): Begun {
  const wait: Waiting = async ({ body }) => {
    const password = await findPassword(userName);
    if (password === null) return refuse("credential-unknown");
    if (!isPasswordRight(body, Buffer.from(password))) return refuse("wrong-password");
    return { kind: "proved", userName, methodKey: null };
  };
  return { body: Buffer.from("Password"), wait };
}

function beginMschapv2(findPassword: FindPassword, follow: (next: Waiting) => void): Begun {
  const serverChallenge = randomBytes(MSCHAP_CHALLENGE_BYTES);
  const [identifier = 0] = randomBytes(1);
  const value = Buffer.concat([Buffer.of(serverChallenge.length), serverChallenge, SERVER_NAME]);
  const wait: Waiting = async ({ body }) => {
    const answer = readMschapResponse(body, identifier);
    if (!answer) return refuse("inner-garbage");
    const userName = answer.userName.toString("utf8");
    const password = await findPassword(userName);
    if (password === null) return refuse("credential-unknown");
    const exchange = { ...answer, serverChallenge };
    if (!isNtResponseRight(exchange, password)) return refuse("wrong-password");
    const { toPeer, toServer } = mschapKeys(answer.ntResponse, password);
    const methodKey = Buffer.concat([toServer, toPeer]);
    follow(({ body: said }) =>
      said[0] === opcodes.success
        ? { kind: "proved", userName, methodKey }
        : refuse("wrong-password"),
    );
    const proof = Buffer.from(`${authenticatorResponse(exchange, password)} M=OK`);
    const success = encodeOpcode(opcodes.success, identifier, proof);
    return { kind: "request", type: eapTypes.mschapv2, body: success };
  };
  return { body: encodeOpcode(opcodes.challenge, identifier, value), wait };
}

function encodeOpcode(opcode: number, identifier: number, value: Buffer): Buffer {
  const body = Buffer.concat([Buffer.of(opcode, identifier, 0, 0), value]);
  body.writeUInt16BE(body.length, 2);
  return body;
}

function readMschapResponse(body: Buffer, identifier: number) {
  const start = OPCODE_HEADER_BYTES + 1;
  const end = start + RESPONSE_VALUE_BYTES;
  const fits =
    body.length >= end &&
    body[0] === opcodes.response &&
    body[1] === identifier &&
    body.readUInt16BE(2) === body.length &&
    body[OPCODE_HEADER_BYTES] === RESPONSE_VALUE_BYTES;
  if (!fits) return null;
  const ntStart = start + MSCHAP_CHALLENGE_BYTES + 8;
  return {
    peerChallenge: body.subarray(start, start + MSCHAP_CHALLENGE_BYTES),
    ntResponse: body.subarray(ntStart, ntStart + NT_RESPONSE_BYTES),
    userName: body.subarray(end),
  };
}
