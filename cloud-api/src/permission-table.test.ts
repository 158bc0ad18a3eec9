import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { features } from "./features.ts";
import { describePermissions } from "./permission-table.ts";
import { collectPermissions } from "./start.ts";

test("docs/permissions.md is as the features declare: `node cloud-api/src/write-permissions.ts`", () => {
  const kept = join(import.meta.dirname, "..", "..", "docs", "permissions.md");
  expect(readFileSync(kept, "utf8")).toBe(describePermissions());
});

test("every permission says in words what it lets somebody do", () => {
  const locale = join(import.meta.dirname, "features", "access", "locales", "en.json");
  const en = JSON.parse(readFileSync(locale, "utf8")) as Record<string, unknown>;
  const words = [...collectPermissions(features).keys()].map((name) => `may-${name}`);
  expect(words.filter((key) => !(key in en))).toEqual([]);
});
