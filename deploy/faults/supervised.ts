import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { appendFileSync, rmSync, writeFileSync } from "node:fs";
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
  /** Kills it at so many statements from now, or after a while where it makes no more. */
  killAt: (statement: number) => Promise<void>;
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
const STATEMENT_MILLISECONDS_MAX = 20_000;
const COUNTS = new URL("./count-statements.ts", import.meta.url).href;

export function supervise(options: {
  name: string;
  /** Of Node. */
  commandLine: readonly string[];
  environment: Readonly<Record<string, string>>;
  logFile: string;
  keeper: Keeper;
}): Supervised {
  const orders = `${options.logFile}-kill-at`;
  const commandLine = ["--import", `${COUNTS}?file=${orders}`, ...options.commandLine];
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
    rmSync(orders, { force: true });
    const started = spawn(process.execPath, commandLine, {
      env: childEnvironment(options.environment),
      stdio: ["ignore", "pipe", "pipe"],
    });
    child = started;
    tellKeeper(options.keeper, started);
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
    const gone = awaitEnd(ending, STOP_MILLISECONDS_MAX);
    ending.kill("SIGCONT");
    ending.kill("SIGTERM");
    await gone;
  }

  options.keeper.add(stop);
  return {
    name: options.name,
    pid: () => child?.pid ?? null,
    kill: () => {
      isKilled = true;
      child?.kill("SIGKILL");
    },
    killAt: async (statement) => {
      const ending = child;
      if (!ending) return;
      isKilled = true;
      writeFileSync(orders, String(statement));
      await awaitEnd(ending, STATEMENT_MILLISECONDS_MAX);
    },
    halt: () => child?.kill("SIGSTOP"),
    goOn: () => child?.kill("SIGCONT"),
    stop,
    start,
    crashes: () => crashes,
    output: () => output,
  };
}

function tellKeeper(keeper: Keeper, started: ChildProcess): void {
  const { pid } = started;
  if (pid === undefined) return;
  keeper.started(pid);
  started.once("exit", () => keeper.ended(pid));
}

/** Kills it where it does not end in time. */
async function awaitEnd(ending: ChildProcess, millisecondsMax: number): Promise<void> {
  const late = setTimeout(() => ending.kill("SIGKILL"), millisecondsMax);
  await once(ending, "exit");
  clearTimeout(late);
}

/** Of all that a process said. */
export function lastLines(output: string): string {
  return output.split("\n").slice(-LAST_LINES).join("\n");
}
