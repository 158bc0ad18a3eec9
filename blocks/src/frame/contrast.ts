import type { Brand } from "@foyer/contract";
import { contrastOf, DARK_SURFACE, LIGHT_SURFACE, paletteOf } from "./colours.ts";
import { DARK_PAPER, DARK_PAPER_WORDS, LIGHT_PAPER, LIGHT_PAPER_WORDS } from "./papers.ts";
import { schemesOf } from "./scheme.ts";

/** How well something of a brand's pages is read. Colours are #rrggbb. */
export type ContrastCheck = {
  /** What is read: words on a button; links and words on the page by day and by night. */
  what: "button" | "link-light" | "link-dark" | "words-light" | "words-dark";
  /** The brand's own colour for it, and the ratio that it would have as it is. */
  asked: string;
  askedRatio: number;
  /** What guests see instead where that is too little; the same where it is enough. */
  letters: string;
  ground: string;
  ratio: number;
};

/**
 * WCAG 2.2 §1.4.3, of each pair of colours that a brand's choice makes. What guests see is always
 * enough, since the sheet moves a colour that is not: this says where it has to.
 */
export function checkContrast({
  accentColour,
  pageColour,
}: Pick<Brand, "accentColour" | "pageColour">): ContrastCheck[] {
  const { accent, ink, accentOnLight, accentOnDark } = paletteOf(accentColour);
  const schemes = pageColour ? schemesOf(pageColour, accentColour) : null;
  const button = {
    what: "button" as const,
    ...{ asked: accentColour, askedRatio: contrastOf(ink, accentColour) },
    ...{ letters: ink, ground: accent, ratio: contrastOf(ink, accent) },
  };
  const byTheme = (["light", "dark"] as const).flatMap((theme): ContrastCheck[] => {
    const isLight = theme === "light";
    const scheme = schemes?.[theme];
    const wash = scheme?.wash ?? (isLight ? LIGHT_SURFACE : DARK_SURFACE);
    const link = scheme?.link ?? (isLight ? accentOnLight : accentOnDark);
    const paper = scheme?.paper ?? (isLight ? LIGHT_PAPER : DARK_PAPER);
    const words = scheme?.words ?? (isLight ? LIGHT_PAPER_WORDS : DARK_PAPER_WORDS);
    // By night the page's colour is another one on purpose: only by day is it what was chosen.
    const asked = isLight ? (pageColour ?? paper) : paper;
    return [
      {
        what: isLight ? "words-light" : "words-dark",
        ...{ asked, askedRatio: contrastOf(words, asked) },
        ...{ letters: words, ground: paper, ratio: contrastOf(words, paper) },
      },
      {
        what: isLight ? "link-light" : "link-dark",
        ...{ asked: accentColour, askedRatio: contrastOf(accentColour, wash) },
        ...{ letters: link, ground: wash, ratio: contrastOf(link, wash) },
      },
    ];
  });
  return [button, ...byTheme];
}
