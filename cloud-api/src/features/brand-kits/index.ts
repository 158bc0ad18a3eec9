import type { Feature } from "../../feature.ts";
import { dressMoved } from "./moved.ts";
import { registerKitPreview } from "./preview-routes.ts";
import { registerKits, TAG } from "./routes.ts";

/** How guests see the company and each of its brands, wherever they meet a page of it. */
export const brandKits: Feature = {
  name: "brand-kits",
  dependsOn: ["tenants", "branches", "customers", "pages"],
  permissions: {
    "brand-kits.read": { roles: ["marketer", "manager", "viewer"], covers: "branches" },
    "brand-kits.edit": { roles: ["marketer", "manager"], covers: "branches" },
  },
  routes: (routes, context) => {
    registerKits(routes, context);
    registerKitPreview(routes, context);
  },
  hooks: { dressMoved },
  tag: TAG,
};
