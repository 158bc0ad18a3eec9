import {
  checkMessageAuthenticator,
  encodeRequest,
  isAuthenticatorRight,
  type SecretKey,
} from "../protocol/authenticator.ts";
import { codes } from "../protocol/dictionary.ts";
import { decodePacket, type Packet, type RawAttribute } from "../protocol/packet.ts";
import { findValue } from "../protocol/values.ts";

/** What a NAS is ordered to do with a session, and its answers (RFC 5176 §2.1 and §2.2). */
const orders = {
  disconnect: {
    request: codes.disconnectRequest,
    ack: codes.disconnectAck,
    nak: codes.disconnectNak,
  },
  change: { request: codes.coaRequest, ack: codes.coaAck, nak: codes.coaNak },
} as const;
export type OrderKind = keyof typeof orders;

const ANSWERS: ReadonlySet<number> = new Set(Object.values(orders).flatMap((o) => [o.ack, o.nak]));

/** Whether a packet of this code answers an order, and asks nothing. */
export const isOrderAnswer = (code: number | undefined): boolean =>
  code !== undefined && ANSWERS.has(code);

/** How a NAS took an order. */
export type DisconnectOutcome =
  | { kind: "acknowledged" }
  /** Error-Cause as a number (RFC 5176 §3.5); null when the NAS gave none. */
  | { kind: "refused"; errorCause: number | null }
  | { kind: "timed-out" }
  /** This server stops; the order still stands. */
  | { kind: "interrupted" };

export type OrderRequest = {
  order: OrderKind;
  key: SecretKey;
  attributes: readonly RawAttribute[];
  /** Who alone can answer it; of a connection, on which nobody else is, anything. */
  peer: string;
};

export type Exchange = {
  /** The request's octets, the same for each sending (RFC 5176 §2.3, §6.3). */
  request: Buffer;
  outcome: Promise<DisconnectOutcome>;
  /** Ends it, unless it has an outcome already. */
  end: (outcome: DisconnectOutcome) => void;
};

/** Orders that wait for their answers, told apart by the identifiers of one socket or connection. */
export type Exchanges = {
  /** Null: each of the 256 identifiers waits for an answer. */
  begin: (asked: OrderRequest) => Exchange | null;
  /** An answer with a wrong authenticator is none. */
  take: (bytes: Buffer, peer: string) => void;
  endAll: (outcome: DisconnectOutcome) => void;
};

type Pending = OrderRequest & { request: Buffer; end: Exchange["end"] };

export function createExchanges(): Exchanges {
  const pending = new Map<number, Pending>();
  let lastIdentifier = 0;
  const takeIdentifier = (): number | null => {
    for (let tried = 0; tried < 256; tried++) {
      lastIdentifier = (lastIdentifier + 1) % 256;
      if (!pending.has(lastIdentifier)) return lastIdentifier;
    }
    return null;
  };
  return {
    begin: (asked) => {
      const identifier = takeIdentifier();
      if (identifier === null) return null;
      const { order, key, attributes } = asked;
      const code = orders[order].request;
      const unsigned = { code, identifier, authenticator: null, attributes, isSigned: false };
      const request = encodeRequest(unsigned, key);
      const { promise: outcome, resolve } = Promise.withResolvers<DisconnectOutcome>();
      const end = (how: DisconnectOutcome) => {
        pending.delete(identifier);
        resolve(how);
      };
      pending.set(identifier, { ...asked, request, end });
      return { request, outcome, end };
    },
    take: (bytes, peer) => {
      const decoded = decodePacket(bytes);
      if (decoded.kind === "malformed") return;
      const { packet } = decoded;
      const asked = pending.get(packet.identifier);
      if (!asked || asked.peer !== peer) return;
      const outcome = isRight(packet, asked) ? readOutcome(packet, asked.order) : null;
      if (outcome) asked.end(outcome);
    },
    endAll: (outcome) => {
      for (const { end } of [...pending.values()]) end(outcome);
    },
  };
}

function isRight(packet: Packet, { request, key }: Pending): boolean {
  const authenticator = request.subarray(4, 20);
  if (!isAuthenticatorRight(packet, authenticator, key)) return false;
  return checkMessageAuthenticator(packet, authenticator, key) !== "wrong";
}

function readOutcome(packet: Packet, order: OrderKind): DisconnectOutcome | null {
  const { ack, nak } = orders[order];
  if (packet.code === ack) return { kind: "acknowledged" };
  if (packet.code !== nak) return null;
  return { kind: "refused", errorCause: findValue(packet, "Error-Cause") };
}
