import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Tpm } from "../src/tpm.ts";

const isInstalled = ["swtpm", "tpm2_create"].every(
  (tool) => spawnSync(tool, ["--version"]).error === undefined,
);
/** Without them the tests are skipped; with FOYER_REQUIRE_PEERS=1 they fail. */
export const hasNoTpmTools = !isInstalled && process.env.FOYER_REQUIRE_PEERS !== "1";

export type SimulatedTpm = { tpm: Tpm; clear: () => void; close: () => Promise<void> };

/** Debian's swtpm: a TPM 2.0 in a process, with a seed of its own. */
export async function startTpm(): Promise<SimulatedTpm> {
  const folder = mkdtempSync(join(tmpdir(), "foyer-swtpm-"));
  // The tools look for its control channel one port above.
  for (let tries = 0; ; tries += 1) {
    const port = await findPort();
    const child = spawn("swtpm", [
      ...[
        "socket",
        "--tpm2",
        "--tpmstate",
        `dir=${folder}`,
        "--flags",
        "not-need-init,startup-clear",
      ],
      ...["--server", `type=tcp,port=${port}`, "--ctrl", `type=tcp,port=${port + 1}`],
    ]);
    const ended = once(child, "exit");
    const tcti = `swtpm:host=127.0.0.1,port=${port}`;
    if (await isUp(tcti, () => child.exitCode !== null)) {
      return {
        tpm: { tcti },
        clear: () => {
          spawnSync("tpm2_clear", ["-T", tcti]);
        },
        close: async () => {
          child.kill();
          await ended;
          rmSync(folder, { recursive: true, force: true });
        },
      };
    }
    child.kill();
    await ended;
    if (tries === 10) throw new Error("swtpm does not start");
  }
}

async function isUp(tcti: string, hasEnded: () => boolean): Promise<boolean> {
  for (let asked = 0; asked < 200 && !hasEnded(); asked += 1) {
    if (spawnSync("tpm2_getcap", ["-T", tcti, "properties-fixed"]).status === 0) return true;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  return false;
}

async function findPort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  return typeof address === "object" && address ? address.port : 0;
}
