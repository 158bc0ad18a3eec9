import { execFileSync, spawnSync } from "node:child_process";
import {
  chmodSync,
  chownSync,
  closeSync,
  existsSync,
  fsyncSync,
  lstatSync,
  openSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname } from "node:path";

/** Where everything of a box lies. */
export const PLACES = {
  root: "/opt/foyer",
  releases: "/opt/foyer/releases",
  /** Leads to the release that runs. */
  current: "/opt/foyer/current",
  /** Leads to the one before it, which a broken upgrade goes back to. */
  former: "/opt/foyer/former",
  /** There while an upgrade has not been judged. */
  trial: "/opt/foyer/trial.json",
  state: "/var/lib/foyer",
  configuration: "/etc/foyer",
  environment: "/etc/foyer/foyer.env",
  /** The public half of what releases are signed by; absent: any release is taken. */
  releaseKey: "/etc/foyer/release-key.pem",
  units: "/etc/systemd/system",
  journal: "/etc/systemd/journald.conf.d/foyer.conf",
  command: "/usr/local/bin/foyer",
} as const;

/** The same of whatever is installed in this way. */
export type Places = { readonly [K in keyof typeof PLACES]: string };

export const BOX_USER = "foyer";
/** Whom the packet filter runs as, of the box's group. */
export const FILTER_USER = "foyer-filter";

/** In the order in which they start. */
export const SERVICES = ["radius", "portal", "sync-agent"] as const;
export type Service = (typeof SERVICES)[number];
/** What runs besides where the box is its own access controller, the packet filter first, in the order in which they start. */
export const FILTER_UNIT = "foyer-filter.service";
export const GATEWAY_UNITS = [FILTER_UNIT, "foyer-gateway.service"] as const;
/** What says what became of a release that the box has fetched by itself, or of one that was cut short. */
export const UPGRADE_UNITS = ["foyer-upgrade.service", "foyer-settle.service"] as const;
/** The set-up page of a machine that is no box yet. */
export const SETUP_UNIT = "foyer-setup.service";
export const unitOf = (service: Service): string => `foyer-${service}.service`;

/** Runs a program of the system. Throws with what it said when it fails. */
export function run(command: string, ...commandLine: string[]): string {
  try {
    return execFileSync(command, commandLine, {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    });
  } catch (cause) {
    const said = String((cause as { stderr?: unknown }).stderr ?? "").trim();
    const detail = said === "" ? String((cause as Error).message) : said;
    throw new Error(`${command} ${commandLine.join(" ")} failed: ${detail}`, { cause });
  }
}

export function succeeds(command: string, ...commandLine: string[]): boolean {
  return spawnSync(command, commandLine, { stdio: "ignore" }).status === 0;
}

/** In an image that is being made none runs: then units are enabled and not started. */
export function runsSystemd(): boolean {
  return existsSync("/run/systemd/system");
}

/** The version that a link of /opt/foyer leads to; null: it leads nowhere. */
export function findVersion(link: string): string | null {
  if (!lstatSync(link, { throwIfNoEntry: false })?.isSymbolicLink()) return null;
  return existsSync(link) ? basename(readlinkSync(link)) : null;
}

/** Whoever looks sees the old release or the new one, also after a power cut. */
export function pointTo(link: string, version: string): void {
  const next = `${link}.next-${process.pid}`;
  // One that a cut left: processes that start with the machine have the same numbers again.
  rmSync(next, { force: true });
  symlinkSync(`releases/${version}`, next);
  renameSync(next, link);
}

/**
 * Whoever reads sees the old text or the new one, whole, also after a power cut: half a unit is none, and
 * systemd masks an empty one.
 */
export function replaceFile(
  path: string,
  text: string,
  { mode, gid }: { mode: number; gid: number },
): void {
  const next = `${path}.next-${process.pid}`;
  writeFileSync(next, text, { mode: 0o600, flush: true });
  chownSync(next, 0, gid);
  chmodSync(next, mode);
  renameSync(next, path);
  const folder = openSync(dirname(path), "r");
  fsyncSync(folder);
  closeSync(folder);
}

export function readText(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if ((error as { code?: unknown }).code === "ENOENT") return null;
    throw error;
  }
}
