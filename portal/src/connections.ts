import type { Server, Socket } from "node:net";

/** What a branch full of phones has open, several times over: each takes some kilobytes, and a file of the process. */
export const CONNECTIONS_MAX = 2000;

/**
 * Beyond `max` connections whoever has most of them loses the first, which has been idle or slow longest: a
 * guest who opens ever more, and says nothing on them, keeps nobody else out.
 */
export function boundConnections(server: Server, max = CONNECTIONS_MAX): void {
  let open = 0;
  /** The one that came first is in front, here and within. */
  const byAddress = new Map<string, Set<Socket>>();
  const leave = (own: Set<Socket>, address: string, socket: Socket) => {
    if (!own.delete(socket)) return;
    open -= 1;
    if (own.size === 0 && byAddress.get(address) === own) byAddress.delete(address);
  };
  server.on("connection", (socket) => {
    const { remoteAddress: address = "" } = socket;
    const own = byAddress.get(address) ?? new Set();
    byAddress.set(address, own.add(socket));
    open += 1;
    socket.once("close", () => leave(own, address, socket));
    if (open <= max) return;
    const [most, all] = findMost(byAddress);
    const [first = socket] = all;
    // At once: of many that come together each has one go.
    leave(all, most, first);
    first.destroy();
  });
}

function findMost(byAddress: ReadonlyMap<string, Set<Socket>>): [string, Set<Socket>] {
  let most: [string, Set<Socket>] = ["", new Set()];
  for (const each of byAddress) if (each[1].size > most[1].size) most = each;
  return most;
}
