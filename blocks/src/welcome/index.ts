import type { Block } from "../block.ts";
import { openTemplates } from "../template.ts";
import en from "./locales/en.json" with { type: "json" };
import fa from "./locales/fa.json" with { type: "json" };
import vi from "./locales/vi.json" with { type: "json" };
import { readWelcomeFields, viewWelcome, type WelcomeFields } from "./rules.ts";

const render = openTemplates(new URL(".", import.meta.url));
const words = { en, fa, vi };

/** A greeting: `heading` and `text`, with {name}, {visit} and {branch} filled in. */
export const welcome: Block<WelcomeFields> = {
  kind: "welcome",
  stages: ["before"],
  readFields: readWelcomeFields,
  render: (fields, context) =>
    render("welcome", viewWelcome(fields, context, words[context.language])),
};
