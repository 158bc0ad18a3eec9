import { openTemplates } from "@foyer/blocks";
import type { BranchSettings, Language } from "@foyer/contract";
import type { FastifyInstance, FastifyReply } from "fastify";
import { directionOf, languageNames, type Translate } from "../language.ts";
import { findBackgroundPath } from "../pages/pictures.ts";

declare module "fastify" {
  interface FastifyReply {
    /** Answers with a template of this folder inside the layout. */
    view(template: string, values: object): FastifyReply;
  }
}

/** The words of guests and branches never reach a template's source, only its values. */
const draw = openTemplates(new URL(".", import.meta.url));

/** From here on `reply.view` draws. */
export function registerViews(app: FastifyInstance): void {
  app.decorateReply("view", function (this: FastifyReply, template: string, values: object) {
    const html = draw("layout", { ...values, body: draw(template, values) });
    return this.type("text/html; charset=utf-8").send(html);
  });
}

/** What surrounds every page. */
export type Frame = {
  settings: BranchSettings | null;
  language: Language;
  t: Translate;
  title: string;
  /** The page's one stylesheet. */
  sheet: string;
  /** Where the same page is to be had in another language. */
  hrefIn: (language: Language) => string;
  refresh?: { seconds: number; url: string } | undefined;
};

/** The values that the layout and every template in it are drawn with, beside the page's own. */
export function frameValues(frame: Frame) {
  const { settings, language, t, title, sheet, refresh, hrefIn } = frame;
  return {
    language,
    direction: directionOf(language),
    background: settings && findBackgroundPath(settings),
    t,
    title,
    sheet,
    refresh,
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
