import type { Server } from "node:http";
import type { Socket } from "node:net";

/** What a branch full of phones has open, several times over: each takes some kilobytes, and a file of the process. */
export const CONNECTIONS_MAX = 2000;
/** Whoever opens a connection and has not asked for anything by then has it in reserve, or holds the room. */
const SILENT_MS_MAX = 1000;

/** `openedAt` in milliseconds that the process has run. */
type Connection = {
  socket: Socket;
  /** See `nameOf`, which finds none once the socket is closed. */
  name: string;
  address: string;
  openedAt: number;
  hasAsked: boolean;
  unanswered: number;
};

/**
 * Beyond `max` connections one makes room. Of those that asked for nothing in their first second it is the
 * oldest of the address that has most of these; where there are none, of the addresses that have most the
 * one that has waited longest for its next request; and where all of these are being answered, the one that
 * came or was answered longest ago. So whoever opens ever more, or from ever more addresses, and says
 * nothing, keeps no guest out and cuts no request off. For http and https.
 */
export function boundConnections(server: Server, max = CONNECTIONS_MAX): void {
  /** Who came, or was answered, longest ago is in front. */
  const open = new Map<string, Connection>();
  server.on("connection", (socket) => {
    const name = nameOf(socket);
    const { remoteAddress: address = "" } = socket;
    const openedAt = performance.now();
    const newest = { ...{ socket, name, address, openedAt }, hasAsked: false, unanswered: 0 };
    open.set(name, newest);
    socket.once("close", () => {
      if (open.get(name) === newest) open.delete(name);
    });
    if (open.size <= max) return;
    const spare = findSpare([...open.values()], newest);
    // At once: of many that come together each has one go.
    open.delete(spare.name);
    spare.socket.destroy();
  });
  server.on("request", ({ socket }, response) => {
    const name = nameOf(socket);
    const asked = open.get(name);
    if (!asked) return;
    asked.hasAsked = true;
    asked.unanswered += 1;
    response.once("close", () => {
      asked.unanswered -= 1;
      if (open.get(name) !== asked) return;
      open.delete(name);
      open.set(name, asked);
    });
  });
}

function findSpare(open: readonly Connection[], newest: Connection): Connection {
  const silentSince = newest.openedAt - SILENT_MS_MAX;
  const silent = open.filter(({ hasAsked, openedAt }) => !hasAsked && openedAt < silentSince);
  const [oldest] = listOfMost(silent);
  if (oldest) return oldest;
  const ofMost = listOfMost(open).filter((each) => each !== newest);
  return ofMost.find(({ unanswered }) => unanswered === 0) ?? ofMost[0] ?? newest;
}

/** Those of the addresses that have most of them, in their order. */
function listOfMost(connections: readonly Connection[]): Connection[] {
  const counts = new Map<string, number>();
  for (const { address } of connections) counts.set(address, (counts.get(address) ?? 0) + 1);
  const most = Math.max(...counts.values());
  return connections.filter(({ address }) => counts.get(address) === most);
}

/** Which connection it is, before TLS and behind it. */
const nameOf = ({ remoteAddress, remotePort }: Socket): string => `${remoteAddress} ${remotePort}`;
