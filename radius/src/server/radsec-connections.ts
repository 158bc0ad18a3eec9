import type { Socket } from "node:net";
import type { TLSSocket } from "node:tls";
import { INTERIM_SECONDS } from "../vendors/standard.ts";

/**
 * A branch has a few NAS. Beyond this the certificate with most connections loses one of them: of the address
 * that has most under it the one that has been silent longest, which may be dead. So one NAS that opens more
 * and more keeps no other out, from however many addresses. Several NAS may have one certificate: where each
 * of its addresses has one, the newest of them takes only the place of one that was not heard of for
 * `SILENT_SECONDS`, and is turned away else; they would take each other's for ever. Where no certificate has
 * two the newest is turned away.
 */
const PROVED_MAX = 256;
/**
 * Beside them those that have shown no certificate yet; beyond this the oldest goes. Whoever reaches the
 * port can open any number of them, and must keep no NAS out, whose handshake takes milliseconds. All NAS
 * of a branch may come at once, after a power cut.
 */
const UNPROVED_MAX = PROVED_MAX;
/** A NAS with a guest online is heard of within it, by the session's report. */
const SILENT_SECONDS = INTERIM_SECONDS;
/** How long a NAS is given to take its last answers, and to close its own end. */
const CLOSING_MS = 500;

/** A connection of who has shown a certificate. */
export type Proved = {
  socket: TLSSocket;
  /** Its fingerprint: names alone may stand in several. */
  certificate: string;
  address: string;
  names: readonly string[];
  /** By `performance.now()`: when something came of it, or it came itself. */
  heardAt: number;
};

export type RadsecConnections = {
  /** Of whoever connects. */
  enter: (socket: Socket) => void;
  /**
   * Of who has shown a certificate then, with the names in it. What was closed to make room for it, which
   * may be itself. Null: there was room.
   */
  prove: (socket: TLSSocket, names: readonly string[]) => Proved | null;
  /**
   * Closes all that are there: those of NAS once what was written to them is sent, whatever they do, and
   * the others at once, whose handshake goes by the files that were in force when they came.
   */
  endAll: () => void;
};

export function createRadsecConnections(silentSeconds = SILENT_SECONDS): RadsecConnections {
  /** The one that has been silent longest is in front. */
  const proved = new Map<TLSSocket, Proved>();
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
    prove: (socket, names) => {
      unproved.delete(nameOf(socket));
      const { fingerprint256: certificate } = socket.getPeerCertificate();
      const address = socket.remoteAddress ?? "";
      const newest = { socket, certificate, address, names, heardAt: performance.now() };
      proved.set(socket, newest);
      socket.on("data", () => {
        if (!proved.delete(socket)) return;
        newest.heardAt = performance.now();
        proved.set(socket, newest);
      });
      socket.on("close", () => proved.delete(socket));
      if (proved.size <= PROVED_MAX) return null;
      const silentSince = performance.now() - silentSeconds * 1000;
      const spare = findSpare([...proved.values()], newest, silentSince);
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

function findSpare(proved: readonly Proved[], newest: Proved, silentSince: number): Proved {
  const ofCertificate = listMost(proved, newest, ({ certificate }) => certificate);
  const ofAddress = listMost(ofCertificate, newest, ({ address }) => address);
  const [first = newest] = ofAddress.length > 1 ? ofAddress : ofCertificate;
  const isOfOneEach = ofAddress.length === 1 && first.certificate === newest.certificate;
  return isOfOneEach && first.heardAt > silentSince ? newest : first;
}

/**
 * Those of the owner who has most. Of several such of the newest's, who would else be let in by turns with
 * another's; or of who has been silent longest.
 */
function listMost(
  proved: readonly Proved[],
  newest: Proved,
  ownerOf: (each: Proved) => string,
): Proved[] {
  const byOwner = Map.groupBy(proved, ownerOf);
  const [most = []] = [...byOwner.values()].toSorted((one, other) => other.length - one.length);
  const own = byOwner.get(ownerOf(newest)) ?? [];
  return own.length === most.length ? own : most;
}

/** Which of the connections to the port it is, before and behind TLS. */
const nameOf = ({ remoteAddress, remotePort }: Socket): string => `${remoteAddress} ${remotePort}`;
