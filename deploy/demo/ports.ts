import { createSocket } from "node:dgram";
import { type EventEmitter, once } from "node:events";
import { createServer } from "node:net";
import { portOffsets } from "./options.ts";

type Use = keyof typeof portOffsets;
export type Ports = Record<Use, number>;

const UDP: readonly Use[] = ["RADIUS authentication", "RADIUS accounting", "Disconnect-Requests"];

export function portsFrom(base: number): Ports {
  const entries = Object.entries(portOffsets).map(([use, offset]) => [use, base + offset]);
  return Object.fromEntries(entries) as Ports;
}

/** The ports that somebody else holds, each in a sentence that says what to do. */
export async function listTakenPorts(ports: Ports, host: string): Promise<string[]> {
  const uses = Object.entries(ports) as [Use, number][];
  const checks = await Promise.all(
    uses.map(async ([use, port]) => {
      const isFree = UDP.includes(use) ? await isUdpFree(port, host) : await isTcpFree(port, host);
      return isFree ? [] : [`Port ${port}, for the ${use}, is taken.`];
    }),
  );
  return checks.flat();
}

async function isTcpFree(port: number, host: string): Promise<boolean> {
  const server = createServer();
  server.listen(port, host);
  const isFree = await succeeds(server);
  server.close();
  return isFree;
}

async function isUdpFree(port: number, host: string): Promise<boolean> {
  const socket = createSocket("udp4");
  socket.bind(port, host);
  const isFree = await succeeds(socket);
  socket.close();
  return isFree;
}

async function succeeds(emitter: EventEmitter): Promise<boolean> {
  try {
    await once(emitter, "listening");
    return true;
  } catch (error) {
    if (isSystemError(error) && ["EADDRINUSE", "EACCES"].includes(error.code)) return false;
    throw error;
  }
}

function isSystemError(error: unknown): error is Error & { code: string } {
  return error instanceof Error && "code" in error && typeof error.code === "string";
}
