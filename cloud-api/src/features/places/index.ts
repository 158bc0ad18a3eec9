import { join } from "node:path";
import type { Feature } from "../../feature.ts";
import { placeRoutes, TAG } from "./routes.ts";

export { listBranchPlaces } from "./queries.ts";

/** Where customers live, by areas that show no single home, and where branches stand. */
export const places: Feature = {
  name: "places",
  dependsOn: ["branches", "customers"],
  migrations: join(import.meta.dirname, "migrations"),
  permissions: { "places.read": ["manager", "viewer"] },
  routes: placeRoutes,
  tag: TAG,
};
