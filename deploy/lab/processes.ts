import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as pause } from "node:timers/promises";

const RUN_MS_MAX = 20_000;
const STOP_MS = 3_000;
const OUTPUT_CHARACTERS_KEPT = 20_000;

export type Finished = { code: number; stdout: string; stderr: string };

/** Runs a command to its end, within 20 s unless told otherwise. Throws only when it cannot start. */
export function tryRun(command: string, args: string[], milliseconds = RUN_MS_MAX) {
  return new Promise<Finished>((resolve, reject) => {
    execFile(command, args, { timeout: milliseconds }, (error, stdout, stderr) => {
      if (error && typeof error.code === "string") reject(error);
      else resolve({ code: error ? Number(error.code ?? -1) : 0, stdout, stderr });
    });
  });
}

/** As tryRun, and throws what the command said when it did not end well. Answers its output. */
export async function run(command: string, ...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await tryRun(command, args);
  if (code === 0) return stdout;
  throw new Error(`${command} ${args.join(" ")} ended with ${code}: ${stderr || stdout}`);
}

export type Running = {
  /** What it has printed so far: the last of it. */
  output: () => string;
  isRunning: () => boolean;
  /** Asks it to end, with all it started, and makes it end when it does not listen. */
  stop: () => Promise<void>;
};

/**
 * Starts a process that lives no longer than this one: the kernel ends it when we die, however we
 * die (prctl PR_SET_PDEATHSIG), so that a killed test run leaves nothing behind.
 */
export function start(command: string, ...args: string[]): Running {
  const child = spawn("setpriv", ["--pdeathsig", "KILL", command, ...args], {
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  const keep = (chunk: Buffer) => {
    output = (output + chunk.toString()).slice(-OUTPUT_CHARACTERS_KEPT);
  };
  child.stdout.on("data", keep);
  child.stderr.on("data", keep);
  child.on("error", (error) => keep(Buffer.from(`${error}`)));
  const isRunning = () => child.exitCode === null && child.signalCode === null;
  return { output: () => output, isRunning, stop: () => stop(child, isRunning) };
}

async function stop(child: ChildProcess, isRunning: () => boolean): Promise<void> {
  if (child.pid === undefined) return;
  const gone = isRunning() ? once(child, "exit") : Promise.resolve();
  signalGroup(child.pid, "SIGTERM");
  await Promise.race([gone, pause(STOP_MS)]);
  // Also what it left behind in its process group.
  signalGroup(child.pid, "SIGKILL");
  await gone;
  child.stdout?.destroy();
  child.stderr?.destroy();
}

function signalGroup(leader: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-leader, signal);
  } catch (error) {
    // ESRCH: the group is gone already.
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

/** Waits until `find` answers something, or throws with what was waited for. */
export async function waitFor<T>(
  what: string,
  find: () => T | null | undefined | false | Promise<T | null | undefined | false>,
  milliseconds = 30_000,
): Promise<T> {
  const end = Date.now() + milliseconds;
  for (;;) {
    const found = await find();
    if (found !== null && found !== undefined && found !== false) return found;
    if (Date.now() > end) throw new Error(`${what}: not within ${milliseconds / 1000} s`);
    await pause(100);
  }
}
