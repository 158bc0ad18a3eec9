import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { listEntryIds, listNews, readChangelog } from "./changelog.ts";

const TEXT = `# Changelog

Words before.

## [Unreleased]

### Added

- Portal: one that is
  written over two lines.

### Fixed

- A fault.

## [1.2.0] - 2026-03-04

### Changed

- Something else.

## [1.1.0-beta.1] - 2026-01-02 [YANKED]
`;

test("versions, their days and their groups are read as the change log has them", () => {
  expect(readChangelog(TEXT)).toMatchObject([
    {
      version: null,
      date: null,
      groups: [
        { kind: "added", entries: [{ text: "Portal: one that is written over two lines." }] },
        { kind: "fixed", entries: [{ text: "A fault." }] },
      ],
    },
    {
      version: "1.2.0",
      date: "2026-03-04",
      groups: [{ kind: "changed", entries: [{ text: "Something else." }] }],
    },
    { version: "1.1.0-beta.1", date: "2026-01-02", groups: [] },
  ]);
});

test("what is neither a version nor a group of changes is named by its line", () => {
  expect(() => readChangelog("# Changelog\n\n## Soon\n")).toThrow(/line 3 .* no version/);
  expect(() => readChangelog("## [Unreleased]\n### Nice\n")).toThrow(/line 2 .* no group/);
});

test("an entry keeps its id when its version is released, and gets another with other words", () => {
  const before = readChangelog("## [Unreleased]\n### Added\n- One.\n");
  const after = readChangelog(
    "## [Unreleased]\n## [0.2.0] - 2026-12-01\n### Added\n- One.\n- Two.\n",
  );
  const [first = "", second = ""] = listEntryIds(after);
  expect(listEntryIds(before)).toEqual([first]);
  expect(second).not.toBe(first);
});

test("new is what was not there at the last look, and nothing to whoever never looked", () => {
  expect([...listNews(["a", "b", "c"], ["b", "gone"])]).toEqual(["a", "c"]);
  expect([...listNews(["a"], [])]).toEqual(["a"]);
  expect([...listNews(["a", "b"], null)]).toEqual([]);
});

test("the change log of this release is read whole, and no entry stands in it twice", () => {
  const text = readFileSync(join(import.meta.dirname, "../../../../CHANGELOG.md"), "utf8");
  const versions = readChangelog(text);
  const ids = listEntryIds(versions);
  expect(ids).toHaveLength(text.split("\n").filter((line) => line.startsWith("- ")).length);
  expect(new Set(ids).size).toBe(ids.length);
  expect(versions[0]?.version).toBeNull();
});
