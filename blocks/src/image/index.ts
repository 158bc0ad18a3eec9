import type { Block } from "../block.ts";
import { openTemplates } from "../template.ts";
import { type ImageFields, readImageFields, viewImage } from "./rules.ts";

const render = openTemplates(new URL(".", import.meta.url));

/** One picture: `source`, a data: URL, and `alt`, its words for those who do not see it. */
export const image: Block<ImageFields> = {
  kind: "image",
  readFields: readImageFields,
  render: (fields, context) => render("image", viewImage(fields, context)),
};
