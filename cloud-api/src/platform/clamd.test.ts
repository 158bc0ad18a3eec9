import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { askUntil } from "../../test/open-test-site.ts";
import { openScanner } from "./virus-scan.ts";

const folders = [...(process.env.PATH ?? "").split(delimiter), "/usr/sbin"];
const CLAMD = folders.map((each) => join(each, "clamd")).find((each) => existsSync(each));
const isMissing = CLAMD === undefined;
const SIGNED = "What no picture of a customer says";

describe.skipIf(isMissing)("clamd itself (needs the Debian package clamav-daemon)", () => {
  let folder: string;
  let clamd: ChildProcess;
  const socket = () => join(folder, "clamd.sock");

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "foyer-clamd-"));
    // A signature of our own, so that none have to be fetched: name, any type, anywhere, the bytes.
    writeFileSync(
      join(folder, "own.ndb"),
      `Foyer.Test:0:*:${Buffer.from(SIGNED).toString("hex")}\n`,
    );
    const settings = [`LocalSocket ${socket()}`, `DatabaseDirectory ${folder}`, "Foreground yes"];
    writeFileSync(join(folder, "clamd.conf"), `${settings.join("\n")}\n`);
    clamd = spawn(CLAMD ?? "", ["--config-file", join(folder, "clamd.conf")], { stdio: "ignore" });
    const isUp = await askUntil(
      async () => existsSync(socket()),
      (found) => found,
    );
    if (!isUp) throw new Error("clamd does not listen.");
  }, 60_000);
  afterAll(async () => {
    const ended = new Promise((resolve) => clamd?.once("exit", resolve));
    clamd?.kill();
    await ended;
    rmSync(folder, { recursive: true, force: true });
  });

  test("finds what it has a signature of, at the end of many chunks, and lets the rest pass", async () => {
    const scan = openScanner({ path: socket() });
    const long = Buffer.alloc(1_500_000, "picture ");
    expect(await scan(long)).toEqual({ kind: "clean" });
    const found = await scan(Buffer.concat([long, Buffer.from(SIGNED)]));
    expect(found).toEqual({ kind: "found", name: "Foyer.Test.UNOFFICIAL" });
  });
});

if (isMissing && process.env.FOYER_REQUIRE_PEERS === "1")
  test("clamd is here", () => {
    throw new Error("clamd is missing: apt-get install clamav-daemon");
  });
