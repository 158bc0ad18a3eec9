import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { readUnitFile } from "../test/unit-file.ts";
import { BOX } from "./box.ts";
import { SERVICES, SETUP_UNIT, unitOf } from "./host.ts";
import { listUnits } from "./units.ts";

const checkout = resolve(import.meta.dirname, "..", "..");
const unitPath = (name: string) => join(import.meta.dirname, name);
const isMissing = spawnSync("systemd-analyze", ["--version"]).status !== 0;
if (isMissing && process.env.FOYER_REQUIRE_PEERS === "1")
  throw new Error("systemd-analyze is required: apt-get install systemd");
if (isMissing) console.warn("systemd-analyze is not installed (Debian package systemd): skipped");

const PROCESSES = [SETUP_UNIT, ...SERVICES.map(unitOf), "foyer-gateway.service"];

/** What has more rights than the others, and a user of its own for that. */
const FILTER = "foyer-filter.service";

/** systemd-analyze(1): exposure from 0 (best) to 10, told in tenths. */
const EXPOSURE_TENTHS_MAX = 20;

/** The units with /opt/foyer where the checkout is: what they name has to be there. */
function layOut(): { folder: string; paths: string[] } {
  const folder = mkdtempSync(join(tmpdir(), "foyer-units-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const paths = listUnits(checkout, BOX).map((name) => {
    const text = readFileSync(unitPath(name), "utf8");
    const path = join(folder, name);
    writeFileSync(path, text.replaceAll(/\/opt\/foyer\/(current|former)/g, checkout));
    return path;
  });
  return { folder, paths };
}

describe.skipIf(isMissing)("systemd", () => {
  test("finds nothing to complain of in the units", () => {
    const { folder, paths } = layOut();
    const { stderr } = spawnSync("systemd-analyze", ["verify", ...paths], { encoding: "utf8" });
    // Units of other packages are looked at, too, and are not ours to mend.
    const ours = stderr.split("\n").filter((line) => line.includes(folder) || /foyer/.test(line));
    expect(ours).toEqual([]);
  });

  test.each([...PROCESSES, FILTER])(
    "finds %s exposed as little as a Node.js process can be",
    (name) => {
      const threshold = `--threshold=${EXPOSURE_TENTHS_MAX}`;
      const asked = ["security", "--offline=yes", threshold, unitPath(name)];
      const { status, stdout } = spawnSync("systemd-analyze", asked, { encoding: "utf8" });
      expect(stdout).toMatch(/Overall exposure level for foyer-/);
      expect(status).toBe(0);
    },
  );
});

describe("the units", () => {
  test.each(PROCESSES)(
    "let %s write nowhere but into the state folder, with no more rights",
    (name) => {
      const unit = readUnitFile(unitPath(name));
      const told = (name: string) => unit.list("Service", name).join(" ");
      expect(told("ProtectSystem")).toBe("strict");
      expect(told("ReadWritePaths")).toBe("");
      expect(told("StateDirectory")).toBe("foyer");
      expect(told("NoNewPrivileges")).toBe("yes");
      expect(told("PrivateTmp")).toBe("yes");
      expect(told("User")).toBe("foyer");
      expect(told("CapabilityBoundingSet")).toBe(
        [SETUP_UNIT, unitOf("portal")].includes(name) ? "CAP_NET_BIND_SERVICE" : "",
      );
      expect(told("SystemCallFilter")).toContain("~@privileged");
    },
  );

  test("let the portal ask `ip` for the MACs of IPv6 guests", () => {
    const unit = readUnitFile(unitPath(unitOf("portal")));
    expect(unit.list("Service", "RestrictAddressFamilies").join(" ")).toContain("AF_NETLINK");
    expect(unit.list("Service", "SystemCallFilter").at(-1)).toBe("capset");
  });

  test("let the packet filter do what a packet filter must, and write nowhere but its own folder", () => {
    const unit = readUnitFile(unitPath(FILTER));
    const told = (name: string) => unit.list("Service", name).join(" ");
    expect(told("User")).toBe("foyer-filter");
    for (const name of ["CapabilityBoundingSet", "AmbientCapabilities"])
      expect(told(name)).toBe("CAP_NET_ADMIN CAP_NET_RAW CAP_NET_BIND_SERVICE");
    expect(told("StateDirectory")).toBe("foyer-filter");
    expect(told("ReadWritePaths")).toBe("");
    expect(told("ProtectSystem")).toBe("strict");
    expect(told("NoNewPrivileges")).toBe("yes");
    expect(told("SystemCallFilter")).toContain("~@privileged");
    expect(told("MemoryMax")).toMatch(/^\d+M$/);
  });

  test("begin the gateway on boxes alone that were installed as one", () => {
    for (const name of [FILTER, "foyer-gateway.service"])
      expect(readUnitFile(unitPath(name)).list("Unit", "ConditionPathExists")).toContain(
        "/etc/foyer/gateway.env",
      );
  });

  test("pass packets on only once the rules are there", () => {
    const unit = readUnitFile(unitPath(FILTER));
    expect(unit.list("Service", "Type")).toEqual(["notify"]);
    expect(unit.list("Service", "ExecStartPost").join()).toContain("net.ipv4.ip_forward=1");
  });

  test.each(SERVICES)("bound %s in memory, in tries and in silence", (service) => {
    const unit = readUnitFile(unitPath(unitOf(service)));
    expect(unit.list("Service", "MemoryMax")).toEqual([expect.stringMatching(/^\d+M$/)]);
    expect(unit.list("Service", "WatchdogSec")).toEqual(["60"]);
    expect(unit.list("Service", "Type")).toEqual(["notify"]);
    expect(unit.list("Service", "Restart")).toEqual(["always"]);
    expect(unit.list("Unit", "StartLimitBurst")).toEqual([expect.stringMatching(/^\d+$/)]);
    expect(unit.list("Unit", "OnFailure")).toEqual(["foyer-retry.timer"]);
  });

  test("start radius, which makes or upgrades the store, before the other two", () => {
    for (const service of ["portal", "sync-agent"] as const)
      expect(
        readUnitFile(unitPath(unitOf(service)))
          .list("Unit", "After")
          .join(" "),
      ).toContain(unitOf("radius"));
  });

  test("serve the set-up page before the three, on machines that are no box yet alone", () => {
    const setup = readUnitFile(unitPath(SETUP_UNIT));
    const three = SERVICES.map(unitOf).join(" ");
    expect(setup.list("Unit", "ConditionPathExists")).toEqual(["!/var/lib/foyer/box-key"]);
    expect(setup.list("Unit", "Before")).toEqual([three]);
    // They were passed over while there was no box, and nobody else would start them.
    expect(setup.list("Unit", "OnSuccess")).toEqual([`${three} foyer-gateway.service`]);
    expect(
      readUnitFile(unitPath("foyer-gateway.service")).list("Unit", "ConditionPathExists"),
    ).toEqual(["/etc/foyer/gateway.env", "/var/lib/foyer/box-key"]);
    for (const service of SERVICES)
      expect(readUnitFile(unitPath(unitOf(service))).list("Unit", "ConditionPathExists")).toEqual([
        "/var/lib/foyer/box-key",
      ]);
    expect(readUnitFile(unitPath("foyer.target")).list("Unit", "Wants").join(" ")).toContain(
      SETUP_UNIT,
    );
  });

  test("show the set-up page's number on the console, and keep it out of the journal", () => {
    const setup = readUnitFile(unitPath(SETUP_UNIT));
    expect(setup.list("Service", "StandardOutput")).toEqual(["tty"]);
    expect(setup.list("Service", "TTYPath")).toEqual(["/dev/console"]);
    expect(setup.list("Service", "DeviceAllow")).toContain("/dev/console rw");
  });

  test("bound the journal of the machine", () => {
    const journal = readUnitFile(unitPath("journald-foyer.conf"));
    expect(journal.list("Journal", "SystemMaxUse")).toEqual([expect.stringMatching(/^\d+M$/)]);
  });
});
