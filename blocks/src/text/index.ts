import type { Block } from "../block.ts";
import { openTemplates } from "../template.ts";
import { readTextFields, type TextFields, viewText } from "./rules.ts";

const render = openTemplates(new URL(".", import.meta.url));

/** Paragraphs: `text`, an empty line between each two, with {name}, {visit} and {branch}. */
export const text: Block<TextFields> = {
  kind: "text",
  stages: ["before"],
  readFields: readTextFields,
  render: (fields, context) => render("text", viewText(fields, context)),
};
