import { existsSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { readText, replaceFile, run, runsSystemd } from "./host.ts";
import type { Installation } from "./installation.ts";

type Own = Pick<Installation, "places" | "folder" | "isUnit">;

/** The units of a release, by name. */
export function listUnits(release: string, { folder, isUnit }: Omit<Own, "places">): string[] {
  return readdirSync(join(release, folder)).filter(isUnit);
}

/**
 * Makes the system's units those of a release; what another release had and this one has not goes. True:
 * something was changed.
 */
export function writeUnits(release: string, own: Own): boolean {
  const { places, isUnit } = own;
  const wanted = listUnits(release, own);
  const present = readdirSync(places.units).filter(isUnit);
  const old = present.filter((name) => !wanted.includes(name));
  for (const name of old) {
    run("systemctl", "disable", name);
    rmSync(join(places.units, name), { force: true });
  }
  const folder = join(release, own.folder);
  const isChanged = wanted.map((name) => bring(join(folder, name), join(places.units, name)));
  if ((isChanged.includes(true) || old.length > 0) && runsSystemd())
    run("systemctl", "daemon-reload");
  mkdirSync(dirname(places.journal), { recursive: true });
  const isJournalNew = bring(join(folder, `journald-${basename(places.journal)}`), places.journal);
  if (isJournalNew && runsSystemd()) run("systemctl", "restart", "systemd-journald");
  return isChanged.includes(true) || old.length > 0 || isJournalNew;
}

/** False: it was there already, as it is. */
function bring(from: string, to: string): boolean {
  const text = readText(from) ?? "";
  if (text === readText(to)) return false;
  replaceFile(to, text, { mode: 0o644, gid: 0 });
  return true;
}

/** Those that begin with the machine; false: all of them did already. */
export function enableUnits(
  release: string,
  own: Own & Pick<Installation, "wantedBy" | "isOptional">,
): boolean {
  const { places, wantedBy, isOptional } = own;
  const wanted = listUnits(release, own).filter(
    (name) =>
      !isOptional(name) && readText(join(release, own.folder, name))?.includes("\n[Install]\n"),
  );
  const isEnabled = (name: string) =>
    wantedBy.some((folder) => existsSync(join(places.units, folder, name)));
  const missing = wanted.filter((name) => !isEnabled(name));
  if (missing.length > 0) run("systemctl", "enable", ...missing);
  return missing.length > 0;
}

export function removeUnits({ places, isUnit }: Own): void {
  const present = readdirSync(places.units).filter(isUnit);
  if (runsSystemd()) for (const name of present) run("systemctl", "stop", name);
  if (present.length > 0) run("systemctl", "disable", ...present);
  for (const name of present) rmSync(join(places.units, name), { force: true });
  rmSync(places.journal, { force: true });
  if (!runsSystemd()) return;
  run("systemctl", "daemon-reload");
}
