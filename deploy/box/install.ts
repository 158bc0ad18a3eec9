import { chmodSync, chownSync, mkdirSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { readBoxEnvironment } from "./config.ts";
import { makeFilterUser, removeGateway } from "./gateway-mode.ts";
import {
  BOX_USER,
  findVersion,
  PLACES,
  pointTo,
  readText,
  replaceFile,
  run,
  runsSystemd,
  succeeds,
} from "./host.ts";
import { startAndJudge, stopBox } from "./look.ts";
import type { ReleaseManifest } from "./manifest.ts";
import { findPortalOrigin } from "./own-address.ts";
import { placeRelease, removeOldReleases } from "./place-release.ts";
import { enableUnits, removeUnits, writeUnits } from "./units.ts";
import type { Verdict } from "./verdict-rules.ts";

/** An appliance serves at the port that needs not be typed. */
const PORTAL_PORT = 80;

export type Outcome =
  | { kind: "unchanged"; version: string }
  | { kind: "installed"; version: string; former: string | null }
  /** It did not come up; the release before it runs again, or null: there was none, or it fails too. */
  | { kind: "broken"; version: string; backAt: string | null; services: string[] };

export type InstallOptions = {
  /** A folder with a whole release in it. */
  source: string;
  manifest: ReleaseManifest;
  /** What guests' browsers shall call the box; null: by its address. */
  portalOrigin: string | null;
};

/** Installs a release, or upgrades to it; where it does not come up well the one before runs again. */
export async function installRelease(options: InstallOptions): Promise<Outcome> {
  const { source, manifest, portalOrigin } = options;
  const { version } = manifest;
  const isUserNew = makeUser();
  makeFilterUser();
  const isPlaced = placeRelease(source, manifest);
  const isConfigured = writeConfiguration(portalOrigin);
  const before = findVersion(PLACES.current);
  const place = join(PLACES.releases, version);
  if (before === version) {
    const isMended = await mend(place, isPlaced);
    return isUserNew || isPlaced || isConfigured || isMended
      ? { kind: "installed", version, former: null }
      : { kind: "unchanged", version };
  }
  // One that does not even say its name is never switched to.
  run(join(place, "deploy", "box", "foyer"), "version");
  const older = findVersion(PLACES.former);
  // From here on a power cut is judged at the next boot.
  if (before !== null) {
    pointTo(PLACES.former, before);
    writeTrial({ version, former: before, older });
  }
  const broken = { version, former: before, older };
  const verdict = await switchTo(version).catch(async (error: unknown) => {
    // A disk that is full, say: whatever ran goes on.
    await goBack({ ...broken, services: [] });
    throw error;
  });
  linkCommand();
  if (verdict.kind === "broken") return goBack({ ...broken, services: verdict.services });
  endTrial();
  removeOldReleases();
  return { kind: "installed", version, former: before };
}

/** The release that runs, made what its manifest and units say. True: something was not. */
async function mend(place: string, isPlaced: boolean): Promise<boolean> {
  const areUnitsNew = writeUnits(place);
  const isEnabled = enableUnits(place);
  const isLinked = linkCommand();
  if (runsSystemd()) {
    if (isPlaced || areUnitsNew) stopBox();
    run("systemctl", "start", "foyer.target");
  }
  return areUnitsNew || isEnabled || isLinked;
}

async function switchTo(version: string): Promise<Verdict> {
  const place = join(PLACES.releases, version);
  if (runsSystemd() && findVersion(PLACES.current) !== null) stopBox();
  writeUnits(place);
  pointTo(PLACES.current, version);
  enableUnits(place);
  if (!runsSystemd()) return { kind: "well" };
  return startAndJudge(readBoxEnvironment());
}

type Broken = {
  version: string;
  former: string | null;
  /** The one before that. */
  older: string | null;
  services: string[];
};

async function goBack({ version, former, older, services }: Broken): Promise<Outcome> {
  if (former === null) return { kind: "broken", version, services, backAt: null };
  const again = await switchTo(former);
  // What could be gone back to before still can.
  if (older === null || older === former) rmSync(PLACES.former, { force: true });
  else pointTo(PLACES.former, older);
  endTrial();
  // What does not come up is not kept to be met by mistake.
  rmSync(join(PLACES.releases, version), { recursive: true, force: true });
  return { kind: "broken", version, services, backAt: again.kind === "well" ? former : null };
}

/** Judges an upgrade that a power cut left unjudged; null: there is none. */
export async function settle(): Promise<Outcome | null> {
  const text = readText(PLACES.trial);
  if (text === null) return null;
  const { version, former, older } = JSON.parse(text) as Trial;
  const isOnTrial = findVersion(PLACES.current) === version;
  // Cut before the switch, the units may be those of the release that never ran.
  if (!isOnTrial) writeUnits(join(PLACES.releases, former));
  const verdict = await startAndJudge(readBoxEnvironment());
  const services = verdict.kind === "broken" ? verdict.services : [];
  if (verdict.kind === "broken" && isOnTrial) return goBack({ version, former, older, services });
  endTrial();
  if (verdict.kind === "broken") return { kind: "broken", version: former, services, backAt: null };
  return { kind: "installed", version: isOnTrial ? version : former, former };
}

/** Back to the release before, by hand. Null: there is none. */
export async function rollBack(): Promise<Outcome | null> {
  const version = findVersion(PLACES.former);
  const left = findVersion(PLACES.current);
  if (version === null || left === null || version === left) return null;
  pointTo(PLACES.former, left);
  const verdict = await switchTo(version);
  const services = verdict.kind === "broken" ? verdict.services : [];
  if (verdict.kind === "broken") return { kind: "broken", version, services, backAt: null };
  return { kind: "installed", version, former: left };
}

type Trial = { version: string; former: string; older: string | null };

function writeTrial(trial: Trial): void {
  replaceFile(PLACES.trial, `${JSON.stringify(trial)}\n`, { mode: 0o644, gid: 0 });
}

function endTrial(): void {
  rmSync(PLACES.trial, { force: true });
}

function makeUser(): boolean {
  const isNew = !succeeds("id", "-u", BOX_USER);
  if (isNew) {
    const nowhere = [
      "--home-dir",
      PLACES.state,
      "--no-create-home",
      "--shell",
      "/usr/sbin/nologin",
    ];
    run("useradd", "--system", "--user-group", ...nowhere, BOX_USER);
  }
  // Debian's tpm2-tools make this group, whose members may use the TPM.
  const isOfTss = () => run("id", "-nG", BOX_USER).split(/\s+/).includes("tss");
  if (succeeds("getent", "group", "tss") && !isOfTss()) {
    run("usermod", "-aG", "tss", BOX_USER);
    return true;
  }
  return isNew;
}

export function ownedByBox(): { uid: number; gid: number } {
  return { uid: Number(run("id", "-u", BOX_USER)), gid: Number(run("id", "-g", BOX_USER)) };
}

/** Whatever is there stays as it is: it is the venue's. */
function writeConfiguration(portalOrigin: string | null): boolean {
  const { uid, gid } = ownedByBox();
  mkdirSync(PLACES.state, { recursive: true, mode: 0o700 });
  chownSync(PLACES.state, uid, gid);
  mkdirSync(PLACES.configuration, { recursive: true, mode: 0o750 });
  chmodSync(PLACES.configuration, 0o750);
  chownSync(PLACES.configuration, 0, gid);
  if (readText(PLACES.environment) !== null) return false;
  const template = readText(join(import.meta.dirname, "foyer.env")) ?? "";
  const origin = portalOrigin ?? findPortalOrigin(PORTAL_PORT) ?? "";
  const text = template
    .replace("@PORTAL_ORIGIN@", origin)
    .replace("@PORTAL_PORT@", String(portOf(origin)));
  replaceFile(PLACES.environment, text, { mode: 0o640, gid });
  return true;
}

/** Of an https origin it is a proxy, or FOYER_PORTAL_TLS_PORT, that serves it. */
function portOf(origin: string): number {
  const url = URL.parse(origin);
  return url?.protocol === "http:" && url.port !== "" ? Number(url.port) : PORTAL_PORT;
}

function linkCommand(): boolean {
  const target = join(PLACES.current, "deploy", "box", "foyer");
  if (succeeds("test", PLACES.command, "-ef", target)) return false;
  rmSync(PLACES.command, { force: true });
  symlinkSync(target, PLACES.command);
  return true;
}

/** Takes everything away but, unless it is asked for, the state, the configuration and their user. */
export function uninstall({ removeState }: { removeState: boolean }): void {
  removeUnits();
  removeGateway({ removeState });
  rmSync(PLACES.command, { force: true });
  rmSync("/opt/foyer", { recursive: true, force: true });
  if (!removeState) return;
  for (const folder of [PLACES.state, PLACES.configuration])
    rmSync(folder, { recursive: true, force: true });
  if (succeeds("id", "-u", BOX_USER)) run("userdel", BOX_USER);
}
