import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as pause } from "node:timers/promises";

// Ends what a run of the harness has started once that run is gone, however it went: it is told of each
// process over its standard input, which ends with the run. node keeper.ts FOLDER

const PID_FILE = "cloud/postgres/postmaster.pid";
const [, , folder = ""] = process.argv;
const pids = new Set<number>();
for await (const line of createInterface({ input: process.stdin })) {
  const pid = Number(line.slice(1));
  if (line.startsWith("+")) pids.add(pid);
  else pids.delete(pid);
}
// A run that ended in good order has taken its folder away.
if (existsSync(folder)) {
  for (const pid of pids) end(pid);
  await pause(500);
  const path = join(folder, PID_FILE);
  if (existsSync(path)) end(Number(readFileSync(path, "utf8").split("\n")[0]));
  await pause(500);
  spawnSync("umount", ["-l", join(folder, "box")], { stdio: "ignore" });
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}

/** Many are gone already. */
function end(pid: number): void {
  try {
    if (pid > 1) process.kill(pid, "SIGKILL");
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
}
