import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { createInterface } from "node:readline";

const SERVER_CORE = "0";
const LOAD_CORE = "1";

/** Whether server and load can have a core each. */
export const canPin = availableParallelism() > 1 && spawnSync("taskset", ["-V"]).status === 0;

/** Keeps the load off the servers' core. */
export function pinLoad(): void {
  if (canPin) spawnSync("taskset", ["-acp", LOAD_CORE, String(process.pid)]);
}

/** Starts a script on the servers' core, and reads the line of JSON by which it says that it serves. */
export async function spawnScript<Said>(
  script: string,
  options: readonly string[],
): Promise<{ child: ChildProcess; said: Said }> {
  const command = [process.execPath, script, ...options];
  const [program = "", ...rest] = canPin ? ["taskset", "-c", SERVER_CORE, ...command] : command;
  // An input that ends with the bench: a server never outlives who started it.
  const child = spawn(program, rest, { stdio: ["pipe", "pipe", "inherit"] });
  const ended = once(child, "exit").then(() => {
    throw new Error(`${script} ended before it said where it listens`);
  });
  const [line] = await Promise.race([once(createInterface(child.stdout), "line"), ended]);
  return { child, said: JSON.parse(line) as Said };
}

export async function stopScript(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill("SIGTERM");
  await once(child, "exit");
}

/** The time on the processor that a process has had, in microseconds; null where nobody tells. */
export function readCpuMicroseconds(processId: number | undefined): number | null {
  const folder = `/proc/${processId}/task`;
  try {
    return readdirSync(folder).reduce((sum, thread) => {
      const [nanoseconds] = readFileSync(`${folder}/${thread}/schedstat`, "utf8").split(" ");
      return sum + Number(nanoseconds) / 1000;
    }, 0);
  } catch {
    return null;
  }
}
