import { appendFileSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { applySettings, openBranchStore } from "@foyer/branch-store";
import { afterAll, beforeAll, expect, test } from "vitest";
import { demoBranchDocument, NAS_IDENTIFIER } from "../demo/branch.ts";
import { waitFor } from "../lab/processes.ts";
import { BOX, enrol, expectServing, processIds, runningVersion } from "../test/box-in-root.ts";
import { bringInto, type CleanRoot, openCleanRoot } from "../test/clean-root.ts";
import { describeInCleanRoots, hasCleanRoots } from "../test/clean-roots.ts";
import type { GuestsInRoot } from "../test/guests-in-root.ts";
import { type BuiltRelease, buildRelease, packRelease } from "./build-release.ts";
import { listContents, writeManifest } from "./manifest.ts";
import type { Architecture } from "./production-tree.ts";

// What hurried hands and full disks do to a box, on a Debian as its installer leaves it.

const MINUTES = 60_000;
const TIMED = { timeout: 8 * MINUTES };
const PORTAL = "http://127.0.0.1";
const ACCESS_POINT = { port: 7302, disconnectPort: 7314 };
const SECRETS = { radius: "radius-secret-of-a-test", uam: "uam-secret-of-a-test" };
const GUESTS = resolve(import.meta.dirname, "..", "test", "guests-in-root.ts");
const idOf = (last: number) => BOX.replace(/103$/, String(last));

let folder: string;
let first: BuiltRelease;
beforeAll(() => {
  if (!hasCleanRoots) return;
  folder = mkdtempSync(join(tmpdir(), "foyer-releases-"));
  first = buildRelease({
    ...{ from: resolve(import.meta.dirname, "..", ".."), into: folder, library: null },
    ...{ architecture: process.arch as Architecture, version: "0.1.0-first" },
    node: { file: process.execPath, version: process.version },
  });
}, 3 * MINUTES);
afterAll(() => {
  if (folder) rmSync(folder, { recursive: true });
});

/** The same release under another name. */
function packAnother(version: string): string {
  const another = join(folder, `foyer-${version}-${process.arch}`);
  cpSync(first.folder, another, { recursive: true, verbatimSymlinks: true });
  appendFileSync(join(another, "LICENSE"), "\n");
  const manifest = { ...first.manifest, version, files: listContents(another) };
  writeManifest(another, manifest);
  return packRelease({ folder: another, manifest }, folder);
}

/** What the cloud would tell the box of an access point in its own network. */
function layDownSettings(root: CleanRoot): void {
  const identity = { tenantId: idOf(101), branchId: idOf(102), boxId: BOX };
  const store = openBranchStore({
    ...{ folder: join(root.folder, "var/lib/foyer"), identity, clock: () => new Date() },
  });
  const document = demoBranchDocument({
    ...{ branchId: identity.branchId, secrets: SECRETS, channels: [{ kind: "outbox" }] },
    ...{ uamServer: `${PORTAL}/`, disconnectPort: ACCESS_POINT.disconnectPort },
    accessPointOrigin: `http://127.0.0.1:${ACCESS_POINT.port}`,
    ids: { nas: idOf(140), policy: idOf(141), firstPage: idOf(142), returningPage: idOf(143) },
  });
  const settings = { ...document, version: 1, tenantId: identity.tenantId };
  expect(store.transaction((tx) => applySettings(tx, settings))).toEqual({ kind: "applied" });
  store.close();
}

describeInCleanRoots("a clean Debian %s in careless hands", (suite) => {
  let root: CleanRoot;
  let installer: string;
  beforeAll(async () => {
    root = await openCleanRoot(suite);
    await root.run("tar", "-xzf", bringInto(root, packRelease(first, folder)), "-C", "/srv");
    installer = `/srv/${first.folder.split("/").at(-1)}/install`;
  }, 12 * MINUTES);
  afterAll(() => root?.close());

  const inShell = (line: string) => root.tryRun("sh", "-c", line);
  /** A disk of its own, of so much room, at a folder. */
  const mountDisk = async (path: string, size: string) => {
    await root.run("mkdir", "-p", path);
    await root.run("mount", "-t", "tmpfs", "-o", `size=${size}`, "foyer-test", path);
  };

  test("an installation that was killed at any moment is finished by the next", TIMED, async () => {
    for (const seconds of ["0.8", "1.6", "3", "5"])
      await root.tryRun("timeout", "-s", "KILL", seconds, installer, "--portal-origin", PORTAL);
    await root.run(installer, "--portal-origin", PORTAL);
    expect(await root.run(installer)).toContain("nothing was changed");
    expect(await root.run("ls", "-A", "/opt/foyer/releases")).toBe("0.1.0-first\n");
    expect(await root.run("cat", "/etc/foyer/foyer.env")).toContain(`ORIGIN=${PORTAL}\n`);
    expect((await inShell("systemctl is-enabled foyer.target")).stdout).toBe("enabled\n");
  });

  test("whoever is not there to answer is not waited for, and nothing is done", TIMED, async () => {
    const removed = await inShell("timeout 60 foyer uninstall --remove-state < /dev/null");
    expect([removed.code, removed.stdout]).toEqual([1, expect.stringContaining("Nothing was")]);
    const silent = await inShell("timeout 60 foyer enrol < /dev/null");
    expect([silent.code, silent.stderr]).toEqual([1, expect.stringContaining("Nothing was done")]);
    const piped = "printf 'https://cloud.example\\n1234\\n' | timeout 60 foyer enrol";
    const wrong = await inShell(piped);
    expect([wrong.code, wrong.stderr]).toEqual([1, expect.stringContaining("A code has 16")]);
    expect(await runningVersion(root)).toBe("0.1.0-first");
  });

  test(
    "a guest who signs in during an upgrade goes on, and one who is online stays",
    TIMED,
    async () => {
      layDownSettings(root);
      await enrol(root);
      await expectServing(root);
      const goOnFile = join(root.folder, "srv/go-on");
      const told: GuestsInRoot = {
        ...{ portal: PORTAL, nasIdentifier: NAS_IDENTIFIER, accessPoint: ACCESS_POINT },
        ...{ secrets: SECRETS, goOnFile },
      };
      const toldFile = join(folder, "guests.json");
      writeFileSync(toldFile, JSON.stringify(told));
      const guests = root.startInNetwork(process.execPath, GUESTS, toldFile);
      const hasSaid = (word: string) => () => {
        const said = guests.output();
        if (!said.includes(word) && !guests.isRunning()) throw new Error(said);
        return said.includes(word);
      };
      await waitFor("a guest who holds the page for a code", hasSaid("halfway\n"), MINUTES);
      const said = await root.run("foyer", "upgrade", bringInto(root, packAnother("0.2.0-next")));
      expect(said).toContain("Foyer 0.2.0-next runs");
      writeFileSync(goOnFile, "");
      await waitFor("both have left", hasSaid("left\n"), 2 * MINUTES);
      expect(guests.output()).toBe("halfway\nstill online\nonline, 2 of them\nleft\n");
    },
  );

  test("a disk that fills up during an upgrade takes nothing from what runs", TIMED, async () => {
    const releases = "/opt/foyer/releases";
    await mountDisk("/srv/small", "290m");
    await root.run("cp", "-a", `${releases}/0.2.0-next`, "/srv/small/");
    await root.run("mount", "--bind", "/srv/small", releases);
    const before = await processIds(root);
    const tarball = bringInto(root, packAnother("0.3.0-large"));
    const { code, stderr } = await root.tryRun("foyer", "upgrade", tarball);
    expect([code, stderr]).toEqual([1, expect.stringContaining("A disk is full: make room")]);
    expect(await root.run("ls", "-A", releases)).toBe("0.2.0-next\n");
    expect(await processIds(root)).toEqual(before);
    await root.run("umount", "-l", releases);
    await root.run("umount", "/srv/small");
    await expectServing(root);
  });

  test("a back-up onto a full disk is none, and the box goes on", TIMED, async () => {
    await mountDisk("/srv/stick", "16k");
    const before = await processIds(root);
    const { code, stderr } = await root.tryRun("foyer", "backup", "/srv/stick/box.backup");
    expect([code, stderr]).toEqual([1, expect.stringContaining("A disk is full: make room")]);
    expect(await root.run("ls", "-A", "/srv/stick")).toBe("");
    expect((await inShell("ls -d /var/lib/foyer/.backup-*")).stdout).toBe("");
    expect(await processIds(root)).toEqual(before);
  });

  test("what cannot be restored cuts nobody off", TIMED, async () => {
    mkdirSync(join(root.folder, "srv/kept"));
    await root.run("foyer", "backup", "/srv/kept/box.backup");
    await root.run("sh", "-c", "head -c 5000 /srv/kept/box.backup > /srv/kept/half.backup");
    const before = await processIds(root);
    for (const [file, words] of [
      ["/srv/kept/half.backup", "is damaged"],
      ["/srv/kept/gone.backup", "There is no file"],
      ["/srv/go-on", "is no back-up"],
    ] as const) {
      const { code, stderr } = await root.tryRun("foyer", "restore", file);
      expect([code, stderr]).toEqual([1, expect.stringContaining(words)]);
    }
    expect(await processIds(root)).toEqual(before);
    expect(await root.run("foyer", "restore", "/srv/kept/box.backup")).toContain("is back");
    await expectServing(root);
  });
});
