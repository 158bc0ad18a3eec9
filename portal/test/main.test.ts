import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";

const MAIN = join(import.meta.dirname, "../src/main.ts");

/** Starts the process as a unit would, and tells what it said and how it ended. */
function startMain(environment: Record<string, string>) {
  const { PATH = "" } = process.env;
  const child = spawn(process.execPath, [MAIN], { env: { PATH, ...environment } });
  onTestFinished(() => void child.kill("SIGKILL"));
  let said = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk) => {
      said += chunk;
    });
  const ended = new Promise<number | null>((done) => child.once("exit", (code) => done(code)));
  const hears = async (words: string) => {
    while (!said.includes(words)) await new Promise((done) => setTimeout(done, 20));
  };
  return { child, ended, hears, said: () => said };
}

function makeBox(): string {
  const folder = mkdtempSync(join(tmpdir(), "foyer-main-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const box = {
    tenantId: "01990000-0000-7000-8000-000000000001",
    branchId: "01990000-0000-7000-8000-000000000002",
    boxId: "01990000-0000-7000-8000-000000000003",
    cloudUrl: "https://cloud.example",
  };
  writeFileSync(join(folder, "box.json"), JSON.stringify(box));
  return folder;
}

const origin = { FOYER_PORTAL_ORIGIN: "http://127.0.0.1:8080", FOYER_PORTAL_HOST: "127.0.0.1" };

test("without its settings the process names all that is missing and ends", async () => {
  const main = startMain({});
  expect(await main.ended).toBe(1);
  expect(main.said()).toMatch(/^portal: FOYER_STATE_FOLDER .*\nportal: FOYER_PORTAL_ORIGIN .*\n$/);
});

test("a taken port is said plainly, with no stack", async () => {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const environment = { FOYER_STATE_FOLDER: makeBox(), FOYER_PORTAL_PORT: String(port) };
  const main = startMain({ ...origin, ...environment });
  expect(await main.ended).toBe(1);
  expect(main.said()).toContain(`portal: TCP port ${port} on 127.0.0.1 is taken`);
  expect(main.said()).not.toMatch(/\n\s+at /);
});

test("an address that is not this machine's is named with its variable", async () => {
  const environment = { FOYER_STATE_FOLDER: makeBox(), FOYER_PORTAL_PORT: "0" };
  // RFC 5737: an address that no machine has.
  const main = startMain({ ...origin, ...environment, FOYER_PORTAL_HOST: "192.0.2.1" });
  expect(await main.ended).toBe(1);
  expect(main.said()).toContain("FOYER_PORTAL_HOST");
  expect(main.said()).toContain("192.0.2.1");
});

test("it serves before the first branch settings, and stops cleanly when asked", async () => {
  const environment = { FOYER_STATE_FOLDER: makeBox(), FOYER_PORTAL_PORT: "0" };
  const main = startMain({ ...origin, ...environment });
  await main.hears("portal listens");
  main.child.kill("SIGTERM");
  expect(await main.ended).toBe(0);
});
