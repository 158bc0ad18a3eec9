import type { BlockContext, ReadFields } from "../block.ts";
import { asFields, chooseTextFor, NO_OBJECT } from "../local-text.ts";
import { type Picture, type PictureView, readPicture } from "../picture.ts";

export function readImageFields(value: unknown): ReadFields<Picture> {
  const fields = asFields(value);
  return fields ? readPicture(fields) : NO_OBJECT;
}

/** A picture without words is decoration: an empty alternative text (HTML §4.8.4.4.5). */
export function viewImage({ alt, ...picture }: Picture, context: BlockContext): PictureView {
  return { ...picture, alt: chooseTextFor(alt, context) ?? "", style: "picture" };
}
