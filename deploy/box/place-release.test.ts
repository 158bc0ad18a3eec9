import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { findDiskFault } from "./disk-fault.ts";
import { PLACES, pointTo } from "./host.ts";
import { unpackRelease } from "./place-release.ts";
import { say, Told } from "./words.ts";

function catchOf(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    return error;
  }
}

/** What whoever asked reads in Vietnamese of a tarball that is not unpacked. */
function readRefusal(tarball: string, folder: string): string {
  const places = { ...PLACES, releases: join(folder, "releases") };
  const error = catchOf(() => unpackRelease(tarball, places));
  if (error instanceof Told) return say("vi", error.word);
  throw new Error("it was taken, or not refused in words", { cause: error });
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

test("a tarball that was cut short on its way is said so, and nothing of it stays", () => {
  const folder = mkdtempSync(join(tmpdir(), "foyer-tarball-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const whole = join(folder, "whole.tar.gz");
  mkdirSync(join(folder, "foyer-9"));
  writeFileSync(join(folder, "foyer-9", "octets"), randomBytes(200_000));
  execFileSync("tar", ["-czf", whole, "-C", folder, "foyer-9"]);
  truncateSync(whole, 100_000);
  expect(readRefusal(whole, folder)).toContain(`Không giải nén được ${whole}`);
  expect(readdirSync(join(folder, "releases"))).toEqual([]);
});

/** A disk of one's own is root's to mount. */
test.skipIf(process.getuid?.() !== 0)(
  "a disk that fills up is said so, and is left as it was",
  () => {
    const folder = mkdtempSync(join(tmpdir(), "foyer-tarball-"));
    const releases = join(folder, "releases");
    mkdirSync(releases);
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=1m", "foyer-test", releases]);
    onTestFinished(() => {
      execFileSync("umount", [releases]);
      rmSync(folder, { recursive: true });
    });
    mkdirSync(join(folder, "foyer-9"));
    writeFileSync(join(folder, "foyer-9", "octets"), randomBytes(4_000_000));
    const large = join(folder, "large.tar.gz");
    execFileSync("tar", ["-czf", large, "-C", folder, "foyer-9"]);
    const fault = findDiskFault(catchOf(() => unpackRelease(large, { ...PLACES, releases })));
    expect(fault?.kind).toBe("disk-full");
    expect(readdirSync(releases)).toEqual([]);
  },
);

test("a link is set where a cut has left the one that was to take its place", () => {
  const folder = mkdtempSync(join(tmpdir(), "foyer-link-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const link = join(folder, "current");
  symlinkSync("releases/1", `${link}.next-${process.pid}`);
  pointTo(link, "2");
  expect(readlinkSync(link)).toBe("releases/2");
  expect(readdirSync(folder)).toEqual(["current"]);
});
