import { createSocket } from "node:dgram";
import type { MakeRequest } from "./load.ts";

const TICK_MS = 5;
/** What has no answer by then is lost, and counts as having taken this long. */
const LOST_MS = 5000;

export type PacedOptions = {
  portNumber: number;
  make: MakeRequest;
  expectedCode: number;
  perSecond: number;
  /** Requests are sent until this is settled. */
  until: Promise<unknown>;
};

/**
 * Sends requests at an even pace, whatever is answered, and resolves with how many milliseconds each
 * answer took. Rejects when an answer is not the code that was expected.
 */
export async function sendPaced(options: PacedOptions): Promise<number[]> {
  const { portNumber, make, expectedCode, perSecond } = options;
  const socket = createSocket({
    type: "udp4",
    recvBufferSize: 4 * 1024 * 1024,
    lookup: (address, _, done) => done(null, address, 4),
  });
  await new Promise<void>((resolve) => socket.bind(0, "127.0.0.1", resolve));
  const sentAt = new Map<number, number>();
  const tookMs: number[] = [];
  let wrong: number | null = null;
  let sent = 0;
  let isOver = false;
  socket.on("message", (reply) => {
    const identifier = reply[1] as number;
    const at = sentAt.get(identifier);
    if (at === undefined || !sentAt.delete(identifier)) return;
    tookMs.push(performance.now() - at);
    if (reply[0] !== expectedCode) wrong = reply[0] as number;
  });
  const begin = performance.now();
  const timer = setInterval(() => {
    const due = ((performance.now() - begin) * perSecond) / 1000;
    // An identifier that still waits is not used again: the pace is held up rather than the answer lost.
    for (; !isOver && sent < due && !sentAt.has(sent % 256); sent++) {
      const bytes = make(sent, sent % 256);
      sentAt.set(sent % 256, performance.now());
      socket.send(bytes, portNumber, "127.0.0.1");
    }
    for (const [identifier, at] of sentAt)
      if (performance.now() - at > LOST_MS) {
        sentAt.delete(identifier);
        tookMs.push(LOST_MS);
      }
  }, TICK_MS);
  try {
    await options.until;
    isOver = true;
    while (sentAt.size > 0) await new Promise((resolve) => setTimeout(resolve, TICK_MS));
  } finally {
    clearInterval(timer);
    socket.close();
  }
  if (wrong !== null) throw new Error(`answered with code ${wrong}, not ${expectedCode}`);
  return tookMs;
}
