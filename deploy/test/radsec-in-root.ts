import { expect, test } from "vitest";
import { expectServing } from "./box-in-root.ts";
import type { CleanRoot } from "./clean-root.ts";

const TIMED = { timeout: 8 * 60_000 };

/** What `foyer radsec` does on an enrolled box that serves. */
export function testRadsec(root: () => CleanRoot): void {
  test("RadSec that RADIUS does not come up with is taken back", TIMED, async () => {
    const held = ["--unit=held", "--socket-property=ListenStream=0.0.0.0:2083"];
    await root().run("systemd-run", "-q", ...held, "true");
    const before = await root().run("cat", "/etc/foyer/foyer.env");
    const { code, stderr } = await root().tryRun("foyer", "radsec", "on");
    expect(stderr).toContain("radius: TCP port 2083 on 0.0.0.0 is taken");
    expect(stderr).toContain("RADIUS runs as before.");
    expect(code).toBe(1);
    expect(await root().run("cat", "/etc/foyer/foyer.env")).toBe(before);
    await expectServing(root());
    await root().run("systemctl", "stop", "held.socket");
  });

  test("RadSec and an access point's certificate take one command each", TIMED, async () => {
    const early = await root().tryRun("foyer", "radsec", "for", "ap-1");
    expect([early.code, early.stderr]).toEqual([1, expect.stringContaining("foyer radsec on")]);
    const hard = "umask 077 && foyer radsec on";
    expect(await root().run("sh", "-c", hard)).toContain("TCP port 2083");
    await expectServing(root());
    expect((await root().tryRun("foyer", "doctor")).stdout).toContain("All 6 ports are open.");
    const state = () => root().run("find", "/etc/foyer", "-printf", "%p %T@ %m %U:%G\n");
    const before = await state();
    await root().run("foyer", "radsec", "on");
    expect(await state()).toBe(before);
    const said = await root().run("foyer", "radsec", "for", "ap-1", "--into", "/srv/ap-1");
    expect(said).toContain("type ap-1 as its RadSec name");
    expect(await root().run("ls", "/srv/ap-1")).toBe(
      "ap-1-key.pem\nap-1.pem\nfoyer-radsec-ca.pem\n",
    );
    expect(await root().run("foyer", "radsec")).toMatch(/^server .*until 20..-..-..\nap-1 .*until/);
  });

  test("the key of RadSec's authority is root's, and goes along in a back-up", TIMED, async () => {
    const key = "/etc/foyer/radsec/authority-key.pem";
    const rights = async () => (await root().run("stat", "-c", "%a %U:%G", key)).trim();
    expect(await rights()).toBe("600 root:root");
    expect((await root().tryRun("runuser", "-u", "foyer", "--", "cat", key)).code).not.toBe(0);
    const made = await root().run("cat", key);
    await root().run("foyer", "backup", "/srv/radsec.backup");
    await root().run("rm", key);
    await root().run("foyer", "restore", "/srv/radsec.backup");
    await expectServing(root());
    expect([await rights(), await root().run("cat", key)]).toEqual(["600 root:root", made]);
    // As an older release left it.
    await root().run("sh", "-c", `chgrp foyer ${key} && chmod 640 ${key}`);
    await root().run("foyer", "radsec");
    expect(await rights()).toBe("600 root:root");
  });
}
