import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import {
  createSecureContext,
  createServer,
  type SecureContextOptions,
  type Server,
  type TLSSocket,
} from "node:tls";
import { isOrderAnswer } from "../disconnect/exchanges.ts";
import type { OrderLines } from "../disconnect/order-lines.ts";
import type { Logger } from "../log.ts";
import { codes } from "../protocol/dictionary.ts";
import type { Door } from "./door.ts";
import { createFramer } from "./framing.ts";
import type { Listener } from "./listen.ts";
import { plainAddress } from "./nas-table.ts";
import { createRadsecConnections } from "./radsec-connections.ts";
import { noteFiles } from "./renewed-files.ts";

/** PEM files: this server's certificate with its chain, its key, and who signs those of the NAS. */
export type RadsecFiles = { certificateFile: string; keyFile: string; authorityFile: string };

export type RadsecOptions = RadsecFiles & {
  host: string;
  /** RFC 6614 §2.1: 2083. 0 takes a free one. */
  portNumber: number;
  /** Silence after which a connection is closed; a NAS opens it again at its next request. */
  idleSeconds?: number;
  /** How often the files are looked at: what is renewed holds for connections from then on. */
  lookSeconds?: number;
  /** Silence after which a NAS's place may be another's that shares its certificate, where there is no room. */
  silentSeconds?: number;
};

/** What a connection is handed to: who answers what it asks, and who has orders for it. */
export type RadsecEnds = { door: Door; lines: OrderLines };

const HANDSHAKE_MS = 10_000;
/** Of a few of the intervals that sessions are reported at: orders find the connection still there. */
const IDLE_SECONDS = 1800;

/** Opens the RadSec port (RFC 6614): TLS 1.2 or 1.3, with a certificate on either side. */
export async function listenRadsec(
  options: RadsecOptions,
  ends: RadsecEnds,
  log: Logger,
): Promise<Listener> {
  const { host, portNumber } = options;
  const files = noteFiles(
    [options.certificateFile, options.keyFile, options.authorityFile],
    options.lookSeconds,
  );
  let context = readContext(options);
  const server = openServer(context);
  const connections = createRadsecConnections(options.silentSeconds);
  let opened = 0;
  server.on("connection", connections.enter);
  server.on("tlsClientError", (_, socket) => {
    const address = socket.remoteAddress;
    if (address) ends.door.turnAway({ reason: "radsec-no-handshake", address, names: [] });
  });
  server.on("secureConnection", (socket) => {
    const names = listNames(socket);
    // A NAS that breaks off is one that comes again.
    socket.on("error", () => socket.destroy());
    // Whoever is no NAS here takes no NAS's place.
    if (isTurnedAway(socket, names, ends)) return;
    const crowdedOut = connections.prove(socket, names);
    if (crowdedOut) ends.door.turnAway({ reason: "radsec-no-room", ...crowdedOut });
    if (crowdedOut?.socket === socket) return;
    opened += 1;
    socket.setTimeout((options.idleSeconds ?? IDLE_SECONDS) * 1000, () => socket.destroy());
    serveConnection(socket, { ...ends, names, connection: opened });
  });
  await bind(server, host, portNumber);
  server.on("error", (error) => log.error({ err: error }, "the RadSec port failed"));
  files.follow(() => {
    const renewed = findContext(options, log);
    if (!renewed) return;
    server.setSecureContext(renewed);
    log.info("RadSec goes by files that were renewed");
    // Whoever was let in by an authority that is none any more has to show who they are again.
    const isOtherAuthority = !renewed.ca.equals(context.ca);
    context = renewed;
    if (isOtherAuthority) connections.endAll();
  });
  const address = server.address();
  return {
    portNumber: typeof address === "object" && address ? address.port : portNumber,
    close: () =>
      new Promise((resolve) => {
        files.stop();
        server.close(() => resolve());
        connections.endAll();
      }),
  };
}

function isTurnedAway(socket: TLSSocket, names: readonly string[], { door }: RadsecEnds): boolean {
  if (door.isKnown(names)) return false;
  door.turnAway({ reason: "unknown-nas", address: socket.remoteAddress ?? "", names });
  socket.destroy();
  return true;
}

type Connection = RadsecEnds & { names: readonly string[]; connection: number };

/** One NAS's connection: packets in, answers back on it. What is not read holds what is sent up. */
function serveConnection(socket: TLSSocket, { door, lines, names, connection }: Connection): void {
  const { remoteAddress: address = "", remotePort = 0 } = socket;
  socket.on("drain", () => socket.resume());
  const refuse = () => socket.destroy();
  const send = (reply: Buffer) => {
    if (!socket.writable) return;
    if (!socket.write(reply)) socket.pause();
  };
  const line = lines.open({ names, address: plainAddress(address), send });
  socket.on("close", line.close);
  const framer = createFramer();
  socket.on("data", (octets: Buffer) => {
    const { packets, isBroken } = framer.push(octets);
    for (const bytes of packets) {
      // Nobody is heard whose connection was ended from here: a NAS may go on sending on its half of it.
      if (!socket.writable) return;
      if (isOrderAnswer(bytes[0])) {
        line.take(bytes);
        continue;
      }
      const port = bytes[0] === codes.accountingRequest ? "acct" : "auth";
      const radsec = { names, connection, refuse };
      door.receive({ port, bytes, address, remotePort, send, radsec });
    }
    if (!isBroken || !socket.writable) return;
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

const openServer = (context: RadsecContext): Server =>
  createServer({
    ...context,
    ...{ requestCert: true, rejectUnauthorized: true, handshakeTimeout: HANDSHAKE_MS },
  });

type RadsecContext = SecureContextOptions & { ca: Buffer };

/** What is in the files now; null where they cannot be used, which is told. */
function findContext(files: RadsecFiles, log: Logger): RadsecContext | null {
  try {
    return readContext(files);
  } catch (error) {
    log.error({ err: error }, "RadSec's files were changed and those from before stay in force");
    return null;
  }
}

/** Throws what is wrong with which file, in words. */
function readContext({ certificateFile, keyFile, authorityFile }: RadsecFiles): RadsecContext {
  const cert = readPem(certificateFile, "certificate");
  const key = readPem(keyFile, "key");
  const ca = readPem(authorityFile, "CA");
  const context: RadsecContext = {
    ...{ cert, key, ca },
    ...{ minVersion: "TLSv1.2", maxVersion: "TLSv1.3" },
  };
  try {
    // Without one in it, Node would believe every authority that browsers do.
    new X509Certificate(ca);
    createSecureContext(context);
    return context;
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
