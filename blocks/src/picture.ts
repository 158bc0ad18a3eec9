import { createHash } from "node:crypto";
import type { LocalText } from "@foyer/contract";
import type { ReadFields } from "./block.ts";
import { readLocalText } from "./local-text.ts";

/** In the settings themselves, which the box holds when its uplink is down: keep it small. */
export const SOURCE_CHARACTERS_MAX = 48 * 1024;
/** The same as a file: base64 writes three bytes as four characters. */
export const PICTURE_BYTES_MAX = Math.floor((SOURCE_CHARACTERS_MAX - 64) / 4) * 3;
export const ALT_CHARACTERS_MAX = 200;
const WEBP = /^data:image\/webp;base64,[A-Za-z0-9+/]+={0,2}$/;
const SOURCE = /^data:image\/(png|jpeg|webp|svg\+xml);base64,[A-Za-z0-9+/]+={0,2}$/;

/**
 * `source` is a data: URL; `webp` the same picture for browsers that read WebP, which weighs less there;
 * `alt` its words for those who do not see it.
 */
export type Picture = { source: string; webp: string | null; alt: LocalText | null };

export function readPicture(fields: Record<string, unknown>): ReadFields<Picture> {
  const { source, webp = null } = fields;
  if (typeof source !== "string" || source.length > SOURCE_CHARACTERS_MAX || !SOURCE.test(source))
    return {
      kind: "invalid",
      reason: `source is not a data: URL of a PNG, JPEG, WebP or SVG of at most ${SOURCE_CHARACTERS_MAX} characters`,
    };
  const isWebp =
    typeof webp === "string" && webp.length <= SOURCE_CHARACTERS_MAX && WEBP.test(webp);
  if (webp !== null && !isWebp)
    return {
      kind: "invalid",
      reason: `webp is not a data: URL of a WebP of at most ${SOURCE_CHARACTERS_MAX} characters`,
    };
  const alt = readLocalText(fields, "alt", ALT_CHARACTERS_MAX);
  if (alt.kind === "invalid") return alt;
  return { kind: "fields", fields: { source, webp: isWebp ? webp : null, alt: alt.fields } };
}

/** What a picture weighs as a file, in the browser that has no WebP. */
export function countBytes({ source }: Pick<Picture, "source">): number {
  const text = source.slice(source.indexOf(",") + 1).replace(/=+$/, "");
  return Math.floor((text.length * 3) / 4);
}

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
