import type { BlockContext } from "./block.ts";

/** With what comes before it in the sentence, so that "Welcome back, {name}!" reads well without. */
const NAME_WITH_COMMA = /(?:[,،]\s*|\s+)?\{name\}/g;

/**
 * Fills {name}, {visit} and {branch} into a text. A name that is not known leaves with the comma
 * before it; a text that speaks of an unknown visit number has nothing to say: null.
 * Returns plain text; the template escapes it.
 */
export function personalise(text: string, context: BlockContext): string | null {
  const { guestName, visitNumber, branchName, language } = context;
  if (text.includes("{visit}") && visitNumber === null) return null;
  const visit = visitNumber === null ? "" : new Intl.NumberFormat(language).format(visitNumber);
  const named = guestName === null ? text.replace(NAME_WITH_COMMA, "") : text;
  // One pass, so that a guest who calls themselves "{visit}" is shown as just that.
  const filled = named.replace(/\{(name|visit|branch)\}/g, (_, key: string) =>
    key === "name" ? (guestName ?? "") : key === "visit" ? visit : branchName,
  );
  const trimmed = filled.trim();
  return trimmed === "" ? null : trimmed;
}

/** A text's paragraphs: an empty line parts them. */
export function splitParagraphs(text: string | null): string[] {
  return (text ?? "")
    .split(/\n\s*\n/)
    .map((each) => each.trim())
    .filter((each) => each !== "");
}
