import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const APP = join(import.meta.dirname, "..", "dist", "app");
const FIRST_SCRIPTS_BYTES_MAX = 250_000;

function readPage(): string {
  const path = join(APP, "index.html");
  if (!existsSync(path)) throw new Error(`${path} is missing: run \`pnpm build\` first`);
  return readFileSync(path, "utf8");
}

test("the first page of the staff app asks for at most 250 kB of script, compressed", () => {
  const scripts = [...readPage().matchAll(/(?:src|href)="(\/assets\/[^"]+\.js)"/g)];
  expect(scripts.length).toBeGreaterThan(0);
  const bytes = scripts.map(([, address]) => statSync(join(APP, `${address}.gz`)).size);
  expect(bytes.reduce((sum, each) => sum + each, 0)).toBeLessThan(FIRST_SCRIPTS_BYTES_MAX);
});

test("the charts are not among what the first page asks for", () => {
  const chart = readdirSync(join(APP, "assets")).find((name) =>
    /^chart-drawing-.*\.js$/.test(name),
  );
  expect(chart).toBeDefined();
  expect(readPage()).not.toContain(chart);
});

test("the page editor is not among what the first page asks for", () => {
  const editor = readdirSync(join(APP, "assets")).find((name) => /^page-editor-.*\.js$/.test(name));
  expect(editor).toBeDefined();
  expect(readPage()).not.toContain(editor);
});

test("the first script says what stands in the navigation, and no words of the screens behind it", () => {
  const [, entry = ""] = /src="(\/assets\/index-[^"]+\.js)"/.exec(readPage()) ?? [];
  const script = readFileSync(join(APP, entry), "utf8");
  expect(script).toContain("Phân khúc");
  const words = JSON.parse(
    readFileSync(join(APP, "../../src/features/segments/locales/vi.json"), "utf8"),
  ) as Record<string, unknown>;
  const sentences = Object.values(words).filter((text) => typeof text === "string");
  const long = sentences.filter((text) => text.length > 40);
  expect(long.length).toBeGreaterThan(3);
  for (const sentence of long) expect(script).not.toContain(sentence);
});

test("the page names no other host", () => {
  // A namespace is a name, not an address that is asked for.
  const addresses = readPage().replaceAll("http://www.w3.org/2000/svg", "");
  expect(addresses).not.toMatch(/https?:\/\//);
});
