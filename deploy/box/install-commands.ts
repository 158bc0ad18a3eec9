import { mkdirSync, rmSync, statfsSync } from "node:fs";
import { type Held, holdAlone } from "@foyer/branch-store";
import { isInterface } from "@foyer/gateway";
import { buildRelease } from "./build-release.ts";
import { findVersion, readText, succeeds } from "./host.ts";
import { type HostFault, listHostFaults } from "./host-rules.ts";
import { installRelease, type Outcome, rollBack, settle, uninstall } from "./install.ts";
import type { Installation } from "./installation.ts";
import { type ReleaseManifest, readManifest } from "./manifest.ts";
import { unpackRelease } from "./place-release.ts";
import type { Architecture } from "./production-tree.ts";
import { askFor } from "./questions.ts";
import { findSignatureFault } from "./signature.ts";
import type { Word } from "./words.ts";

/** What of a command line these commands read. */
export type InstallLine = {
  words: string[];
  flags: {
    origin?: string | undefined;
    "portal-origin"?: string | undefined;
    gateway?: string | undefined;
    "remove-state"?: boolean | undefined;
    yes?: boolean | undefined;
  };
};

const print = ({ say }: Installation, word: Word) => console.log(say(word));
const complain = ({ say }: Installation, word: Word) => console.error(say(word));

/** Asked wrongly, in words: nothing was begun. */
function refuse(it: Installation, word: Word): number {
  complain(it, word);
  return 2;
}

function isOrigin(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && /^https?:$/.test(url.protocol) && url.origin === text;
}

/** From a folder that is a release, or a checkout of which one is made first. */
export async function runInstallFrom(
  it: Installation,
  { words, flags }: InstallLine,
): Promise<number | null> {
  const [from = ""] = words;
  const origin = flags.origin ?? flags["portal-origin"] ?? null;
  if (origin !== null && !isOrigin(origin)) return refuse(it, { kind: "no-such-origin", origin });
  const gateway = flags.gateway ?? null;
  if (gateway !== null && !isInterface(gateway))
    return refuse(it, { kind: "gateway-no-interface", guestInterface: gateway });
  const manifest = readManifest(from);
  if (manifest) return await installSigned(it, { source: from, manifest, origin, gateway });
  if (!mayInstall(it, process.arch as Architecture)) return 1;
  // Beside the releases: /tmp may be memory, of which a box has little.
  mkdirSync(it.places.releases, { recursive: true, mode: 0o755 });
  const node = { file: process.execPath, version: process.version };
  const architecture = process.arch as Architecture;
  const into = it.places.releases;
  const options = { from, into, architecture, node, library: null, version: null };
  const built = buildRelease({ ...options, kind: it.kind });
  try {
    const { folder: source, manifest: made } = built;
    return await install(it, { source, manifest: made, origin, gateway });
  } finally {
    rmSync(built.folder, { recursive: true, force: true });
  }
}

export async function runUpgrade(it: Installation, { words }: InstallLine): Promise<number | null> {
  const [tarball] = words;
  if (tarball === undefined) return null;
  if (!mayInstall(it, process.arch as Architecture)) return 1;
  const { folder, manifest } = unpackRelease(tarball, it.places);
  try {
    return await installSigned(it, { source: folder, manifest, origin: null, gateway: null });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What came from elsewhere has to be signed by whom this box was told to trust; a checkout is root's own. */
async function installSigned(it: Installation, wanted: Wanted): Promise<number> {
  const { source, manifest } = wanted;
  const publicKey = readText(it.places.releaseKey);
  const fault = publicKey === null ? null : findSignatureFault(source, publicKey);
  if (fault === null) return await install(it, wanted);
  complain(it, { kind: fault, version: manifest.version, key: it.places.releaseKey });
  return 1;
}

type Wanted = {
  source: string;
  manifest: ReleaseManifest;
  origin: string | null;
  /** The guests' interface; null: as it is. */
  gateway: string | null;
};

async function install(it: Installation, wanted: Wanted): Promise<number> {
  const { source, manifest, gateway } = wanted;
  if (!mayInstall(it, manifest.architecture) || !mayBeGateway(it, gateway)) return 1;
  return await alone(it, async () => {
    const mode = gateway === null ? null : it.gateway;
    const origin = wanted.origin ?? mode?.origin() ?? null;
    const isGatewayNew = gateway !== null && mode?.write(gateway) === true;
    const outcome = await installRelease(it, { source, manifest, origin });
    if (isGatewayNew) mode?.start();
    const code = tellOutcome(it, outcome);
    if (isGatewayNew) print(it, { kind: "gateway", guestInterface: gateway });
    if (outcome.kind === "installed" && outcome.former === null)
      for (const word of it.listNext()) print(it, word);
    return code;
  });
}

async function alone(it: Installation, work: () => Promise<number>): Promise<number> {
  const done = await holdInstallation(it, work);
  if (done !== null) return done;
  complain(it, { kind: "busy" });
  return 1;
}

/**
 * One at a time: two would each take the other's release for the former one. Null: somebody else is at it.
 */
export async function holdInstallation<T>(
  { places }: Installation,
  work: () => Promise<T>,
): Promise<T | null> {
  mkdirSync(places.root, { recursive: true, mode: 0o755 });
  const held: Held | null = holdAlone(places.root, "install");
  if (!held) return null;
  try {
    return await work();
  } finally {
    held.release();
  }
}

/** What keeps a release for such a machine from being installed on this one. */
export function listFaultsHere(releaseFor: Architecture): HostFault[] {
  const { bavail, bsize } = statfsSync("/opt");
  return listHostFaults({
    isRoot: process.getuid?.() === 0,
    osRelease: readText("/etc/os-release") ?? "",
    architecture: process.arch,
    releaseFor,
    hasSystemctl: succeeds("sh", "-c", "command -v systemctl"),
    freeBytes: bavail * bsize,
  });
}

function mayInstall(it: Installation, releaseFor: Architecture): boolean {
  const faults = listFaultsHere(releaseFor);
  for (const fault of faults) complain(it, fault);
  return faults.length === 0;
}

function mayBeGateway(it: Installation, guestInterface: string | null): boolean {
  const faults = guestInterface === null ? [] : (it.gateway?.listFaults(guestInterface) ?? []);
  for (const fault of faults) complain(it, fault);
  return faults.length === 0;
}

function tellOutcome(it: Installation, outcome: Outcome): number {
  if (outcome.kind !== "broken") {
    print(it, outcome);
    return 0;
  }
  const { version, services, backAt } = outcome;
  if (backAt === null) complain(it, { kind: "does-not-run", version, services });
  else complain(it, { kind: "went-back", version, services, backAt });
  return 1;
}

export async function runRollBack(it: Installation): Promise<number> {
  return await alone(it, async () => {
    const outcome = await rollBack(it);
    if (outcome) return tellOutcome(it, outcome);
    complain(it, { kind: "nothing-former" });
    return 1;
  });
}

export async function runSettle(it: Installation): Promise<number> {
  return await alone(it, async () => {
    const outcome = await settle(it);
    if (outcome) return tellOutcome(it, outcome);
    print(it, { kind: "nothing-to-settle" });
    return 0;
  });
}

export async function runUninstall(it: Installation, { flags }: InstallLine): Promise<number> {
  const removeState = flags["remove-state"] === true;
  if (findVersion(it.places.current) === null && !removeState) {
    complain(it, { kind: "not-installed" });
    return 1;
  }
  if (removeState && flags.yes !== true && !(await isConfirmed(it))) {
    print(it, { kind: "not-uninstalled" });
    return 1;
  }
  return await alone(it, async () => {
    uninstall(it, { removeState });
    print(it, { kind: "uninstalled", isStateKept: !removeState });
    return 0;
  });
}

const isConfirmed = async (it: Installation): Promise<boolean> =>
  (await askFor(it.say({ kind: "ask-uninstall" }))) === "REMOVE";
