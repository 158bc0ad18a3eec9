import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { readBoxIdentity } from "./identity.ts";

function makeFolder(text: string | null): string {
  const folder = mkdtempSync(join(tmpdir(), "foyer-identity-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  if (text !== null) writeFileSync(join(folder, "box.json"), text);
  return folder;
}

test("a box.json that is not there is told apart from one that is no JSON", () => {
  expect(() => readBoxIdentity(makeFolder(null))).toThrow("box.json cannot be read");
  expect(() => readBoxIdentity(makeFolder("{"))).toThrow("box.json is not JSON");
  expect(() => readBoxIdentity(makeFolder("null"))).toThrow("box.json is not JSON");
});

test("the field of box.json that is missing is named", () => {
  expect(() => readBoxIdentity(makeFolder("{}"))).toThrow("cloudUrl is missing");
});
