import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { readConfig } from "@foyer/cloud-api";
import { describe, expect, onTestFinished, test } from "vitest";
import { BOX } from "../box/box.ts";
import { readAssignments } from "../box/host-rules.ts";
import { listUnits } from "../box/units.ts";
import { readUnitFile } from "../test/unit-file.ts";
import { CLOUD } from "./cloud.ts";
import { SOCKET_UNIT, WEB_UNIT, WORKER_UNIT } from "./places.ts";

const checkout = resolve(import.meta.dirname, "..", "..");
const unitPath = (name: string) => join(import.meta.dirname, name);
const isMissing = spawnSync("systemd-analyze", ["--version"]).status !== 0;
if (isMissing && process.env.FOYER_REQUIRE_PEERS === "1")
  throw new Error("systemd-analyze is required: apt-get install systemd");
if (isMissing) console.warn("systemd-analyze is not installed (Debian package systemd): skipped");

const SERVICES = [WEB_UNIT, WORKER_UNIT];
/** systemd-analyze(1): exposure from 0 (best) to 10, told in tenths. */
const EXPOSURE_TENTHS_MAX = 20;

/** The units with /opt/foyer-cloud where the checkout is: what they name has to be there. */
function layOut(): { folder: string; paths: string[] } {
  const folder = mkdtempSync(join(tmpdir(), "foyer-cloud-units-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const paths = listUnits(checkout, CLOUD).map((name) => {
    const text = readFileSync(unitPath(name), "utf8");
    const path = join(folder, name);
    writeFileSync(path, text.replaceAll(/\/opt\/foyer-cloud\/(current|former)/g, checkout));
    return path;
  });
  return { folder, paths };
}

describe.skipIf(isMissing)("systemd", () => {
  test("finds nothing to complain of in the cloud's units", () => {
    const { folder, paths } = layOut();
    const { stderr } = spawnSync("systemd-analyze", ["verify", ...paths], { encoding: "utf8" });
    const ours = stderr.split("\n").filter((line) => line.includes(folder) || /foyer/.test(line));
    expect(ours).toEqual([]);
  });

  test.each(SERVICES)("calls what %s is exposed to small", (name) => {
    const { folder } = layOut();
    const judge = ["security", "--offline=true", `--threshold=${EXPOSURE_TENTHS_MAX}`];
    const judged = spawnSync("systemd-analyze", [...judge, join(folder, name)], {
      encoding: "utf8",
    });
    expect(judged.status, judged.stdout).toBe(0);
  });
});

describe("the cloud's units", () => {
  test.each(SERVICES)("let %s do nothing it need not do, and end well", (name) => {
    const unit = readUnitFile(unitPath(name));
    const told = (key: string) => unit.list("Service", key).at(-1);
    expect(told("User")).toBe("foyer-cloud");
    expect(told("ProtectSystem")).toBe("strict");
    expect(told("NoNewPrivileges")).toBe("yes");
    expect(told("CapabilityBoundingSet")).toBe("");
    expect(told("Type")).toBe("notify");
    expect(told("WatchdogSec")).toBe("60");
    expect(told("MemoryMax")).toMatch(/^\d+%$/);
    // The embedded database is the process's to end.
    expect(told("KillMode")).toBe("mixed");
    expect(told("RemoveIPC")).toBeUndefined();
    // It drains for up to 15 seconds more than the settings may say.
    expect(Number(told("TimeoutStopSec"))).toBeGreaterThan(60 + 15);
  });

  test("hold the port where the settings say that the cloud listens", () => {
    const [listen = ""] = readUnitFile(unitPath(SOCKET_UNIT)).list("Socket", "ListenStream");
    const { host, port } = readConfig({});
    expect(listen).toBe(`${host}:${port}`);
    expect(readUnitFile(unitPath(WEB_UNIT)).list("Unit", "Requires")).toEqual([SOCKET_UNIT]);
  });

  test("are told apart from the box's on a machine that is both", () => {
    const own = listUnits(checkout, CLOUD);
    expect(own).toContain(SOCKET_UNIT);
    expect(own.filter(BOX.isUnit)).toEqual([]);
    expect(listUnits(checkout, BOX).filter(CLOUD.isUnit)).toEqual([]);
  });

  test("begin with settings that the cloud takes", () => {
    const variables = Object.fromEntries(
      readAssignments(CLOUD.configure("https://foyer.example.com")),
    );
    const config = readConfig(variables);
    expect(config.origin).toBe("https://foyer.example.com");
    expect(config.trustedProxies).toEqual(["127.0.0.1"]);
    // What stands there to be taken in is taken, too.
    const offered = readFileSync(unitPath("cloud.env"), "utf8").replaceAll(/^#(?=[A-Z_]+=)/gm, "");
    const all = Object.fromEntries(readAssignments(offered.replace("@CLOUD_ORIGIN@", "")));
    expect(readConfig(all)).toMatchObject({
      role: "web",
      mail: { from: "Foyer <foyer@example.com>" },
    });
  });
});
