import type { Feature } from "../../feature.ts";
import { registerAudit, TAG } from "./routes.ts";

/** Who did what to which record, as it was written with each change. */
export const audit: Feature = {
  name: "audit",
  dependsOn: ["access"],
  permissions: { "audit.read": ["admin"] },
  routes: registerAudit,
  tag: TAG,
};
