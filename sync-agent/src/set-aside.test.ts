import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { removeSetAside } from "./set-aside.ts";

const NOW = new Date("2026-03-20T12:00:00Z");

function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "foyer-set-aside-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

function make(folder: string, name: string, changedAt: Date): void {
  mkdirSync(join(folder, name));
  writeFileSync(join(folder, name, "foyer.sqlite"), "guests");
  utimesSync(join(folder, name), changedAt, changedAt);
}

test("what a restoring has moved aside goes after two weeks, with the guests in it", () => {
  const folder = makeFolder();
  make(folder, "before-restore-2026-03-04T05-06-07-000Z", NOW);
  make(folder, "before-restore-2026-03-10T05-06-07-000Z", NOW);
  writeFileSync(join(folder, "foyer.sqlite"), "the box's own");
  expect(removeSetAside({ folder, now: NOW })).toEqual(["before-restore-2026-03-04T05-06-07-000Z"]);
  expect(readdirSync(folder).sort()).toEqual([
    "before-restore-2026-03-10T05-06-07-000Z",
    "foyer.sqlite",
  ]);
});

test("a copy with an open key that a power cut has left goes after a day, one under way stays", () => {
  const folder = makeFolder();
  make(folder, ".backup-cutoff", new Date("2026-03-19T11:00:00Z"));
  make(folder, ".restore-cutoff", new Date("2026-03-19T11:00:00Z"));
  make(folder, ".backup-going", new Date("2026-03-20T11:59:00Z"));
  removeSetAside({ folder, now: NOW });
  expect(readdirSync(folder)).toEqual([".backup-going"]);
});
