import type { Brand, Language } from "@foyer/contract";
import { openTemplates, openWholePages } from "../template.ts";
import { paletteOf } from "./colours.ts";
import { directionOf } from "./direction.ts";
import { typeOf } from "./fonts.ts";
import en from "./locales/en.json" with { type: "json" };
import fa from "./locales/fa.json" with { type: "json" };
import vi from "./locales/vi.json" with { type: "json" };
import { schemesOf } from "./scheme.ts";

const ACCENT_DEFAULT = "#2f5d50";
const FOLDER = new URL(".", import.meta.url);
const drawSheet = openTemplates(FOLDER);
const drawWhole = openWholePages(FOLDER);

export type Look = {
  /** Null: of a box that has not heard of one yet. */
  brand: Brand | null;
  language: Language;
  /** Where the picture behind the brand's name is to be had. */
  background: string | null;
  /** The rules that the page's blocks bring. */
  blockStyle: string;
};

/** The one stylesheet of a guest's page. Nothing of a guest is in it. */
export function drawStyle({ brand, language, background, blockStyle }: Look): string {
  const accent = brand?.accentColour ?? ACCENT_DEFAULT;
  const pageColour = brand?.pageColour;
  return drawSheet("sheet", {
    palette: paletteOf(accent),
    type: typeOf(brand?.font, language),
    schemes: pageColour ? schemesOf(pageColour, accent) : null,
    background,
    blockStyle,
  });
}

/** The same sheet for a phone that is set to one of the two, whichever device it is looked at on. */
export function inTheme(style: string, theme: "light" | "dark"): string {
  const asked = "@media(prefers-color-scheme:dark)";
  const own = style.replaceAll(asked, theme === "dark" ? "@media all" : "@media not all");
  // What the browser draws itself, such as an empty box to tick, would follow its own theme.
  return `${own}\n:root{color-scheme:only ${theme}}`;
}

const words = { en, fa, vi };
const languageNames: Record<Language, string> = { vi: "Tiếng Việt", en: "English", fa: "فارسی" };

export type LayoutValues = {
  language: Language;
  title: string;
  /** The page's one stylesheet. */
  sheet: string;
  brandName: string;
  /** The branch beside it; null: its name says nothing more. */
  place: string | null;
  logo: string | null;
  /** Whether a picture stands behind the brand's name. */
  background: boolean;
  /** The languages to choose from, and where the same page is to be had in each. */
  languages: readonly { language: Language; href: string }[];
  refresh?: { seconds: number; url: string } | undefined;
  /** A page in a frame that is not seen, outside of <main>; null, or absent: none. */
  unseen?: string | null | undefined;
};

/** A guest's whole page, with `body` within <main>. */
export const drawLayout = (values: LayoutValues, body: string): string =>
  drawWhole("layout", { ...valuesOfLayout(values), body });

/** All that the template calls `it`, but for the body. */
export function valuesOfLayout({ languages, ...values }: LayoutValues) {
  const { language } = values;
  return {
    ...values,
    direction: directionOf(language),
    words: words[language],
    languages: languages.map((each) => ({
      ...each,
      name: languageNames[each.language],
      current: each.language === language,
    })),
  };
}

/** The branch's name beside its brand's, which is often part of it; null: nothing is left of it. */
export function findPlace(brandName: string, branchName: string): string | null {
  const place = branchName.startsWith(brandName) ? branchName.slice(brandName.length) : branchName;
  return place.replace(/^[\s,–-]+/, "") || null;
}
