import { join } from "node:path";
import type { Feature } from "../../feature.ts";
import { registerGuestPages } from "./guest-routes.ts";
import { registerLinks, TAG } from "./routes.ts";

/** Links to a survey, each good for one answer: for guests who are not on the Wi-Fi any more. */
export const surveyLinks: Feature = {
  name: "survey-links",
  dependsOn: ["access", "branches", "customers", "surveys", "coupons"],
  migrations: join(import.meta.dirname, "migrations"),
  permissions: {
    "survey-links.make": { roles: ["manager", "cashier"], covers: "branches" },
  },
  routes: (routes, context) => {
    registerLinks(routes, context);
    registerGuestPages(routes, context);
  },
  tag: TAG,
};
