import type { Socket } from "node:net";
import type { TLSSocket } from "node:tls";

/**
 * A branch has a few NAS. Beyond this whoever has most connections loses the first of them, which may be
 * dead: one NAS that opens more and more keeps no other out. Where nobody has two the newest is turned away.
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

export type RadsecConnections = {
  /** Of whoever connects. */
  enter: (socket: Socket) => void;
  /** Of who has shown a certificate then, by the names in it. False: there is no room, and it is closed. */
  prove: (socket: TLSSocket, names: readonly string[]) => boolean;
  /**
   * Closes all that are there: those of NAS once what was written to them is sent, whatever they do, and
   * the others at once, whose handshake goes by the files that were in force when they came.
   */
  endAll: () => void;
};

export function createRadsecConnections(): RadsecConnections {
  /** Whose each is. The one that came first is in front, here and below. */
  const proved = new Map<TLSSocket, string>();
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
      // Several access points may have one certificate.
      proved.set(socket, `${names} ${socket.remoteAddress}`);
      socket.on("close", () => proved.delete(socket));
      if (proved.size <= PROVED_MAX) return true;
      const spare = findSpare(proved) ?? socket;
      proved.delete(spare);
      spare.destroy();
      return spare !== socket;
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

/** The first of whoever has most; null: nobody has two. */
function findSpare(proved: ReadonlyMap<TLSSocket, string>): TLSSocket | null {
  const byOwner = Map.groupBy(proved.keys(), (socket) => proved.get(socket));
  const [most = []] = [...byOwner.values()].toSorted((one, other) => other.length - one.length);
  const [first = null, second] = most;
  return second ? first : null;
}

/** Which of the connections to the port it is, before and behind TLS. */
const nameOf = ({ remoteAddress, remotePort }: Socket): string => `${remoteAddress} ${remotePort}`;
