import { chmodSync, chownSync, mkdirSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { findVersion, pointTo, readText, replaceFile, run, runsSystemd, succeeds } from "./host.ts";
import type { Installation } from "./installation.ts";
import type { ReleaseManifest } from "./manifest.ts";
import { placeRelease, removeOldReleases } from "./place-release.ts";
import { enableUnits, removeUnits, writeUnits } from "./units.ts";
import type { Verdict } from "./verdict-rules.ts";

export type Outcome =
  | { kind: "unchanged"; version: string }
  | { kind: "installed"; version: string; former: string | null }
  /** It did not come up; the release before it runs again, or null: there was none, or it fails too. */
  | { kind: "broken"; version: string; backAt: string | null; services: string[] };

export type InstallOptions = {
  /** A folder with a whole release in it. */
  source: string;
  manifest: ReleaseManifest;
  /** What browsers shall call what is installed; null: by its address. */
  origin: string | null;
};

/** Installs a release, or upgrades to it; where it does not come up well the one before runs again. */
export async function installRelease(
  it: Installation,
  { source, manifest, origin }: InstallOptions,
): Promise<Outcome> {
  const { version } = manifest;
  const isUserNew = makeUser(it);
  const isFilterNew = it.gateway?.makeUser() === true;
  const isPlaced = placeRelease(source, manifest, it.places);
  const isConfigured = writeConfiguration(it, origin);
  const before = findVersion(it.places.current);
  const place = join(it.places.releases, version);
  if (before === version) {
    const isMended = await mend(it, { place, isPlaced });
    if (isFilterNew) it.gateway?.start();
    return isUserNew || isFilterNew || isPlaced || isConfigured || isMended
      ? { kind: "installed", version, former: null }
      : { kind: "unchanged", version };
  }
  // One that does not even say its name is never switched to.
  run(join(place, it.folder, it.command), "version");
  const older = findVersion(it.places.former);
  // From here on a power cut is judged at the next boot.
  if (before !== null) {
    pointTo(it.places.former, before);
    writeTrial(it, { version, former: before, older });
  }
  const broken = { version, former: before, older };
  const verdict = await switchTo(it, version).catch(async (error: unknown) => {
    // A disk that is full, say: whatever ran goes on.
    await goBack(it, { ...broken, services: [] });
    throw error;
  });
  linkCommand(it);
  if (verdict.kind === "broken") return goBack(it, { ...broken, services: verdict.services });
  endTrial(it);
  removeOldReleases(it.places);
  return { kind: "installed", version, former: before };
}

/** The release that runs, made what its manifest and units say. True: something was not. */
async function mend(
  it: Installation,
  { place, isPlaced }: { place: string; isPlaced: boolean },
): Promise<boolean> {
  const areUnitsNew = writeUnits(place, it);
  const isEnabled = enableUnits(place, it);
  const isLinked = linkCommand(it);
  if (runsSystemd()) {
    if (isPlaced || areUnitsNew) it.stop();
    run("systemctl", "start", it.target);
  }
  return areUnitsNew || isEnabled || isLinked;
}

async function switchTo(it: Installation, version: string): Promise<Verdict> {
  const { places } = it;
  const place = join(places.releases, version);
  if (it.stopsForSwitch && runsSystemd() && findVersion(places.current) !== null) it.stop();
  writeUnits(place, it);
  pointTo(places.current, version);
  enableUnits(place, it);
  if (!runsSystemd()) return { kind: "well" };
  return it.startAndJudge();
}

type Broken = {
  version: string;
  former: string | null;
  /** The one before that. */
  older: string | null;
  services: string[];
};

async function goBack(it: Installation, broken: Broken): Promise<Outcome> {
  const { version, former, older, services } = broken;
  if (former === null) return { kind: "broken", version, services, backAt: null };
  const again = await switchTo(it, former);
  // What could be gone back to before still can.
  if (older === null || older === former) rmSync(it.places.former, { force: true });
  else pointTo(it.places.former, older);
  endTrial(it);
  // What does not come up is not kept to be met by mistake.
  rmSync(join(it.places.releases, version), { recursive: true, force: true });
  return { kind: "broken", version, services, backAt: again.kind === "well" ? former : null };
}

/** Judges an upgrade that a power cut left unjudged; null: there is none. */
export async function settle(it: Installation): Promise<Outcome | null> {
  const text = readText(it.places.trial);
  if (text === null) return null;
  const { version, former, older } = JSON.parse(text) as Trial;
  const isOnTrial = findVersion(it.places.current) === version;
  // Cut before the switch, the units may be those of the release that never ran.
  if (!isOnTrial) writeUnits(join(it.places.releases, former), it);
  const verdict = await it.startAndJudge();
  const services = verdict.kind === "broken" ? verdict.services : [];
  if (verdict.kind === "broken" && isOnTrial)
    return goBack(it, { version, former, older, services });
  endTrial(it);
  if (verdict.kind === "broken") return { kind: "broken", version: former, services, backAt: null };
  return { kind: "installed", version: isOnTrial ? version : former, former };
}

/** Back to the release before, by hand. Null: there is none. */
export async function rollBack(it: Installation): Promise<Outcome | null> {
  const version = findVersion(it.places.former);
  const left = findVersion(it.places.current);
  if (version === null || left === null || version === left) return null;
  pointTo(it.places.former, left);
  const verdict = await switchTo(it, version);
  const services = verdict.kind === "broken" ? verdict.services : [];
  if (verdict.kind === "broken") return { kind: "broken", version, services, backAt: null };
  return { kind: "installed", version, former: left };
}

type Trial = { version: string; former: string; older: string | null };

function writeTrial({ places }: Installation, trial: Trial): void {
  replaceFile(places.trial, `${JSON.stringify(trial)}\n`, { mode: 0o644, gid: 0 });
}

function endTrial({ places }: Installation): void {
  rmSync(places.trial, { force: true });
}

function makeUser({ user, groups, places }: Installation): boolean {
  const isNew = !succeeds("id", "-u", user);
  if (isNew) {
    const nowhere = ["--home-dir", places.state, "--no-create-home"];
    const own = ["--system", "--user-group", "--shell", "/usr/sbin/nologin"];
    run("useradd", ...own, ...nowhere, user);
  }
  const present = isNew ? [] : run("id", "-nG", user).split(/\s+/);
  const missing = groups.filter(
    (group) => succeeds("getent", "group", group) && !present.includes(group),
  );
  for (const group of missing) run("usermod", "-aG", group, user);
  return isNew || missing.length > 0;
}

export function idsOf(user: string): { uid: number; gid: number } {
  return { uid: Number(run("id", "-u", user)), gid: Number(run("id", "-g", user)) };
}

/** Whatever is there stays as it is: it is whose machine this is. */
function writeConfiguration(it: Installation, origin: string | null): boolean {
  const { places, user, configure } = it;
  const { uid, gid } = idsOf(user);
  mkdirSync(places.state, { recursive: true, mode: 0o700 });
  chownSync(places.state, uid, gid);
  mkdirSync(places.configuration, { recursive: true, mode: 0o750 });
  chmodSync(places.configuration, 0o750);
  chownSync(places.configuration, 0, gid);
  if (readText(places.environment) !== null) return false;
  replaceFile(places.environment, configure(origin), { mode: 0o640, gid });
  return true;
}

function linkCommand({ places, folder, command }: Installation): boolean {
  const target = join(places.current, folder, command);
  if (succeeds("test", places.command, "-ef", target)) return false;
  rmSync(places.command, { force: true });
  symlinkSync(target, places.command);
  return true;
}

/** Takes everything away but, unless it is asked for, the state, the configuration and their user. */
export function uninstall(it: Installation, { removeState }: { removeState: boolean }): void {
  const { places, user } = it;
  removeUnits(it);
  it.gateway?.remove({ removeState });
  rmSync(places.command, { force: true });
  rmSync(places.root, { recursive: true, force: true });
  if (!removeState) return;
  for (const folder of [places.state, places.configuration])
    rmSync(folder, { recursive: true, force: true });
  if (succeeds("id", "-u", user)) run("userdel", user);
}
