import { fileURLToPath } from "node:url";
import type { BranchSettings, Language } from "@foyer/contract";
import { Eta } from "eta";
import { languageNames, type Translate } from "../language.ts";
import { type Palette, paletteOf } from "./colours.ts";

const eta = new Eta({
  views: fileURLToPath(new URL(".", import.meta.url)),
  autoEscape: true,
  cache: true,
  // The words of guests and branches never reach a template's source, only its values.
  useWith: false,
});

/** What surrounds every page. */
export type Frame = {
  settings: BranchSettings | null;
  language: Language;
  t: Translate;
  title: string;
  /** Of this answer: the one stylesheet that the content security policy lets in. */
  nonce: string;
  /** Where the same page is to be had in another language. */
  hrefIn: (language: Language) => string;
  refresh?: { seconds: number; url: string } | undefined;
};

const ACCENT_DEFAULT = "#2f5d50";
const palettes = new Map<string, Palette>();

/** A whole page, as HTML in UTF-8: `template` names a file of this folder. */
export function renderPage(frame: Frame, template: string, view: object): string {
  const { settings, language, t } = frame;
  const body = eta.render(`./${template}`, { ...view, t, language });
  const accent = settings?.brand.accentColour ?? ACCENT_DEFAULT;
  const palette = palettes.get(accent) ?? paletteOf(accent);
  palettes.set(accent, palette);
  return eta.render("./layout", {
    ...frame,
    body,
    palette,
    brandName: settings?.brand.name ?? "Wi-Fi",
    branchName: settings && placeOf(settings),
    logo: settings?.brand.logo ?? null,
    languages: (settings?.branch.languages ?? ["en", "vi"]).map((each) => ({
      language: each,
      name: languageNames[each],
      href: frame.hrefIn(each),
      current: each === language,
    })),
  });
}

/** The branch's name beside its brand's, which is often part of it. */
function placeOf({ brand, branch }: BranchSettings): string | null {
  const place = branch.name.startsWith(brand.name)
    ? branch.name.slice(brand.name.length)
    : branch.name;
  return place.replace(/^[\s,–-]+/, "") || null;
}
