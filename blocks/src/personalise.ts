import type { Language } from "@foyer/contract";
import type { BlockContext } from "./block.ts";

/** With what comes before it in the sentence, so that "Welcome back, {name}!" reads well without. */
const NAME_WITH_COMMA = /(?:[,،]\s*|\s+)?\{name\}(?:\s+ơi(?!\p{L}))?/gu;
/** At the head of a sentence, which then begins behind it: "{name}, good to see you", "{name} ơi, …". */
const NAME_AT_HEAD = /(^\s*|[.!?…]\s+)\{name\}(?:\s+ơi)?\s*[,،!]\s*(\p{L}?)/gu;

const numberFormats = new Map<Language, Intl.NumberFormat>();

/** Made once: making one takes longer than the rest of a text. */
function numberFormatOf(language: Language): Intl.NumberFormat {
  const format = numberFormats.get(language) ?? new Intl.NumberFormat(language);
  numberFormats.set(language, format);
  return format;
}

/**
 * Fills {name}, {visit} and {branch} into a text. A name that is not known leaves with its
 * comma and its ơi; a text that speaks of an unknown visit number has nothing to say: null.
 * Returns plain text; the template escapes it.
 */
export function personalise(text: string, context: BlockContext): string | null {
  if (!text.includes("{")) return text.trim() || null;
  const { guestName, visitNumber, branchName, language } = context;
  if (text.includes("{visit}") && visitNumber === null) return null;
  const visit = visitNumber === null ? "" : numberFormatOf(language).format(visitNumber);
  const named = guestName === null ? leaveNameOut(text, language) : text;
  // One pass, so that a guest who calls themselves "{visit}" is shown as just that.
  const filled = named.replace(/\{(name|visit|branch)\}/g, (_, key: string) =>
    key === "name" ? (guestName ?? "") : key === "visit" ? visit : branchName,
  );
  const trimmed = filled.trim();
  return trimmed === "" ? null : trimmed;
}

function leaveNameOut(text: string, language: Language): string {
  if (!text.includes("{name}")) return text;
  const left = text
    .replace(NAME_AT_HEAD, (_, before: string, next: string) =>
      before.concat(next.toLocaleUpperCase(language)),
    )
    .replace(NAME_WITH_COMMA, "");
  // Of a text that was the name alone, its punctuation says nothing.
  return left === text || /[\p{L}\p{N}]/u.test(left) ? left : "";
}

/** A text's paragraphs: an empty line parts them. */
export function splitParagraphs(text: string | null): string[] {
  return (text ?? "")
    .split(/\n\s*\n/)
    .map((each) => each.trim())
    .filter((each) => each !== "");
}
