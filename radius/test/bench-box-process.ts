import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { spawnServer } from "./pinned.ts";

export type BenchBox = {
  authPort: number;
  acctPort: number;
  secret: string;
};

/** What a server that was just started says of itself on a line of JSON. */
export async function readFirstLine(child: ChildProcess): Promise<Record<string, unknown>> {
  if (!child.stdout) throw new Error("the server has no output");
  const lines = createInterface(child.stdout);
  const ended = once(child, "exit").then(() => {
    throw new Error("the server ended before it said where it listens");
  });
  const [line] = await Promise.race([once(lines, "line"), ended]);
  return JSON.parse(line);
}

/** A box of `test/bench-box.ts` as a process on the server's core, with flags for its Node. */
export async function startBenchBox(
  folder: string,
  devices: number,
  flags: readonly string[] = [],
): Promise<{ child: ChildProcess; box: BenchBox }> {
  const script = join(import.meta.dirname, "bench-box.ts");
  const child = spawnServer([process.execPath, ...flags, script, folder, String(devices)]);
  const said = await readFirstLine(child);
  const { authPort, acctPort, secret } = said as BenchBox;
  return { child, box: { authPort, acctPort, secret } };
}
