import { spawn } from "node:child_process";
import { join } from "node:path";

/** Hears of what a run of the harness starts. */
export type Keeper = {
  started: (pid: number) => void;
  ended: (pid: number) => void;
  /** How a process is stopped, whatever is started in its place. */
  add: (stop: () => Promise<void>) => void;
  /** Nothing is to be started any more. */
  isOver: () => boolean;
  stopAll: () => Promise<void>;
  close: () => void;
};

/**
 * A process of its own that outlives this one, and then ends what this one started below a folder: a test
 * that ran out of time, or a run that was killed, has no end of its own.
 */
export function openKeeper(folder: string): Keeper {
  const keeper = spawn(process.execPath, [join(import.meta.dirname, "keeper.ts"), folder], {
    detached: true,
    stdio: ["pipe", "ignore", "ignore"],
  });
  keeper.unref();
  // It may have been ended by whoever ended all else.
  keeper.stdin.on("error", () => {});
  const tell = (line: string) => void keeper.stdin.write(`${line}\n`);
  const stops: (() => Promise<void>)[] = [];
  let isOver = false;
  return {
    add: (stop) => void stops.push(stop),
    isOver: () => isOver,
    stopAll: async () => {
      isOver = true;
      await Promise.all(stops.map((stop) => stop()));
    },
    started: (pid) => tell(`+${pid}`),
    ended: (pid) => tell(`-${pid}`),
    close: () => void keeper.stdin.end(),
  };
}
