import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";

const checkout = resolve(import.meta.dirname, "..", "..");
const text = readFileSync(join(checkout, "docs", "threat-model.md"), "utf8");
const rows = text
  .split("\n")
  .filter((line) => line.startsWith("| ") && !/^\| (They|---)/.test(line));

test("each answer of the threat model stands in a file that is there, and has a test", () => {
  expect(rows.length).toBeGreaterThan(30);
  for (const row of rows) {
    const [, , answer = "", where = "", tests = ""] = row.split("|").map((cell) => cell.trim());
    expect([row, answer !== ""]).toEqual([row, true]);
    const named = (cell: string) => [...cell.matchAll(/`([^`]+)`/g)].map(([, path = ""]) => path);
    const missing = [...named(where), ...named(tests)].filter(
      (path) => !existsSync(join(checkout, path)),
    );
    expect(missing).toEqual([]);
    expect([row, named(tests).every((path) => path.endsWith(".test.ts"))]).toEqual([row, true]);
    expect([row, named(where).length > 0 && named(tests).length > 0]).toEqual([row, true]);
  }
});

test.each([
  "A guest",
  "A neighbour",
  "A rogue access point",
  "A thief",
  "Careless staff",
  "Another tenant",
])("%s is thought of", (who) => {
  expect(text).toMatch(new RegExp(`^## ${who}`, "m"));
});
