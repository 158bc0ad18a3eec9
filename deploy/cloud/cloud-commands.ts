import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { type Carried, setOperator } from "@foyer/cloud-api";
import { openBackup, writeBackup } from "../box/backup-file.ts";
import { findVersion, readText, replaceFile, run } from "../box/host.ts";
import { setAssignments } from "../box/host-rules.ts";
import { idsOf } from "../box/install.ts";
import { showUnit } from "../box/look.ts";
import { readPassphrase } from "../box/passphrase.ts";
import { askFor } from "../box/questions.ts";
import { runTrust } from "../box/trust.ts";
import type { Word } from "../box/words.ts";
import { CLOUD, findReadyUrl, listServices, stopCloud } from "./cloud.ts";
import { readInstalledConfig, readInstalledVariables } from "./config.ts";
import type { CloudCommandLine } from "./foyer-cloud-main.ts";
import { CLOUD_PLACES, CLOUD_USER } from "./places.ts";

const print = (word: Word) => console.log(CLOUD.say(word));
const refuse = (word: Word): number => {
  console.error(CLOUD.say(word));
  return 1;
};

function findObstacle(): Word | null {
  return findVersion(CLOUD_PLACES.current) === null ? { kind: "not-installed" } : null;
}

const PATH = "/usr/sbin:/usr/bin:/sbin:/bin";

/** Has the cloud's own user do it: an embedded database runs as nobody else. Throws what was said. */
function carry(
  what: "dump" | "load" | "move",
  where: string,
  more = {},
): Carried & { former?: string } {
  const program = join(CLOUD_PLACES.current, "deploy", "cloud", "carry-main");
  const runner = join(CLOUD_PLACES.current, "deploy", "box", "with-node");
  const env = { PATH, ...readInstalledVariables(), ...more };
  const command = ["-u", CLOUD_USER, "--", runner, program, what, where];
  const { status, stdout, stderr } = spawnSync("runuser", command, { env, encoding: "utf8" });
  if (status !== 0) throw new Error(stderr.trim() || `it ended with ${status}`);
  return JSON.parse(stdout) as Carried;
}

export async function runCloudStatus(): Promise<number> {
  const version = findVersion(CLOUD_PLACES.current);
  if (version === null) return refuse({ kind: "not-installed" });
  print({ kind: "status-release", version, former: findVersion(CLOUD_PLACES.former) });
  let isWell = true;
  for (const unit of listServices()) {
    const shown = showUnit(unit, "ActiveState", "SubState", "MemoryCurrent");
    const url = findReadyUrl(unit);
    const ready = url === null ? null : await fetch(url).catch(() => null);
    const said = ready === null ? "" : `, ready: ${ready.ok ? "yes" : await ready.text()}`;
    const bytes = Number(shown.MemoryCurrent);
    const megabytes = Number.isSafeInteger(bytes) ? Math.round(bytes / 1024 / 1024) : null;
    const state = `${shown.ActiveState} (${shown.SubState})${said.trim()}`;
    print({ kind: "status-service", service: unit.replace(".service", ""), state, megabytes });
    isWell &&= shown.ActiveState === "active" && ready?.ok !== false;
  }
  return isWell ? 0 : 1;
}

/** One file that holds all a cloud knows, with the keys that open it, while it goes on. */
export async function runCloudBackup({ words, flags }: CloudCommandLine): Promise<number | null> {
  const [name] = words;
  if (name === undefined) return null;
  const obstacle = findObstacle();
  if (obstacle) return refuse(obstacle);
  const file = resolve(name);
  if (existsSync(file)) return refuse({ kind: "file-exists", file });
  const passphrase = readPassphrase(flags["passphrase-file"]);
  const staging = openStaging();
  try {
    const archive = join(staging, "rows");
    const carried = carry("dump", archive);
    const origin = readInstalledConfig().origin ?? "";
    const version = findVersion(CLOUD_PLACES.current) ?? "";
    const header = { origin, version, at: new Date().toISOString() };
    await writeBackup(archive, { file, passphrase, header });
    run("sync", file);
    print({ kind: "cloud-backed-up", place: file, ...carried });
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
  print({ kind: "backed-up", file, bytes: statSync(file).size, isEncrypted: passphrase !== null });
  return 0;
}

/** Makes an empty place that cloud. */
export async function runCloudRestore({ words, flags }: CloudCommandLine): Promise<number | null> {
  const [name] = words;
  if (name === undefined) return null;
  const obstacle = findObstacle();
  if (obstacle) return refuse(obstacle);
  const file = resolve(name);
  if (!existsSync(file)) return refuse({ kind: "no-file", file });
  const passphrase = readPassphrase(flags["passphrase-file"]);
  const staging = openStaging();
  try {
    const archive = join(staging, "rows");
    const opened = await openBackup(file, { passphrase, archive, mark: "origin" });
    if (opened.kind === "refused")
      return refuse({ kind: "not-restored", file, reason: opened.reason });
    run("chown", `${CLOUD_USER}:`, archive);
    stopCloud();
    try {
      print({ kind: "cloud-restored", place: file, ...carry("load", archive) });
    } catch (error) {
      // What was here goes on.
      await startOrTell();
      throw error;
    }
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
  return await startOrTell();
}

/**
 * Brings the embedded database to a server, and leaves it stopped until the settings name the server. The
 * address is asked for where it is not given: it holds a password, and a command line is read by everybody.
 */
export async function runCloudMove({ words }: CloudCommandLine): Promise<number | null> {
  const obstacle = findObstacle();
  if (obstacle) return refuse(obstacle);
  const address = words[0] ?? (await askFor(CLOUD.say({ kind: "ask-address" })));
  if (!/^postgres(ql)?:$/.test(URL.parse(address)?.protocol ?? "")) return null;
  stopCloud();
  try {
    const { former = "", ...carried } = carry("move", "to", { DATABASE_URL: address });
    print({ kind: "moved", place: former, ...carried });
    return 0;
  } catch (error) {
    // What was here goes on.
    await startOrTell();
    throw error;
  }
}

export async function runOperator({ words }: CloudCommandLine): Promise<number | null> {
  const [email, word = "on"] = words;
  if (email === undefined || !["on", "off"].includes(word)) return null;
  const isFound = await setOperator(readInstalledConfig(), { email, isOperator: word === "on" });
  if (!isFound) return refuse({ kind: "operator-unknown", email });
  print({ kind: "operator", email, isOn: word === "on" });
  return 0;
}

/** Boxes are offered what this key has signed, and this cloud takes no release of its own but such. */
export async function runCloudTrust(given: CloudCommandLine): Promise<number | null> {
  const code = runTrust(CLOUD, given);
  if (code !== 0) return code;
  const before = readText(CLOUD_PLACES.environment) ?? "";
  const after = setAssignments(before, { FOYER_RELEASE_KEY_FILE: CLOUD_PLACES.releaseKey });
  const { gid } = idsOf(CLOUD_USER);
  if (after !== before) replaceFile(CLOUD_PLACES.environment, after, { mode: 0o640, gid });
  return await startOrTell();
}

async function startOrTell(): Promise<number> {
  const verdict = await CLOUD.startAndJudge();
  return verdict.kind === "well" ? 0 : refuse({ kind: "not-started" });
}

/** In the state folder: on a disk as safe, and with as much room. */
function openStaging(): string {
  const staging = mkdtempSync(join(CLOUD_PLACES.state, ".carry-"));
  run("chown", `${CLOUD_USER}:`, staging);
  return staging;
}
