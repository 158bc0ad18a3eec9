import { join } from "node:path";
import type { Feature } from "../../feature.ts";
import { deskHandlers, settleRules } from "./handlers.ts";
import { forgetKeys } from "./key-queries.ts";
import { registerKeys } from "./key-routes.ts";
import { registerNas } from "./nas-routes.ts";
import { registerOnline } from "./online-routes.ts";
import { WIFI_PERMISSIONS } from "./permissions.ts";
import { listRulesInForce } from "./queries.ts";
import { registerDeviceRules } from "./rule-routes.ts";
import { registerTraces } from "./trace-routes.ts";

export { purgeKeys } from "./key-queries.ts";
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
    registerKeys(routes, context);
  },
  handlers: deskHandlers,
  settle: settleRules,
  forget: forgetKeys,
  hooks: { listDeviceRules: listRulesInForce },
  tag: {
    name: "wifi-desk",
    description: "Who is on the Wi-Fi of a branch, which devices are blocked, and what went wrong",
  },
};
