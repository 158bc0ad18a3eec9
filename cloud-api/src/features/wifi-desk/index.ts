import { join } from "node:path";
import type { Feature } from "../../feature.ts";
import { deskHandlers, settleRules } from "./handlers.ts";
import { registerNas } from "./nas-routes.ts";
import { registerOnline } from "./online-routes.ts";
import { WIFI_PERMISSIONS } from "./permissions.ts";
import { listRulesInForce } from "./queries.ts";
import { registerDeviceRules } from "./rule-routes.ts";
import { registerTraces } from "./trace-routes.ts";

export { purgeRules } from "./purge.ts";
export { purgeTraces } from "./queries.ts";

/** Who is on the Wi-Fi just now, which devices are kept out or let in, and why a phone could not get on. */
export const wifiDesk: Feature = {
  name: "wifi-desk",
  dependsOn: ["branches", "boxes", "certificates", "customers", "visits"],
  migrations: join(import.meta.dirname, "migrations"),
  permissions: WIFI_PERMISSIONS,
  routes: (routes, context) => {
    registerOnline(routes, context);
    registerDeviceRules(routes, context);
    registerTraces(routes, context);
    registerNas(routes, context);
  },
  handlers: deskHandlers,
  settle: settleRules,
  hooks: { listDeviceRules: listRulesInForce },
  tag: {
    name: "wifi-desk",
    description: "Who is on the Wi-Fi of a branch, which devices are blocked, and what went wrong",
  },
};
