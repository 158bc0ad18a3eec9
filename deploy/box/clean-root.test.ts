import { generateKeyPairSync } from "node:crypto";
import {
  appendFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { ReleaseAnnouncement, UpgradeOutcome } from "@foyer/contract";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ask, BOX, enrol, expectServing, processIds, runningVersion } from "../test/box-in-root.ts";
import { bringInto, type CleanRoot, openCleanRoot } from "../test/clean-root.ts";
import { describeInCleanRoots, hasCleanRoots } from "../test/clean-roots.ts";
import { testRadsec } from "../test/radsec-in-root.ts";
import { askUntil } from "../test/test-cloud.ts";
import { announceRelease } from "./announce-release.ts";
import { type BuiltRelease, buildRelease, packRelease } from "./build-release.ts";
import { listContents, writeManifest } from "./manifest.ts";
import type { Architecture } from "./production-tree.ts";
import { signRelease } from "./signature.ts";

const CHECKOUT = resolve(import.meta.dirname, "..", "..");
const SERVICES = ["foyer-radius", "foyer-portal", "foyer-sync-agent"];
const MINUTES = 60_000;
const TIMED = { timeout: 8 * MINUTES };

let folder: string;
let first: BuiltRelease;
beforeAll(() => {
  if (!hasCleanRoots) return;
  folder = mkdtempSync(join(tmpdir(), "foyer-releases-"));
  const architecture = process.arch as Architecture;
  const node = { file: process.execPath, version: process.version };
  const from = CHECKOUT;
  const wanted = { from, into: folder, architecture, node, library: null, version: "0.1.0-first" };
  first = buildRelease(wanted);
}, 2 * MINUTES);
afterAll(() => {
  if (folder) rmSync(folder, { recursive: true });
});

/** The same release under another name, with something appended to a file of it. */
function makeAnother(
  version: string,
  change: { file: string; text: string },
  key: string | null = null,
): string {
  const another = join(folder, `foyer-${version}-${process.arch}`);
  cpSync(first.folder, another, { recursive: true, verbatimSymlinks: true });
  appendFileSync(join(another, change.file), change.text);
  const manifest = { ...first.manifest, version, files: listContents(another) };
  writeManifest(another, manifest);
  if (key !== null) signRelease(another, key);
  return packRelease({ folder: another, manifest }, folder);
}

describeInCleanRoots("a clean Debian %s", (suite) => {
  let root: CleanRoot;
  beforeAll(async () => {
    root = await openCleanRoot(suite, { "/srv/checkout": CHECKOUT });
    const tarball = bringInto(root, packRelease(first, folder));
    await root.run("tar", "-xzf", tarball, "-C", "/srv");
  }, 12 * MINUTES);
  afterAll(() => root?.close());

  const install = () =>
    root.run(
      ...[`/srv/${first.folder.split("/").at(-1)}/install`, "--portal-origin", "http://10.1.0.2"],
    );

  test(
    "one command installs a box without any network, and a second run changes nothing",
    TIMED,
    async () => {
      expect(await install()).toContain("Foyer 0.1.0-first is installed.");
      const list = ["find", "/opt/foyer", "/etc/foyer", "/etc/systemd/system", "/var/lib/foyer"];
      const state = () =>
        root.run(...list, "-not", "-name", "install.lock", "-printf", "%p %T@ %m %u %s\n");
      // The set-up page takes the state folder for itself as it begins.
      const isHeld = (files: string) => files.includes("sync-agent.lock");
      const before = await askUntil(state, isHeld, MINUTES);
      expect(await install()).toContain("installed already: nothing was changed");
      expect(await state()).toBe(before);
      expect((await root.tryRun("foyer", "status")).stdout).toContain("not enrolled");
      expect((await root.run("stat", "-c", "%a %U", "/var/lib/foyer")).trim()).toBe("700 foyer");
    },
  );

  test(
    "until it is a box it shows where its set-up page is, on its screen alone",
    TIMED,
    async () => {
      const isPage = (answer: string) => answer.startsWith("200 ");
      const page = await askUntil(() => ask(root, "http://127.0.0.1/"), isPage, MINUTES);
      expect(page).toContain("Set this box up");
      await askUntil(root.readScreen, (text) => text.includes("plug in the cable"), MINUTES);
      await root.run("ip", "link", "add", "name", "cable", "type", "veth", "peer", "name", "far");
      await root.run("ip", "address", "add", "10.1.0.9/24", "dev", "cable");
      for (const end of ["far", "cable"]) await root.run("ip", "link", "set", end, "up");
      const screen = await askUntil(root.readScreen, (text) => /number: \d{6}/.test(text), MINUTES);
      expect(screen).toContain("http://10.1.0.9/");
      await root.run("ip", "link", "delete", "cable");
      const number = /number: (\d{6})/.exec(screen)?.[1] ?? "none";
      expect(await root.run("journalctl", "--no-pager")).not.toContain(number);
      // The page itself has the portal's port, and is no stranger there.
      expect((await root.tryRun("foyer", "doctor")).stdout).not.toContain("FOYER_PORTAL_PORT");
      const held = await root.tryRun(
        "foyer",
        "enrol",
        "no-code",
        "--cloud",
        "https://cloud.example",
      );
      expect(held.stderr).toContain("A code has 16 letters and digits");
      expect(await askUntil(() => ask(root, "http://127.0.0.1/"), isPage, MINUTES)).toContain(
        "<form",
      );
    },
  );

  test(
    "an enrolled box serves at port 80 as a user of its own, hardened and watched",
    TIMED,
    async () => {
      await enrol(root);
      await expectServing(root);
      for (const processId of await processIds(root)) {
        const status = await root.run("cat", `/proc/${processId}/status`);
        expect(status).toMatch(/^NoNewPrivs:\s1$/m);
        expect(status).toMatch(/^Seccomp:\s2$/m);
        expect(status).not.toMatch(/^Uid:\s0/m);
      }
      const watchdog = ["-p", "WatchdogUSec", "-p", "Type", "-p", "User"];
      expect(await root.run("systemctl", "show", "foyer-portal", ...watchdog)).toBe(
        "Type=notify\nWatchdogUSec=1min\nUser=foyer\n",
      );
    },
  );

  test("the portal may ask for the MACs of IPv6 guests as its unit lets it", TIMED, async () => {
    const unit = await root.run("systemctl", "cat", "foyer-portal");
    const held = /^(User|NoNewPrivileges|Ambient|CapabilityB|RestrictAddress|SystemCall)\w*=.*$/gm;
    const properties = [...unit.matchAll(held)].flatMap(([line]) => ["-p", line]);
    expect(properties).toContain("SystemCallFilter=capset");
    await root.run("systemd-run", "-q", "--wait", ...properties, "ip", "-6", "neigh", "show");
  });

  test("a process that stands still is ended and started anew", TIMED, async () => {
    const drop = "/run/systemd/system/foyer-portal.service.d";
    mkdirSync(join(root.folder, "srv/drop"), { recursive: true });
    writeFileSync(join(root.folder, "srv/drop/short.conf"), "[Service]\nWatchdogSec=6\n");
    await root.run("sh", "-c", `mkdir -p ${drop} && cp /srv/drop/short.conf ${drop}/`);
    await root.run("systemctl", "daemon-reload");
    await root.run("systemctl", "restart", "foyer-portal");
    const [, before] = await processIds(root);
    await root.run("sh", "-c", `kill -STOP ${before}`);
    const isAnew = (ids: string[]) => ids[1] !== before && ids[1] !== "0";
    const after = await askUntil(() => processIds(root), isAnew, MINUTES);
    expect(after[1]).not.toBe(before);
    const told = await root.run("journalctl", "-u", "foyer-portal", "--no-pager");
    expect(told).toContain("Failed with result 'watchdog'");
    await root.run("sh", "-c", `rm -r ${drop} && systemctl daemon-reload`);
    await expectServing(root);
  });

  test("the doctor says what is wrong in both languages, and ends with it", TIMED, async () => {
    const { code, stdout } = await root.tryRun("foyer", "doctor");
    expect(stdout).toContain("WRONG  This machine has no way out");
    expect(stdout).toContain("10.1.0.2 is no address of this machine");
    expect(stdout).toContain("ok     radius, portal, sync-agent run.");
    expect(stdout).toContain("ok     All 5 ports are open.");
    expect(stdout).toContain("settings have no access point");
    expect(code).toBe(1);
    const vietnamese = await root.tryRun("env", "LANG=vi_VN.UTF-8", "foyer", "doctor");
    expect(vietnamese.stdout).toContain("SAI    Máy này không có đường ra mạng");
  });

  test("a box is backed up while it runs and restored by one command each", TIMED, async () => {
    writeFileSync(join(root.folder, "srv/passphrase"), "seventeen calm ducks\n");
    const sealed = ["--passphrase-file", "/srv/passphrase"];
    expect(await root.run("foyer", "backup", "/srv/box.backup", ...sealed)).toContain("encrypted");
    expect((await root.run("stat", "-c", "%a %U", "/srv/box.backup")).trim()).toBe("600 root");
    const epochOf = async () =>
      /"epoch":"([^"]+)"/.exec(await ask(root, "http://127.0.0.1:18121/health"))?.[1];
    const before = await epochOf();
    const refused = await root.tryRun("foyer", "restore", "/srv/box.backup");
    expect(refused.stderr).toContain("give its passphrase");
    await expectServing(root);
    await root.run("systemctl", "stop", "foyer.target", ...SERVICES);
    await root.run("sh", "-c", "rm -r /var/lib/foyer/* /etc/foyer/foyer.env");
    const said = await root.run("foyer", "restore", "/srv/box.backup", ...sealed);
    expect(said).toContain(`Box ${BOX} is back, and begins a new epoch.`);
    await expectServing(root);
    expect(await epochOf()).not.toBe(before);
    expect(await root.run("find", "/var/lib/foyer", "-not", "-user", "foyer")).toBe("");
    const settings = await root.run("stat", "-c", "%a %U %G", "/etc/foyer/foyer.env");
    expect(settings.trim()).toBe("640 root foyer");
  });

  test("an upgrade takes the place of a release, and keeps the one before it", TIMED, async () => {
    const tarball = makeAnother("0.1.0-second", { file: "LICENSE", text: "\n" });
    const said = await root.run("foyer", "upgrade", bringInto(root, tarball));
    expect(said).toContain("Foyer 0.1.0-second runs; 0.1.0-first is kept");
    expect(await runningVersion(root)).toBe("0.1.0-second");
    await expectServing(root);
  });

  test("an upgrade that does not come up is rolled back by itself", TIMED, async () => {
    const tarball = makeAnother("0.1.0-broken", {
      file: "portal/src/main.js",
      text: "\nprocess.exit(7);\n",
    });
    const { code, stderr } = await root.tryRun("foyer", "upgrade", bringInto(root, tarball));
    expect(stderr).toContain("0.1.0-broken did not come up (portal), so 0.1.0-second runs again");
    expect(code).toBe(1);
    expect(await runningVersion(root)).toBe("0.1.0-second");
    expect(await root.run("ls", "/opt/foyer/releases")).not.toContain("broken");
    // What could be gone back to before still can.
    expect((await root.run("readlink", "/opt/foyer/former")).trim()).toBe("releases/0.1.0-first");
    await expectServing(root);
  });

  test("an upgrade that a power cut left unjudged is judged at the next boot", TIMED, async () => {
    // As the disk is left when the power goes after the switch: cut before anybody has looked.
    const place = "/opt/foyer/releases/0.1.0-cut";
    await root.run("cp", "-a", "/opt/foyer/releases/0.1.0-second", place);
    await root.run("sh", "-c", `echo "process.exit(7);" >> ${place}/radius/src/main.js`);
    await root.run("sh", "-c", "cd /opt/foyer && ln -sfn releases/0.1.0-second former");
    await root.run("sh", "-c", "cd /opt/foyer && ln -sfn releases/0.1.0-cut current");
    const trial = `{"version":"0.1.0-cut","former":"0.1.0-second","older":"0.1.0-first"}`;
    await root.run("sh", "-c", `echo '${trial}' > /opt/foyer/trial.json`);
    await root.run("systemctl", "stop", "foyer.target", ...SERVICES);
    // Its unit ends with what was found: the release did not come up.
    expect((await root.tryRun("systemctl", "start", "foyer-settle.service")).code).toBe(1);
    expect(await runningVersion(root)).toBe("0.1.0-second");
    expect((await root.tryRun("test", "-e", "/opt/foyer/trial.json")).code).toBe(1);
    await expectServing(root);
  });

  test(
    "an upgrade that was cut before its switch leaves the units of what runs",
    TIMED,
    async () => {
      const unit = "/etc/systemd/system/foyer-portal.service";
      await root.run("sh", "-c", "cd /opt/foyer && ln -sfn releases/0.1.0-second former");
      await root.run("sh", "-c", `cp ${unit} /srv/ && sed -i s,portal/src,nowhere/src, ${unit}`);
      const trial = `{"version":"0.1.0-third","former":"0.1.0-second","older":"0.1.0-first"}`;
      await root.run("sh", "-c", `echo '${trial}' > /opt/foyer/trial.json`);
      await root.run("systemctl", "daemon-reload");
      await root.run("systemctl", "stop", "foyer.target", ...SERVICES);
      await root.run("systemctl", "start", "foyer-settle.service");
      await root.run("cmp", unit, "/srv/foyer-portal.service");
      await expectServing(root);
    },
  );

  test(
    "a release that was changed on its way is refused, and what runs goes on",
    TIMED,
    async () => {
      const another = join(folder, `foyer-0.1.0-forged-${process.arch}`);
      cpSync(first.folder, another, { recursive: true, verbatimSymlinks: true });
      writeManifest(another, { ...first.manifest, version: "0.1.0-forged" });
      appendFileSync(join(another, "portal/src/main.js"), "\n");
      const tarball = packRelease({ folder: another, manifest: first.manifest }, folder);
      const before = await processIds(root);
      const { code, stderr } = await root.tryRun("foyer", "upgrade", bringInto(root, tarball));
      expect(code).toBe(1);
      expect(stderr).toContain("portal/src/main.js is not as its manifest says");
      expect(await processIds(root)).toEqual(before);
    },
  );

  test("a box that was given a key takes no release that it has not signed", TIMED, async () => {
    const { publicKey } = generateKeyPairSync("ed25519");
    const key = publicKey.export({ type: "spki", format: "pem" });
    writeFileSync(join(root.folder, "srv/release-key.pem"), key);
    const said = await root.run("foyer", "trust", "/srv/release-key.pem");
    expect(said).toContain("only releases signed by the key");
    const tarball = `/srv/foyer-0.1.0-second-${process.arch}.tar.gz`;
    const { code, stderr } = await root.tryRun("foyer", "upgrade", tarball);
    expect(stderr).toContain("Release 0.1.0-second is not signed");
    expect(code).toBe(1);
    await root.run("rm", "/etc/foyer/release-key.pem");
  });

  describe("a release that the box has fetched by itself", () => {
    const { privateKey, publicKey } = generateKeyPairSync("ed25519");
    const key = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
    const release = (version: string, change: { file: string; text: string }) => {
      const tarball = makeAnother(version, change, key);
      const manifest = { version, architecture: process.arch as Architecture };
      const path = announceRelease({ tarball, manifest, key, at: new Date() });
      return { tarball, announcement: readFileSync(path, "utf8") };
    };

    /** As the sync agent leaves it; then waits for what root says of it. */
    const hand = async (tarball: string, announcement: string) => {
      const brought = bringInto(root, tarball);
      writeFileSync(join(root.folder, "srv/order.json"), announcement);
      const there = "/var/lib/foyer/upgrade";
      const give = "install -m 600 -o foyer -g foyer";
      await root.run("sh", "-c", `install -d -m 700 -o foyer -g foyer ${there}`);
      await root.run("sh", "-c", `rm -f ${there}/outcome.json* /srv/outcome.json`);
      await root.run("sh", "-c", `${give} ${brought} ${there}/release.tar.gz`);
      await root.run("sh", "-c", `${give} /srv/order.json ${there}/order.json`);
      // The agent lays it aside while it tells it.
      const keep = `cat ${there}/outcome.json* > /srv/outcome.json && cat /srv/outcome.json`;
      const said = () => root.tryRun("sh", "-c", keep);
      const told = await askUntil(said, ({ code }) => code === 0, 4 * MINUTES);
      expect((await root.tryRun("test", "-e", `${there}/order.json`)).code).toBe(1);
      return JSON.parse(told.stdout) as UpgradeOutcome;
    };

    test("is taken by root where its key has signed it", TIMED, async () => {
      const { tarball, announcement } = release("0.2.0-own", { file: "LICENSE", text: "own\n" });
      const before = await runningVersion(root);
      expect(await hand(tarball, announcement)).toMatchObject({ reason: "no-key" });
      const open = publicKey.export({ type: "spki", format: "pem" });
      writeFileSync(join(root.folder, "srv/release-key.pem"), open);
      await root.run("cp", "/srv/release-key.pem", "/etc/foyer/release-key.pem");
      expect(await runningVersion(root)).toBe(before);
      const outcome = await hand(tarball, announcement);
      expect(outcome).toMatchObject({ kind: "upgraded", version: "0.2.0-own", reason: null });
      expect(await runningVersion(root)).toBe("0.2.0-own");
      await expectServing(root);
      expect(await root.run("systemctl", "is-active", "foyer-upgrade.path")).toBe("active\n");
    });

    test("is refused where it is not what was announced, or older", TIMED, async () => {
      const { tarball, announcement } = release("0.2.0-new", { file: "LICENSE", text: "new\n" });
      const said = JSON.parse(announcement) as ReleaseAnnouncement;
      const forged = { ...said, sha256: "ab".repeat(32) };
      const refused = { kind: "refused", reason: "signed-by-another" };
      expect(await hand(tarball, JSON.stringify(forged))).toMatchObject(refused);
      const other = join(folder, `foyer-0.1.0-second-${process.arch}.tar.gz`);
      const swapped = await hand(other, announcement);
      expect(swapped).toMatchObject({ kind: "refused", reason: "not-as-announced" });
      const older = release("0.1.9", { file: "LICENSE", text: "older\n" });
      const reason = "older-than-what-runs";
      expect(await hand(older.tarball, older.announcement)).toMatchObject({ reason });
      expect(await runningVersion(root)).toBe("0.2.0-own");
    });

    test("that does not come up is gone back from, and said to be", TIMED, async () => {
      const broken = { file: "portal/src/main.js", text: "\nprocess.exit(7);\n" };
      const { tarball, announcement } = release("0.3.0", broken);
      expect(await hand(tarball, announcement)).toMatchObject({
        ...{ kind: "rolled-back", version: "0.3.0", reason: "did not come up: portal" },
      });
      expect(await runningVersion(root)).toBe("0.2.0-own");
      await expectServing(root);
      await root.run("rm", "/etc/foyer/release-key.pem");
    });
  });

  testRadsec(() => root);

  test("an uninstall keeps the state, and removes it when it is told to", TIMED, async () => {
    expect(await root.run("foyer", "uninstall")).toContain("Kept are /var/lib/foyer");
    expect(await root.run("ls", "/var/lib/foyer")).toContain("foyer.sqlite");
    expect((await root.tryRun("ls", "/opt/foyer")).code).not.toBe(0);
    expect((await root.tryRun("systemctl", "cat", "foyer-portal")).code).not.toBe(0);
    await install();
    await expectServing(root);
    await root.run("foyer", "uninstall", "--remove-state", "--yes");
    for (const path of ["/var/lib/foyer", "/etc/foyer", "/opt/foyer", "/usr/local/bin/foyer"])
      expect((await root.tryRun("test", "-e", path)).code).toBe(1);
    expect((await root.tryRun("id", "foyer")).code).not.toBe(0);
    expect((await root.run("ls", "/etc/systemd/system")).includes("foyer")).toBe(false);
  });

  test("a checkout installs itself, and leaves nothing but the release", TIMED, async () => {
    // A checkout that pnpm has installed runs only where libatomic1 is; this Debian has none of its own.
    const libraries = `LD_LIBRARY_PATH=/srv/${first.folder.split("/").at(-1)}/node/lib`;
    const said = await root.run("env", libraries, "/srv/checkout/deploy/box/install");
    expect(said).toMatch(/Foyer \d+\.\d+\.\d+\+[0-9a-f]{10} is installed/);
    expect(said).toContain("This machine has no address yet");
    const release = await runningVersion(root);
    expect((await root.run("foyer", "version")).trim()).toBe(release);
    expect((await root.run("ls", "-A", "/opt/foyer/releases")).trim()).toBe(release);
  });
});
