import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { findDiskFault } from "./disk-fault.ts";
import { findVersion, type Places, run } from "./host.ts";
import { listFaults, type ReleaseManifest, readManifest } from "./manifest.ts";
import { Told } from "./words.ts";

/**
 * Puts a release beside those that are there, whole or not at all. False: it was there, and is as its
 * manifest says.
 */
export function placeRelease(source: string, manifest: ReleaseManifest, places: Places): boolean {
  const place = join(places.releases, manifest.version);
  if (existsSync(place) && listFaults(place, manifest).length === 0) return false;
  mkdirSync(places.releases, { recursive: true, mode: 0o755 });
  // What was unpacked beside the releases is moved; what lies elsewhere stays there.
  const isBeside = dirname(source) === places.releases;
  const part = isBeside ? source : mkdtempSync(join(places.releases, ".part-"));
  try {
    if (!isBeside) cpSync(source, part, { recursive: true, verbatimSymlinks: true });
    const faults = listFaults(part, manifest);
    const [first, ...others] = faults;
    if (first !== undefined)
      throw new Told({
        ...{ kind: "not-whole", version: manifest.version, first, more: others.length },
      });
    run("chown", "-R", "root:root", part);
    run("chmod", "-R", "u=rwX,go=rX", part);
    // All of it is on the disk before anything leads there.
    run("sync", "-f", part);
    // What is broken there is nobody's: a release that runs is whole.
    rmSync(place, { recursive: true, force: true });
    renameSync(part, place);
  } finally {
    rmSync(part, { recursive: true, force: true });
  }
  return true;
}

/** Unpacks a tarball beside the releases; the caller takes the folder away. */
export function unpackRelease(
  tarball: string,
  places: Places,
): { folder: string; manifest: ReleaseManifest } {
  if (!existsSync(tarball)) throw new Told({ kind: "no-file", file: tarball });
  mkdirSync(places.releases, { recursive: true, mode: 0o755 });
  const folder = mkdtempSync(join(places.releases, ".unpacked-"));
  try {
    unpack(tarball, folder);
    const manifest = readManifest(folder);
    if (manifest) return { folder, manifest };
    throw new Told({ kind: "no-release", file: tarball });
  } catch (error) {
    // What of it is there would keep a disk that is full so.
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}

function unpack(file: string, folder: string): void {
  try {
    run("tar", "-xzf", file, "-C", folder, "--no-same-owner", "--strip-components=1");
  } catch (error) {
    if (findDiskFault(error) !== null || !(error instanceof Error)) throw error;
    throw new Told({ kind: "not-unpacked", file, said: error.message });
  }
}

/** Only the release that runs and the one before it stay; so goes what a cut left. */
export function removeOldReleases(places: Places): string[] {
  const kept = [findVersion(places.current), findVersion(places.former)];
  const old = readdirSync(places.releases).filter((name) => !kept.includes(name));
  for (const name of old) rmSync(join(places.releases, name), { recursive: true });
  return old;
}
