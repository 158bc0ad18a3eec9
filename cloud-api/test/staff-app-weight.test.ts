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

/** A part of the build, as Vite's manifest tells of it. */
type Chunk = {
  file: string;
  css?: string[];
  imports?: string[];
  dynamicImports?: string[];
};
const SCREEN_BYTES_MAX = 300_000;
const ENTRY = "index.html";
const screenOf = (feature: string, name: string) => `src/features/${feature}/screens/${name}.tsx`;
const OVERVIEW = [
  screenOf("reports", "overview"),
  ...["first-steps", "here-now", "latest-visits"].map((name) => screenOf("visits", name)),
  screenOf("sign-in-funnel", "funnel-panel"),
];

function readManifest(): Record<string, Chunk> {
  readPage();
  return JSON.parse(readFileSync(join(APP, ".vite", "manifest.json"), "utf8"));
}

/** These and all that they cannot begin without. */
function listNeeded(chunks: Record<string, Chunk>, names: readonly string[]): Chunk[] {
  const needed = new Set<string>();
  const waiting = [...names];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (needed.has(name)) continue;
    needed.add(name);
    waiting.push(...(chunks[name]?.imports ?? []));
  }
  return [...needed].map((name) => {
    const chunk = chunks[name];
    if (!chunk) throw new Error(`the build has no part ${name}`);
    return chunk;
  });
}

const countBytes = (files: readonly string[]): number =>
  [...new Set(files)].reduce((sum, file) => sum + statSync(join(APP, `${file}.gz`)).size, 0);

test("the first screen, where staff sign in, asks for less than 300 kB of script and style, compressed", () => {
  const needed = listNeeded(readManifest(), [ENTRY, screenOf("access", "sign-in")]);
  const bytes = countBytes(needed.flatMap(({ file, css = [] }) => [file, ...css]));
  expect(bytes).toBeLessThan(SCREEN_BYTES_MAX);
});

test("the overview with its panels asks for less than 300 kB of script, compressed, before its charts", () => {
  const needed = listNeeded(readManifest(), [ENTRY, ...OVERVIEW]);
  const files = needed.map(({ file }) => file);
  expect(files.filter((file) => /chart-drawing/.test(file))).toEqual([]);
  expect(countBytes(files)).toBeLessThan(SCREEN_BYTES_MAX);
});

test("the page editor and its style come with no other screen: whoever opens a page waits for them", () => {
  const chunks = readManifest();
  const editor = screenOf("pages", "page-editor");
  const { file = "", css = [] } = chunks[editor] ?? {};
  expect(css.length).toBeGreaterThan(0);
  const screens = chunks[ENTRY]?.dynamicImports ?? [];
  expect(screens).toContain(editor);
  for (const screen of screens.filter((each) => each !== editor)) {
    const needed = listNeeded(chunks, [ENTRY, screen]);
    const files = needed.flatMap((each) => [each.file, ...(each.css ?? [])]);
    for (const own of [file, ...css]) expect(files, screen).not.toContain(own);
  }
});
