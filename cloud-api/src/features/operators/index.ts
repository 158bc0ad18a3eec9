import type { Feature } from "../../feature.ts";
import { registerOperators, TAG } from "./routes.ts";

/** What whoever runs this Foyer does with companies. It reads none of their customers. */
export const operators: Feature = {
  name: "operators",
  dependsOn: ["tenants", "access", "branches", "ingest"],
  routes: registerOperators,
  tag: TAG,
};
