import { createSocket, type Socket } from "node:dgram";
import { isIPv6 } from "node:net";
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

/** How a NAS took an order. */
export type DisconnectOutcome =
  | { kind: "acknowledged" }
  /** Error-Cause as a number (RFC 5176 §3.5); null when the NAS gave none. */
  | { kind: "refused"; errorCause: number | null }
  | { kind: "timed-out" }
  /** This server stops; the order still stands. */
  | { kind: "interrupted" };

export type DisconnectOptions = {
  /** Absent: to end the session. */
  order?: OrderKind;
  address: string;
  portNumber: number;
  key: SecretKey;
  attributes: readonly RawAttribute[];
  /** How long each sending is waited for; the last one ends it. */
  waitSeconds?: readonly number[];
};

/** RFC 5080 §2.2.1: doubling waits. Four sendings within 15 seconds. */
const WAIT_SECONDS = [1, 2, 4, 8];

export type DisconnectClient = {
  send: (options: DisconnectOptions) => Promise<DisconnectOutcome>;
  close: () => Promise<void>;
};

type Pending = {
  order: OrderKind;
  address: string;
  portNumber: number;
  key: SecretKey;
  request: Buffer;
  settle: (outcome: DisconnectOutcome) => void;
};

/**
 * Sends Disconnect- and CoA-Requests from one socket a family. A retransmission is the same octets with the
 * same identifier and Event-Timestamp (RFC 5176 §2.3, §6.3); an answer with a wrong authenticator
 * is no answer.
 */
export function createDisconnectClient(): DisconnectClient {
  const sockets = new Map<"udp4" | "udp6", Socket>();
  const pending = new Map<number, Pending>();
  let lastIdentifier = 0;
  let isClosed = false;

  const socketFor = (address: string): Socket => {
    const type = isIPv6(address) ? "udp6" : "udp4";
    const open = sockets.get(type);
    if (open) return open;
    const socket = createSocket(type);
    socket.on("message", (bytes, remote) => {
      takeAnswer(pending, bytes, remote);
    });
    // A port that refuses is like one that is silent: the next sending or the time-out decides.
    socket.on("error", () => {});
    sockets.set(type, socket);
    return socket;
  };

  const takeIdentifier = (): number | null => {
    for (let tried = 0; tried < 256; tried++) {
      lastIdentifier = (lastIdentifier + 1) % 256;
      if (!pending.has(lastIdentifier)) return lastIdentifier;
    }
    return null;
  };

  const send = async (options: DisconnectOptions): Promise<DisconnectOutcome> => {
    const { order = "disconnect", address, portNumber, key, attributes } = options;
    if (isClosed) return { kind: "interrupted" };
    const identifier = takeIdentifier();
    if (identifier === null) return { kind: "timed-out" };
    const code = orders[order].request;
    const request = encodeRequest(
      { code, identifier, authenticator: null, attributes, isSigned: false },
      key,
    );
    const socket = socketFor(address);
    try {
      return await new Promise<DisconnectOutcome>((resolve) => {
        const stop = sendRepeatedly({
          sendOnce: () => socket.send(request, portNumber, address, () => {}),
          waitSeconds: options.waitSeconds ?? WAIT_SECONDS,
          giveUp: () => resolve({ kind: "timed-out" }),
        });
        const settle = (outcome: DisconnectOutcome) => {
          stop();
          resolve(outcome);
        };
        pending.set(identifier, { order, address, portNumber, key, request, settle });
      });
    } finally {
      pending.delete(identifier);
    }
  };

  const close = async () => {
    isClosed = true;
    for (const { settle } of pending.values()) settle({ kind: "interrupted" });
    const open = [...sockets.values()];
    sockets.clear();
    await Promise.all(open.map((socket) => new Promise<void>((done) => socket.close(done))));
  };
  return { send, close };
}

/** Sends at once and after each wait but the last; then gives up. Returns how to stop it. */
function sendRepeatedly(options: {
  sendOnce: () => void;
  waitSeconds: readonly number[];
  giveUp: () => void;
}): () => void {
  let timer: NodeJS.Timeout | undefined;
  const step = (index: number) => {
    const seconds = options.waitSeconds[index];
    if (seconds === undefined) {
      options.giveUp();
      return;
    }
    options.sendOnce();
    timer = setTimeout(step, seconds * 1000, index + 1);
  };
  step(0);
  return () => clearTimeout(timer);
}

function takeAnswer(
  pending: ReadonlyMap<number, Pending>,
  bytes: Buffer,
  remote: { address: string; port: number },
): void {
  const decoded = decodePacket(bytes);
  if (decoded.kind === "malformed") return;
  const { packet } = decoded;
  const asked = pending.get(packet.identifier);
  if (!asked || asked.address !== remote.address || asked.portNumber !== remote.port) return;
  const authenticator = asked.request.subarray(4, 20);
  if (!isAuthenticatorRight(packet, authenticator, asked.key)) return;
  if (checkMessageAuthenticator(packet, authenticator, asked.key) === "wrong") return;
  const outcome = readOutcome(packet, asked.order);
  if (outcome) asked.settle(outcome);
}

function readOutcome(packet: Packet, order: OrderKind): DisconnectOutcome | null {
  const { ack, nak } = orders[order];
  if (packet.code === ack) return { kind: "acknowledged" };
  if (packet.code !== nak) return null;
  return { kind: "refused", errorCause: findValue(packet, "Error-Cause") };
}
