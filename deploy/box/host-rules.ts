import type { Architecture } from "./production-tree.ts";

/** What an installation asks of a machine before it touches it. */
export type HostFacts = {
  isRoot: boolean;
  /** The text of /etc/os-release. */
  osRelease: string;
  /** As Node names it. */
  architecture: string;
  releaseFor: Architecture;
  hasSystemctl: boolean;
  freeBytes: number;
};

export type HostFault =
  | { kind: "not-root" }
  | { kind: "other-system"; name: string }
  | { kind: "too-old"; name: string }
  | { kind: "other-processor"; architecture: string; releaseFor: string }
  | { kind: "no-systemd" }
  | { kind: "no-room"; freeBytes: number; neededBytes: number };

/** A release unpacked, the one before it beside, and some room to work. */
export const INSTALL_BYTES_MIN = 600 * 1024 * 1024;
const DEBIAN_VERSION_MIN = 12;

/** All that keeps Foyer from being installed here; none: it may be. */
export function listHostFaults(facts: HostFacts): HostFault[] {
  const faults: HostFault[] = [];
  if (!facts.isRoot) faults.push({ kind: "not-root" });
  const system = readOsRelease(facts.osRelease);
  const name = system.PRETTY_NAME ?? system.ID ?? "?";
  // Raspberry Pi OS of 64 bits says ID=debian, that of 32 bits ID=raspbian and ID_LIKE=debian.
  const isDebian = [system.ID, ...(system.ID_LIKE ?? "").split(" ")].includes("debian");
  if (!isDebian) faults.push({ kind: "other-system", name });
  // Others that are like Debian count their own versions.
  else if (/^(debian|raspbian)$/.test(system.ID ?? "") && isTooOld(system.VERSION_ID))
    faults.push({ kind: "too-old", name });
  const { architecture, releaseFor, freeBytes } = facts;
  if (architecture !== releaseFor)
    faults.push({ kind: "other-processor", architecture, releaseFor });
  if (!facts.hasSystemctl) faults.push({ kind: "no-systemd" });
  if (freeBytes < INSTALL_BYTES_MIN)
    faults.push({ kind: "no-room", freeBytes, neededBytes: INSTALL_BYTES_MIN });
  return faults;
}

/** Testing and unstable have no version yet. */
function isTooOld(version: string | undefined): boolean {
  return version !== undefined && Number.parseInt(version, 10) < DEBIAN_VERSION_MIN;
}

/** os-release(5): shell assignments, each on a line of its own. */
export function readOsRelease(text: string): Record<string, string> {
  return Object.fromEntries(readAssignments(text));
}

/** The same text with these values, each where it stood, or where it stood as an example, or at the end. */
export function setAssignments(text: string, values: Readonly<Record<string, string>>): string {
  return Object.entries(values).reduce((before, [name, value]) => {
    const line = `${name}=${value}`;
    const own = new RegExp(`^\\s*${name}=.*$`, "m");
    const example = new RegExp(`^\\s*#\\s*${name}=.*$`, "m");
    const place = own.test(before) ? own : example;
    if (place.test(before)) return before.replace(place, () => line);
    return `${before}${before === "" || before.endsWith("\n") ? "" : "\n"}${line}\n`;
  }, text);
}

/** The lines of a file of assignments, as os-release(5) and systemd.exec(5) have them. */
export function readAssignments(text: string): [string, string][] {
  return text.split("\n").flatMap((line) => {
    const match = /^\s*([A-Za-z_][A-Za-z0-9_]*)=(.*)$/.exec(line);
    if (!match) return [];
    const [, name = "", raw = ""] = match;
    const value = raw.trim();
    const quoted = /^"(.*)"$|^'(.*)'$/.exec(value);
    return [[name, quoted?.[1] ?? quoted?.[2] ?? value] as [string, string]];
  });
}
