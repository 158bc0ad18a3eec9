import { openWholePages } from "@foyer/blocks";
import type { BranchSettings, Language } from "@foyer/contract";
import type { FastifyInstance, FastifyReply } from "fastify";
import { directionOf, languageNames, type Translate } from "../language.ts";
import { onceForSettings } from "../of-settings.ts";
import { findBackgroundPath } from "../pages/pictures.ts";

declare module "fastify" {
  interface FastifyReply {
    /** Answers with a template of this folder inside the layout, each with the values it calls `it`. */
    sendPage(template: string, values: object, frame: FrameValues): FastifyReply;
  }
}

/** The words of guests and branches never reach a template's source, only its values. */
const draw = openWholePages(new URL(".", import.meta.url));

/** From here on `reply.sendPage` draws. */
export function registerViews(app: FastifyInstance): void {
  app.decorateReply(
    "sendPage",
    function (this: FastifyReply, template: string, values: object, frame: FrameValues) {
      const html = draw("layout", { ...frame, body: draw(template, values) });
      return this.header("content-type", "text/html; charset=utf-8").send(html);
    },
  );
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

export type FrameValues = ReturnType<typeof frameValues>;

/** The values that the layout is drawn with, beside what stands in it. */
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
    place: settings && findPlace(settings),
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
const findPlace = onceForSettings(({ brand, branch }): string | null => {
  const place = branch.name.startsWith(brand.name)
    ? branch.name.slice(brand.name.length)
    : branch.name;
  return place.replace(/^[\s,–-]+/, "") || null;
});
