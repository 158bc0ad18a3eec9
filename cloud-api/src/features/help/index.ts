import { join } from "node:path";
import type { Feature } from "../../feature.ts";
import { helpRoutes, TAG } from "./routes.ts";

/** How Foyer is worked with, in articles beside this file, and what changed in it. */
export const help: Feature = {
  name: "help",
  dependsOn: ["access"],
  migrations: join(import.meta.dirname, "migrations"),
  routes: helpRoutes,
  tag: TAG,
};
