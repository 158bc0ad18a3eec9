import { mkdirSync, rmSync, statfsSync } from "node:fs";
import { stdin, stdout } from "node:process";
import { createInterface } from "node:readline/promises";
import { type Held, holdAlone } from "@foyer/branch-store";
import { isInterface } from "@foyer/gateway";
import { buildRelease } from "./build-release.ts";
import { readBoxEnvironment, readLanguage } from "./config.ts";
import type { CommandLine } from "./foyer-main.ts";
import { gatewayOrigin, listGatewayFaults, startGateway, writeGateway } from "./gateway-mode.ts";
import { findVersion, PLACES, readText, succeeds } from "./host.ts";
import { listHostFaults } from "./host-rules.ts";
import { installRelease, type Outcome, rollBack, settle, uninstall } from "./install.ts";
import { isEnrolled } from "./look.ts";
import { type ReleaseManifest, readManifest } from "./manifest.ts";
import { unpackRelease } from "./place-release.ts";
import type { Architecture } from "./production-tree.ts";
import { findSignatureFault } from "./signature.ts";
import { say, type Word } from "./words.ts";

const print = (word: Word) => console.log(say(readLanguage(), word));
const complain = (word: Word) => console.error(say(readLanguage(), word));

/** From a folder that is a release, or a checkout of which one is made first. */
export async function runInstallFrom({ words, flags }: CommandLine): Promise<number | null> {
  const [from = ""] = words;
  const origin = flags["portal-origin"] ?? null;
  if (origin !== null && URL.parse(origin)?.origin !== origin) return null;
  const gateway = flags.gateway ?? null;
  if (gateway !== null && !isInterface(gateway)) return null;
  const manifest = readManifest(from);
  if (manifest) return await installSigned({ source: from, manifest, origin, gateway });
  if (!mayInstall(process.arch as Architecture)) return 1;
  // Beside the releases: /tmp may be memory, of which a box has little.
  mkdirSync(PLACES.releases, { recursive: true, mode: 0o755 });
  const node = { file: process.execPath, version: process.version };
  const architecture = process.arch as Architecture;
  const options = { from, into: PLACES.releases, architecture, node, library: null, version: null };
  const built = buildRelease(options);
  try {
    return await install({ source: built.folder, manifest: built.manifest, origin, gateway });
  } finally {
    rmSync(built.folder, { recursive: true, force: true });
  }
}

export async function runUpgrade({ words }: CommandLine): Promise<number | null> {
  const [tarball] = words;
  if (tarball === undefined) return null;
  if (!mayInstall(process.arch as Architecture)) return 1;
  const { folder, manifest } = unpackRelease(tarball);
  try {
    return await installSigned({ source: folder, manifest, origin: null, gateway: null });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What came from elsewhere has to be signed by whom this box was told to trust; a checkout is root's own. */
async function installSigned(wanted: Wanted): Promise<number> {
  const { source, manifest } = wanted;
  const publicKey = readText(PLACES.releaseKey);
  const fault = publicKey === null ? null : findSignatureFault(source, publicKey);
  if (fault === null) return await install(wanted);
  complain({ kind: fault, version: manifest.version, key: PLACES.releaseKey });
  return 1;
}

type Wanted = {
  source: string;
  manifest: ReleaseManifest;
  origin: string | null;
  /** The guests' interface; null: as it is. */
  gateway: string | null;
};

async function install({ source, manifest, origin, gateway }: Wanted): Promise<number> {
  if (!mayInstall(manifest.architecture) || !mayBeGateway(gateway)) return 1;
  return await alone(async () => {
    const portalOrigin = origin ?? (gateway === null ? null : gatewayOrigin());
    const isGatewayNew = gateway !== null && writeGateway(gateway);
    const outcome = await installRelease({ source, manifest, portalOrigin });
    if (isGatewayNew) startGateway();
    const code = tellOutcome(outcome);
    if (isGatewayNew) print({ kind: "gateway", guestInterface: gateway });
    if (outcome.kind === "installed" && outcome.former === null) tellNext();
    return code;
  });
}

/** One at a time: two would each take the other's release for the former one. */
async function alone(work: () => Promise<number>): Promise<number> {
  mkdirSync("/opt/foyer", { recursive: true, mode: 0o755 });
  const held: Held | null = holdAlone("/opt/foyer", "install");
  if (!held) {
    complain({ kind: "busy" });
    return 1;
  }
  try {
    return await work();
  } finally {
    held.release();
  }
}

function mayInstall(releaseFor: Architecture): boolean {
  const { bavail, bsize } = statfsSync("/opt");
  const faults = listHostFaults({
    isRoot: process.getuid?.() === 0,
    osRelease: readText("/etc/os-release") ?? "",
    architecture: process.arch,
    releaseFor,
    hasSystemctl: succeeds("sh", "-c", "command -v systemctl"),
    freeBytes: bavail * bsize,
  });
  for (const fault of faults) complain(fault);
  return faults.length === 0;
}

function mayBeGateway(guestInterface: string | null): boolean {
  const faults = guestInterface === null ? [] : listGatewayFaults(guestInterface);
  for (const fault of faults) complain(fault);
  return faults.length === 0;
}

function tellOutcome(outcome: Outcome): number {
  if (outcome.kind !== "broken") {
    print(outcome);
    return 0;
  }
  const { version, services, backAt } = outcome;
  if (backAt === null) complain({ kind: "does-not-run", version, services });
  else complain({ kind: "went-back", version, services, backAt });
  return 1;
}

function tellNext(): void {
  const { portalOrigin } = readBoxEnvironment();
  print(portalOrigin === "" ? { kind: "no-origin" } : { kind: "origin", origin: portalOrigin });
  if (!isEnrolled()) print({ kind: "enrol-next" });
}

export async function runRollBack(): Promise<number> {
  return await alone(async () => {
    const outcome = await rollBack();
    if (outcome) return tellOutcome(outcome);
    complain({ kind: "nothing-former" });
    return 1;
  });
}

export async function runSettle(): Promise<number> {
  return await alone(async () => {
    const outcome = await settle();
    if (outcome) return tellOutcome(outcome);
    print({ kind: "nothing-to-settle" });
    return 0;
  });
}

export async function runUninstall({ flags }: CommandLine): Promise<number> {
  const removeState = flags["remove-state"] === true;
  if (findVersion(PLACES.current) === null && !removeState) {
    complain({ kind: "not-installed" });
    return 1;
  }
  if (removeState && flags.yes !== true && !(await isConfirmed())) {
    print({ kind: "not-uninstalled" });
    return 1;
  }
  uninstall({ removeState });
  print({ kind: "uninstalled", isStateKept: !removeState });
  return 0;
}

async function isConfirmed(): Promise<boolean> {
  const lines = createInterface({ input: stdin, output: stdout });
  const typed = await lines.question(say(readLanguage(), { kind: "ask-uninstall" }));
  lines.close();
  return typed.trim() === "REMOVE";
}
