import type { Block } from "../block.ts";
import { PICTURE_FOLDER } from "../picture.ts";
import { openTemplates } from "../template.ts";
import {
  countSetBytes,
  type PicturesFields,
  readPicturesFields,
  stylePictures,
  viewPictures,
} from "./rules.ts";

const render = openTemplates(new URL(".", import.meta.url), PICTURE_FOLDER);

/** Pictures that take turns: `pictures`, each with `source`, `avif`, `webp` and `alt`. */
export const pictures: Block<PicturesFields> = {
  kind: "pictures",
  stages: ["before"],
  readFields: readPicturesFields,
  render: (fields, context) => render("pictures", viewPictures(fields, context)),
  style: stylePictures,
  countPictureBytes: countSetBytes,
};
