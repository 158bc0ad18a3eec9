import { listImports } from "./imports.ts";
import { findClosing, masked } from "./mask.ts";
import { isCode, isTest, lineAt, type Rule, type SourceFile } from "./source.ts";

const FILE_LINES_MAX = 400;
const TEST_LINES_MAX = 60;

/** Only config.ts reads the environment; main.ts may hand it over whole. Tests set it up, and the runner's file is the runner's. */
export const onlyConfigReadsTheEnvironment: Rule = (files) =>
  files.flatMap((file) => {
    if (!isCode(file.path) || isTest(file.path)) return [];
    if (/(^|\/)config\.ts$/.test(file.path) || /(^|\/)vite(st)?\.config\.ts$/.test(file.path))
      return [];
    const isHandedOver = (line: number) =>
      /(^|\/)main\.ts$/.test(file.path) &&
      /\breadConfig\(process\.env\)/.test(file.text.split("\n")[line - 1] ?? "");
    const { code } = masked(file.text);
    const imported = listImports(file.path, file.text)
      .filter(({ specifier }) => /^(node:)?process$/.test(specifier))
      .filter(({ clause }) => !/\{/.test(clause) || /\benv\b/.test(clause))
      .map(({ line, specifier }) => `${file.path}:${line} imports ${specifier}; config.ts does`);
    const read = [...code.matchAll(ENVIRONMENT)]
      .map((match) => ({ line: lineAt(file.text, match.index), name: match[0] }))
      .filter(({ line }) => !isHandedOver(line))
      .map(({ line, name }) => `${file.path}:${line} reads ${name}; config.ts does`);
    return [...imported, ...read];
  });

/** Asked for by name, by a key, or by taking the whole process under another name. */
const ENVIRONMENT =
  /\bprocess\s*(?:\?\s*\.|\.)\s*env\b|\bimport\.meta\.env\b|\bprocess\s*(?:\?\.\s*)?\[|=\s*(?:globalThis\s*\??\.\s*)?process\b(?!\s*\??[.[(])/g;

/** Files stay short enough to be read; a table of constants is looked up, not read. */
export const filesAreShort: Rule = (files) =>
  files.flatMap((file) => {
    if (!/\.(ts|tsx|sql|eta|css|sh)$/.test(file.path)) return [];
    const lines = file.text.split("\n").length - (file.text.endsWith("\n") ? 1 : 0);
    if (lines <= FILE_LINES_MAX || isTableOfConstants(file)) return [];
    return [`${file.path} has ${lines} lines; ${FILE_LINES_MAX} is the most`];
  });

/** Nothing but literals under names: no function, no branch, no loop. */
export function isTableOfConstants({ path, text }: SourceFile): boolean {
  if (!isCode(path)) return false;
  const { code } = masked(text);
  return !/=>|\b(function|if|for|while|switch|class|new|return|await)\b/.test(code);
}

/** One test shows one rule. Biome holds the length of every function that is not in a test. */
export const testsAreShort: Rule = (files) =>
  files.flatMap((file) => {
    if (!/\.test\.tsx?$/.test(file.path)) return [];
    const { code } = masked(file.text);
    return [...code.matchAll(/^[ \t]*(?:test|it)\b[^\n]*?\(/gm)].flatMap((match) => {
      const open = match.index + match[0].length - 1;
      const close = findClosing(code, open);
      if (close < 0) return [];
      const first = lineAt(file.text, match.index);
      const lines = lineAt(file.text, close) - first + 1;
      return lines <= TEST_LINES_MAX
        ? []
        : [`${file.path}:${first} is a test of ${lines} lines; ${TEST_LINES_MAX} is the most`];
    });
  });

const PURE =
  /^(admission\/src\/|cloud-api\/src\/features\/[^/]+\/([a-z-]+-)?rules\.ts$|blocks\/src\/[^/]+\/rules\.ts$|radius\/src\/(protocol\/|[^/]+\/([a-z-]+-)?rules\.ts$))/;

/** Rules decide; clock and chance are passed in, and nothing is reached for. */
export const rulesArePure: Rule = (files) =>
  files.flatMap((file) => {
    if (!PURE.test(file.path) || !isCode(file.path) || isTest(file.path)) return [];
    const found = find(
      file,
      /\bDate\.now\b|\bnew Date\b(?!\s*\(\s*[^\s)])|(?<!\bnew\s+|\.)\bDate\(|\bMath\.random\b|\b(?:randomUUID|randomBytes|randomInt|randomFill|randomFillSync|getRandomValues)\b|\bperformance\.now\b|\bfetch\(/g,
      "reads a clock, chance or the network in a pure file",
    );
    for (const { specifier, line, clause } of listImports(file.path, file.text)) {
      // An address is recognised by a pure function, wherever Node keeps it.
      const isHarmless =
        /^import type\b/.test(clause) || /^import \{( isIPv?[46]?,?)+ \}/.test(clause);
      if (OUTSIDE.test(specifier) && !isHarmless)
        found.push(`${file.path}:${line} is pure and imports ${specifier}`);
    }
    return found;
  });

const OUTSIDE =
  /^node:(?!(crypto|buffer|assert)$)|^(pg|kysely|fastify|undici|better-sqlite3|pino|uuidv7)$|\/(queries|routes|jobs)\.ts$|\/platform\//;

/** The glossary: a guest, a customer or staff, never bare `user`; a payload, never `data`. */
export const declarationsUseTheGlossary: Rule = (files) =>
  files.flatMap((file) =>
    isCode(file.path)
      ? find(
          file,
          /\b(?:const|let|function|type|interface|class)\s+(?:user|data|info|helper|User|Data|Info|Helper)s?\b/g,
          "declares a name the glossary does not have",
        )
      : [],
  );

/** A comment that puts a check to sleep needs a mend instead. */
export const nothingIsSilenced: Rule = (files) =>
  files.flatMap((file) => {
    if (!isCode(file.path) || file.path.startsWith("tidy/")) return [];
    return [
      ...file.text.matchAll(
        /@ts-(?:ignore|nocheck|expect-error)|biome-ignore|\b(?:TODO|FIXME|XXX)\b/g,
      ),
    ].map((match) => `${file.path}:${lineAt(file.text, match.index)} has ${match[0]}`);
  });

function find(file: SourceFile, pattern: RegExp, what: string): string[] {
  const { code } = masked(file.text);
  return [...code.matchAll(pattern)].map(
    (match) => `${file.path}:${lineAt(file.text, match.index)} ${what}: ${match[0].trim()}`,
  );
}
