import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import type { Socket } from "node:net";
import { createServer, type Server, type TLSSocket, type TlsOptions } from "node:tls";
import { isOrderAnswer } from "../disconnect/exchanges.ts";
import type { OrderLines } from "../disconnect/order-lines.ts";
import type { Logger } from "../log.ts";
import { codes } from "../protocol/dictionary.ts";
import type { Door } from "./door.ts";
import { createFramer } from "./framing.ts";
import type { Listener } from "./listen.ts";
import { plainAddress } from "./nas-table.ts";

/** PEM files: this server's certificate with its chain, its key, and who signs those of the NAS. */
export type RadsecFiles = { certificateFile: string; keyFile: string; authorityFile: string };

export type RadsecOptions = RadsecFiles & {
  host: string;
  /** RFC 6614 §2.1: 2083. 0 takes a free one. */
  portNumber: number;
  /** Silence after which a connection is closed; a NAS opens it again at its next request. */
  idleSeconds?: number;
};

/** What a connection is handed to: who answers what it asks, and who has orders for it. */
export type RadsecEnds = { door: Door; lines: OrderLines };

/** A branch has a few NAS; beyond this the newest is turned away. */
const CONNECTIONS_MAX = 256;
const HANDSHAKE_MS = 10_000;
/** Of a few of the intervals that sessions are reported at: orders find the connection still there. */
const IDLE_SECONDS = 1800;
/** How long a NAS is given to take its last answers when the server stops. */
const CLOSING_MS = 500;

/** Opens the RadSec port (RFC 6614): TLS 1.2 or 1.3, with a certificate on either side. */
export async function listenRadsec(
  options: RadsecOptions,
  ends: RadsecEnds,
  log: Logger,
): Promise<Listener> {
  const { host, portNumber } = options;
  const server = openServer(options);
  server.maxConnections = CONNECTIONS_MAX;
  const open = new Set<Socket>();
  const secured = new Set<TLSSocket>();
  let opened = 0;
  server.on("connection", (socket: Socket) => {
    open.add(socket);
    socket.on("close", () => open.delete(socket));
  });
  server.on("tlsClientError", (_, socket) => {
    const address = socket.remoteAddress;
    if (address) ends.door.turnAway({ reason: "radsec-no-handshake", address, names: [] });
  });
  server.on("secureConnection", (socket) => {
    opened += 1;
    secured.add(socket);
    socket.on("close", () => secured.delete(socket));
    socket.setTimeout((options.idleSeconds ?? IDLE_SECONDS) * 1000, () => socket.destroy());
    serveConnection(socket, opened, ends);
  });
  await bind(server, host, portNumber);
  server.on("error", (error) => log.error({ err: error }, "the RadSec port failed"));
  const address = server.address();
  return {
    portNumber: typeof address === "object" && address ? address.port : portNumber,
    close: () =>
      new Promise((resolve) => {
        const force = setTimeout(() => {
          for (const socket of open) socket.destroy();
        }, CLOSING_MS);
        server.close(() => {
          clearTimeout(force);
          resolve();
        });
        for (const socket of secured) socket.end();
      }),
  };
}

/** One NAS's connection: packets in, answers back on it. What is not read holds what is sent up. */
function serveConnection(socket: TLSSocket, connection: number, { door, lines }: RadsecEnds): void {
  const names = listNames(socket);
  const { remoteAddress: address = "", remotePort = 0 } = socket;
  // A NAS that breaks off is one that comes again.
  socket.on("error", () => socket.destroy());
  socket.on("drain", () => socket.resume());
  const refuse = () => socket.destroy();
  const send = (reply: Buffer) => {
    if (!socket.writable) return;
    if (!socket.write(reply)) socket.pause();
  };
  if (!door.isKnown(names)) {
    door.turnAway({ reason: "unknown-nas", address, names });
    refuse();
    return;
  }
  const line = lines.open({ names, address: plainAddress(address), send });
  socket.on("close", line.close);
  const framer = createFramer();
  socket.on("data", (octets: Buffer) => {
    const { packets, isBroken } = framer.push(octets);
    for (const bytes of packets) {
      if (socket.destroyed) return;
      if (isOrderAnswer(bytes[0])) {
        line.take(bytes);
        continue;
      }
      const port = bytes[0] === codes.accountingRequest ? "acct" : "auth";
      const radsec = { names, connection, refuse };
      door.receive({ port, bytes, address, remotePort, send, radsec });
    }
    if (!isBroken || socket.destroyed) return;
    door.turnAway({ reason: "length-out-of-range", address, names });
    refuse();
  });
}

/** The DNS names and the common name that the NAS's certificate proves, in lower case. */
function listNames(socket: TLSSocket): string[] {
  const { subject, subjectaltname = "" } = socket.getPeerCertificate();
  // Node quotes a name that holds what would look like another one; such a list proves nothing.
  const alternatives = subjectaltname.includes('"') ? [] : subjectaltname.split(", ");
  const names = alternatives
    .filter((each) => each.startsWith("DNS:"))
    .map((each) => each.slice("DNS:".length));
  const common = subject?.CN;
  if (typeof common === "string") names.push(common);
  return names.map((name) => name.toLowerCase());
}

function openServer({ certificateFile, keyFile, authorityFile }: RadsecFiles): Server {
  const cert = readPem(certificateFile, "certificate");
  const key = readPem(keyFile, "key");
  const ca = readPem(authorityFile, "CA");
  const tls: TlsOptions = { cert, key, ca };
  try {
    // Without one in it, Node would believe every authority that browsers do.
    new X509Certificate(ca);
    return createServer({
      ...tls,
      ...{ requestCert: true, rejectUnauthorized: true },
      ...{ minVersion: "TLSv1.2", maxVersion: "TLSv1.3", handshakeTimeout: HANDSHAKE_MS },
    });
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    const files = `${certificateFile}, ${keyFile} and ${authorityFile}`;
    throw new Error(
      `RadSec cannot use ${files} (${why}): give a certificate, its key and the CA of the NAS as PEM`,
      { cause },
    );
  }
}

function readPem(file: string, what: string): Buffer {
  try {
    return readFileSync(file);
  } catch (cause) {
    const why = (cause as { code?: string }).code ?? String(cause);
    throw new Error(`RadSec's ${what} ${file} cannot be read (${why})`, { cause });
  }
}

function bind(server: Server, host: string, portNumber: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (cause: Error) => {
      const taken = (cause as { code?: string }).code === "EADDRINUSE";
      const what = taken
        ? "is taken: stop what uses it, or set another port"
        : `cannot be opened (${cause.message})`;
      reject(new Error(`TCP port ${portNumber} on ${host} ${what}`, { cause }));
    };
    server.once("error", fail);
    server.listen(portNumber, host, () => {
      server.off("error", fail);
      resolve();
    });
  });
}
