import type { LocalText } from "@foyer/contract";
import type { BlockContext, ReadFields } from "../block.ts";
import { asFields, chooseText, readLocalText } from "../local-text.ts";

/** In the settings themselves, which the box holds when its uplink is down: keep it small. */
export const SOURCE_CHARACTERS_MAX = 48 * 1024;
export const ALT_CHARACTERS_MAX = 200;
const SOURCE = /^data:image\/(png|jpeg|webp|svg\+xml);base64,[A-Za-z0-9+/]+={0,2}$/;

export type ImageFields = { source: string; alt: LocalText | null };

export function readImageFields(value: unknown): ReadFields<ImageFields> {
  const fields = asFields(value);
  if (!fields) return { kind: "invalid", reason: "fields is not an object" };
  const { source } = fields;
  if (typeof source !== "string" || source.length > SOURCE_CHARACTERS_MAX || !SOURCE.test(source))
    return {
      kind: "invalid",
      reason: `source is not a data: URL of a PNG, JPEG, WebP or SVG of at most ${SOURCE_CHARACTERS_MAX} characters`,
    };
  const alt = readLocalText(fields, "alt", ALT_CHARACTERS_MAX);
  if (alt.kind === "invalid") return alt;
  return { kind: "fields", fields: { source, alt: alt.fields } };
}

/** A picture without words is decoration: an empty alternative text (HTML §4.8.4.4.5). */
export function viewImage(fields: ImageFields, context: BlockContext) {
  const alt = chooseText(fields.alt, context.language, context.languages) ?? "";
  return { source: fields.source, alt };
}
