import { join } from "node:path";
import type { Feature } from "../../feature.ts";
import { registerApp } from "./app-routes.ts";
import { registerDeskFiles } from "./file-routes.ts";
import { registerDesk, TAG } from "./routes.ts";

/** Surveys filled in by staff: by an app of its own, which keeps answers while it is offline. */
export const answerDesk: Feature = {
  name: "answer-desk",
  dependsOn: ["access", "branches", "customers", "surveys", "coupons"],
  migrations: join(import.meta.dirname, "migrations"),
  permissions: { "answer-desk.take": { roles: ["manager", "cashier"], covers: "branches" } },
  routes: (routes, context) => {
    registerDesk(routes, context);
    registerDeskFiles(routes, context);
    registerApp(routes);
  },
  tag: TAG,
};
