import type { Block } from "../block.ts";
import { openTemplates } from "../template.ts";
import { type HeadingFields, readHeadingFields, viewHeading } from "./rules.ts";

const render = openTemplates(new URL(".", import.meta.url));

/** A heading within the page: `text`, with {name}, {visit} and {branch}. */
export const heading: Block<HeadingFields> = {
  kind: "heading",
  stages: ["before"],
  readFields: readHeadingFields,
  render: (fields, context) => render("heading", viewHeading(fields, context)),
};
