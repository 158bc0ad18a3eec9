import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { enrol } from "../test/box-in-root.ts";
import { bringInto, type CleanRoot, openCleanRoot } from "../test/clean-root.ts";
import { describeInCleanRoots } from "../test/clean-roots.ts";
import { askUntil } from "../test/test-cloud.ts";
import { buildRelease, packRelease } from "./build-release.ts";
import type { Architecture } from "./production-tree.ts";

const MINUTES = 60_000;
const TIMED = { timeout: 8 * MINUTES };

describeInCleanRoots("a clean Debian %s as a gateway", (suite) => {
  let root: CleanRoot;
  let folder: string;
  let installer: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "foyer-releases-"));
    const built = buildRelease({
      ...{ from: resolve(import.meta.dirname, "..", ".."), into: folder, library: null },
      ...{ architecture: process.arch as Architecture, version: "0.1.0-gateway" },
      node: { file: process.execPath, version: process.version },
    });
    root = await openCleanRoot(suite, {}, ["nftables", "dnsmasq-base", "procps"]);
    await root.run("tar", "-xzf", bringInto(root, packRelease(built, folder)), "-C", "/srv");
    installer = `/srv/${built.folder.split("/").at(-1)}/install`;
  }, 12 * MINUTES);
  afterAll(async () => {
    await root?.close();
    if (folder) rmSync(folder, { recursive: true });
  });

  const isActive = async (unit: string) =>
    (await root.tryRun("systemctl", "is-active", unit)).stdout.trim();
  const readLog = async (...units: string[]) =>
    (await root.tryRun("journalctl", "--no-pager", ...units.flatMap((unit) => ["-u", unit])))
      .stdout;
  /** Systemd's own word for why not is in the journal alone. */
  const startFilter = async () => {
    const { code } = await root.tryRun("systemctl", "start", "foyer-filter");
    expect({ code, log: code === 0 ? "" : await readLog("foyer-filter") }).toEqual({
      code: 0,
      log: "",
    });
  };
  const rules = async () =>
    (await root.tryRun("nft", "list", "table", "inet", "foyer_gateway")).code;

  test("an interface that is not there is said, and nothing is installed", TIMED, async () => {
    const { code, stderr } = await root.tryRun(installer, "--gateway", "eth7");
    expect(code).toBe(1);
    expect(stderr).toContain("no network interface eth7");
    expect((await root.tryRun("test", "-e", "/etc/foyer")).code).toBe(1);
  });

  test(
    "one command makes it the router of its guests, with three capabilities",
    TIMED,
    async () => {
      for (const [end, other] of [
        ["up0", "shop"],
        ["eth1", "phone"],
      ] as const) {
        await root.run("ip", "link", "add", "name", end, "type", "veth", "peer", "name", other);
        for (const name of [end, other]) await root.run("ip", "link", "set", name, "up");
      }
      await root.run("ip", "address", "add", "10.1.0.9/24", "dev", "up0");
      await root.run("ip", "route", "add", "default", "via", "10.1.0.1");
      writeFileSync(join(root.folder, "etc/resolv.conf"), "nameserver 10.1.0.1\n");
      const wrong = await root.tryRun(installer, "--gateway", "up0");
      expect([wrong.code, wrong.stderr]).toEqual([
        1,
        expect.stringContaining("where the internet"),
      ]);
      expect((await root.tryRun("test", "-e", "/etc/foyer")).code).toBe(1);
      const said = await root.run(installer, "--gateway", "eth1");
      expect(said).toContain("Guests call this box http://10.42.0.1");
      expect(said).toContain("access controller of what hangs on eth1");
      const state = await askUntil(
        () => isActive("foyer-filter"),
        (each) => each === "active",
        MINUTES,
      );
      const log = await readLog("foyer-filter");
      expect({ state, log }).toMatchObject({ state: "active" });
      expect(await rules()).toBe(0);
      expect(await root.run("ip", "-4", "-o", "addr", "show", "eth1")).toContain("10.42.0.1/22");
      expect(await root.run("cat", "/proc/sys/net/ipv4/ip_forward")).toBe("1\n");
      const owners = await askUntil(
        // ps ends with 1 as long as there is none: the packet filter is ready before they are.
        async () => (await root.tryRun("ps", "-C", "dnsmasq", "-o", "user:20=")).stdout,
        (text) => text.trim().split("\n").length === 2,
        MINUTES,
      );
      expect(owners.trim().split(/\s+/)).toEqual(["foyer-filter", "foyer-filter"]);
      const status = await root.run("sh", "-c", "cat /proc/$(pgrep -o dnsmasq)/status");
      // CAP_NET_BIND_SERVICE 10, CAP_NET_ADMIN 12, CAP_NET_RAW 13.
      expect(/^CapBnd:\s+([0-9a-f]+)$/m.exec(status)?.[1]).toBe("0000000000003400");
      expect(log).not.toMatch(/fail|denied|not permitted/i);
    },
  );

  test("the box's own user may speak with it, and nobody else", TIMED, async () => {
    const socket = "/run/foyer-filter/filter.sock";
    const mode = (path: string) => root.run("stat", "-c", "%a %U:%G", path);
    expect(await mode(socket)).toBe("660 foyer-filter:foyer\n");
    expect(await mode("/run/foyer-filter")).toBe("750 foyer-filter:foyer\n");
  });

  test("is an access controller as soon as the set-up page has made it a box", TIMED, async () => {
    const before = (await root.tryRun("foyer", "doctor")).stdout;
    expect(before).toContain("This box is not enrolled");
    expect(before).not.toContain("foyer-gateway");
    await enrol(root);
    const isUp = () => isActive("foyer-gateway");
    const state = await askUntil(isUp, (each) => each === "active", 2 * MINUTES);
    const log = state === "active" ? "" : await readLog("foyer-gateway", "foyer-radius");
    expect({ state, log }).toEqual({ state: "active", log: "" });
  });

  test("the doctor says which setting keeps it down, in both languages", TIMED, async () => {
    const file = "/etc/foyer/gateway.env";
    await root.run("sh", "-c", `echo FOYER_GATEWAY_LINE_UPLOAD_KBPS=18M >> ${file}`);
    await root.run("systemctl", "stop", "foyer-filter");
    const ask = async (language: string) =>
      (await root.tryRun("env", `LANG=${language}`, "foyer", "doctor")).stdout;
    const [english, vietnamese] = [await ask("C.UTF-8"), await ask("vi_VN.UTF-8")];
    expect(english).toContain(
      'FOYER_GATEWAY_LINE_UPLOAD_KBPS is "18M": give what the line carries',
    );
    expect(english).toContain(file);
    expect(english).not.toContain("foyer-filter.service does not run");
    expect(vietnamese).toContain(
      'FOYER_GATEWAY_LINE_UPLOAD_KBPS là "18M": cần tốc độ đường truyền',
    );
    await root.run("sed", "-i", "/18M/d", file);
    expect(english).toContain("systemctl start foyer-retry");
    await root.run("systemctl", "start", "foyer-retry");
    const isUp = () => isActive("foyer-filter");
    expect(await askUntil(isUp, (state) => state === "active", MINUTES)).toBe("active");
  });

  test("comes up where it was cut short, or came with a back-up", TIMED, async () => {
    await root.run("systemctl", "stop", "foyer-filter");
    await root.run("userdel", "foyer-filter");
    await root.run(installer);
    expect(await isActive("foyer-filter")).toBe("active");
  });

  test("rules and guests stay while it is started anew, and go with it", TIMED, async () => {
    await root.run("systemctl", "stop", "foyer-filter");
    expect(await rules()).toBe(0);
    await startFilter();
    expect(await isActive("foyer-filter")).toBe("active");
    await root.run("systemctl", "stop", "foyer-gateway");
    const doctor = (await root.tryRun("foyer", "doctor")).stdout;
    expect(doctor).toContain("foyer-gateway.service does not run");
    await root.run("foyer", "uninstall", "--remove-state", "--yes");
    expect(await root.run("nft", "list", "tables")).not.toContain("foyer_gateway");
    expect((await root.tryRun("id", "foyer-filter")).code).not.toBe(0);
    // The kernel still passes packets on: nobody is left who could send any.
    expect(await root.run("ip", "-o", "link", "show", "up", "dev", "eth1")).toBe("");
    expect(await root.run("ip", "-4", "-o", "addr", "show", "eth1")).toBe("");
    for (const device of ["eth1", "up0"])
      expect(await root.run("tc", "qdisc", "show", "dev", device)).not.toContain("htb");
  });
});
