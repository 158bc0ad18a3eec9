import type { Language } from "@foyer/contract";
import type { BlockContext } from "./block.ts";
import { isolateIn } from "./isolate.ts";

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
  // One pass, so that a guest who calls themselves "{visit}" is shown as just that.
  let filled = "";
  let isHole = false;
  for (const piece of piecesOf(text, guestName === null ? language : null)) {
    if (!isHole) filled += piece;
    else if (piece === "name") filled += isolateIn(language, guestName ?? "");
    else if (piece === "visit")
      filled += visitNumber === null ? "" : numberFormatOf(language).format(visitNumber);
    else filled += isolateIn(language, branchName);
    isHole = !isHole;
  }
  const trimmed = filled.trim();
  return trimmed === "" ? null : trimmed;
}

const HOLE = /\{(name|visit|branch)\}/;
/** Texts are the settings', the same for all guests: they are taken apart once. Nothing of a guest is here. */
const taken = new Map<Language | null, Map<string, readonly string[]>>();
/** In each language, and with a name. */
const TAKEN_MAX = 200;

/** What a text is made of: its words, and at each second place what is to be filled in between them. */
function piecesOf(text: string, namelessIn: Language | null): readonly string[] {
  const all = taken.get(namelessIn) ?? new Map<string, readonly string[]>();
  taken.set(namelessIn, all);
  const known = all.get(text);
  if (known) return known;
  const pieces = (namelessIn === null ? text : leaveNameOut(text, namelessIn)).split(HOLE);
  if (all.size >= TAKEN_MAX) all.clear();
  all.set(text, pieces);
  return pieces;
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
  if (!text) return [];
  return (text.includes("\n") ? text.split(/\n\s*\n/) : [text])
    .map((each) => each.trim())
    .filter((each) => each !== "");
}
