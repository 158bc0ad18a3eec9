import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { STORE_FILE } from "@foyer/branch-store";
import { onTestFinished } from "vitest";

/** Takes the store's write lock until the test lets go, as another process that is stuck would. */
export async function lockStore(folder: string): Promise<() => Promise<void>> {
  const script = `
    const { DatabaseSync } = require("node:sqlite");
    const db = new DatabaseSync(process.argv[1]);
    db.exec("begin immediate");
    console.log("locked");
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ["-e", script, join(folder, STORE_FILE)]);
  const ended = once(child, "exit");
  const unlock = async () => {
    child.kill("SIGKILL");
    await ended;
  };
  onTestFinished(unlock);
  await once(child.stdout, "data");
  return unlock;
}
