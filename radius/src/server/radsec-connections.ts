import type { Socket } from "node:net";
import type { TLSSocket } from "node:tls";

/** A branch has a few NAS; beyond this the newest is turned away. */
const PROVED_MAX = 256;
/**
 * Beside them those that have shown no certificate yet; beyond this the oldest goes. Whoever reaches the
 * port can open any number of them, and must keep no NAS out, whose handshake takes milliseconds. All NAS
 * of a branch may come at once, after a power cut.
 */
const UNPROVED_MAX = PROVED_MAX;

export type RadsecConnections = {
  /** Of whoever connects. */
  enter: (socket: Socket) => void;
  /** Of who has shown a certificate then. False: there is no room, and it is closed. */
  prove: (socket: TLSSocket) => boolean;
  /** Closes those of NAS, once what was written to them is sent. */
  endProved: () => void;
  destroyAll: () => void;
};

export function createRadsecConnections(): RadsecConnections {
  const proved = new Set<TLSSocket>();
  /** The one that came first is in front. */
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
    prove: (socket) => {
      unproved.delete(nameOf(socket));
      if (proved.size >= PROVED_MAX) {
        socket.destroy();
        return false;
      }
      proved.add(socket);
      socket.on("close", () => proved.delete(socket));
      return true;
    },
    endProved: () => {
      for (const socket of proved) socket.end();
    },
    destroyAll: () => {
      for (const socket of [...unproved.values(), ...proved]) socket.destroy();
    },
  };
}

/** Which of the connections to the port it is, before and behind TLS. */
const nameOf = ({ remoteAddress, remotePort }: Socket): string => `${remoteAddress} ${remotePort}`;
