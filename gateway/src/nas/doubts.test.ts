import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { MAC_ONE, MAC_TWO } from "../../test/guest-network.ts";
import { isAnotherDevice, openDoubts } from "./doubts.ts";
import { findDoubts, noteDoubt } from "./doubts-file.ts";

test("a device keeps to the client identifier that its address was asked for with, or to none", () => {
  const own = { clientId: "01:02:00:00:00:00:11" };
  expect(isAnotherDevice(own, own)).toBe(false);
  expect(isAnotherDevice(own, { clientId: "*" })).toBe(true);
  expect(isAnotherDevice({ clientId: "*" }, own)).toBe(true);
  // A session that was begun by a release that did not keep it.
  expect(isAnotherDevice({}, own)).toBe(false);
});

test("a MAC that two devices had is doubted until neither of them is here", () => {
  let noted = 0;
  const doubts = openDoubts(() => {
    noted += 1;
  });
  doubts.add(MAC_ONE);
  doubts.forgetOthers(new Set([MAC_ONE, MAC_TWO]));
  expect([doubts.has(MAC_ONE), doubts.has(MAC_TWO), noted]).toEqual([true, false, 1]);
  doubts.forgetOthers(new Set([MAC_TWO]));
  expect(doubts.has(MAC_ONE)).toBe(false);
});

test("how often and when is kept for the doctor, without whose MAC it was", () => {
  const folder = mkdtempSync(join(tmpdir(), "foyer-doubts-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  expect(findDoubts(folder)).toBeNull();
  noteDoubt(folder, new Date("2026-11-28T08:00:00Z"));
  noteDoubt(folder, new Date("2026-11-28T09:00:00Z"));
  expect(findDoubts(folder)).toEqual({ times: 2, lastAt: "2026-11-28T09:00:00.000Z" });
  const file = join(folder, "gateway-doubts.json");
  expect(readFileSync(file, "utf8")).not.toMatch(/([0-9A-F]{2}-){5}/i);
  writeFileSync(file, "half of");
  expect(findDoubts(folder)).toBeNull();
});
