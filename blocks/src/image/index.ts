import type { Block } from "../block.ts";
import { countBytes, PICTURE_FOLDER, type Picture } from "../picture.ts";
import { openTemplates } from "../template.ts";
import { readImageFields, viewImage } from "./rules.ts";

const render = openTemplates(PICTURE_FOLDER);

/**
 * One picture: `source`, a data: URL, `avif` and `webp`, the same for browsers that read these, and `alt`,
 * its words for those who do not see it.
 */
export const image: Block<Picture> = {
  kind: "image",
  stages: ["before"],
  readFields: readImageFields,
  render: (fields, context) => render("picture", viewImage(fields, context)),
  countPictureBytes: countBytes,
};
