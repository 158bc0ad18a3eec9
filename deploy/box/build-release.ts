import { execFileSync } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import {
  isVersion,
  listContents,
  nameContents,
  type ReleaseManifest,
  writeManifest,
} from "./manifest.ts";
import { type Architecture, copyProductionTree, type ReleasedPackage } from "./production-tree.ts";
import { stripTypes } from "./strip-types.ts";

/** What a release is of. */
export type ReleaseKind = {
  /** How its folder and its tarball begin. */
  name: string;
  packages: readonly ReleasedPackage[];
  /** Of the checkout: the program at the release's root that installs it. */
  installer: string;
  /** What `pnpm build` has to have made first. */
  built?: string;
};

const whole = (...names: string[]): ReleasedPackage[] => names.map((name) => ({ name }));

/** The processes of a box, the truths they share, and what installs them. */
export const BOX_RELEASE: ReleaseKind = {
  name: "foyer",
  packages: [
    ...whole("contract", "branch-store", "admission", "blocks"),
    ...whole("radius", "portal", "sync-agent", "gateway"),
    { name: "deploy", only: ["box", "nas", "package.json", "README.md"] },
  ],
  installer: "deploy/box/install",
};

/**
 * The program, the truths it shares with boxes, and what installs it: the box's installer, which knows the
 * gateway. What browsers are given is built.
 */
export const CLOUD_RELEASE: ReleaseKind = {
  name: "foyer-cloud",
  packages: [
    // The gateway's door leads to radius as well.
    ...whole("contract", "branch-store", "admission", "blocks", "radius", "gateway"),
    {
      name: "cloud-api",
      leftOut: /^src\/shell(\/|$)|(^|\/)screens(\/|$)|^index\.html$|^vite\.config\.ts$|\.tsx$/,
    },
    { name: "deploy", only: ["box", "cloud", "package.json", "README.md"] },
  ],
  installer: "deploy/cloud/install",
  built: "cloud-api/dist/app/index.html",
};

/** Node.js needs libatomic, which a slim Debian has not: it travels with it. */
const LIBRARIES: Readonly<Record<Architecture, string>> = {
  x64: "/usr/lib/x86_64-linux-gnu/libatomic.so.1",
  arm64: "/usr/lib/aarch64-linux-gnu/libatomic.so.1",
};

export type ReleaseOptions = {
  /** The checkout, installed by pnpm. */
  from: string;
  /** Where the folder or the tarball is made. */
  into: string;
  architecture: Architecture;
  /** The Node.js that goes with it, and its version. */
  node: { file: string; version: string };
  /** libatomic.so.1 for that machine; null: this machine's, where it is one of that kind. */
  library: string | null;
  /** Null: the package's version and a name of the contents. */
  version: string | null;
  /** Absent: a box. */
  kind?: ReleaseKind;
};

export type BuiltRelease = { folder: string; manifest: ReleaseManifest };

/** Lays a release out as a folder of its own, below `into`, named foyer-<version>-<architecture>. */
export function buildRelease(options: ReleaseOptions): BuiltRelease {
  const { from, into, architecture, node, kind = BOX_RELEASE } = options;
  const { name: named, packages, installer, built } = kind;
  if (built !== undefined && !existsSync(join(from, built)))
    throw new Error(`${built} is not there: run  npx --yes pnpm@12.21.0 build  first`);
  mkdirSync(into, { recursive: true });
  const part = mkdtempSync(join(into, ".part-"));
  try {
    copyProductionTree({ from, to: part, architecture, packages });
    for (const name of ["LICENSE", "CHANGELOG.md", "package.json"])
      copyFileSync(join(from, name), join(part, name));
    cpSync(join(from, installer), join(part, "install"));
    mkdirSync(join(part, "node", "bin"), { recursive: true });
    copyFileSync(node.file, join(part, "node", "bin", "node"));
    chmodSync(join(part, "node", "bin", "node"), 0o755);
    copyLibrary(options, part);
    const version = options.version ?? nameContents(readVersion(from), listContents(part));
    if (!isVersion(version)) throw new Error(`"${version}" is no name for a release`);
    // What the agent tells the cloud, and the portal's log.
    for (const { name } of packages) stripTypes(join(part, name));
    for (const { name } of packages) stampVersion(join(part, name, "package.json"), version);
    const files = listContents(part);
    const manifest = { version, architecture, node: node.version, files };
    writeManifest(part, manifest);
    const folder = join(into, `${named}-${version}-${architecture}`);
    rmSync(folder, { recursive: true, force: true });
    renameSync(part, folder);
    chmodSync(folder, 0o755);
    return { folder, manifest };
  } catch (error) {
    rmSync(part, { recursive: true, force: true });
    throw error;
  }
}

/** Packs a release so that the same contents make the same file, with its hash beside it. */
export function packRelease({ folder }: BuiltRelease, into: string): string {
  const name = folder.slice(folder.lastIndexOf("/") + 1);
  const path = join(into, `${name}.tar.gz`);
  const order = ["--sort=name", "--owner=0", "--group=0", "--numeric-owner", "--mtime=@0"];
  const where = ["-C", join(folder, ".."), name];
  execFileSync("tar", [...order, "-I", "gzip -n -6", "-cf", path, ...where]);
  const sum = execFileSync("sha256sum", [`${name}.tar.gz`], { cwd: into, encoding: "utf8" });
  writeFileSync(`${path}.sha256`, sum);
  return path;
}

function copyLibrary({ architecture, library }: ReleaseOptions, part: string): void {
  const found = library ?? findLibrary(architecture);
  mkdirSync(join(part, "node", "lib"), { recursive: true });
  if (existsSync(found)) copyFileSync(found, join(part, "node", "lib", "libatomic.so.1"));
  else if (library !== null) throw new Error(`${library} is not there`);
}

/** Where this very process has it from, if it is for the same machine: proc(5), maps. */
function findLibrary(architecture: Architecture): string {
  const maps = architecture === process.arch ? readFileSync("/proc/self/maps", "utf8") : "";
  return /(\/\S*\/libatomic\.so\S*)$/m.exec(maps)?.[1] ?? LIBRARIES[architecture];
}

function readVersion(from: string): string {
  const text = readFileSync(join(from, "package.json"), "utf8");
  return (JSON.parse(text) as { version: string }).version;
}

function stampVersion(path: string, version: string): void {
  const manifest = JSON.parse(readFileSync(path, "utf8")) as { version: string };
  writeFileSync(path, `${JSON.stringify({ ...manifest, version }, null, 2)}\n`);
}
