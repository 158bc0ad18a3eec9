import { cpSync, existsSync, mkdirSync, readFileSync, realpathSync, symlinkSync } from "node:fs";
import { basename, dirname, join, relative, sep } from "node:path";

/** Which machine a release is for, as Node names it. */
export type Architecture = "x64" | "arm64";

export type TreeOptions = {
  /** The checkout, installed by pnpm. */
  from: string;
  to: string;
  architecture: Architecture;
  packages: readonly ReleasedPackage[];
};

/** A folder of the workspace that runs on a box. */
export type ReleasedPackage = {
  name: string;
  /** What of it, where not all: no package of the registry goes with a part. */
  only?: readonly string[];
  /** What browsers alone are given, and is built already. */
  leftOut?: RegExp;
};

type Manifest = {
  dependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
  peerDependencies?: Record<string, string>;
  peerDependenciesMeta?: Record<string, { optional?: boolean }>;
};

/** What only tests and benchmarks of a package of ours are. */
const OWN_LEFT_OUT =
  /^(node_modules|test|bench|fixtures)(\/|$)|\.test\.tsx?$|tsconfig|\.tsbuildinfo$/;
/** What a compiler, a debugger or a developer reads and Node does not. */
const THEIRS_LEFT_OUT =
  /(^|\/)\.bin$|\.[cm]?tsx?$|\.map$|\.tsbuildinfo$|^(tests?|bench|benchmarks?|examples?|docs|\.github)(\/|$)/;
/** The C sources that a binary was built from. */
const SOURCES_LEFT_OUT = /^(deps|src|binding\.gyp)(\/|$)/;

/**
 * Copies the packages of a box with all that they need to run and nothing else: no test, no development
 * dependency, no binary for another machine. The folders stay as pnpm has laid them, and so do the links
 * between them, which are relative. Needs no network.
 */
export function copyProductionTree(options: TreeOptions): void {
  const { from, to, packages } = options;
  const copied = new Set<string>();
  const names = new Set(packages.map(({ name }) => name));
  for (const { name, only, leftOut } of packages) {
    const source = join(from, name);
    copyOwn({ source, target: join(to, name), only: only ?? null, leftOut: leftOut ?? null });
    for (const dependency of listDependencies(source)) {
      const target = realpathSync(join(source, "node_modules", dependency));
      const own = relative(from, target);
      const isOurs = !own.includes("node_modules");
      if (isOurs ? !names.has(own) : only !== undefined) continue;
      link(join(to, name, "node_modules", dependency), join(to, own));
      if (!isOurs) copyWithDependencies(options, target, copied);
    }
  }
}

/** Those of other machines are not installed. */
function listDependencies(source: string): string[] {
  const { dependencies = {}, optionalDependencies = {} } = readManifest(source);
  const isHere = (name: string) => existsSync(join(source, "node_modules", name));
  return [...Object.keys(dependencies), ...Object.keys(optionalDependencies).filter(isHere)];
}

type OwnFiles = {
  source: string;
  target: string;
  only: readonly string[] | null;
  leftOut: RegExp | null;
};

function copyOwn({ source, target, only, leftOut }: OwnFiles) {
  const isWanted = (inside: string) =>
    only === null || inside === "" || only.includes(inside.split("/")[0] ?? "");
  cpSync(source, target, {
    recursive: true,
    filter: (path) => {
      const inside = relative(source, path).replaceAll(sep, "/");
      return isWanted(inside) && !OWN_LEFT_OUT.test(inside) && !leftOut?.test(inside);
    },
  });
}

/** A package of the registry, and whatever lies beside it because it needs it. */
function copyWithDependencies(options: TreeOptions, target: string, copied: Set<string>): void {
  if (copied.has(target)) return;
  copied.add(target);
  const { from, to, architecture } = options;
  const own = join(to, relative(from, target));
  const hasBinaries = existsSync(join(target, "prebuilds"));
  cpSync(target, own, {
    recursive: true,
    verbatimSymlinks: true,
    filter: (path) => {
      const inside = relative(target, path).replaceAll(sep, "/");
      if (THEIRS_LEFT_OUT.test(inside)) return false;
      return !hasBinaries || (!SOURCES_LEFT_OUT.test(inside) && isFor(architecture, inside));
    },
  });
  const { dependencies, optionalDependencies, ...peers } = readManifest(target);
  // pnpm lays what a package needs beside it, in the same node_modules.
  const beside = target.slice(0, target.lastIndexOf(`${sep}node_modules${sep}`) + 14);
  // One that is optional, such as a compiler, is nothing that runs.
  const isNeeded = (name: string) => !peers.peerDependenciesMeta?.[name]?.optional;
  const needed = Object.keys(peers.peerDependencies ?? {}).filter(isNeeded);
  for (const name of new Set([
    ...Object.keys({ ...dependencies, ...optionalDependencies }),
    ...needed,
  ])) {
    const path = join(beside, name);
    if (!existsSync(path)) {
      if (dependencies?.[name] === undefined) continue;
      throw new Error(`${target} needs ${name}, which is not installed: run pnpm install`);
    }
    const found = realpathSync(path);
    link(join(to, relative(from, path)), join(to, relative(from, found)));
    copyWithDependencies(options, found, copied);
  }
}

/** Of binaries for every machine (prebuilds/linux-x64.node) the one for this. Debian has glibc. */
function isFor(architecture: Architecture, inside: string): boolean {
  const folder = dirname(inside);
  if (basename(folder) !== "prebuilds") return true;
  return basename(inside).startsWith(`linux-${architecture}`);
}

function link(path: string, target: string): void {
  mkdirSync(dirname(path), { recursive: true });
  if (path !== target && !existsSync(path)) symlinkSync(relative(dirname(path), target), path);
}

function readManifest(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Manifest;
}
