import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { announceRelease } from "./announce-release.ts";
import { BOX_RELEASE, buildRelease, CLOUD_RELEASE, packRelease } from "./build-release.ts";
import type { Architecture } from "./production-tree.ts";
import { signRelease } from "./signature.ts";

const checkout = resolve(import.meta.dirname, "..", "..");
const USAGE =
  "release: deploy/box/release [--cloud] [--into FOLDER] [--version NAME] [--architecture x64|arm64 --node FILE [--library FILE]] [--sign KEY]";

function readCommandLine() {
  const { values } = parseArgs({
    options: {
      into: { type: "string", default: "dist" },
      version: { type: "string" },
      architecture: { type: "string", default: process.arch },
      node: { type: "string" },
      library: { type: "string" },
      sign: { type: "string" },
      cloud: { type: "boolean", default: false },
    },
  });
  const { architecture } = values;
  if (architecture !== "x64" && architecture !== "arm64")
    throw new Error(`a release is for x64 or arm64, not for ${architecture}`);
  if (architecture !== process.arch && !values.node)
    throw new Error(`give the Node.js for ${architecture} with --node FILE`);
  return { ...values, architecture: architecture as Architecture };
}

/** A binary for another machine may not run here. */
function readNodeVersion(file: string): string {
  try {
    return execFileSync(file, ["--version"], { encoding: "utf8", stdio: "pipe" }).trim();
  } catch {
    return "given";
  }
}

try {
  const given = readCommandLine();
  const file = given.node ? resolve(given.node) : process.execPath;
  const version = given.node ? readNodeVersion(file) : process.version;
  const into = resolve(given.into);
  const built = buildRelease({
    ...{ from: checkout, into, architecture: given.architecture, node: { file, version } },
    ...{ library: given.library ?? null, version: given.version ?? null },
    kind: given.cloud ? CLOUD_RELEASE : BOX_RELEASE,
  });
  const key = given.sign ? readFileSync(given.sign, "utf8") : null;
  if (key !== null) signRelease(built.folder, key);
  const tarball = packRelease(built, into);
  console.log(`${tarball}\n${tarball}.sha256`);
  // Of a cloud nobody is told but whoever upgrades it.
  if (key !== null && !given.cloud)
    console.log(announceRelease({ tarball, manifest: built.manifest, key, at: new Date() }));
} catch (error) {
  console.error(`release: ${error instanceof Error ? error.message : String(error)}`);
  console.error(USAGE);
  process.exitCode = 1;
}
