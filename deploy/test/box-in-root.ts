import { generateKeyPairSync } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import type { CleanRoot } from "./clean-root.ts";
import { askUntil } from "./test-cloud.ts";

export const BOX = "01990000-0000-7000-8000-000000000103";
const SERVICES = ["foyer-radius", "foyer-portal", "foyer-sync-agent"];
const MINUTES = 60_000;

/** A box that was enrolled at a cloud out of reach: here there is no network. */
export async function enrol(root: CleanRoot): Promise<void> {
  const state = join(root.folder, "var/lib/foyer");
  const { privateKey } = generateKeyPairSync("ed25519");
  const key = privateKey.export({ type: "pkcs8", format: "pem" });
  writeFileSync(join(state, "box-key"), key, { mode: 0o600 });
  const ids = { tenantId: BOX.replace("103", "101"), branchId: BOX.replace("103", "102") };
  const identity = { ...ids, boxId: BOX, cloudUrl: "https://cloud.example" };
  writeFileSync(join(state, "box.json"), JSON.stringify(identity), { mode: 0o600 });
  await root.run("chown", "-R", "foyer:foyer", "/var/lib/foyer");
  // As it ends once it has made this machine a box: the three come after it by themselves.
  await root.run("systemctl", "stop", "foyer-setup");
}

export const ask = async (root: CleanRoot, url: string) => {
  // The box brings its Node.js; a clean Debian has no curl.
  const script = `fetch(${JSON.stringify(url)}).then(async (r) => console.log(r.status, await r.text()), (e) => console.log(0, String(e.cause)))`;
  const libraries = "LD_LIBRARY_PATH=/opt/foyer/current/node/lib";
  return await root.run("env", libraries, "/opt/foyer/current/node/bin/node", "-e", script);
};

export const runningVersion = async (root: CleanRoot) =>
  (await root.run("readlink", "/opt/foyer/current")).trim().replace("releases/", "");

export const processIds = async (root: CleanRoot) =>
  (await root.run("systemctl", "show", "-p", "MainPID", "--value", ...SERVICES)).match(/\d+/g) ??
  [];

export async function expectServing(root: CleanRoot): Promise<void> {
  const radius = await askUntil(
    () => ask(root, "http://127.0.0.1:18120/health"),
    (answer) => answer.includes(BOX),
    MINUTES,
  );
  expect(radius).toContain(`"boxId":"${BOX}"`);
  const agent = await askUntil(
    () => ask(root, "http://127.0.0.1:18121/health"),
    (answer) => !answer.startsWith("0 "),
    MINUTES,
  );
  expect(agent).toMatch(/^(200|503) \{"state":/);
  const isPage = (answer: string) => answer.startsWith("200 ") || answer.startsWith("503 ");
  const portal = await askUntil(() => ask(root, "http://127.0.0.1/"), isPage, MINUTES);
  expect(portal).toContain("<html");
  expect(await root.run("systemctl", "is-active", ...SERVICES)).toBe("active\nactive\nactive\n");
}
