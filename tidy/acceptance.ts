import { findClosing, masked } from "./mask.ts";
import { lineAt, type Rule } from "./source.ts";

const FEATURES = "docs/features.md";
const ID = /\b(?:MC|RP|IP|HM|CNV)-\d+(?:\.\d+)*\b/g;
const LISTED = /^- \*\*((?:MC|RP|IP|HM|CNV)-\d+\.\d+)\*\* /;

/** The ids that docs/features.md lists, each with one acceptance. */
export function listAcceptanceIds(text: string): string[] {
  return text.split("\n").flatMap((line) => LISTED.exec(line)?.[1] ?? []);
}

/** Every feature has an id of its own in the right form, and an acceptance that can be tested. */
export const featuresAreWellFormed: Rule = (files) => {
  const text = files.find((file) => file.path === FEATURES)?.text;
  if (text === undefined) return [`${FEATURES} is missing`];
  const seen = new Set<string>();
  return text.split("\n").flatMap((line, index) => {
    if (!/^\s*[-*] \*\*[A-Z]+-/.test(line)) return [];
    const at = `${FEATURES}:${index + 1}`;
    const id = LISTED.exec(line)?.[1];
    if (!id) return [`${at} does not begin with an id in the right form`];
    if (seen.has(id)) return [`${at} uses ${id} a second time`];
    seen.add(id);
    return /\*Accept:\* \S/.test(line) ? [] : [`${at} has no acceptance`];
  });
};

/** The titles of tests and describes, with their lines. */
export function listTitles(text: string): { title: string; line: number }[] {
  const { code, uncommented } = masked(text);
  const titles: { title: string; line: number }[] = [];
  for (const match of code.matchAll(/\b(?:test|it|describe)(?:\.\w+)*\s*\(/g)) {
    let open = match.index + match[0].length - 1;
    // test.each(…)("title") and test.skipIf(…)("title"): the title is in the second bracket.
    const close = findClosing(code, open);
    if (/^\s*\(/.test(code.slice(close + 1))) open = code.indexOf("(", close + 1);
    const quote = /^\(\s*(["'`])/.exec(code.slice(open));
    if (!quote) continue;
    const start = open + quote[0].length;
    const end = code.indexOf(quote[1] as string, start);
    if (end < 0) continue;
    titles.push({ title: uncommented.slice(start, end), line: lineAt(text, match.index) });
  }
  return titles;
}

/**
 * A title that names an acceptance begins with it, or with `part of` it, and the id exists: else
 * a search for what proves a line of docs/features.md finds too much or too little.
 */
export const titlesNameRealAcceptances: Rule = (files) => {
  const text = files.find((file) => file.path === FEATURES)?.text ?? "";
  const known = new Set(listAcceptanceIds(text));
  return files.flatMap((file) => {
    if (!/\.test\.tsx?$/.test(file.path) || file.path.startsWith("tidy/")) return [];
    return listTitles(file.text).flatMap(({ title, line }) => {
      const ids = title.match(ID) ?? [];
      const at = `${file.path}:${line}`;
      const wrong = ids
        .filter((id) => !known.has(id))
        .map((id) => `${at} names ${id}, which ${FEATURES} does not have`);
      const isLed = ids.length === 0 || /^(?:part of )?(?:MC|RP|IP|HM|CNV)-/.test(title);
      return isLed ? wrong : [...wrong, `${at} names an acceptance, but not at its beginning`];
    });
  });
};
