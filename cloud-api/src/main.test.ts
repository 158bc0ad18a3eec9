import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";

/** Runs the process as a unit would until it ends by itself, and tells what it said. */
async function runMain(environment: Record<string, string>) {
  const folder = await mkdtemp(join(tmpdir(), "foyer-main-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const { PATH = "" } = process.env;
  const env = { PATH, FOYER_DATA_FOLDER: folder, FOYER_CLOUD_PORT: "0", ...environment };
  const child = spawn(process.execPath, [join(import.meta.dirname, "main.ts")], { env });
  onTestFinished(() => void child.kill("SIGKILL"));
  let said = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk) => {
      said += chunk;
    });
  const code = await new Promise((resolve) => child.once("close", resolve));
  return { code, said };
}

test.each([
  ["nobody listens", "127.0.0.1:1", "ECONNREFUSED"],
  ["nobody is called", "database.invalid", "database.invalid"],
])(
  "a database where %s ends the start in one line, without its password",
  async (_, host, words) => {
    const DATABASE_URL = `postgres://administrator:grosses-geheimnis@${host}/foyer`;
    const { code, said } = await runMain({ DATABASE_URL });
    expect(code).toBe(1);
    expect(said).toMatch(/^The database of DATABASE_URL cannot be used: .*\n$/);
    expect(said).toContain(words);
    expect(said).not.toContain("geheimnis");
  },
);
