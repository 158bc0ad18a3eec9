import { once } from "node:events";
import { createConnection } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { filterFolders } from "./gateway-box.ts";
import type { GatewayNetwork } from "./gateway-network.ts";

/** The packet filter as its one caller asks it. */
export type FilterDoor = {
  /** One request after the other; answers how many milliseconds it took. */
  ask: (request: object) => Promise<number>;
  close: () => void;
};

export async function openFilterDoor(network: Pick<GatewayNetwork, "folder">): Promise<FilterDoor> {
  const socket = createConnection(join(filterFolders(network).runtime, "filter.sock"));
  await once(socket, "connect");
  const lines = createInterface({ input: socket });
  return {
    ask: async (request) => {
      const since = performance.now();
      const answered = once(lines, "line");
      socket.write(`${JSON.stringify(request)}\n`);
      const [line] = (await answered) as [string];
      if (!JSON.parse(line).ok) throw new Error(`refused: ${line}`);
      return performance.now() - since;
    },
    close: () => socket.destroy(),
  };
}
