import {
  drawLayout,
  findPlace,
  type LayoutValues,
  openWholePages,
  WAY_IN_TEMPLATES,
} from "@foyer/blocks";
import type { BranchSettings, Language } from "@foyer/contract";
import type { FastifyInstance, FastifyReply } from "fastify";
import { onceForSettings } from "../of-settings.ts";
import { findBackgroundPath } from "../pages/pictures.ts";

declare module "fastify" {
  interface FastifyReply {
    /**
     * Answers with a template of this folder inside the layout, each with the values it calls `it`.
     * `sheet` is that of the frame, in UTF-8.
     */
    sendPage(template: string, values: object, frame: LayoutValues, sheet: Buffer): FastifyReply;
  }
}

/** The words of guests and branches never reach a template's source, only its values. */
const draw = openWholePages(new URL(".", import.meta.url), WAY_IN_TEMPLATES);

/** From here on `reply.sendPage` draws. */
export function registerViews(app: FastifyInstance): void {
  app.decorateReply(
    "sendPage",
    function (
      this: FastifyReply,
      template: string,
      values: object,
      frame: LayoutValues,
      sheet: Buffer,
    ) {
      const html = drawLayout({ ...frame, sheet: "" }, leadToFault(draw(template, values)));
      return this.header("content-type", "text/html; charset=utf-8").send(withSheet(html, sheet));
    },
  );
}

const FAULTY = ' aria-invalid="true"';
const FOCUSED = " autofocus";

/**
 * The first field that was not accepted has the focus. Far down a page its fault would stand below a
 * phone's window, where nothing seems to have happened. What guests type has its quotes escaped.
 */
const leadToFault = (body: string): string =>
  body.includes(FOCUSED) ? body : body.replace(FAULTY, FAULTY + FOCUSED);

const SHEET_BEGINS = "<style>";
/** Some dozens of pages. */
const PIECE_BYTES = 512 * 1024;

let piece = Buffer.alloc(0);
let used = 0;

/**
 * Memory for one page, behind that of the one before in the same piece, which goes when all of them
 * were sent: to ask for a piece for each, and to clear it away, takes longer than to write into it.
 */
function takeBytes(count: number): Buffer {
  if (piece.length - used < count) {
    piece = Buffer.allocUnsafeSlow(Math.max(PIECE_BYTES, count));
    used = 0;
  }
  used += count;
  return piece.subarray(used - count, used);
}

/**
 * A page drawn without its sheet, with it in its place. The sheet is most of a page and the same for
 * all guests: it is not turned into UTF-8 for each of them.
 */
function withSheet(html: string, sheet: Buffer): Buffer {
  // The first one: what stands before it is escaped.
  const at = html.indexOf(SHEET_BEGINS) + SHEET_BEGINS.length;
  const page = takeBytes(Buffer.byteLength(html) + sheet.length);
  const begun = page.write(html.slice(0, at));
  sheet.copy(page, begun);
  const end = begun + sheet.length + page.write(html.slice(at), begun + sheet.length);
  // Nothing of what was not written: that memory was somebody else's.
  return page.subarray(0, end);
}

/** What surrounds every page. */
export type Frame = {
  settings: BranchSettings | null;
  language: Language;
  title: string;
  /** The page's one stylesheet. */
  sheet: string;
  /** Where the same page is to be had in another language. */
  hrefIn: (language: Language) => string;
  refresh?: { seconds: number; url: string } | undefined;
  /** What loads in a frame that is not seen. */
  unseen?: string | null | undefined;
};

/** The values that the layout is drawn with, beside what stands in it. */
export function frameValues(frame: Frame): LayoutValues {
  const { settings, language, title, sheet, refresh, hrefIn, unseen } = frame;
  const { languages, ...brand } = settings ? brandOf(settings) : NO_BRAND;
  return {
    ...{ language, title, sheet, refresh, unseen, ...brand },
    languages: languages.map((each) => ({ language: each, href: hrefIn(each) })),
  };
}

/** What is the branch's and its brand's on every page: worked out once for all guests. */
type Brand = Pick<LayoutValues, "background" | "brandName" | "place" | "logo"> & {
  languages: readonly Language[];
};

/** Of a box that has not heard of its settings yet. */
const NO_BRAND: Brand = {
  ...{ background: false, brandName: "Wi-Fi", place: null, logo: null },
  languages: ["en", "vi", "fa"],
};

const brandOf = onceForSettings(
  (settings): Brand => ({
    background: findBackgroundPath(settings) !== null,
    brandName: settings.brand.name,
    place: findPlace(settings.brand.name, settings.branch.name),
    logo: settings.brand.logo ?? null,
    languages: settings.branch.languages,
  }),
);
