import { createHash } from "node:crypto";
import {
  existsSync,
  lstatSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  writeFileSync,
} from "node:fs";
import { join, relative } from "node:path";
import type { Architecture } from "./production-tree.ts";

/** What a release says of itself, in the file release.json at its root. */
export type ReleaseManifest = {
  version: string;
  architecture: Architecture;
  /** The version of the Node.js in it. */
  node: string;
  /** By path: what each file holds (SHA-256) and where each link leads. */
  files: Record<string, string>;
};

export const MANIFEST_FILE = "release.json";
export const SIGNATURE_FILE = "release.json.sig";
const OWN_FILES = [MANIFEST_FILE, SIGNATURE_FILE];
/** What a cloud takes as a box's release has at most 32 characters. */
const VERSION = /^[0-9][0-9A-Za-z.+-]{0,31}$/;

/** Every file and link below a folder but the manifest and its signature, in the same order everywhere. */
export function listContents(folder: string): Record<string, string> {
  const found: [string, string][] = [];
  const walk = (at: string) => {
    for (const name of readdirSync(at)) {
      const path = join(at, name);
      const own = relative(folder, path);
      const state = lstatSync(path);
      if (state.isDirectory()) walk(path);
      else if (state.isSymbolicLink()) found.push([own, `link ${readlinkSync(path)}`]);
      else if (!OWN_FILES.includes(own)) found.push([own, hashOf(readFileSync(path))]);
    }
  };
  walk(folder);
  return Object.fromEntries(found.sort(([a], [b]) => (a < b ? -1 : 1)));
}

const hashOf = (octets: Buffer | string): string =>
  createHash("sha256").update(octets).digest("hex");

/** A name that differs as soon as anything in the release does. */
export function nameContents(base: string, files: Record<string, string>): string {
  return `${base}+${hashOf(JSON.stringify(files)).slice(0, 10)}`;
}

export function isVersion(text: string): boolean {
  return VERSION.test(text) && !text.includes("..");
}

export function writeManifest(folder: string, manifest: ReleaseManifest): void {
  writeFileSync(join(folder, MANIFEST_FILE), `${JSON.stringify(manifest, null, 1)}\n`);
}

/** Null: the folder is no release. Throws for one whose manifest says what none can. */
export function readManifest(folder: string): ReleaseManifest | null {
  const path = join(folder, MANIFEST_FILE);
  if (!existsSync(path)) return null;
  const manifest = JSON.parse(readFileSync(path, "utf8")) as ReleaseManifest;
  if (isVersion(manifest.version ?? "") && typeof manifest.files === "object") return manifest;
  throw new Error(`${path} is no manifest of a release`);
}

/** What is not as the manifest says: missing, changed or besides; none: the release is whole. */
export function listFaults(folder: string, manifest: ReleaseManifest): string[] {
  const present = listContents(folder);
  const wrong = Object.keys(manifest.files).filter(
    (path) => present[path] !== manifest.files[path],
  );
  const besides = Object.keys(present).filter((path) => manifest.files[path] === undefined);
  return [...wrong, ...besides];
}
