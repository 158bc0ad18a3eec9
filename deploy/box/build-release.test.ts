import { execFileSync } from "node:child_process";
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  BOX_RELEASE,
  type BuiltRelease,
  buildRelease,
  CLOUD_RELEASE,
  packRelease,
} from "./build-release.ts";
import { isVersion, listFaults, nameContents, readManifest } from "./manifest.ts";
import type { Architecture } from "./production-tree.ts";

const from = resolve(import.meta.dirname, "..", "..");
let into: string;
let built: BuiltRelease;

function build(architecture: Architecture, into: string): BuiltRelease {
  // A small file in the place of 150 MB: what is in it is not looked at here.
  const node = { file: join(import.meta.dirname, "foyer"), version: "v26.0.0" };
  return buildRelease({ ...{ from, into, architecture, node }, library: null, version: null });
}

beforeAll(() => {
  into = mkdtempSync(join(tmpdir(), "foyer-release-"));
  built = build("x64", into);
}, 120_000);
afterAll(() => rmSync(into, { recursive: true }));

const list = () => Object.keys(built.manifest.files);

test("a release holds what a box runs and nothing that tests or the cloud need", () => {
  const files = list();
  for (const main of ["radius", "portal", "sync-agent"])
    expect(files).toContain(`${main}/src/main.js`);
  expect(files).toEqual(expect.arrayContaining(["blocks/src/welcome/index.js", "CHANGELOG.md"]));
  expect(files.filter((path) => /\.tsx?$|\.test\.js$|\.d\.ts$|\.map$/.test(path))).toEqual([]);
  expect(files.filter((path) => /^cloud-api|\/(vitest|pg|playwright-core)@/.test(path))).toEqual(
    [],
  );
  const packages = readdirSync(join(built.folder, "node_modules/.pnpm"));
  expect(packages.some((name) => name.startsWith("fastify@"))).toBe(true);
});

test("a box's release has every guide to access points, and what is copied to them", () => {
  const files = list();
  const guides = readdirSync(join(from, "deploy/nas")).map(
    (name) => `deploy/nas/${name}/README.md`,
  );
  const copied = ["opennds/foyer-binauth.sh", "opennds/opennds.conf", "mikrotik/login.html"];
  expect(guides.length).toBeGreaterThan(10);
  expect(files).toEqual(
    expect.arrayContaining([...guides, ...copied.map((path) => `deploy/nas/${path}`)]),
  );
});

test.each<[Architecture]>([["x64"], ["arm64"]])(
  "a release for %s has the binaries of that machine alone",
  (architecture) => {
    const release = architecture === "x64" ? built : build(architecture, join(into, "other"));
    const binaries = Object.keys(release.manifest.files).filter((path) => path.endsWith(".node"));
    expect(binaries.length).toBeGreaterThan(0);
    for (const path of binaries) expect(path).toContain(`linux-${architecture}`);
  },
  120_000,
);

test("every link of a release leads to something in it, and no import is missing", () => {
  const broken = execFileSync("find", [built.folder, "-xtype", "l"], { encoding: "utf8" });
  expect(broken).toBe("");
  for (const main of ["radius", "portal", "sync-agent"]) {
    const script = `import(${JSON.stringify(join(built.folder, main, "src/index.js"))})`;
    execFileSync(process.execPath, ["-e", script], { encoding: "utf8" });
  }
});

test("the same sources make the same file, whenever and wherever", () => {
  const again = build("x64", join(into, "again"));
  expect(again.manifest).toEqual(built.manifest);
  const [one, two] = [packRelease(built, into), packRelease(again, join(into, "again"))];
  expect(readFileSync(one).equals(readFileSync(two))).toBe(true);
  const check = ["--check", `${one}.sha256`];
  expect(execFileSync("sha256sum", check, { cwd: into, encoding: "utf8" })).toContain("OK");
}, 120_000);

test("the agent tells the cloud the release's name, which fits what a cloud takes", () => {
  const text = readFileSync(join(built.folder, "sync-agent/package.json"), "utf8");
  const { version } = JSON.parse(text) as { version: string };
  expect(version).toBe(built.manifest.version);
  expect(version.length).toBeLessThanOrEqual(32);
  expect(version).toMatch(/^\d+\.\d+\.\d+\+[0-9a-f]{10}$/);
});

test("what was changed, added or taken away in a release is found", () => {
  const { folder } = build("x64", join(into, "changed"));
  const manifest = readManifest(folder);
  if (!manifest) throw new Error("no manifest");
  expect(listFaults(folder, manifest)).toEqual([]);
  writeFileSync(join(folder, "LICENSE"), "mine");
  rmSync(join(folder, "package.json"));
  writeFileSync(join(folder, "radius/src/more.js"), "");
  rmSync(join(folder, "radius/node_modules/pino"));
  symlinkSync("/etc", join(folder, "radius/node_modules/pino"));
  expect(listFaults(folder, manifest).sort()).toEqual([
    ...["LICENSE", "package.json", "radius/node_modules/pino", "radius/src/more.js"],
  ]);
  expect(existsSync(join(folder, "install"))).toBe(true);
}, 120_000);

test.each(["0.1.0", "0.1.0+1a2b", "9"])("%s is a name for a release", (version) => {
  expect(isVersion(version)).toBe(true);
});
test.each(["", "../0.1", "0/1", ".hidden", "0..1", `0${"1".repeat(40)}`, "a b"])(
  "%j is no name for a release: it is the name of a folder, too",
  (version) => {
    expect(isVersion(version)).toBe(false);
  },
);
test("a release is named after what is in it", () => {
  expect(nameContents("1.0.0", { a: "1" })).not.toBe(nameContents("1.0.0", { a: "2" }));
});

test.each([
  ["a box", BOX_RELEASE],
  ["a cloud", CLOUD_RELEASE],
])("a release of %s has every package of ours that its packages ask for", (_, { packages }) => {
  const names = packages.map(({ name }) => `@foyer/${name}`);
  // What installs it takes of the others what its own folders need.
  for (const { name } of packages.filter((each) => each.name !== "deploy")) {
    const told = JSON.parse(readFileSync(join(from, name, "package.json"), "utf8"));
    const ours = Object.keys(told.dependencies ?? {}).filter((each) => each.startsWith("@foyer/"));
    expect([name, ours.filter((each) => !names.includes(each))]).toEqual([name, []]);
  }
});
