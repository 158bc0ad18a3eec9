import { createSocket, type Socket } from "node:dgram";
import { decodePacket } from "../src/protocol/packet.ts";
import { findValue } from "../src/protocol/values.ts";

/** How many requests a NAS has under way at once in the bench. */
const UNDER_WAY_MAX = 64;
const RESEND_MS = 1000;

/** A MAC of its own for each number below 65,536. */
export function macAt(at: number): string {
  const hex = (octet: number) => octet.toString(16).padStart(2, "0").toUpperCase();
  return `AC-00-5E-00-${hex((at >> 8) & 255)}-${hex(at & 255)}`;
}

/** Makes the bytes of request number `at` with this identifier. */
export type MakeRequest = (at: number, identifier: number) => Buffer;

/**
 * Sends `count` requests, 64 under way at once, and resolves with how many were answered in a
 * second. Rejects when an answer is not the code that was expected. A request that gets no answer
 * is sent again, as a NAS would.
 */
export async function sendLoad(options: {
  portNumber: number;
  count: number;
  make: MakeRequest;
  expectedCode: number;
}): Promise<number> {
  const { portNumber, count, make, expectedCode } = options;
  const requests = Array.from({ length: count }, (_, at) => make(at, at % 256));
  const socket = createSocket({
    type: "udp4",
    recvBufferSize: 4 * 1024 * 1024,
    lookup: (address, _, done) => done(null, address, 4),
  });
  await new Promise<void>((resolve) => socket.bind(0, "127.0.0.1", resolve));
  const begin = process.hrtime.bigint();
  try {
    await drive(socket, { requests, portNumber, expectedCode });
  } finally {
    socket.close();
  }
  return (count * 1e9) / Number(process.hrtime.bigint() - begin);
}

/** A reject says why in its Reply-Message: a slow machine's tickets end before they are used. */
function findReason(reply: Buffer): string {
  const decoded = decodePacket(reply);
  if (decoded.kind === "malformed") return decoded.reason;
  return findValue(decoded.packet, "Reply-Message") ?? "no reason told";
}

type Drive = { requests: readonly Buffer[]; portNumber: number; expectedCode: number };

function drive(socket: Socket, { requests, portNumber, expectedCode }: Drive): Promise<void> {
  return new Promise((resolve, reject) => {
    const underWay = new Map<number, Buffer>();
    let next = 0;
    let answered = 0;
    const send = (bytes: Buffer) => socket.send(bytes, portNumber, "127.0.0.1");
    const sendNext = () => {
      const bytes = requests[next];
      if (!bytes || underWay.has(bytes[1] as number)) return;
      next += 1;
      underWay.set(bytes[1] as number, bytes);
      send(bytes);
    };
    const timer = setInterval(() => {
      for (const bytes of underWay.values()) send(bytes);
    }, RESEND_MS);
    const finish = (error?: Error) => {
      clearInterval(timer);
      if (error) reject(error);
      else resolve();
    };
    socket.on("message", (reply) => {
      if (!underWay.delete(reply[1] as number)) return;
      if (reply[0] !== expectedCode) {
        const why = findReason(reply);
        finish(new Error(`answered with code ${reply[0]} (${why}), not ${expectedCode}`));
        return;
      }
      answered += 1;
      if (answered === requests.length) finish();
      else
        while (underWay.size < UNDER_WAY_MAX && next < requests.length) {
          const before = next;
          sendNext();
          if (next === before) break;
        }
    });
    for (let at = 0; at < UNDER_WAY_MAX; at++) sendNext();
  });
}
