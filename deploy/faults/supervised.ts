import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { appendFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { childEnvironment } from "../demo/config.ts";
import type { Keeper } from "./keep.ts";

/** A process that is started again whenever it ends, as systemd does it. */
export type Supervised = {
  name: string;
  /** Null: it does not run just now. */
  pid: () => number | null;
  /** kill -9. It is started again after a moment. */
  kill: () => void;
  /** SIGSTOP; `goOn` lets it run again. */
  halt: () => void;
  goOn: () => void;
  /** Ends it in good order and leaves it so. */
  stop: () => Promise<void>;
  start: () => void;
  /** What it said last each time it ended by itself: nobody killed it and nobody stopped it. */
  crashes: () => readonly string[];
  /** All it has said since its first start. */
  output: () => string;
};

const LAST_LINES = 12;
const RESTART_MILLISECONDS = 150;
const STOP_MILLISECONDS_MAX = 30_000;

export function supervise(options: {
  name: string;
  /** Of Node. */
  commandLine: readonly string[];
  environment: Readonly<Record<string, string>>;
  logFile: string;
  keeper: Keeper;
}): Supervised {
  let child: ChildProcess | null = null;
  let isWanted = false;
  let isKilled = false;
  const crashes: string[] = [];
  let output = "";

  function start(): void {
    if (options.keeper.isOver()) return;
    isWanted = true;
    if (child) return;
    isKilled = false;
    const started = spawn(process.execPath, options.commandLine, {
      env: childEnvironment(options.environment),
      stdio: ["ignore", "pipe", "pipe"],
    });
    child = started;
    const { pid } = started;
    if (pid !== undefined) {
      options.keeper.started(pid);
      started.once("exit", () => options.keeper.ended(pid));
    }
    for (const stream of [started.stdout, started.stderr])
      stream.setEncoding("utf8").on("data", (chunk: string) => {
        output += chunk;
        appendFileSync(options.logFile, chunk);
      });
    started.once("exit", () => void startAgain(started));
  }

  async function startAgain(ended: ChildProcess): Promise<void> {
    if (child === ended) child = null;
    if (!isWanted) return;
    if (!isKilled) crashes.push(lastLines(output));
    await pause(RESTART_MILLISECONDS);
    if (isWanted) start();
  }

  async function stop(): Promise<void> {
    isWanted = false;
    const ending = child;
    if (!ending || ending.exitCode !== null || ending.signalCode !== null) return;
    const gone = once(ending, "exit");
    ending.kill("SIGCONT");
    ending.kill("SIGTERM");
    const late = setTimeout(() => ending.kill("SIGKILL"), STOP_MILLISECONDS_MAX);
    await gone;
    clearTimeout(late);
  }

  options.keeper.add(stop);
  return {
    name: options.name,
    pid: () => child?.pid ?? null,
    kill: () => {
      isKilled = true;
      child?.kill("SIGKILL");
    },
    halt: () => child?.kill("SIGSTOP"),
    goOn: () => child?.kill("SIGCONT"),
    stop,
    start,
    crashes: () => crashes,
    output: () => output,
  };
}

/** Of all that a process said. */
export function lastLines(output: string): string {
  return output.split("\n").slice(-LAST_LINES).join("\n");
}
