import type { Language } from "@foyer/contract";
import { isolateIn } from "./isolate.ts";

/** The messages of one language; `other` and `one` are forms that `{count}` chooses between. */
export type Words = Record<string, string | { one?: string; other: string }>;
export type MessageValues = Record<string, string | number>;
/** Says one message in the guest's language. Plain text: the template escapes it. */
export type Translate<Key extends string = string> = (key: Key, values?: MessageValues) => string;

/** `{count}` chooses between a message's forms as the language counts (Unicode CLDR). */
export function makeTranslator(words: Words, language: Language): Translate {
  const plural = new Intl.PluralRules(language);
  const number = new Intl.NumberFormat(language);
  return (key, values = {}) => {
    const forms = words[key] ?? key;
    const isOne = typeof values.count === "number" && plural.select(values.count) === "one";
    const message = typeof forms === "string" ? forms : ((isOne ? forms.one : null) ?? forms.other);
    if (!message.includes("{")) return message;
    return message.replace(/\{(\w+)\}/g, (hole, name: string) => {
      const value = values[name];
      if (value === undefined) return hole;
      return typeof value === "number" ? number.format(value) : isolateIn(language, value);
    });
  };
}
