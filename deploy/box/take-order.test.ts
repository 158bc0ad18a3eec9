import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FETCHED_FILE, ORDER_FILE, UPGRADE_FOLDER } from "@foyer/contract";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { copyOrdered, takeOrder, tellOutcome } from "./take-order.ts";

const TARBALL = Buffer.from("a release, say");
const announcement = {
  ...{ version: "0.2.0", architecture: "x64" as const, bytes: TARBALL.length },
  ...{ sha256: createHash("sha256").update(TARBALL).digest("hex") },
  ...{ signedAt: "2026-11-27T08:00:00.000Z", signature: `${"A".repeat(86)}==` },
};

let state: string;
let path: (name: string) => string;
beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), "foyer-order-"));
  path = (name) => join(state, UPGRADE_FOLDER, name);
  mkdirSync(join(state, UPGRADE_FOLDER));
});
afterEach(() => rmSync(state, { recursive: true }));

function give(tarball = TARBALL, order = JSON.stringify(announcement)): void {
  writeFileSync(path(FETCHED_FILE), tarball);
  writeFileSync(path(ORDER_FILE), order);
}

function copy(): boolean {
  const order = takeOrder(state);
  if (!order) throw new Error("nothing was asked for");
  try {
    return copyOrdered(order, join(state, "copy"));
  } finally {
    closeSync(order.descriptor);
  }
}

describe("what the box's user asks of root", () => {
  test("is taken once, and copied as it was announced", () => {
    give();
    expect(copy()).toBe(true);
    expect(readFileSync(join(state, "copy")).equals(TARBALL)).toBe(true);
    expect(existsSync(path(ORDER_FILE))).toBe(false);
    expect(takeOrder(state)).toBeNull();
  });

  test.each([
    ["longer", Buffer.concat([TARBALL, TARBALL])],
    ["shorter", TARBALL.subarray(1)],
    ["another", Buffer.from("a release, Say")],
  ])("is not what was announced where it is %s", (_how, tarball) => {
    give(tarball);
    expect(copy()).toBe(false);
  });

  test("is judged by root's copy: what is written after it was taken is not read", () => {
    give();
    const order = takeOrder(state);
    writeFileSync(path(FETCHED_FILE), "another file in its place");
    if (!order) throw new Error("nothing was asked for");
    expect(copyOrdered(order, join(state, "copy"))).toBe(true);
    closeSync(order.descriptor);
  });

  test("is nothing where it leads elsewhere, or is no file", () => {
    give();
    rmSync(path(FETCHED_FILE));
    symlinkSync("/etc/hostname", path(FETCHED_FILE));
    expect(takeOrder(state)).toBeNull();
    expect(existsSync("/etc/hostname")).toBe(true);
    give();
    rmSync(path(FETCHED_FILE));
    execFileSync("mkfifo", [path(FETCHED_FILE)]);
    expect(takeOrder(state)).toBeNull();
    give();
    rmSync(path(ORDER_FILE));
    symlinkSync("/etc/hostname", path(ORDER_FILE));
    expect(takeOrder(state)).toBeNull();
  });

  test.each(["", "{", '{"version":"0.2.0"}', `{"version":"${"0".repeat(5000)}"}`])(
    "is nothing where its words are none, and is not asked again (%#)",
    (order) => {
      give(TARBALL, order);
      expect(takeOrder(state)).toBeNull();
      expect(existsSync(path(ORDER_FILE))).toBe(false);
    },
  );
});

test("what became of it replaces what was said before, and nothing that it leads to", () => {
  const { version, sha256 } = announcement;
  symlinkSync("/etc/hostname", path("outcome.json"));
  const before = readFileSync("/etc/hostname", "utf8");
  tellOutcome(state, { version, sha256, kind: "rolled-back", reason: "portal" });
  expect(JSON.parse(readFileSync(path("outcome.json"), "utf8"))).toMatchObject({ version });
  expect(readFileSync("/etc/hostname", "utf8")).toBe(before);
});
