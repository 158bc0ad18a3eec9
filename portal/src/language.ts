import {
  makeTranslator,
  type Translate as Saying,
  WAY_IN_WORDS,
  type WayInKey,
} from "@foyer/blocks";
import type { Language } from "@foyer/contract";
import en from "./locales/en.json" with { type: "json" };
import fa from "./locales/fa.json" with { type: "json" };
import vi from "./locales/vi.json" with { type: "json" };

export type MessageKey = keyof typeof en | WayInKey;
/** Says one message in the guest's language. Plain text: the template escapes it. */
export type Translate = Saying<MessageKey>;

/** The digits of Persian and Arabic keyboards as the programs behind the fields read them. */
export function toPlainDigits(text: string): string {
  return text.replaceAll(/[\u0660-\u0669\u06f0-\u06f9]/g, (digit) =>
    String((digit.codePointAt(0) ?? 0) % 16),
  );
}

const words = { en, fa, vi };

/**
 * The branch's language that the browser wants most (RFC 9110 §12.5.4), or the branch's first.
 * `vi-VN` is served by `vi`.
 */
export function chooseLanguage(
  acceptLanguage: string | undefined,
  languages: readonly Language[],
): Language {
  for (const tag of listWanted(acceptLanguage ?? "")) {
    const language = languages.find((each) => each === tag);
    if (language) return language;
  }
  return languages[0] ?? "en";
}

/** What browsers ask for: a few headers are those of nearly all phones. */
const wantedBy = new Map<string, readonly string[]>();
const WANTED_MAX = 200;

function listWanted(acceptLanguage: string): readonly string[] {
  const known = wantedBy.get(acceptLanguage);
  if (known) return known;
  const wanted = acceptLanguage
    .split(",")
    .map((part) => {
      const [tag = "", ...parameters] = part.trim().split(";");
      const quality = parameters.find((each) => each.trim().startsWith("q="));
      return {
        tag: tag.trim().toLowerCase().split("-", 1)[0] ?? "",
        quality: quality ? Number(quality.trim().slice(2)) : 1,
      };
    })
    .filter((each) => each.quality > 0)
    .toSorted((one, other) => other.quality - one.quality)
    .map(({ tag }) => tag);
  if (wantedBy.size >= WANTED_MAX) wantedBy.clear();
  wantedBy.set(acceptLanguage, wanted);
  return wanted;
}

const translators = new Map<Language, Translate>();

/** Says messages in a language; made once, since what counts and writes numbers is slow to make. */
export function translatorOf(language: Language): Translate {
  const translate =
    translators.get(language) ??
    makeTranslator({ ...WAY_IN_WORDS[language], ...words[language] }, language);
  translators.set(language, translate);
  return translate;
}
