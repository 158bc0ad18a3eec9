import { randomInt } from "node:crypto";
import { type AddressInfo, createServer } from "node:net";
import { listTakenPorts, portsFrom } from "../demo/ports.ts";

const TRIES = 50;

/** A base whose ports are all free right now, below those that the system hands out by itself. */
export async function findFreePortBase(): Promise<number> {
  for (let i = 0; i < TRIES; i++) {
    const base = 10_000 + randomInt(1000) * 20;
    const taken = await listTakenPorts(portsFrom(base), "127.0.0.1");
    if (taken.length === 0) return base;
  }
  throw new Error("No free ports were found");
}

/** A TCP port of this machine that was free a moment ago. */
export async function takeFreePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return port;
}
