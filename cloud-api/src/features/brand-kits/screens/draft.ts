import type { KitReply, Look, WrittenText } from "../schema.ts";

/** A kit as somebody changes it. */
export type Draft = {
  look: Look | null;
  texts: WrittenText[] | null;
  /** Branches with their own that take the brand's as it is saved. */
  putLookOn: readonly string[];
  putTextsOn: readonly string[];
};

export function draftOf({ look, texts }: Pick<KitReply, "look" | "texts">): Draft {
  return { look, texts: texts?.map(withoutVersion) ?? null, putLookOn: [], putTextsOn: [] };
}

export const withoutVersion = ({ purpose, label, body, channels }: WrittenText): WrittenText => ({
  ...{ purpose, label, body },
  ...(channels && { channels }),
});

/** What of a look is changed; undefined: it has none of that any more. */
export type LookChange = { [Part in keyof Look]?: Look[Part] | undefined };

export function changeLook(look: Look, change: LookChange): Look {
  const parts = Object.entries({ ...look, ...change }).filter(([, part]) => part !== undefined);
  return Object.fromEntries(parts) as Look;
}

export function isSame(one: Draft, other: Draft): boolean {
  return sayInOrder(one) === sayInOrder(other);
}

/** The same for the same values, in whichever order they were put together. */
function sayInOrder(draft: Draft): string {
  return JSON.stringify(draft, (_, value: unknown) =>
    typeof value === "object" && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );
}

/** How a look is seen while links of it are being typed. */
export function shownLook(look: Look | null): Look | null {
  if (!look?.links) return look;
  return { ...look, links: look.links.filter(({ url }) => isWebAddress(url)) };
}

/** Why it cannot be saved yet; null: nothing. */
export function findFault({ look, texts }: Draft): "links" | "terms" | "words" | null {
  if (look?.links?.some(({ url }) => !isWebAddress(url))) return "links";
  if (!texts) return null;
  if (!texts.some(({ purpose }) => purpose === "terms")) return "terms";
  const hasWords = (words: WrittenText["label"]) =>
    Object.values(words).some((each) => each.trim() !== "");
  return texts.every(({ label, body }) => hasWords(label) && hasWords(body)) ? null : "words";
}

export function isWebAddress(text: string): boolean {
  return /^https?:\/\/[^\s\\]+\.[^\s\\]+$/i.test(text) && URL.canParse(text);
}

/** What people paste and type, as an address. */
export function toWebAddress(typed: string): string {
  const text = typed.trim();
  return text === "" || /^https?:\/\//i.test(text) ? text : `https://${text}`;
}
