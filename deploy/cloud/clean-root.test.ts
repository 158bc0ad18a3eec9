import { appendFileSync, cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  type BuiltRelease,
  buildRelease,
  CLOUD_RELEASE,
  packRelease,
} from "../box/build-release.ts";
import { listContents, writeManifest } from "../box/manifest.ts";
import type { Architecture } from "../box/production-tree.ts";
import { bringInto, type CleanRoot, openCleanRoot } from "../test/clean-root.ts";
import { describeInCleanRoots, hasCleanRoots } from "../test/clean-roots.ts";
import { askUntil } from "../test/test-cloud.ts";

const MINUTES = 60_000;
const TIMED = { timeout: 8 * MINUTES };
let folder: string;
let first: BuiltRelease;

beforeAll(() => {
  if (!hasCleanRoots) return;
  folder = mkdtempSync(join(tmpdir(), "foyer-cloud-releases-"));
  first = buildRelease({
    ...{ from: resolve(import.meta.dirname, "..", ".."), into: folder, kind: CLOUD_RELEASE },
    ...{ architecture: process.arch as Architecture, library: null, version: "0.1.0-first" },
    node: { file: process.execPath, version: process.version },
  });
}, 3 * MINUTES);
afterAll(() => {
  if (folder) rmSync(folder, { recursive: true });
});

/** The same release under another name, with something appended to a file of it. */
function makeAnother(version: string, change: { file: string; text: string }): string {
  const another = join(folder, `foyer-cloud-${version}-${process.arch}`);
  cpSync(first.folder, another, { recursive: true, verbatimSymlinks: true });
  appendFileSync(join(another, change.file), change.text);
  const manifest = { ...first.manifest, version, files: listContents(another) };
  writeManifest(another, manifest);
  return packRelease({ folder: another, manifest }, folder);
}

/** Asks in the machine itself, by the Node.js that the release brings. */
const inside = (root: CleanRoot, script: string) =>
  root.run(
    ...["env", "LD_LIBRARY_PATH=/opt/foyer-cloud/current/node/lib"],
    ...["/opt/foyer-cloud/current/node/bin/node", "-e", script],
  );
const askReady = (root: CleanRoot) =>
  inside(
    root,
    `fetch("http://127.0.0.1:8200/ready").then(async (r) => console.log(r.status, await r.text()), (e) => console.log(0, String(e.cause)))`,
  );
const runningVersion = async (root: CleanRoot) =>
  (await root.run("readlink", "/opt/foyer-cloud/current")).trim().replace("releases/", "");
const isReady = (answer: string) => answer.startsWith("200 ");

describeInCleanRoots("a cloud in a clean Debian %s", (suite) => {
  let root: CleanRoot;
  beforeAll(async () => {
    root = await openCleanRoot(suite);
    await root.run("tar", "-xzf", bringInto(root, packRelease(first, folder)), "-C", "/srv");
  }, 12 * MINUTES);
  afterAll(() => root?.close());

  const install = () =>
    root.run(
      ...[`/srv/${first.folder.split("/").at(-1)}/install`, "--origin", "https://foyer.example"],
    );

  test("is installed by one command, serves, and a second run changes nothing", TIMED, async () => {
    expect(await install()).toContain("Foyer's cloud 0.1.0-first is installed.");
    expect(await askReady(root)).toContain('{"ready":true}');
    expect(await install()).toContain("nothing was changed");
    expect(await root.run("foyer-cloud", "status")).toContain("ready");
    expect(await root.run("foyer-cloud", "log")).toContain(
      "https://foyer.example/first-sign-in?token=",
    );
    const state = await root.run("stat", "-c", "%a %U", "/var/lib/foyer-cloud");
    expect(state.trim()).toBe("700 foyer-cloud");
    const page = await inside(
      root,
      `fetch("http://127.0.0.1:8200/").then(async (r) => console.log(await r.text()))`,
    );
    expect(page).toContain("<html");
  });

  test("is upgraded without refusing anybody", TIMED, async () => {
    const next = bringInto(
      root,
      makeAnother("0.1.1-next", { file: "deploy/cloud/cloud.env", text: "# later\n" }),
    );
    const asking = inside(
      root,
      `const faults = []; let answered = 0; const until = Date.now() + 240000;
       (async () => { while (Date.now() < until && !require("fs").existsSync("/srv/over")) {
         await fetch("http://127.0.0.1:8200/health", { headers: { connection: "close" } }).then((r) => { answered += 1; if (!r.ok) faults.push(r.status); }, (e) => faults.push(String(e.cause)));
         await new Promise((r) => setTimeout(r, 20)); }
         console.log(JSON.stringify({ answered, faults })); })()`,
    );
    expect(await root.run("foyer-cloud", "upgrade", next)).toContain("0.1.1-next runs");
    writeFileSync(join(root.folder, "srv", "over"), "");
    const { answered, faults } = JSON.parse(await asking);
    expect(faults).toEqual([]);
    expect(answered).toBeGreaterThan(10);
    expect(await runningVersion(root)).toBe("0.1.1-next");
  });

  test("goes back by itself where a release does not come up", TIMED, async () => {
    const broken = bringInto(
      root,
      makeAnother("0.1.2-broken", { file: "deploy/cloud/main.js", text: "\nprocess.exit(3);\n" }),
    );
    const { code, stderr } = await root.tryRun("foyer-cloud", "upgrade", broken);
    expect(code).toBe(1);
    expect(stderr).toContain("so 0.1.1-next runs again");
    expect(await askUntil(() => askReady(root), isReady, MINUTES)).toContain('{"ready":true}');
  });

  test("is backed up while it runs, and restored into an empty machine", TIMED, async () => {
    const passphrase = join(root.folder, "srv", "passphrase");
    writeFileSync(passphrase, "một câu rất dài\n");
    const words = ["/srv/cloud.backup", "--passphrase-file", "/srv/passphrase"];
    expect(await root.run("foyer-cloud", "backup", ...words)).toContain("encrypted");
    const key = await root.run("cat", "/var/lib/foyer-cloud/secrets-key");
    expect((await root.tryRun("foyer-cloud", "restore", ...words)).stderr).toContain(
      "is not empty",
    );
    await root.run("systemctl", "stop", "foyer-cloud.target", "foyer-cloud.socket", "foyer-cloud");
    await root.run("sh", "-c", "rm -r /var/lib/foyer-cloud/*");
    expect(await root.run("foyer-cloud", "restore", ...words)).toContain("are back");
    expect(await askUntil(() => askReady(root), isReady, MINUTES)).toContain('{"ready":true}');
    expect(await root.run("cat", "/var/lib/foyer-cloud/secrets-key")).toBe(key);
  });

  test("asks where it moves to, and goes on where nobody says", TIMED, async () => {
    const asked = await root.tryRun("sh", "-c", "foyer-cloud move < /dev/null");
    expect([asked.code, asked.stdout]).toEqual([2, expect.stringContaining("postgres://")]);
    expect(await askReady(root)).toContain('{"ready":true}');
  });

  test("is removed, with its state where that is asked for", TIMED, async () => {
    await root.run("foyer-cloud", "uninstall", "--remove-state", "--yes");
    const left = await root.tryRun(
      "sh",
      "-c",
      "ls -d /opt/foyer-cloud /var/lib/foyer-cloud /etc/foyer-cloud /etc/systemd/system/foyer-cloud* 2>/dev/null",
    );
    expect(left.stdout).toBe("");
  });
});
