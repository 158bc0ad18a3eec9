import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { keepRecentLines, readRecentLines } from "./index.ts";

function openFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "foyer-lines-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const line = (number: number) => `{"n":${number},"msg":"${"x".repeat(1000)}"}\n`;

test("the newest lines stay, whole, however many are written, in files for their owner alone", () => {
  const folder = openFolder();
  const lines = keepRecentLines(folder, "radius");
  for (let number = 0; number < 5000; number += 1) lines.write(line(number));
  lines.flush();
  const path = join(folder, "recent-radius.log");
  for (const each of [path, `${path}.1`]) {
    expect(statSync(each).size).toBeLessThanOrEqual(1024 * 1024);
    expect(statSync(each).mode & 0o777).toBe(0o600);
  }
  const read = readRecentLines(folder, 300_000);
  expect(read.length).toBeLessThanOrEqual(100_000);
  const numbers = read
    .trimEnd()
    .split("\n")
    .map((each) => JSON.parse(each).n as number);
  expect(numbers.at(-1)).toBe(4999);
  expect(numbers).toEqual(numbers.map((_, index) => 5000 - numbers.length + index));
});

test("each process's lines are read, and none where there are none", () => {
  const folder = openFolder();
  expect(readRecentLines(folder, 1000)).toBe("");
  for (const name of ["portal", "sync-agent"] as const) {
    const lines = keepRecentLines(folder, name);
    lines.write(`{"of":"${name}"}\n`);
    lines.flush();
  }
  expect(readRecentLines(folder, 1000)).toBe('{"of":"portal"}\n{"of":"sync-agent"}\n');
});

test("a folder that is gone costs lines, and never the process", () => {
  const folder = openFolder();
  const lines = keepRecentLines(folder, "portal");
  rmSync(folder, { recursive: true });
  lines.write(line(1));
  expect(() => lines.flush()).not.toThrow();
});
