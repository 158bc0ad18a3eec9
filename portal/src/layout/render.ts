import view from "@fastify/view";
import type { BranchSettings, Language } from "@foyer/contract";
import { Eta } from "eta";
import type { FastifyInstance } from "fastify";
import { directionOf, languageNames, type Translate } from "../language.ts";
import { findBackgroundPath } from "../pages/pictures.ts";
import { type Palette, paletteOf } from "./colours.ts";
import { typeOf } from "./fonts.ts";
import { schemesOf } from "./scheme.ts";

/** From here on `reply.view` draws a template of this folder inside the layout. */
export async function registerViews(app: FastifyInstance): Promise<void> {
  // The words of guests and branches never reach a template's source, only its values.
  const eta = new Eta({ views: import.meta.dirname, autoEscape: true, useWith: false });
  await app.register(view, {
    engine: { eta },
    root: import.meta.dirname,
    layout: "layout",
    // Compiled once: templates do not change under a running portal.
    production: true,
  });
}

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

/** The values that the layout and every template in it are drawn with, beside the page's own. */
export function frameValues(frame: Frame) {
  const { settings, language, t, title, nonce, refresh, hrefIn } = frame;
  const accent = settings?.brand.accentColour ?? ACCENT_DEFAULT;
  const palette = palettes.get(accent) ?? paletteOf(accent);
  palettes.set(accent, palette);
  return {
    language,
    direction: directionOf(language),
    type: typeOf(settings?.brand.font, language),
    schemes: settings?.brand.pageColour ? schemesOf(settings.brand.pageColour, accent) : null,
    background: settings && findBackgroundPath(settings),
    blockStyle: "",
    t,
    title,
    nonce,
    refresh,
    palette,
    brandName: settings?.brand.name ?? "Wi-Fi",
    place: settings && placeOf(settings),
    logo: settings?.brand.logo ?? null,
    languages: (settings?.branch.languages ?? (["en", "vi", "fa"] as const)).map((each) => ({
      language: each,
      name: languageNames[each],
      href: hrefIn(each),
      current: each === language,
    })),
  };
}

/** The branch's name beside its brand's, which is often part of it. */
function placeOf({ brand, branch }: BranchSettings): string | null {
  const place = branch.name.startsWith(brand.name)
    ? branch.name.slice(brand.name.length)
    : branch.name;
  return place.replace(/^[\s,–-]+/, "") || null;
}
