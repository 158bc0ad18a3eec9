import { type Static, Type } from "typebox";

const Words = Type.String({ maxLength: 4000 });

/** Words in each language the branch speaks; a missing one falls back to the branch's first. */
export const LocalText = Type.Partial(Type.Object({ vi: Words, en: Words, fa: Words }));
export type LocalText = Static<typeof LocalText>;

/** Whether it says anything in any of the languages. */
export function hasWords(text: LocalText, languages: readonly (keyof LocalText)[]): boolean {
  return languages.some((language) => (text[language] ?? "").trim() !== "");
}

/** The words in a language, else in any that has some. */
export function chooseWords(text: LocalText, language: keyof LocalText): string {
  const words = [text[language], text.vi, text.en, text.fa];
  return words.find((each) => each !== undefined && each.trim() !== "") ?? "";
}
