import type { Block } from "../block.ts";
import { openTemplates } from "../template.ts";
import en from "./locales/en.json" with { type: "json" };
import fa from "./locales/fa.json" with { type: "json" };
import vi from "./locales/vi.json" with { type: "json" };
import { readSocialFields, type SocialFields, viewSocial } from "./rules.ts";

const render = openTemplates(new URL(".", import.meta.url));
const words = { en, fa, vi };

/** Where else the shop is to be found: `links`, each with `network` and `url`. */
export const social: Block<SocialFields> = {
  kind: "social",
  stages: ["after"],
  readFields: readSocialFields,
  render: (fields, context) =>
    render("social", viewSocial(fields, context, words[context.language])),
  style: () => STYLE,
};

const STYLE = `.social{margin:1.5rem 0 1rem}
.social ul{display:flex;flex-wrap:wrap;gap:.5rem;list-style:none;margin:.5rem 0 0;padding:0}
.social a{display:block;padding:.65rem 1.1rem;border-radius:9rem;background:var(--wash);font-weight:600;font-size:1rem;line-height:1.5rem;text-decoration:none}`;
