import type { Feature } from "../../feature.ts";
import { registerTemplates, TAG } from "./routes.ts";

/** Pages for the usual cases, good to look at before anything of them is changed. */
export const pageTemplates: Feature = {
  name: "page-templates",
  dependsOn: ["pages"],
  routes: registerTemplates,
  tag: TAG,
};
