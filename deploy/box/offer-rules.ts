import { isAnnouncementSigned, type ReleaseAnnouncement } from "@foyer/contract";
import type { Architecture } from "./production-tree.ts";

/** What a box holds when it is asked to go to a release by itself. */
export type OfferFacts = {
  announcement: ReleaseAnnouncement;
  /** PEM; null: this box was given no key. */
  releaseKey: string | null;
  architecture: Architecture;
  /** When the release that it took in this way last was signed; null: it never took one. */
  newestSignedAt: string | null;
  /** The release that runs; null: none does. */
  running: string | null;
};

export type OfferFault =
  | "no-key"
  | "signed-by-another"
  | "other-processor"
  | "runs-already"
  | "older-than-what-runs"
  | "older-than-the-last";

/** Why a box does not go to a release by itself; null: it may. Whoever wants an older one goes there by hand. */
export function findOfferFault(facts: OfferFacts): OfferFault | null {
  const { announcement, releaseKey, architecture, newestSignedAt, running } = facts;
  // Without one anybody who got as far as the box's own user would be root.
  if (releaseKey === null) return "no-key";
  if (!isAnnouncementSigned(announcement, releaseKey)) return "signed-by-another";
  if (announcement.architecture !== architecture) return "other-processor";
  if (announcement.version === running) return "runs-already";
  if (running !== null && isOlder(announcement.version, running)) return "older-than-what-runs";
  const isFromBefore =
    newestSignedAt !== null && Date.parse(announcement.signedAt) < Date.parse(newestSignedAt);
  return isFromBefore ? "older-than-the-last" : null;
}

/** By the numbers that a version begins with: what follows them names contents, and has no order. */
export function isOlder(version: string, than: string): boolean {
  const [a, b] = [numbersOf(version), numbersOf(than)];
  const differing = a.findIndex((number, index) => number !== b[index]);
  return differing >= 0 && (a[differing] ?? 0) < (b[differing] ?? 0);
}

function numbersOf(version: string): [number, number, number] {
  const [, major, minor, patch] = /^(\d+)(?:\.(\d+))?(?:\.(\d+))?/.exec(version) ?? [];
  return [Number(major ?? 0), Number(minor ?? 0), Number(patch ?? 0)];
}
