import type { Block } from "../block.ts";
import { PICTURE_FOLDER } from "../picture.ts";
import { openTemplates } from "../template.ts";
import en from "./locales/en.json" with { type: "json" };
import fa from "./locales/fa.json" with { type: "json" };
import vi from "./locales/vi.json" with { type: "json" };
import { countStillBytes, readVideoFields, type VideoFields, viewVideo } from "./rules.ts";

const render = openTemplates(new URL(".", import.meta.url), PICTURE_FOLDER);
const words = { en, fa, vi };

/** A link to a video, which plays where it is kept: `title`, `url` and a `still` of it. */
export const video: Block<VideoFields> = {
  kind: "video",
  stages: ["after"],
  readFields: readVideoFields,
  render: (fields, context) => render("video", viewVideo(fields, context, words[context.language])),
  style: () => STYLE,
  countPictureBytes: countStillBytes,
};

const STYLE = `.video{position:relative;display:block;margin:1.25rem 0;border-radius:1.125rem;overflow:hidden;background:var(--wash);color:var(--words);text-decoration:none}
.video img{display:block;width:100%;aspect-ratio:16/9;object-fit:cover}
.video .play{display:flex;align-items:center;gap:.85rem;padding:.85rem 1rem;font-weight:600;line-height:1.4}
.video svg{flex:none;width:2.75rem;height:2.75rem;padding:.8rem;border-radius:50%;background:var(--accent);fill:var(--ink)}
.video small{display:block;font-weight:400;font-size:.9375rem;color:var(--quiet)}`;
