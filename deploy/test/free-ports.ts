import { randomInt } from "node:crypto";
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
