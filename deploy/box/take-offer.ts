import { closeSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { ReleaseAnnouncement, UpgradeOutcome } from "@foyer/contract";
import { asBoxUser } from "./as-box-user.ts";
import { findVersion, readText, replaceFile } from "./host.ts";
import { installRelease, type Outcome } from "./install.ts";
import { holdInstallation, listFaultsHere } from "./install-commands.ts";
import type { Installation } from "./installation.ts";
import { findOfferFault } from "./offer-rules.ts";
import { unpackRelease } from "./place-release.ts";
import type { Architecture } from "./production-tree.ts";
import { findSignatureFault } from "./signature.ts";
import { copyOrdered, type Order, takeOrder, tellOutcome } from "./take-order.ts";

const REASON_CHARACTERS_MAX = 200;
/** Below the root of what is installed: what root remembers of releases that came by themselves. */
const UNDER_WAY = "offer.json";
const TAKEN = "offer-taken.json";

type Became = Pick<UpgradeOutcome, "kind" | "reason">;
const refused = (reason: string): Became => ({ kind: "refused", reason });

/** Root's half of an upgrade that the box has fetched by itself. Exit code 0: it runs. */
export async function runTakeOffer(it: Installation): Promise<number> {
  const { state } = it.places;
  const order = await asBoxUser(async () => takeOrder(state));
  if (order === null) {
    console.error("foyer: what was asked for is no release");
    return 1;
  }
  const { announcement } = order;
  const became = await takeOrRefuse(it, order);
  await tell(it, announcement, became);
  return became.kind === "upgraded" ? 0 : 1;
}

async function takeOrRefuse(it: Installation, order: Order): Promise<Became> {
  try {
    return (await holdInstallation(it, () => take(it, order))) ?? refused("busy");
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    return refused(words.slice(0, REASON_CHARACTERS_MAX));
  } finally {
    closeSync(order.descriptor);
  }
}

async function take(it: Installation, order: Order): Promise<Became> {
  const { places } = it;
  const { announcement } = order;
  const architecture = process.arch as Architecture;
  const fault = findOfferFault({
    ...{ announcement, architecture, releaseKey: readText(places.releaseKey) },
    newestSignedAt: readAnnounced(join(places.root, TAKEN))?.signedAt ?? null,
    running: findVersion(places.current),
  });
  if (fault !== null) return refused(fault);
  const [hostFault] = listFaultsHere(announcement.architecture);
  if (hostFault) return refused(hostFault.kind);
  mkdirSync(places.releases, { recursive: true, mode: 0o755 });
  const folder = mkdtempSync(join(places.releases, ".offered-"));
  try {
    const tarball = join(folder, "release.tar.gz");
    if (!copyOrdered(order, tarball)) return refused("not-as-announced");
    return await install(it, { announcement, tarball });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function install(
  it: Installation,
  { announcement, tarball }: { announcement: ReleaseAnnouncement; tarball: string },
): Promise<Became> {
  const { places } = it;
  const { folder: source, manifest } = unpackRelease(tarball, places);
  try {
    const { version, architecture } = manifest;
    if (version !== announcement.version || architecture !== announcement.architecture)
      return refused("not-as-announced");
    const fault = findSignatureFault(source, readText(places.releaseKey) ?? "");
    if (fault !== null) return refused(fault);
    note(places.root, UNDER_WAY, announcement);
    const outcome = await installRelease(it, { source, manifest, origin: null });
    if (outcome.kind !== "broken") note(places.root, TAKEN, announcement);
    return describeOutcome(outcome);
  } finally {
    rmSync(source, { recursive: true, force: true });
  }
}

function describeOutcome(outcome: Outcome): Became {
  if (outcome.kind !== "broken") return { kind: "upgraded", reason: null };
  const services = outcome.services.join(" ") || "not switched to";
  const stays = outcome.backAt === null ? ", and the release before fails too" : "";
  return { kind: "rolled-back", reason: `did not come up: ${services}${stays}` };
}

/** Tells of an upgrade that the power was cut in, once it has been judged. */
export async function tellCutOffer(it: Installation): Promise<void> {
  const announcement = readAnnounced(join(it.places.root, UNDER_WAY));
  if (announcement === null) return;
  const isTaken = findVersion(it.places.current) === announcement.version;
  if (isTaken) note(it.places.root, TAKEN, announcement);
  await tell(
    it,
    announcement,
    isTaken
      ? { kind: "upgraded", reason: "the power was cut" }
      : { kind: "rolled-back", reason: "the power was cut" },
  );
}

async function tell(
  { places }: Installation,
  { version, sha256 }: ReleaseAnnouncement,
  became: Became,
): Promise<void> {
  const { kind, reason } = became;
  console.log(`foyer: release ${version}: ${kind}${reason === null ? "" : ` (${reason})`}`);
  await asBoxUser(async () => tellOutcome(places.state, { version, sha256, ...became }));
  rmSync(join(places.root, UNDER_WAY), { force: true });
}

function note(root: string, name: string, announcement: ReleaseAnnouncement): void {
  replaceFile(join(root, name), `${JSON.stringify(announcement)}\n`, { mode: 0o644, gid: 0 });
}

/** Root's own words. */
function readAnnounced(path: string): ReleaseAnnouncement | null {
  const text = readText(path);
  return text === null ? null : (JSON.parse(text) as ReleaseAnnouncement);
}
