import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { Logger } from "../log.ts";

const PAUSE_MS = 1000;
const STOP_MS = 3000;

/** A program that is begun anew whenever it ends. */
export type KeptRunning = {
  /** Ends it, and begins it anew with what its files say now. */
  restart: () => Promise<void>;
  isRunning: () => boolean;
  stop: () => Promise<void>;
};

/** Of this process's own group, which systemd ends with it, however this one ends. */
export function keepRunning(options: {
  name: string;
  command: string;
  words: readonly string[];
  /** Takes what it complains of, a line each. */
  hear: (line: string) => void;
  log: Logger;
}): KeptRunning {
  const { name, command, words, hear, log } = options;
  let child: ChildProcess | null = null;
  let isWanted = true;
  let timer: NodeJS.Timeout | undefined;

  const start = () => {
    clearTimeout(timer);
    const begun = spawn(command, words, { stdio: ["ignore", "ignore", "pipe"] });
    child = begun;
    createInterface({ input: begun.stderr }).on("line", hear);
    begun.on("error", (err) => log.error({ err, program: name }, "a program cannot be run"));
    begun.on("close", (code) => {
      if (child === begun) child = null;
      if (!isWanted || child !== null) return;
      log.warn({ program: name, code }, "a program has ended and is begun anew");
      timer = setTimeout(start, PAUSE_MS);
    });
  };
  const end = async () => {
    clearTimeout(timer);
    const ending = child;
    child = null;
    if (!ending || ending.exitCode !== null || ending.signalCode !== null) return;
    const gone = once(ending, "close");
    ending.kill("SIGTERM");
    const late = setTimeout(() => ending.kill("SIGKILL"), STOP_MS);
    await gone;
    clearTimeout(late);
  };
  start();
  return {
    isRunning: () => child !== null && child.exitCode === null && child.signalCode === null,
    restart: async () => {
      isWanted = false;
      await end();
      isWanted = true;
      start();
    },
    stop: async () => {
      isWanted = false;
      await end();
    },
  };
}
