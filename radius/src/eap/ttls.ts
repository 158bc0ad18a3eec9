import { timingSafeEqual } from "node:crypto";
import { MICROSOFT } from "../protocol/mppe.ts";
import {
  isNtResponseRight,
  MSCHAP_CHALLENGE_BYTES,
  mschapSuccess,
  readMschapAnswer,
} from "../protocol/mschap.ts";
import { isChapRight, isPasswordRight, readChap } from "../protocol/password.ts";
import { encodeAvp, readAvps } from "./avp.ts";
import { createInnerEap } from "./inner-eap.ts";
import { keyMaterial } from "./keys.ts";
import { eapTypes, encodeEapRequest, readResponse } from "./packet.ts";
import { type FindPassword, type InnerStep, type InnerTalk, refuse } from "./phase2.ts";
import type { TlsTunnel } from "./tls-tunnel.ts";

const STANDARD = 0;
/** By vendor and code; any other is passed over, or fails the log-in when it is mandatory. */
const names: Readonly<Record<string, AvpName>> = {
  [`${STANDARD} 1`]: "userName",
  [`${STANDARD} 2`]: "password",
  [`${STANDARD} 3`]: "chapPassword",
  [`${STANDARD} 60`]: "chapChallenge",
  [`${STANDARD} 79`]: "eapMessage",
  [`${MICROSOFT} 11`]: "mschapChallenge",
  [`${MICROSOFT} 25`]: "mschapResponse",
};
const EAP_MESSAGE = 79;
const MSCHAP2_SUCCESS = 26;
const CHAP_CHALLENGE_BYTES = 16;

type AvpName =
  | "userName"
  | "password"
  | "chapPassword"
  | "chapChallenge"
  | "eapMessage"
  | "mschapChallenge"
  | "mschapResponse";

type Said = Partial<Record<AvpName, Buffer>>;

/** EAP-TTLS version 0 (RFC 5281) once its tunnel is open. */
export function openTtls(tunnel: TlsTunnel, findPassword: FindPassword): InnerTalk {
  const masterKey = () =>
    keyMaterial(tunnel, eapTypes.ttls, "ttls keying material").subarray(0, 64);
  const prove = (userName: string): InnerStep => ({
    kind: "proved",
    userName,
    masterKey: masterKey(),
  });
  /** §11.1: what the peer's proof is taken over, which neither side can choose. */
  const challenge = (length: number) => tunnel.exportKey(length, "ttls challenge");
  const eap = createInnerEap(findPassword);
  /** Of the request that the peer has to answer; null until there was one. */
  let eapIdentifier: number | null = null;
  /** Whom MS-CHAPv2 let in, until the peer has seen the server's own proof. */
  let waitsForPeer: string | null = null;
  const talkEap = async (message: Buffer): Promise<InnerStep> => {
    const response = readResponse(message);
    // RFC 3748 §4.1: a response has the identifier of the request it answers.
    if (!response || response.identifier !== (eapIdentifier ?? response.identifier))
      return refuse("inner-garbage");
    const step = await eap.receive(response);
    if (step.kind === "proved") return prove(step.userName);
    if (step.kind === "refused") return step;
    eapIdentifier = (response.identifier + 1) % 256;
    const value = encodeEapRequest(eapIdentifier, step.type, step.body);
    const avp = { vendor: STANDARD, code: EAP_MESSAGE, isMandatory: true, value };
    return { kind: "send", plain: encodeAvp(avp) };
  };
  const checkMschap = async (said: Said): Promise<InnerStep> => {
    const expected = challenge(MSCHAP_CHALLENGE_BYTES + 1);
    const checked = await checkMschapResponse(said, expected, findPassword);
    if (checked.kind === "refused") return checked;
    waitsForPeer = checked.userName;
    const { value } = checked;
    const avp = { vendor: MICROSOFT, code: MSCHAP2_SUCCESS, isMandatory: true, value };
    return { kind: "send", plain: encodeAvp(avp) };
  };
  return {
    receive: async (plain) => {
      if (plain.length === 0) return waitsForPeer === null ? { kind: "wait" } : prove(waitsForPeer);
      if (waitsForPeer !== null) return refuse("inner-garbage");
      const read = readSaid(plain);
      if (read.kind === "refused") return read;
      const { said } = read;
      if (said.eapMessage) return talkEap(said.eapMessage);
      if (said.mschapResponse) return checkMschap(said);
      const userName = said.userName?.toString("utf8");
      if (userName === undefined) return refuse("inner-garbage");
      const proof = said.chapPassword
        ? checkChap(said, challenge(CHAP_CHALLENGE_BYTES + 1))
        : checkPap(said);
      if (!proof) return refuse("inner-method");
      const password = await findPassword(userName);
      if (password === null) return refuse("credential-unknown");
      return proof(Buffer.from(password)) ? prove(userName) : refuse("wrong-password");
    },
  };
}

function readSaid(plain: Buffer): { kind: "said"; said: Said } | ReturnType<typeof refuse> {
  const avps = readAvps(plain);
  if (!avps) return refuse("inner-garbage");
  const said: Said = {};
  for (const { vendor, code, isMandatory, value } of avps) {
    const name = names[`${vendor} ${code}`];
    // §10.1: what must be understood and is not fails the log-in.
    if (name === undefined && isMandatory) return refuse("inner-method");
    // A long EAP packet may come in several AVPs (§10.1 leaves it to RADIUS's custom).
    if (name === "eapMessage" && said.eapMessage)
      said.eapMessage = Buffer.concat([said.eapMessage, value]);
    else if (name !== undefined) said[name] ??= value;
  }
  return { kind: "said", said };
}

/** Whether a password is the one that was proved; null when no proof was given. */
type Proof = ((password: Buffer) => boolean) | null;

/** §11.2.5: NULs hide the password's length. */
function checkPap({ password: given }: Said): Proof {
  if (!given) return null;
  let end = given.length;
  while (end > 0 && given[end - 1] === 0) end--;
  return (password) => isPasswordRight(given.subarray(0, end), password);
}

/** §11.2.2: challenge and identifier have to be the tunnel's own. */
function checkChap({ chapPassword, chapChallenge }: Said, expected: Buffer): Proof {
  const answer = chapPassword && chapChallenge && readChap(chapPassword, chapChallenge);
  if (!answer) return null;
  const given = Buffer.concat([answer.challenge, Buffer.of(answer.identifier)]);
  if (!isSame(given, expected)) return () => false;
  return (password) => isChapRight(answer, password);
}

type CheckedMschap = { kind: "right"; userName: string; value: Buffer } | ReturnType<typeof refuse>;

/** §11.2.4: the same of MS-CHAPv2, which the server answers with a proof of its own. */
async function checkMschapResponse(
  { userName: name, mschapChallenge, mschapResponse }: Said,
  expected: Buffer,
  findPassword: FindPassword,
): Promise<CheckedMschap> {
  const answer =
    name && mschapChallenge && mschapResponse
      ? readMschapAnswer(mschapResponse, { userName: name, serverChallenge: mschapChallenge })
      : null;
  if (!answer) return refuse("inner-garbage");
  const { ident, exchange } = answer;
  const userName = exchange.userName.toString("utf8");
  const password = await findPassword(userName);
  if (password === null) return refuse("credential-unknown");
  const isOwn = isSame(Buffer.concat([exchange.serverChallenge, Buffer.of(ident)]), expected);
  if (!isOwn || !isNtResponseRight(exchange, password)) return refuse("wrong-password");
  return { kind: "right", userName, value: mschapSuccess(answer, password) };
}

const isSame = (left: Buffer, right: Buffer) =>
  left.length === right.length && timingSafeEqual(left, right);
