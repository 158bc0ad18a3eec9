import { randomBytes } from "node:crypto";
import { createSocket, type RemoteInfo, type Socket } from "node:dgram";
import { once } from "node:events";
import {
  attribute,
  authenticatorOf,
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
    const asked = authenticatorOf(entry.request);
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

export type DisconnectListener = { port: number; close: () => void };

/**
 * Listens for Disconnect-Requests (RFC 5176). `disconnect` says whether there was such a session;
 * the answer is an ACK, or a NAK with Error-Cause 503, Session Context Not Found (§3.5).
 */
export async function listenForDisconnects(options: {
  host: string;
  port: number;
  secret: string;
  disconnect: (request: Packet) => boolean;
}): Promise<DisconnectListener> {
  const key = prepareSecret(options.secret);
  const socket = createSocket("udp4");
  socket.bind(options.port, options.host);
  await once(socket, "listening");
  socket.on("message", (bytes, from) => {
    const decoded = decodePacket(bytes);
    if (decoded.kind === "malformed") return;
    const { packet } = decoded;
    if (packet.code !== codes.disconnectRequest) return;
    if (!isAuthenticatorRight(packet, null, key)) return;
    if (checkMessageAuthenticator(packet, null, key) === "wrong") return;
    answerDisconnect(socket, from, packet, key, options.disconnect(packet));
  });
  return { port: socket.address().port, close: () => socket.close() };
}

function answerDisconnect(
  socket: Socket,
  to: RemoteInfo,
  request: Packet,
  key: ReturnType<typeof prepareSecret>,
  isDone: boolean,
) {
  const sessionNotFound = attribute("Error-Cause", 503);
  const reply = isDone
    ? { code: codes.disconnectAck, attributes: [], isSigned: true }
    : { code: codes.disconnectNak, attributes: [sessionNotFound], isSigned: true };
  socket.send(encodeReply(reply, request, key), to.port, to.address);
}
