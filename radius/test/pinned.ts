import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { availableParallelism } from "node:os";

const SERVER_CORE = "0";
const LOAD_CORE = "1";

/** Whether server and load can have a core each. */
export const canPin = availableParallelism() > 1 && spawnSync("taskset", ["-V"]).status === 0;

/** Starts a server on a core of its own. */
export function spawnServer(command: readonly string[]): ChildProcess {
  const [program = "", ...rest] = canPin ? ["taskset", "-c", SERVER_CORE, ...command] : command;
  return spawn(program, rest, { stdio: ["ignore", "pipe", "inherit"] });
}

/** Keeps the load off the server's core. */
export function pinLoad(): void {
  if (canPin) spawnSync("taskset", ["-acp", LOAD_CORE, String(process.pid)]);
}

export async function stopServer(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill("SIGTERM");
  await once(child, "exit");
}

/** Linux counts a process's time in hundredths of a second. */
const TICK_MICROSECONDS = 10_000;

/** The time on the processor a process has had; null where the system does not tell. */
export function readCpuMicroseconds(processId: number | undefined): number | null {
  try {
    const text = readFileSync(`/proc/${processId}/stat`, "utf8");
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
    return (Number(fields[11]) + Number(fields[12])) * TICK_MICROSECONDS;
  } catch {
    return null;
  }
}

/** Who of a Foyer process had the processor: its event loop, its store's threads, V8's and libuv's. */
export const THREADS = ["event loop", "store", "V8"] as const;
export type ThreadTimes = Record<(typeof THREADS)[number], number>;

/** The time on the processor of a process's threads, in microseconds; null where nobody tells. */
export function readThreadMicroseconds(processId: number | undefined): ThreadTimes | null {
  const folder = `/proc/${processId}/task`;
  const times = { "event loop": 0, store: 0, V8: 0 };
  try {
    for (const thread of readdirSync(folder)) {
      const isStore = readFileSync(`${folder}/${thread}/comm`, "utf8").startsWith("WorkerThread");
      const whose = thread === String(processId) ? "event loop" : isStore ? "store" : "V8";
      const [nanoseconds] = readFileSync(`${folder}/${thread}/schedstat`, "utf8").split(" ");
      times[whose] += Number(nanoseconds) / 1000;
    }
    return times;
  } catch {
    return null;
  }
}
