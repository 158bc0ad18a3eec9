import type { Logger } from "../log.ts";
import { type Listener, listen } from "./listen.ts";
import { listenRadsec, type RadsecEnds, type RadsecFiles } from "./radsec.ts";

/** RadSec's port and files, or null: it is not offered. */
export type RadsecSettings = RadsecFiles & {
  portNumber: number;
  idleSeconds?: number;
  lookSeconds?: number;
  silentSeconds?: number;
};

export type Ports = {
  authPort: number;
  acctPort: number;
  radsecPort: number | null;
  close: () => Promise<void>;
};

/** Opens every port, or none: those that were had are given back when one cannot be. */
export async function openPorts(
  options: { host: string; authPort: number; acctPort: number; radsec: RadsecSettings | null },
  ends: RadsecEnds,
  log: Logger,
): Promise<Ports> {
  const { host, radsec } = options;
  const { receive } = ends.door;
  const open: Listener[] = [];
  const close = async () => {
    await Promise.all(open.map((each) => each.close()));
  };
  const keep = async (opening: Promise<Listener>) => {
    const listener = await opening;
    open.push(listener);
    return listener.portNumber;
  };
  try {
    const authPort = await keep(
      listen({ host, portNumber: options.authPort, port: "auth", receive, log }),
    );
    const acctPort = await keep(
      listen({ host, portNumber: options.acctPort, port: "acct", receive, log }),
    );
    const radsecPort = radsec ? await keep(listenRadsec({ ...radsec, host }, ends, log)) : null;
    return { authPort, acctPort, radsecPort, close };
  } catch (error) {
    await close();
    throw error;
  }
}
