import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";

const WRITER = join(import.meta.dirname, "../../sync-agent/test/write-visits.ts");

/** Somebody arrives at the box: the visit, and the seq of the last event that tells of it. */
export type Arrive = () => Promise<{ visitId: string; seq: number }>;

/** What portal and RADIUS do at a box, in a process of its own. */
export async function startWriter(folder: string): Promise<{ arrive: Arrive; stop: () => void }> {
  const child = spawn(process.execPath, [WRITER, folder], { stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface(child.stdout);
  await once(lines, "line");
  const gone = once(child, "exit").then(() => {
    throw new Error("nobody arrives any more: the process that writes it down has ended");
  });
  // Heard by whoever arrives.
  gone.catch(() => {});
  const arrive: Arrive = async () => {
    const said = once(lines, "line");
    child.stdin.write("\n");
    const [line] = await Promise.race([said, gone]);
    const [visitId = "", seq = ""] = String(line).split(" ");
    return { visitId, seq: Number(seq) };
  };
  return { arrive, stop: () => child.kill("SIGTERM") };
}
