import { appendFileSync, existsSync, readFileSync, renameSync, statSync } from "node:fs";
import { join } from "node:path";

/** Of one process's log, so many bytes stay on the box, and as many from before. */
const FILE_BYTES_MAX = 1024 * 1024;
const FLUSH_MILLISECONDS = 500;
const PENDING_BYTES_MAX = 64 * 1024;

/** The processes of a box whose logs staff can ask for. */
const NAMES = ["portal", "radius", "sync-agent"] as const;
export type LoggingProcess = (typeof NAMES)[number];

export type RecentLines = {
  /** A whole line, with its end. */
  write: (line: string) => void;
  /** Writes what waits. */
  flush: () => void;
};

const openFlushes = new Set<() => void>();
const flushAll = () => {
  for (const flush of openFlushes) flush();
};

const pathOf = (folder: string, name: LoggingProcess) => join(folder, `recent-${name}.log`);
const olderThan = (path: string) => `${path}.1`;

/**
 * Keeps the newest lines of a process's log in the state folder, beside wherever else they go, for
 * staff who ask for them. A disk that is full costs lines, never the process.
 */
export function keepRecentLines(folder: string, name: LoggingProcess): RecentLines {
  const path = pathOf(folder, name);
  let pending: string[] = [];
  let pendingBytes = 0;
  let timer: NodeJS.Timeout | null = null;
  const flush = () => {
    if (timer) clearTimeout(timer);
    timer = null;
    const text = pending.join("");
    pending = [];
    pendingBytes = 0;
    if (text === "") return;
    try {
      const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
      if (size > 0 && size + text.length > FILE_BYTES_MAX) renameSync(path, olderThan(path));
      appendFileSync(path, text, { mode: 0o600 });
    } catch {
      // The disk is full or gone: the log's own destination still has the lines.
    }
  };
  if (openFlushes.size === 0) process.once("exit", flushAll);
  openFlushes.add(flush);
  return {
    flush,
    write(line) {
      pending.push(line);
      pendingBytes += line.length;
      if (pendingBytes >= PENDING_BYTES_MAX) return flush();
      timer ??= setTimeout(flush, FLUSH_MILLISECONDS).unref();
    },
  };
}

/** The newest whole lines of all processes' logs, of each the same share of `bytesMax`. */
export function readRecentLines(folder: string, bytesMax: number): string {
  const share = Math.floor(bytesMax / NAMES.length);
  return NAMES.map((name) => readNewest(pathOf(folder, name), share)).join("");
}

function readNewest(path: string, bytesMax: number): string {
  const texts = [olderThan(path), path].map((each) =>
    existsSync(each) ? readFileSync(each) : Buffer.alloc(0),
  );
  const all = Buffer.concat(texts);
  if (all.length <= bytesMax) return all.toString("utf8");
  const newest = all.subarray(all.length - bytesMax);
  return newest.subarray(newest.indexOf("\n") + 1).toString("utf8");
}
