import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { expect, test } from "vitest";
import { waitUntil } from "./wait-until.ts";

const isThere = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

/** A run that starts a process, says which, and never ends. */
const RUN = (folder: string) => `
  import { openKeeper } from ${JSON.stringify(new URL("./keep.ts", import.meta.url).href)};
  import { supervise } from ${JSON.stringify(new URL("./supervised.ts", import.meta.url).href)};
  const keeper = openKeeper(${JSON.stringify(folder)});
  const started = supervise({
    name: "sleeper", commandLine: ["-e", "setInterval(() => {}, 1000)"], environment: {},
    logFile: ${JSON.stringify(join(folder, "log"))}, keeper,
  });
  started.start();
  console.log(started.pid());`;

test("what a killed run has started ends with it, and its folder is gone", async () => {
  const folder = mkdtempSync(join(tmpdir(), "foyer-faults-kept-"));
  mkdirSync(join(folder, "box"));
  const run = spawn(process.execPath, ["--input-type=module", "-e", RUN(folder)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const lines = createInterface({ input: run.stdout });
  const { value } = await lines[Symbol.asyncIterator]().next();
  const pid = Number(value);
  expect(isThere(pid)).toBe(true);
  run.kill("SIGKILL");
  await waitUntil("the process is gone", () => !isThere(pid), 20_000);
  await waitUntil("the folder is gone", () => !existsSync(folder), 20_000);
}, 60_000);
