import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { once } from "node:events";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findFreePortBase } from "../test/free-ports.ts";
import { askUntil } from "../test/test-cloud.ts";
import { readUnitFile } from "../test/unit-file.ts";
import { buildRelease } from "./build-release.ts";
import { SERVICES, type Service, unitOf } from "./host.ts";
import type { Architecture } from "./production-tree.ts";

// What systemd does with the units, without it: the very ExecStart lines, with the environment and the
// working folder they name, as a user without rights, on a disk that is read-only but for the state.

const whyNot = findWhyNot();
if (whyNot && process.env.FOYER_REQUIRE_PEERS === "1") throw new Error(whyNot);
if (whyNot) console.warn(`The units' processes are not tried: ${whyNot}`);

const NOBODY = "65534";
const BOX = "01990000-0000-7000-8000-000000000103";
const MINUTE = 60_000;

function findWhyNot(): string | null {
  if (process.getuid?.() !== 0) return "a mount namespace needs root";
  const tried = spawnSync("unshare", ["--mount", "setpriv", "--version"]);
  return tried.status === 0 ? null : "unshare and setpriv are required: apt-get install util-linux";
}

let folder: string;
let environment: string;
let ports: { radius: number; portal: number; sync: number };
const running: ChildProcess[] = [];

beforeAll(async () => {
  if (whyNot) return;
  folder = mkdtempSync(join(tmpdir(), "foyer-supervised-"));
  chmodSync(folder, 0o755);
  const architecture = process.arch as Architecture;
  const node = { file: process.execPath, version: process.version };
  const from = resolve(import.meta.dirname, "..", "..");
  const wanted = { from, into: folder, architecture, node, library: null, version: "0.1.0-tried" };
  const built = buildRelease(wanted);
  spawnSync("mv", [built.folder, join(folder, "release")]);
  const base = await findFreePortBase();
  ports = { portal: base, radius: base + 1, sync: base + 2 };
  environment = [
    `FOYER_PORTAL_ORIGIN=http://127.0.0.1:${ports.portal}`,
    ...[`FOYER_PORTAL_HOST=127.0.0.1`, `FOYER_PORTAL_PORT=${ports.portal}`],
    `FOYER_RADIUS_HOST=127.0.0.1`,
    ...[`FOYER_RADIUS_AUTH_PORT=${base + 3}`, `FOYER_RADIUS_ACCT_PORT=${base + 4}`],
    ...[`FOYER_RADIUS_STATUS_PORT=${ports.radius}`, `FOYER_SYNC_STATUS_PORT=${ports.sync}`],
  ].join(" ");
  makeState();
}, 2 * MINUTE);

afterAll(() => {
  for (const child of running) child.kill("SIGKILL");
  if (folder) rmSync(folder, { recursive: true, force: true });
});

/** A box that was enrolled at a cloud out of reach. */
function makeState(): void {
  const state = join(folder, "state");
  mkdirSync(state, { mode: 0o700 });
  const { privateKey } = generateKeyPairSync("ed25519");
  writeFileSync(join(state, "box-key"), privateKey.export({ type: "pkcs8", format: "pem" }));
  const ids = { tenantId: BOX.replace("103", "101"), branchId: BOX.replace("103", "102") };
  const identity = { ...ids, boxId: BOX, cloudUrl: "http://127.0.0.1:9" };
  writeFileSync(join(state, "box.json"), JSON.stringify(identity));
  spawnSync("chown", ["-R", `${NOBODY}:${NOBODY}`, state]);
}

/** A disk that is read-only but for the state, with the release where an installation has it. */
const SEALED_DISK = `set -e
mount -t tmpfs tmpfs /opt && mount -t tmpfs tmpfs /var/lib
mkdir -p /opt/foyer/current /var/lib/foyer
mount --bind "$FOLDER/release" /opt/foyer/current && mount --bind "$FOLDER/state" /var/lib/foyer
mount -o remount,bind,ro /opt/foyer/current
mount -o remount,ro /opt && mount -o remount,ro /var/lib
mount --bind / / && mount -o remount,bind,ro /
exec "$@"`;

const AS_NOBODY = [
  ...["setpriv", `--reuid=${NOBODY}`, `--regid=${NOBODY}`, "--clear-groups", "--no-new-privs"],
];

function startSealed(
  command: readonly string[],
  given: Readonly<Record<string, string>>,
): ChildProcess {
  const clean = ["env", "-u", "FOLDER", "-C", "/opt/foyer/current"];
  const sealed = ["--mount", "--propagation", "private", "sh", "-c", SEALED_DISK, "sealed"];
  const child = spawn("unshare", [...sealed, ...clean, ...command], {
    env: { PATH: "/usr/sbin:/usr/bin:/sbin:/bin", FOLDER: folder, ...given },
    stdio: ["ignore", "pipe", "pipe"],
  });
  running.push(child);
  return child;
}

/** Receives what a process tells its supervisor: Node has no Unix datagrams, every Debian has Perl. */
async function listenForWords(name: string): Promise<{ path: string; words: () => string[] }> {
  const path = join(folder, `${name}.notify`);
  const script = `use Socket; $|=1; socket(S,AF_UNIX,SOCK_DGRAM,0); bind(S,pack_sockaddr_un($ARGV[0])) or die; chmod 0777,$ARGV[0]; print "listening\\n"; while(defined recv(S,$m,4096,0)){print "$m\\n"}`;
  const child = spawn("perl", ["-e", script, path], { stdio: ["ignore", "pipe", "inherit"] });
  running.push(child);
  let told = "";
  child.stdout.on("data", (chunk) => {
    told += chunk;
  });
  await once(child.stdout, "data");
  return { path, words: () => told.split("\n").filter((each) => /^[A-Z]/.test(each)) };
}

const healthOf = (service: Service): string =>
  ({
    radius: `http://127.0.0.1:${ports.radius}/health`,
    portal: `http://127.0.0.1:${ports.portal}/`,
    "sync-agent": `http://127.0.0.1:${ports.sync}/health`,
  })[service];

/** What a unit sets, and what the file it names would. */
function environmentOf(service: Service): Record<string, string> {
  const own = readUnitFile(join(import.meta.dirname, unitOf(service))).list(
    "Service",
    "Environment",
  );
  const pairs = [...own, environment]
    .join(" ")
    .split(" ")
    .map((each) => each.split(/=(.*)/s));
  return Object.fromEntries(pairs.map(([name = "", value = ""]) => [name, value]));
}

describe.skipIf(whyNot)("as its unit says", () => {
  test.each(SERVICES)(
    "%s comes up, tells that it is ready and alive, and ends when told to",
    async (service) => {
      const unit = readUnitFile(join(import.meta.dirname, unitOf(service)));
      expect(unit.list("Service", "WorkingDirectory")).toEqual(["/opt/foyer/current"]);
      const [line = ""] = unit.list("Service", "ExecStart");
      const { path, words } = await listenForWords(service);
      const watch = { NOTIFY_SOCKET: path, WATCHDOG_USEC: "1500000" };
      const child = startSealed([...AS_NOBODY, ...line.split(" ")], {
        ...environmentOf(service),
        ...watch,
      });
      let said = "";
      child.stderr?.on("data", (chunk) => {
        said += chunk;
      });
      const isAlive = (told: string[]) => told.filter((each) => each === "WATCHDOG=1").length >= 2;
      expect(await askUntil(words, isAlive, MINUTE), said).toContain("WATCHDOG=1");
      expect(words()[0]).toBe("READY=1");
      const response = await fetch(healthOf(service));
      expect([200, 503]).toContain(response.status);
      expect(await response.text()).toMatch(service === "portal" ? /<html/ : /"state":/);
      const gone = once(child, "exit");
      child.kill("SIGTERM");
      expect(await gone).toEqual([0, null]);
      expect(await askUntil(words, (told) => told.includes("STOPPING=1"))).toContain("STOPPING=1");
    },
    2 * MINUTE,
  );

  test("nothing but the state folder can be written to", async () => {
    // By root, whom no mode of a file keeps out.
    const places = ["/etc/x", "/opt/foyer/current/x", "/usr/x", "/var/lib/x"];
    const script = `for f in ${places.join(" ")}; do touch $f 2>&1; done; touch /var/lib/foyer/.x && rm /var/lib/foyer/.x && echo state`;
    const child = startSealed(["sh", "-c", script], {});
    let said = "";
    child.stdout?.on("data", (chunk) => {
      said += chunk;
    });
    await once(child, "close");
    const lines = said.trim().split("\n");
    for (const line of lines.slice(0, 4)) expect(line).toContain("Read-only file system");
    expect(lines.slice(4)).toEqual(["state"]);
  });
});

test("a program that no supervisor waits for is run all the same, and a missing one is said", () => {
  const launcher = join(import.meta.dirname, "supervised.pl");
  const environmentGiven = { env: { PATH: "/usr/bin:/bin" }, encoding: "utf8" as const };
  const plain = spawnSync("perl", [launcher, "/bin/echo", "hello"], environmentGiven);
  expect(plain.stdout).toBe("hello\n");
  const deaf = { ...environmentGiven, env: { NOTIFY_SOCKET: "/nowhere/notify" } };
  const unheard = spawnSync("perl", [launcher, "/bin/echo", "hello"], deaf);
  expect(unheard.stdout).toBe("hello\n");
  expect(unheard.stderr).toContain("/nowhere/notify does not answer");
  expect(spawnSync("perl", [launcher, "/nowhere/node"], environmentGiven).status).not.toBe(0);
});
