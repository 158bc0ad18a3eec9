import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { type ReleaseAnnouncement, signAnnouncement } from "@foyer/contract";
import type { ReleaseManifest } from "./manifest.ts";

/**
 * Says beside a tarball, signed, what a box needs to know before it fetches and opens it: boxes are offered
 * what this file announces. The key is PEM (PKCS #8, Ed25519). Returns the path of the file.
 */
export function announceRelease(release: {
  tarball: string;
  manifest: Pick<ReleaseManifest, "version" | "architecture">;
  key: string;
  at: Date;
}): string {
  const { tarball, manifest, key, at } = release;
  const { version, architecture } = manifest;
  const octets = readFileSync(tarball);
  const sha256 = createHash("sha256").update(octets).digest("hex");
  const said = { version, architecture, bytes: octets.length, sha256, signedAt: at.toISOString() };
  const announcement: ReleaseAnnouncement = signAnnouncement(said, key);
  const path = `${tarball}.announcement.json`;
  writeFileSync(path, `${JSON.stringify(announcement, null, 1)}\n`);
  return path;
}
