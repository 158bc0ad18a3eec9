import { existsSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { PLACES, readText, replaceFile, run, runsSystemd } from "./host.ts";

const UNIT = /^foyer[a-z-]*\.(service|target|timer)$/;

/** The units of a release, by name. */
export function listUnits(release: string): string[] {
  const folder = join(release, "deploy", "box");
  return readdirSync(folder).filter((name) => UNIT.test(name));
}

/**
 * Makes the system's units those of a release; what another release had and this one has not goes. True:
 * something was changed.
 */
export function writeUnits(release: string): boolean {
  const wanted = listUnits(release);
  const present = readdirSync(PLACES.units).filter((name) => UNIT.test(name));
  const old = present.filter((name) => !wanted.includes(name));
  for (const name of old) {
    run("systemctl", "disable", name);
    rmSync(join(PLACES.units, name), { force: true });
  }
  const folder = join(release, "deploy", "box");
  const isChanged = wanted.map((name) => bring(join(folder, name), join(PLACES.units, name)));
  if ((isChanged.includes(true) || old.length > 0) && runsSystemd())
    run("systemctl", "daemon-reload");
  mkdirSync(dirname(PLACES.journal), { recursive: true });
  const isJournalNew = bring(join(folder, "journald-foyer.conf"), PLACES.journal);
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
export function enableUnits(release: string): boolean {
  const own = listUnits(release).filter((name) =>
    readText(join(release, "deploy", "box", name))?.includes("\n[Install]\n"),
  );
  const isEnabled = (name: string) =>
    ["multi-user.target.wants", "foyer.target.wants"].some((folder) =>
      existsSync(join(PLACES.units, folder, name)),
    );
  const missing = own.filter((name) => !isEnabled(name));
  if (missing.length > 0) run("systemctl", "enable", ...missing);
  return missing.length > 0;
}

export function removeUnits(): void {
  const present = readdirSync(PLACES.units).filter((name) => UNIT.test(name));
  if (runsSystemd()) for (const name of present) run("systemctl", "stop", name);
  if (present.length > 0) run("systemctl", "disable", ...present);
  for (const name of present) rmSync(join(PLACES.units, name), { force: true });
  rmSync(PLACES.journal, { force: true });
  if (!runsSystemd()) return;
  run("systemctl", "daemon-reload");
}
