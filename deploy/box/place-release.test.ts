import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { PLACES } from "./host.ts";
import { unpackRelease } from "./place-release.ts";
import { say, Told } from "./words.ts";

/** What whoever asked reads in Vietnamese of a tarball that is not unpacked. */
function readRefusal(tarball: string, folder: string): string {
  try {
    unpackRelease(tarball, { ...PLACES, releases: join(folder, "releases") });
  } catch (error) {
    if (error instanceof Told) return say("vi", error.word);
    throw error;
  }
  return "it was taken";
}

test("a tarball that is not there, or is no release, is said so in the language of who asked", () => {
  const folder = mkdtempSync(join(tmpdir(), "foyer-tarball-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  expect(readRefusal(join(folder, "gone.tar.gz"), folder)).toContain("Không có tệp");
  const other = join(folder, "other.tar.gz");
  mkdirSync(join(folder, "other"));
  execFileSync("tar", ["-czf", other, "-C", folder, "other"]);
  expect(readRefusal(other, folder)).toContain("không phải bản phát hành");
  expect(readdirSync(join(folder, "releases"))).toEqual([]);
});
