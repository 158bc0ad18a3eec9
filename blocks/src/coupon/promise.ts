import type { LocalText } from "@foyer/contract";
import type { BlockContext } from "../block.ts";
import { chooseText } from "../local-text.ts";
import en from "./locales/en.json" with { type: "json" };
import fa from "./locales/fa.json" with { type: "json" };
import vi from "./locales/vi.json" with { type: "json" };

const WORDS = { en, fa, vi };

/** What an answer is given for, in a sentence; null: for nothing that has words. */
export function sayPromise(
  offer: LocalText | null,
  { language, languages }: Pick<BlockContext, "language" | "languages">,
): string | null {
  const chosen = chooseText(offer, language, [...languages, "vi", "en", "fa"]);
  return chosen && WORDS[language].promise.replace("{offer}", () => chosen);
}
