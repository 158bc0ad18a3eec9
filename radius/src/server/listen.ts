import { createSocket, type Socket } from "node:dgram";
import { isIPv6 } from "node:net";
import type { Logger } from "../log.ts";
import type { PortKind } from "./checks.ts";
import type { Arrival } from "./door.ts";

/** Room for the packets of a storm that arrive within one commit. */
const RECEIVE_BUFFER_BYTES = 4 * 1024 * 1024;

export type ListenOptions = {
  /** An IPv4 or IPv6 address; `::` hears IPv4 too. */
  host: string;
  /** 0 takes a free one. */
  portNumber: number;
  port: PortKind;
  receive: (arrival: Arrival) => void;
  log: Logger;
};

export type Listener = { portNumber: number; close: () => Promise<void> };

/** Opens one UDP port. Rejects with what to do when the port is taken. */
export async function listen(options: ListenOptions): Promise<Listener> {
  const { host, portNumber, port, receive, log } = options;
  const family = isIPv6(host) ? 6 : 4;
  const socket = createSocket({
    type: `udp${family}`,
    recvBufferSize: RECEIVE_BUFFER_BYTES,
    // Addresses are never names here: this saves a look-up for each reply.
    lookup: (address, _, done) => done(null, address, family),
  });
  const tell = (error: Error | null) => {
    if (error) log.warn({ err: error, port }, "a reply could not be sent");
  };
  let isClosed = false;
  const replies = gatherReplies((reply, { remotePort, address }) => {
    // A socket that is closed throws; the NAS asks again, and is heard after the start.
    if (!isClosed) socket.send(reply, remotePort, address, tell);
  });
  const { send } = replies;
  socket.on("message", (bytes, remote) =>
    receive({ port, bytes, address: remote.address, remotePort: remote.port, send }),
  );
  await bind(socket, host, portNumber);
  socket.on("error", (error) => log.error({ err: error, port }, "a RADIUS port failed"));
  return {
    portNumber: socket.address().port,
    close: () => {
      replies.flush();
      isClosed = true;
      return new Promise((resolve) => socket.close(() => resolve()));
    },
  };
}

/** libuv reads as many packets in one turn of the event loop. */
const TOGETHER_MAX = 32;

/**
 * Sends what is answered in one turn of the event loop in one go at its end. The first answer wakes
 * who waits for it, which is the dearest part of sending; those that follow find them awake.
 */
export function gatherReplies(sendNow: Arrival["send"]): {
  send: Arrival["send"];
  flush: () => void;
} {
  let waiting: { reply: Buffer; to: Arrival }[] = [];
  const flush = () => {
    const together = waiting;
    waiting = [];
    for (const { reply, to } of together) sendNow(reply, to);
  };
  return {
    send: (reply, to) => {
      if (waiting.push({ reply, to }) === 1) setImmediate(flush);
      if (waiting.length >= TOGETHER_MAX) flush();
    },
    flush,
  };
}

function bind(socket: Socket, host: string, portNumber: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (cause: Error) => {
      socket.close();
      const taken = (cause as { code?: string }).code === "EADDRINUSE";
      const what = taken
        ? "is taken: stop what uses it, or set another port"
        : `cannot be opened (${cause.message})`;
      reject(new Error(`UDP port ${portNumber} on ${host} ${what}`, { cause }));
    };
    socket.once("error", fail);
    socket.bind(portNumber, host, () => {
      socket.off("error", fail);
      resolve();
    });
  });
}
