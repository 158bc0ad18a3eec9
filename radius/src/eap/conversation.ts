import type { SecureContext } from "node:tls";
import { createFragments, startBody } from "./fragments.ts";
import { type EapPacket, eapTypes, encodeEapRequest } from "./packet.ts";
import { openPeap } from "./peap.ts";
import type { FindPassword, InnerRefusal, InnerStep, InnerTalk } from "./phase2.ts";
import { openTlsTunnel, type TlsStep, type TlsTunnel } from "./tls-tunnel.ts";
import { openTtls } from "./ttls.ts";

/** A log-in takes some eight; a long chain of certificates in small pieces, twenty more. */
const ROUNDS_MAX = 64;

export type EapRefusal = InnerRefusal | "no-method" | "tls-failed" | "eap-garbage";

/** What comes of the peer's answer. */
export type EapStep =
  | { kind: "request"; eap: Buffer }
  /** The peer is who it says: `masterKey` has 64 octets. */
  | { kind: "proved"; userName: string; masterKey: Buffer }
  | { kind: "refused"; reason: EapRefusal };

export type Conversation = {
  /** The identifier the peer's next response must have. */
  expected: () => number;
  receive: (response: EapPacket, eapBytesMax: number) => Promise<EapStep>;
  close: () => void;
};

export type ConversationOptions = {
  /** The identifier of the response that began it. */
  identifier: number;
  secureContext: SecureContext;
  findPassword: FindPassword;
};

/** What is offered, in this order: the profiles a box gives out are for TTLS. */
const methods: readonly { type: number; open: (...of: OpenOf) => InnerTalk }[] = [
  { type: eapTypes.ttls, open: openTtls },
  { type: eapTypes.peap, open: openPeap },
];
type OpenOf = [tunnel: TlsTunnel, findPassword: FindPassword];

/**
 * One peer's way: Identity → method → TLS → what is said inside. Memory is taken for TLS only once
 * the peer has sent a whole first message.
 */
export function createConversation(options: ConversationOptions): Conversation {
  let [method] = methods;
  let { identifier } = options;
  let rounds = 0;
  let hasMethodAnswered = false;
  let tunnel: TlsTunnel | null = null;
  let talk: InnerTalk | null = null;
  /** Why the peer is refused once it has read TLS's alert. */
  let refusal: EapRefusal | null = null;
  const fragments = createFragments();
  const request = (body: Buffer): EapStep => {
    identifier = (identifier + 1) % 256;
    return { kind: "request", eap: encodeEapRequest(identifier, method?.type ?? 0, body) };
  };
  const sendNext = (eapBytesMax: number) =>
    request(fragments.takeNext(eapBytesMax) ?? Buffer.of(0));
  const send = (message: Buffer, eapBytesMax: number) => {
    fragments.send(message);
    return sendNext(eapBytesMax);
  };
  const followInner = async (step: InnerStep, open: TlsTunnel, before: Buffer, max: number) => {
    if (step.kind === "wait") return send(before, max);
    if (step.kind !== "send") return step;
    return send(Buffer.concat([before, await open.hide(step.plain)]), max);
  };
  const talkTls = async (message: Buffer, max: number): Promise<EapStep> => {
    if (!tunnel && message.length === 0) return { kind: "refused", reason: "eap-garbage" };
    tunnel ??= openTlsTunnel(options.secureContext);
    const step = await tunnel.feed(message);
    if (step.hasFailed) {
      refusal = "tls-failed";
      return step.output.length > 0 ? send(step.output, max) : refused(refusal);
    }
    if (!step.isOpen || !isInnersTurn(step, tunnel)) return send(step.output, max);
    talk ??= method?.open(tunnel, options.findPassword) ?? null;
    if (!talk) return refused("no-method");
    return followInner(await talk.receive(step.plain), tunnel, step.output, max);
  };
  const changeMethod = ({ body }: EapPacket): EapStep => {
    // RFC 3748 §5.3.1: the types it would rather have.
    method = methods.find(({ type }) => type !== method?.type && body.includes(type));
    return method && !hasMethodAnswered ? request(startBody()) : refused("no-method");
  };
  const receive = async (response: EapPacket, max: number): Promise<EapStep> => {
    rounds += 1;
    if (rounds > ROUNDS_MAX) return refused("eap-garbage");
    if (rounds === 1) return request(startBody());
    if (refusal) return refused(refusal);
    if (response.type === eapTypes.nak && !hasMethodAnswered) return changeMethod(response);
    if (response.type !== method?.type) return refused("eap-garbage");
    hasMethodAnswered = true;
    const received = fragments.receive(response.body);
    if (received.kind === "malformed") return refused("eap-garbage");
    if (received.kind === "part") return request(Buffer.of(0));
    const next = received.message.length === 0 ? fragments.takeNext(max) : null;
    return next ? request(next) : talkTls(received.message, max);
  };
  return { expected: () => identifier, receive, close: () => tunnel?.close() };
}

const refused = (reason: EapRefusal): EapStep => ({ kind: "refused", reason });

/**
 * Whether what is inside may begin. TLS 1.2 ends with the server's word, which the peer has to read
 * first; TLS 1.3 with the peer's, and the server may go on at once.
 */
function isInnersTurn({ plain, output }: TlsStep, tunnel: TlsTunnel): boolean {
  return plain.length > 0 || output.length === 0 || tunnel.isTls13();
}
