import { createSocket, type Socket } from "node:dgram";
import { setTimeout as sleep } from "node:timers/promises";
import type { SecretKey } from "../src/protocol/authenticator.ts";
import { codes } from "../src/protocol/dictionary.ts";
import { macAt } from "./load.ts";
import { byMac, logIns, sessionStarts } from "./requests.ts";

/** An identifier is one octet: a NAS with more under way asks from another port. */
const DEVICES_PER_SOCKET = 250;
/** As a NAS does that hears nothing. */
const RESEND_MS = 1000;
const SENDINGS_MAX = 4;

export type Storm = {
  /** What was not answered, whatever was sent again. */
  unanswered: string[];
  /** How many packets had to be sent again. */
  sentAgain: number;
  slowestMs: number;
};

type Ways = { authPort: number; acctPort: number; key: SecretKey };

/**
 * Devices come back within `withinMs`, as after a power cut: each is asked about by its MAC, and its
 * session starts once it is let in. Rejects when an answer is not the one that lets it in.
 */
export async function reconnect(
  devices: number,
  { withinMs, ...ways }: Ways & { withinMs: number },
): Promise<Storm> {
  const storm: Storm = { unanswered: [], sentAgain: 0, slowestMs: 0 };
  const sockets = await Promise.all(
    Array.from({ length: Math.ceil(devices / DEVICES_PER_SOCKET) }, openSocket),
  );
  try {
    await Promise.all(
      Array.from({ length: devices }, async (_, at) => {
        await sleep((withinMs * at) / devices);
        const socket = sockets[Math.floor(at / DEVICES_PER_SOCKET)] as AskingSocket;
        await comeBack(storm, socket, { ...ways, at });
      }),
    );
  } finally {
    for (const { socket } of sockets) socket.close();
  }
  return storm;
}

async function comeBack(
  storm: Storm,
  socket: AskingSocket,
  { at, key, authPort, acctPort }: Ways & { at: number },
): Promise<void> {
  const identifier = at % DEVICES_PER_SOCKET;
  const isIn = await ask(storm, socket, {
    ...{ bytes: logIns(key, "pap", byMac)(at, identifier), portNumber: authPort },
    ...{ expectedCode: codes.accessAccept, name: `Access-Request of ${macAt(at)}` },
  });
  if (!isIn) return;
  await ask(storm, socket, {
    ...{ bytes: sessionStarts(key)(at, identifier), portNumber: acctPort },
    ...{ expectedCode: codes.accountingResponse, name: `Accounting-Start of ${macAt(at)}` },
  });
}

type Question = { bytes: Buffer; portNumber: number; expectedCode: number; name: string };

async function ask(storm: Storm, socket: AskingSocket, question: Question): Promise<boolean> {
  const { bytes, portNumber, expectedCode, name } = question;
  const askedAt = performance.now();
  const answered = socket.hear(bytes[1] as number);
  for (let sent = 0; sent < SENDINGS_MAX; sent++) {
    if (sent > 0) storm.sentAgain += 1;
    socket.socket.send(bytes, portNumber, "127.0.0.1");
    const given = new AbortController();
    const code = await Promise.race([answered, sleep(RESEND_MS, null, { signal: given.signal })]);
    given.abort();
    if (code === null) continue;
    if (code !== expectedCode) throw new Error(`${name} was answered with code ${code}`);
    storm.slowestMs = Math.max(storm.slowestMs, performance.now() - askedAt);
    return true;
  }
  storm.unanswered.push(name);
  return false;
}

type AskingSocket = {
  socket: Socket;
  /** The code of the answer to the next request with this identifier. */
  hear: (identifier: number) => Promise<number>;
};

async function openSocket(): Promise<AskingSocket> {
  const socket = createSocket({
    type: "udp4",
    recvBufferSize: 4 * 1024 * 1024,
    lookup: (address, _, done) => done(null, address, 4),
  });
  const waiting = new Map<number, (code: number) => void>();
  socket.on("message", (reply) => waiting.get(reply[1] as number)?.(reply[0] as number));
  await new Promise<void>((resolve) => socket.bind(0, "127.0.0.1", resolve));
  return {
    socket,
    hear: (identifier) => new Promise((resolve) => waiting.set(identifier, resolve)),
  };
}
