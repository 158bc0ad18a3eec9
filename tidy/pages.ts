import { lineAt, type Rule } from "./source.ts";

/** Raw output is for a layout's parts alone: what a person wrote is escaped, always. */
const RAW_ALLOWED = /^\s*(?:include(?:Async|File)?\s*\(|it\.(?:body|blocks|sheet)\b)/;

/** `<%~` prints without escaping. */
export const rawOutputIsForLayoutsAlone: Rule = (files) =>
  files.flatMap((file) => {
    if (!file.path.endsWith(".eta")) return [];
    return [...file.text.matchAll(/<%[-_]?~([\s\S]*?)%>/g)]
      .filter((match) => !RAW_ALLOWED.test(match[1] ?? ""))
      .map((match) => `${file.path}:${lineAt(file.text, match.index)} prints raw: ${match[0]}`);
  });

/** A guest page loads nothing from another host. Links a guest may follow are not loads. */
export const guestPagesLoadNothingFromElsewhere: Rule = (files) =>
  files.flatMap((file) => {
    if (!/\.(eta|css)$/.test(file.path)) return [];
    const loads =
      /(?:\bsrc|\bsrcset|\bposter|\bdata)\s*=\s*["']?(?:https?:)?\/\/|<link\b[^>]*\bhref\s*=\s*["']?(?:https?:)?\/\/|url\(\s*["']?(?:https?:)?\/\/|@import/gi;
    return [...file.text.matchAll(loads)].map(
      (match) => `${file.path}:${lineAt(file.text, match.index)} loads from elsewhere: ${match[0]}`,
    );
  });

/** Both first languages say the same things, and each further one says them too. */
export const languagesHaveTheSameWords: Rule = (files) => {
  const folders = new Map<string, Map<string, string[]>>();
  for (const file of files) {
    const match = /^(.*\/locales)\/([a-z]{2})\.json$/.exec(file.path);
    if (!match) continue;
    const [, folder = "", language = ""] = match;
    const languages = folders.get(folder) ?? new Map<string, string[]>();
    folders.set(folder, languages.set(language, listKeys(JSON.parse(file.text), "")));
  }
  return [...folders].flatMap(([folder, languages]) => {
    const every = new Set([...languages.values()].flat());
    return [...new Set(["vi", "en", ...languages.keys()])].flatMap((language) => {
      const words = new Set(languages.get(language) ?? []);
      return [...every]
        .filter((key) => !words.has(key))
        .map((key) => `${folder}/${language}.json does not say ${key}`);
    });
  });
};

const PLURAL_FORMS = new Set(["zero", "one", "two", "few", "many", "other"]);

function listKeys(value: unknown, path: string): string[] {
  if (typeof value !== "object" || value === null) return [path];
  const keys = Object.keys(value);
  // A language has the plural forms it needs (Unicode CLDR): Vietnamese has `other` alone.
  if (keys.includes("other") && keys.every((key) => PLURAL_FORMS.has(key))) return [path];
  return Object.entries(value).flatMap(([key, child]) =>
    listKeys(child, path ? `${path}.${key}` : key),
  );
}
