import { join } from "node:path";
import type { Feature } from "../../feature.ts";
import { customerHandlers } from "./handlers.ts";
import { forgetCustomers } from "./queries.ts";
import { customerRoutes } from "./routes.ts";

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
  dependsOn: ["branches", "ingest"],
  migrations: join(import.meta.dirname, "migrations"),
  permissions: { "customers.read": ["manager", "viewer"] },
  routes: customerRoutes,
  handlers: customerHandlers,
  forget: forgetCustomers,
  tag: { name: "customers", description: "The people who let themselves be known" },
};
