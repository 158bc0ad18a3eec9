import { type Static, Type } from "typebox";
import { Url } from "./personal.ts";

const Colour = Type.String({ pattern: "^#[0-9a-fA-F]{6}$" });

/** A background picture, as the blocks' ones: in the settings, which the box holds by itself. */
const BackgroundPicture = Type.String({
  pattern: "^data:image/(png|jpeg|webp|svg\\+xml);base64,[A-Za-z0-9+/]+={0,2}$",
  maxLength: 64 * 1024,
});

/** Where else a shop is to be found. A network that a release does not know is left out by it. */
export const BrandLink = Type.Object({
  network: Type.String({ pattern: "^[a-z]+(-[a-z]+)*$", maxLength: 32 }),
  url: Url,
});
export type BrandLink = Static<typeof BrandLink>;
export const BRAND_LINKS_MAX = 8;

export const Brand = Type.Object({
  name: Type.String({ minLength: 1, maxLength: 100, pattern: "\\S" }),
  /** #rrggbb: buttons and links; the portal picks readable ink for it. */
  accentColour: Colour,
  /** An inline SVG or PNG data: URL, or null for the name in letters. */
  logo: Type.Union([
    Type.String({ pattern: "^data:image/(svg\\+xml|png|webp);base64,", maxLength: 8192 }),
    Type.Null(),
  ]),
  /** Behind the words; the portal makes readable ink and a dark scheme from it. Absent: its own. */
  pageColour: Type.Optional(Colour),
  /** Behind the name, at the head of each page. */
  background: Type.Optional(BackgroundPicture),
  /** Fonts that devices have: no page loads one. Absent: serif. */
  font: Type.Optional(
    Type.Union([Type.Literal("serif"), Type.Literal("sans"), Type.Literal("rounded")]),
  ),
  /** Below each page after access, unless the page says it itself. Absent: nowhere. */
  links: Type.Optional(Type.Array(BrandLink, { maxItems: BRAND_LINKS_MAX })),
});
export type Brand = Static<typeof Brand>;
