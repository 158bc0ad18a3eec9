import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createWriteStream, mkdirSync } from "node:fs";
import { request as httpRequest } from "node:http";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { childEnvironment } from "./config.ts";

/** A process of the box or the cloud, run as it is run in a shop. */
export type RunningProcess = {
  name: string;
  child: ChildProcess;
  /** Where its log is kept. */
  logFile: string;
  /** True from the moment it was told to stop. */
  isStopping: () => boolean;
  stop: () => Promise<void>;
};

const STOP_SECONDS_MAX = 40;
const READY_SECONDS_MAX = 120;
const POLL_MILLISECONDS = 50;

/**
 * Starts a script with Node. Its output goes to a log file; it gets its own process group, so that
 * a Ctrl-C in the terminal reaches it only when it is told to stop, in its turn.
 */
export function startProcess(options: {
  name: string;
  script: string;
  environment: Readonly<Record<string, string>>;
  logFolder: string;
  /** Modules to load before it. */
  imports?: readonly string[];
}): RunningProcess {
  mkdirSync(options.logFolder, { recursive: true });
  const logFile = join(options.logFolder, `${options.name}.log`);
  const log = createWriteStream(logFile, { flags: "w" });
  const imports = (options.imports ?? []).flatMap((path) => ["--import", path]);
  const child = spawn(process.execPath, [...imports, options.script], {
    env: childEnvironment(options.environment),
    stdio: ["ignore", "pipe", "pipe", "ipc"],
    detached: true,
  });
  child.stdout?.pipe(log, { end: false });
  child.stderr?.pipe(log, { end: false });
  let stopping = false;
  child.once("exit", () => log.end());
  return {
    name: options.name,
    child,
    logFile,
    isStopping: () => stopping,
    stop: async () => {
      stopping = true;
      await stopChild(child);
    },
  };
}

async function stopChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, "exit");
  child.kill("SIGTERM");
  const timer = setTimeout(() => child.kill("SIGKILL"), STOP_SECONDS_MAX * 1000);
  await exit;
  clearTimeout(timer);
}

/** The main.ts that lies beside the door of one of our packages. */
export function mainOf(packageName: string): string {
  return join(dirname(fileURLToPath(import.meta.resolve(packageName))), "main.ts");
}

/** Waits until a process answers HTTP at an address; throws when it ends before, or never does. */
export async function waitUntilAnswering(running: RunningProcess, url: string): Promise<void> {
  const until = Date.now() + READY_SECONDS_MAX * 1000;
  while (!(await answers(url))) {
    if (running.child.exitCode !== null || running.child.signalCode !== null)
      throw new Error(`${running.name} ended while it started; see ${running.logFile}`);
    if (Date.now() > until)
      throw new Error(`${running.name} does not answer at ${url}; see ${running.logFile}`);
    await sleep(POLL_MILLISECONDS);
  }
}

function answers(url: string): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const request = httpRequest(url, { timeout: 2000 }, (response) => {
    response.resume();
    resolve(true);
  });
  request.once("timeout", () => request.destroy());
  request.once("error", () => resolve(false));
  request.end();
  return promise;
}
