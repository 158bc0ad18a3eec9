import {
  closeSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { replaceFile } from "./host.ts";

test.skipIf(process.getuid?.() !== 0)(
  "a unit or a setting that is replaced is the old one or the new one, whole, for whoever reads it",
  () => {
    const folder = mkdtempSync(join(tmpdir(), "foyer-replace-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const path = join(folder, "foyer-portal.service");
    writeFileSync(path, "[Unit]\n# the old one\n");
    // Whoever has begun to read, as the disk itself may after a power cut.
    const reading = openSync(path, "r");
    onTestFinished(() => closeSync(reading));
    replaceFile(path, "[Unit]\n", { mode: 0o640, gid: 0 });
    expect(readFileSync(reading, "utf8")).toBe("[Unit]\n# the old one\n");
    expect(readFileSync(path, "utf8")).toBe("[Unit]\n");
    expect(statSync(path).mode & 0o777).toBe(0o640);
    expect(readdirSync(folder)).toEqual(["foyer-portal.service"]);
  },
);
