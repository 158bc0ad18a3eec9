import type { AskedText, Brand as WornBrand } from "@foyer/contract";

/** How guests see a brand, but for its name. */
export type Look = Omit<WornBrand, "name">;

/** Legal texts as guests are asked by them; `{branch}` is filled in where they are put. */
export type Kit = { look: Look | null; texts: AskedText[] | null };

export const NO_KIT: Kit = { look: null, texts: null };

/** What a new company's first brand looks like. */
export const FIRST_LOOK: Look = { accentColour: "#0b6e4f", logo: null };

/** What a brand wears: what is its own, and for the rest what is the company's. */
export function resolveKit(own: Kit, company: Kit): { look: Look; texts: AskedText[] | null } {
  return {
    look: own.look ?? company.look ?? FIRST_LOOK,
    texts: own.texts ?? company.texts,
  };
}

/** The part of a branch's settings that a brand's name and look make. */
export function wearLook(name: string, look: Look): WornBrand {
  return { name, ...look };
}

/** The texts at a branch: its name stands in them, and each has the version that it has there. */
export function placeTexts(
  texts: readonly AskedText[],
  { branchName, standing }: { branchName: string; standing: readonly AskedText[] },
): AskedText[] {
  return texts.map((text) => {
    const placed = fillBranch(text, branchName);
    const before = standing.find(({ purpose }) => purpose === text.purpose);
    if (!before) return placed;
    // Who agreed to these words is not asked again; other words are never an older version.
    const version = isSameText(before, placed)
      ? before.version
      : Math.max(text.version, before.version + 1);
    return { ...placed, version };
  });
}

/** Whether a branch asks by these texts and no others, whichever versions they have there. */
export function wearsTexts(
  texts: readonly AskedText[],
  { branchName, standing }: { branchName: string; standing: readonly AskedText[] },
): boolean {
  return (
    texts.length === standing.length &&
    texts.every((text) => {
      const there = standing.find(({ purpose }) => purpose === text.purpose);
      return there !== undefined && isSameText(there, fillBranch(text, branchName));
    })
  );
}

/**
 * Texts as they are kept: one that says the same keeps its version, and other words get one above all
 * that any branch has.
 */
export function numberTexts(
  texts: readonly Omit<AskedText, "version">[],
  { before, standing }: { before: readonly AskedText[]; standing: readonly AskedText[] },
): AskedText[] {
  return texts.map((text) => {
    const same = before.find((each) => each.purpose === text.purpose && isSameText(each, text));
    const taken = [...before, ...standing].filter(({ purpose }) => purpose === text.purpose);
    const next = Math.max(0, ...taken.map(({ version }) => version)) + 1;
    return { ...text, version: same?.version ?? next };
  });
}

type Words = Pick<AskedText, "label" | "body" | "channels">;

function isSameText(one: Words, other: Words): boolean {
  return sayAll(one) === sayAll(other);
}

function sayAll({ label, body, channels = [] }: Words): string {
  // A language without words is no language of the text.
  const inOrder = (words: Words["label"]) =>
    Object.entries(words)
      .filter(([, text]) => text !== "")
      .toSorted(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([inOrder(label), inOrder(body), channels]);
}

function fillBranch<Text extends Words>(text: Text, branchName: string): Text {
  const fill = (words: Words["label"]): Words["label"] =>
    Object.fromEntries(
      Object.entries(words).map(([language, each]) => [
        language,
        // Of a function, since "$&" in a text to put means something else.
        each.replaceAll("{branch}", () => branchName),
      ]),
    );
  return { ...text, label: fill(text.label), body: fill(text.body) };
}
