import { createHash } from "node:crypto";
import type { LocalText } from "@foyer/contract";
import type { ReadFields } from "./block.ts";
import { readLocalText } from "./local-text.ts";

/** In the settings themselves, which the box holds when its uplink is down: keep it small. */
export const SOURCE_CHARACTERS_MAX = 48 * 1024;
/** The same as a file: base64 writes three bytes as four characters. */
export const PICTURE_BYTES_MAX = Math.floor((SOURCE_CHARACTERS_MAX - 64) / 4) * 3;
export const ALT_CHARACTERS_MAX = 200;
const LIGHTER = {
  avif: /^data:image\/avif;base64,[A-Za-z0-9+/]+={0,2}$/,
  webp: /^data:image\/webp;base64,[A-Za-z0-9+/]+={0,2}$/,
};
const SOURCE = /^data:image\/(png|jpeg|webp|svg\+xml);base64,[A-Za-z0-9+/]+={0,2}$/;

/**
 * `source` is a data: URL; `avif` and `webp` the same picture for browsers that read these, where it weighs
 * less so; `alt` its words for those who do not see it.
 */
export type Picture = {
  source: string;
  avif: string | null;
  webp: string | null;
  alt: LocalText | null;
};

export function readPicture(fields: Record<string, unknown>): ReadFields<Picture> {
  const { source } = fields;
  if (typeof source !== "string" || source.length > SOURCE_CHARACTERS_MAX || !SOURCE.test(source))
    return {
      kind: "invalid",
      reason: `source is not a data: URL of a PNG, JPEG, WebP or SVG of at most ${SOURCE_CHARACTERS_MAX} characters`,
    };
  const avif = readLighter(fields, "avif");
  if (avif.kind === "invalid") return avif;
  const webp = readLighter(fields, "webp");
  if (webp.kind === "invalid") return webp;
  const alt = readLocalText(fields, "alt", ALT_CHARACTERS_MAX);
  if (alt.kind === "invalid") return alt;
  const lighter = { avif: avif.fields, webp: webp.fields };
  return { kind: "fields", fields: { source, ...lighter, alt: alt.fields } };
}

/** None is fine. */
function readLighter(
  fields: Record<string, unknown>,
  form: keyof typeof LIGHTER,
): ReadFields<string | null> {
  const { [form]: url = null } = fields;
  if (url === null) return { kind: "fields", fields: null };
  if (typeof url === "string" && url.length <= SOURCE_CHARACTERS_MAX && LIGHTER[form].test(url))
    return { kind: "fields", fields: url };
  const name = form === "avif" ? "an AVIF" : "a WebP";
  return {
    kind: "invalid",
    reason: `${form} is not a data: URL of ${name} of at most ${SOURCE_CHARACTERS_MAX} characters`,
  };
}

/** Which pictures a browser reads: `source` alone, or AVIF and WebP as well. */
export type Reads = "source" | "lighter";

/** What a picture weighs as a file, in a browser that has no WebP or in one that reads all. */
export function countBytes(
  { source, avif, webp }: Pick<Picture, "source" | "avif" | "webp">,
  reads: Reads,
): number {
  const url = reads === "source" ? source : (avif ?? webp ?? source);
  const text = url.slice(url.indexOf(",") + 1).replace(/=+$/, "");
  return Math.floor((text.length * 3) / 4);
}

/** Where `picture.eta` lies, which draws a picture for every block: they include it. */
export const PICTURE_FOLDER = new URL(".", import.meta.url);

/** A picture as that takes it: a browser loads the first form it reads (HTML §4.8.4.3.6). */
export type PictureView = Omit<Picture, "alt"> & { alt: string } & Partial<{
    style: string;
    isLater: boolean;
    isAsync: boolean;
  }>;

/** Where the portal serves a picture, by what it holds: `source` is its data: URL. */
export function pathOfPicture(source: string): string {
  return `/pictures/${createHash("sha256").update(source).digest("hex")}`;
}

/**
 * The HTML of blocks, its pictures by their paths. `findPath` may know them already: working one out
 * reads the whole picture.
 */
export function namePictures(
  html: string,
  findPath: (source: string) => string | undefined = pathOfPicture,
): string {
  if (!html.includes('="data:')) return html;
  return html.replaceAll(/ (src|srcset)="(data:[^"]+)"/g, (whole, name: string, source: string) => {
    const path = findPath(source);
    return path === undefined ? whole : ` ${name}="${path}"`;
  });
}
