import { join } from "node:path";
import type { Feature } from "../../feature.ts";
import { customerHandlers } from "./handlers.ts";
import { isCustomerLinked } from "./link-queries.ts";
import { forgetCustomers } from "./queries.ts";
import { requestRoutes } from "./request-routes.ts";
import { customerRoutes } from "./routes.ts";

export { expireGuests } from "./expiry.ts";
export { isForgotten, listForgotten } from "./forget-queries.ts";
export { purgeConsents, purgeMacs } from "./purge-queries.ts";
export {
  type CustomerVisits,
  findCustomerOfGuest,
  updateVisits as recordVisits,
} from "./queries.ts";
export { readCursor, writeCursor } from "./rules.ts";
export type { CustomerListReply, CustomerReply } from "./schema.ts";

/** The people of a tenant: one record for each verified phone, whichever box they meet. */
export const customers: Feature = {
  name: "customers",
  dependsOn: ["branches", "ingest", "channels"],
  migrations: join(import.meta.dirname, "migrations"),
  permissions: {
    "customers.read": { roles: ["manager", "viewer", "cashier"], covers: "customers" },
    "customers.answer": { roles: ["manager"], covers: "customers" },
  },
  routes: (routes, context) => {
    customerRoutes(routes, context);
    requestRoutes(routes, context);
  },
  handlers: customerHandlers,
  forget: forgetCustomers,
  hooks: { isCustomerLinked },
  tag: { name: "customers", description: "The people who let themselves be known" },
};
