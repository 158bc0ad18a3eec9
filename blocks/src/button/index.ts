import type { Block } from "../block.ts";
import { openTemplates } from "../template.ts";
import { type ButtonFields, readButtonFields, viewButton } from "./rules.ts";

const render = openTemplates(new URL(".", import.meta.url));

/** A button that leads to a page of the shop's: `label` and `url`. After access: nothing is reached before. */
export const button: Block<ButtonFields> = {
  kind: "button",
  stages: ["after"],
  readFields: readButtonFields,
  render: (fields, context) => render("button", viewButton(fields, context)),
};
