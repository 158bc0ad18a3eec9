import { join } from "node:path";
import type { Feature } from "../../feature.ts";
import { findBoxAlarms } from "./alarms.ts";
import { ingestRoutes } from "./routes.ts";

export { forgetUnread, purgeUnread } from "./queries.ts";
export { storePush } from "./store.ts";

/** Takes what boxes say into the tenant's log, once each, and thinks nothing of it. */
export const ingest: Feature = {
  name: "ingest",
  dependsOn: ["branches"],
  migrations: join(import.meta.dirname, "migrations"),
  permissions: { "events.read": ["admin"] },
  routes: ingestRoutes,
  hooks: { findBoxAlarms },
  tag: { name: "boxes", description: "What boxes say and ask, with their key" },
};
