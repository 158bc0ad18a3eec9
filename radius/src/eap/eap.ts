import { randomBytes } from "node:crypto";
import type { SecureContext } from "node:tls";
import { type Conversation, createConversation, type EapRefusal } from "./conversation.ts";
import { EAP_BYTES_DEFAULT } from "./fragments.ts";
import {
  type EapPacket,
  eapFailure,
  eapSuccess,
  eapTypes,
  encodeEapRequest,
  readResponse,
} from "./packet.ts";
import type { FindPassword } from "./phase2.ts";

/** Each takes some 95 KiB once its TLS has begun, so 50 MiB in all. */
export const CONVERSATIONS_MAX = 512;
/** RFC 3579 §2.6.2 leaves it to the server; a person who types a password has this long. */
export const CONVERSATION_SECONDS = 60;
const STATE_BYTES = 16;

export type EapRequest = {
  nasId: string;
  /** Calling-Station-Id; null where the NAS names no device. */
  mac: string | null;
  state: Buffer | null;
  /** The parts of EAP-Message, joined (RFC 3579 §3.1). */
  eap: Buffer;
  /** Framed-MTU: how long an EAP packet may be for the peer. */
  mtu: number | null;
};

export type EapAnswer =
  | { kind: "challenge"; eap: Buffer; state: Buffer }
  /** `success` and `failure` are for when authorisation has had its say. */
  | { kind: "proved"; userName: string; masterKey: Buffer; success: Buffer; failure: Buffer }
  | { kind: "refused"; reason: EapRefusal | "unknown-state"; failure: Buffer }
  | { kind: "silence"; reason: "eap-malformed" | "eap-out-of-turn" | "too-busy" };

export type Eap = {
  receive: (request: EapRequest) => Promise<EapAnswer>;
  /** How many conversations are kept. */
  size: () => number;
  /** Waits for the answers under way, then ends every conversation. */
  close: () => Promise<void>;
};

export type EapOptions = {
  secureContext: () => SecureContext;
  findPassword: FindPassword;
  clock: () => Date;
};

type Kept = {
  state: Buffer;
  nasId: string;
  mac: string | null;
  conversation: Conversation;
  startedAt: number;
  isBusy: boolean;
  /** The last answer, for a NAS that asks the same under a new authenticator. */
  last: { response: Buffer; answer: EapAnswer } | null;
};

/** Keeps the conversations of all peers, few and not for long. */
export function createEap(options: EapOptions): Eap {
  const keeper = createKeeper(options);
  const underWay = new Set<Promise<EapAnswer>>();
  const follow = (answer: Promise<EapAnswer>) => {
    underWay.add(answer);
    const forget = () => underWay.delete(answer);
    answer.then(forget, forget);
    return answer;
  };
  return {
    receive: async (request) => {
      // RFC 3579 §2.1: an empty EAP-Message asks the server to begin.
      if (request.eap.length === 0) {
        const eap = encodeEapRequest(0, eapTypes.identity, Buffer.alloc(0));
        return { kind: "challenge", eap, state: randomBytes(STATE_BYTES) };
      }
      const response = readResponse(request.eap);
      if (!response) return answerMalformed(request, keeper.find(request));
      const { identifier } = response;
      const isNew = response.type === eapTypes.identity;
      const kept = isNew ? keeper.begin(request, identifier) : keeper.find(request);
      if (kept === "too-busy") return { kind: "silence", reason: kept };
      const failure = eapFailure(identifier);
      if (!kept) return { kind: "refused", reason: "unknown-state", failure };
      if (kept.last?.response.equals(request.eap)) return kept.last.answer;
      if (kept.isBusy || kept.conversation.expected() !== identifier)
        return { kind: "silence", reason: "eap-out-of-turn" };
      return follow(goOn(kept, { request, response, drop: keeper.drop }));
    },
    size: keeper.size,
    close: async () => {
      await Promise.allSettled(underWay);
      // Whoever asked has been told after a turn of the event loop.
      await new Promise((resolve) => setImmediate(resolve));
      keeper.close();
    },
  };
}

/** RFC 3579 §2.2: what is no EAP is discarded, so that nobody can end another's conversation. */
function answerMalformed({ eap }: EapRequest, kept: Kept | null): EapAnswer {
  if (kept) return { kind: "silence", reason: "eap-malformed" };
  return { kind: "refused", reason: "eap-garbage", failure: eapFailure(eap[1] ?? 0) };
}

/** One answer of the peer, given to its conversation. */
async function goOn(
  kept: Kept,
  turn: { request: EapRequest; response: EapPacket; drop: (kept: Kept) => void },
): Promise<EapAnswer> {
  const { request, response, drop } = turn;
  const failure = eapFailure(response.identifier);
  kept.isBusy = true;
  try {
    const step = await kept.conversation.receive(response, request.mtu ?? EAP_BYTES_DEFAULT);
    if (step.kind !== "request") drop(kept);
    if (step.kind === "refused") return { ...step, failure };
    if (step.kind === "proved")
      return { ...step, failure, success: eapSuccess(response.identifier) };
    const answer: EapAnswer = { kind: "challenge", eap: step.eap, state: kept.state };
    kept.last = { response: Buffer.from(request.eap), answer };
    return answer;
  } catch (error) {
    drop(kept);
    throw error;
  } finally {
    kept.isBusy = false;
  }
}

function createKeeper({ clock, secureContext, findPassword }: EapOptions) {
  /** By State; the one heard of longest ago is in front. */
  const conversations = new Map<string, Kept>();
  const isOver = ({ startedAt }: Kept, now: number) =>
    Math.abs(now - startedAt) > CONVERSATION_SECONDS * 1000;
  const drop = (kept: Kept) => {
    kept.conversation.close();
    conversations.delete(keyOf(kept.state));
  };
  /** One whose answer is awaited, from the store perhaps, is not cut off amid it. */
  const makeRoom = (now: number): boolean => {
    for (const kept of conversations.values()) {
      const isFull = conversations.size >= CONVERSATIONS_MAX;
      // The others were heard of since; each is looked at when it is in front or is heard of again.
      if (!isFull && !isOver(kept, now)) break;
      if (!kept.isBusy) drop(kept);
    }
    return conversations.size < CONVERSATIONS_MAX;
  };
  const begin = ({ nasId, mac }: EapRequest, identifier: number): Kept | "too-busy" => {
    const now = clock().getTime();
    if (!makeRoom(now)) return "too-busy";
    const kept: Kept = {
      state: randomBytes(STATE_BYTES),
      ...{ nasId, mac, startedAt: now, isBusy: false, last: null },
      conversation: createConversation({
        identifier,
        secureContext: secureContext(),
        findPassword,
      }),
    };
    conversations.set(keyOf(kept.state), kept);
    return kept;
  };
  /** The conversation this State names, if it is this NAS's about this device. */
  const find = ({ state, nasId, mac }: EapRequest): Kept | null => {
    const kept = state && conversations.get(keyOf(state));
    if (!kept || kept.nasId !== nasId || kept.mac !== mac) return null;
    conversations.delete(keyOf(kept.state));
    if (!kept.isBusy && isOver(kept, clock().getTime())) {
      kept.conversation.close();
      return null;
    }
    conversations.set(keyOf(kept.state), kept);
    return kept;
  };
  const close = () => {
    for (const kept of [...conversations.values()]) drop(kept);
  };
  return { begin, find, drop, close, size: () => conversations.size };
}

const keyOf = (state: Buffer) => state.toString("hex");
