import { randomBytes } from "node:crypto";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import {
  attribute,
  checkMessageAuthenticator,
  codes,
  decodePacket,
  encodeReply,
  encodeRequest,
  hidePassword,
  isAuthenticatorRight,
  type Packet,
  prepareSecret,
  type RawAttribute,
} from "@foyer/radius";

export type RadiusLinkOptions = {
  host: string;
  authPort: number;
  acctPort: number;
  secret: string;
  /** How often a packet that nobody answers is sent again, and how long each waits. */
  tries?: number;
  waitSeconds?: number;
};

/** An access controller's end of RADIUS. Null is an answer that never came. */
export type RadiusLink = {
  /** `password` is hidden on its way (RFC 2865 §5.2); null with CHAP, which has none to hide. */
  askAccess: (
    attributes: readonly RawAttribute[],
    password: Uint8Array | null,
  ) => Promise<Packet | null>;
  sendAccounting: (attributes: readonly RawAttribute[]) => Promise<Packet | null>;
  close: () => void;
};

type Waiting = { request: Packet; resolve: (reply: Packet | null) => void; timer: NodeJS.Timeout };

const TRIES = 4;
const WAIT_SECONDS = 3;
const IDENTIFIERS = 256;

/** Opens a socket towards a RADIUS server. Packets that are lost are sent again unchanged. */
export async function openRadiusLink(options: RadiusLinkOptions): Promise<RadiusLink> {
  const key = prepareSecret(options.secret);
  const socket = createSocket("udp4");
  socket.bind(0, options.host);
  await once(socket, "listening");
  const waiting = new Map<number, Waiting>();
  let identifier = randomBytes(1)[0] as number;

  socket.on("message", (bytes) => {
    const decoded = decodePacket(bytes);
    if (decoded.kind === "malformed") return;
    const entry = waiting.get(decoded.packet.identifier);
    if (!entry) return;
    const asked = entry.request.authenticator;
    // RFC 2865 §3: a reply whose authenticator does not fit is not a reply.
    if (!isAuthenticatorRight(decoded.packet, asked, key)) return;
    if (checkMessageAuthenticator(decoded.packet, asked, key) === "wrong") return;
    finish(decoded.packet.identifier, decoded.packet);
  });

  const finish = (id: number, reply: Packet | null) => {
    const entry = waiting.get(id);
    waiting.delete(id);
    clearTimeout(entry?.timer);
    entry?.resolve(reply);
  };
  const takeIdentifier = () => {
    do identifier = (identifier + 1) % IDENTIFIERS;
    while (waiting.has(identifier) && waiting.size < IDENTIFIERS);
    return identifier;
  };
  const ask = (id: number, port: number, bytes: Buffer) => {
    const { promise, resolve } = Promise.withResolvers<Packet | null>();
    const send = (left: number) => {
      if (left === 0) return finish(id, null);
      socket.send(bytes, port, options.host);
      const timer = setTimeout(send, (options.waitSeconds ?? WAIT_SECONDS) * 1000, left - 1);
      waiting.set(id, { request: readOwn(bytes), resolve, timer });
    };
    send(options.tries ?? TRIES);
    return promise;
  };
  return {
    askAccess: (attributes, password) => {
      const id = takeIdentifier();
      const authenticator = randomBytes(16);
      const hidden = password && hidePassword(password, authenticator, key);
      const all = hidden ? [...attributes, attribute("User-Password", hidden)] : attributes;
      const head = { code: codes.accessRequest, identifier: id, authenticator, isSigned: true };
      return ask(id, options.authPort, encodeRequest({ ...head, attributes: all }, key));
    },
    sendAccounting: (attributes) => {
      const id = takeIdentifier();
      const head = { code: codes.accountingRequest, identifier: id, authenticator: null };
      const bytes = encodeRequest({ ...head, attributes, isSigned: false }, key);
      return ask(id, options.acctPort, bytes);
    },
    close: () => {
      for (const id of [...waiting.keys()]) finish(id, null);
      socket.close();
    },
  };
}

function readOwn(bytes: Buffer): Packet {
  const decoded = decodePacket(bytes);
  if (decoded.kind === "malformed") throw new Error(`Own packet: ${decoded.reason}`);
  return decoded.packet;
}

export type OrderListener = { port: number; close: () => void };
export type OrderKind = "disconnect" | "change";

const ORDERS = {
  disconnect: { ack: codes.disconnectAck, nak: codes.disconnectNak },
  change: { ack: codes.coaAck, nak: codes.coaNak },
} as const;

/**
 * Listens for Disconnect-Requests and CoA-Requests (RFC 5176). `obey` gives the Error-Cause (§3.5)
 * of a NAK, or null where it did as it was told.
 */
export async function listenForOrders(options: {
  host: string;
  port: number;
  secret: string;
  /** Hears why an order could not be obeyed at all. */
  onFault?: (fault: unknown) => void;
  obey: (order: OrderKind, request: Packet) => number | null | Promise<number | null>;
}): Promise<OrderListener> {
  const key = prepareSecret(options.secret);
  const socket = createSocket("udp4");
  socket.bind(options.port, options.host);
  await once(socket, "listening").catch((fault: unknown) => {
    socket.close();
    throw fault;
  });
  socket.on("message", (bytes, from) => {
    const decoded = decodePacket(bytes);
    if (decoded.kind === "malformed") return;
    const { packet } = decoded;
    const order = readOrder(packet);
    if (order === null) return;
    if (!isAuthenticatorRight(packet, null, key)) return;
    if (checkMessageAuthenticator(packet, null, key) === "wrong") return;
    // A NAS that cannot do it says so by its silence: it is asked again.
    void Promise.resolve(options.obey(order, packet)).then(
      (errorCause) => {
        const { ack, nak } = ORDERS[order];
        const reply =
          errorCause === null
            ? { code: ack, attributes: [], isSigned: true }
            : { code: nak, attributes: [attribute("Error-Cause", errorCause)], isSigned: true };
        socket.send(encodeReply(reply, packet, key), from.port, from.address);
      },
      (fault: unknown) => options.onFault?.(fault),
    );
  });
  return { port: socket.address().port, close: () => socket.close() };
}

function readOrder({ code }: Packet): OrderKind | null {
  if (code === codes.disconnectRequest) return "disconnect";
  return code === codes.coaRequest ? "change" : null;
}
