import type { Socket } from "node:net";
import type { TLSSocket } from "node:tls";

/**
 * A branch has a few NAS. Beyond this the certificate with most connections loses one of them, of the address
 * that has most under it the first, which may be dead: one NAS that opens more and more keeps no other out,
 * from however many addresses, nor itself where its address changes. Where no certificate has two the newest
 * is turned away.
 */
const PROVED_MAX = 256;
/**
 * Beside them those that have shown no certificate yet; beyond this the oldest goes. Whoever reaches the
 * port can open any number of them, and must keep no NAS out, whose handshake takes milliseconds. All NAS
 * of a branch may come at once, after a power cut.
 */
const UNPROVED_MAX = PROVED_MAX;
/** How long a NAS is given to take its last answers, and to close its own end. */
const CLOSING_MS = 500;

/** A connection of who has shown a certificate. */
export type Proved = {
  socket: TLSSocket;
  /** Its fingerprint: names alone may stand in several. */
  certificate: string;
  address: string;
  names: readonly string[];
};

export type RadsecConnections = {
  /** Of whoever connects. */
  enter: (socket: Socket) => void;
  /**
   * Of who has shown a certificate then, with the names in it. What was closed to make room for it: itself,
   * where nobody has two. Null: there was room.
   */
  prove: (socket: TLSSocket, names: readonly string[]) => Proved | null;
  /**
   * Closes all that are there: those of NAS once what was written to them is sent, whatever they do, and
   * the others at once, whose handshake goes by the files that were in force when they came.
   */
  endAll: () => void;
};

export function createRadsecConnections(): RadsecConnections {
  /** The one that came first is in front, here and below. */
  const proved = new Map<TLSSocket, Proved>();
  const unproved = new Map<string, Socket>();
  return {
    enter: (socket) => {
      const name = nameOf(socket);
      unproved.set(name, socket);
      socket.on("close", () => {
        if (unproved.get(name) === socket) unproved.delete(name);
      });
      const [oldest] = unproved.values();
      if (unproved.size > UNPROVED_MAX) oldest?.destroy();
    },
    prove: (socket, names) => {
      unproved.delete(nameOf(socket));
      const { fingerprint256: certificate } = socket.getPeerCertificate();
      const newest = { socket, certificate, address: socket.remoteAddress ?? "", names };
      proved.set(socket, newest);
      socket.on("close", () => proved.delete(socket));
      if (proved.size <= PROVED_MAX) return null;
      const spare = findSpare([...proved.values()]) ?? newest;
      proved.delete(spare.socket);
      spare.socket.destroy();
      return spare;
    },
    endAll: () => {
      for (const socket of unproved.values()) socket.destroy();
      for (const socket of proved.keys()) {
        socket.end();
        setTimeout(() => socket.destroy(), CLOSING_MS).unref();
      }
    },
  };
}

/** Null: no certificate has two. */
function findSpare(proved: readonly Proved[]): Proved | null {
  const ofCertificate = listMost(proved, ({ certificate }) => certificate);
  if (ofCertificate.length < 2) return null;
  // Several access points may have one certificate.
  const [first = null] = listMost(ofCertificate, ({ address }) => address);
  return first;
}

/** Those of the owner who has most; of several such, of whoever came first. */
function listMost(proved: readonly Proved[], ownerOf: (each: Proved) => string): Proved[] {
  const byOwner = [...Map.groupBy(proved, ownerOf).values()];
  const [most = []] = byOwner.toSorted((one, other) => other.length - one.length);
  return most;
}

/** Which of the connections to the port it is, before and behind TLS. */
const nameOf = ({ remoteAddress, remotePort }: Socket): string => `${remoteAddress} ${remotePort}`;
