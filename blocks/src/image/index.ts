import type { Block } from "../block.ts";
import { countBytes, type Picture } from "../picture.ts";
import { openTemplates } from "../template.ts";
import { readImageFields, viewImage } from "./rules.ts";

const render = openTemplates(new URL(".", import.meta.url));

/** One picture: `source`, a data: URL, and `alt`, its words for those who do not see it. */
export const image: Block<Picture> = {
  kind: "image",
  stages: ["before"],
  readFields: readImageFields,
  render: (fields, context) => render("image", viewImage(fields, context)),
  countPictureBytes: countBytes,
};
