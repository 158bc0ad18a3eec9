import { readdirSync, readFileSync } from "node:fs";

/** proc(5): times are told in these parts of a second on every Linux there is (sysconf _SC_CLK_TCK). */
const TICKS_PER_SECOND = 100;

/** What the processes that this one began have taken of the processors, their children with them. */
export function openProcessorClock(): { read: () => number } {
  return { read: () => sumBelow(process.pid, listProcesses()) / TICKS_PER_SECOND };
}

type Seen = { pid: number; parent: number; ticks: number };

function listProcesses(): Seen[] {
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return pids.flatMap((pid) => {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
      // The name stands in brackets, and may hold some itself.
      const [, parent, ...fields] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      const ticks = fields.slice(9, 13).reduce((sum, field) => sum + Number(field), 0);
      return [{ pid: Number(pid), parent: Number(parent), ticks }];
    } catch {
      // It has ended meanwhile.
      return [];
    }
  });
}

function sumBelow(pid: number, all: readonly Seen[]): number {
  return all
    .filter(({ parent }) => parent === pid)
    .reduce((sum, child) => sum + child.ticks + sumBelow(child.pid, all), 0);
}
