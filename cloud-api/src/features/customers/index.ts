import { join } from "node:path";
import type { Feature } from "../../feature.ts";
import { answerRoutes } from "./answer-routes.ts";
import { editRoutes } from "./edit-routes.ts";
import { fieldRoutes } from "./field-routes.ts";
import { customerHandlers } from "./handlers.ts";
import { mergeRoutes } from "./merge-routes.ts";
import { forgetCustomers } from "./queries.ts";
import { requestRoutes } from "./request-routes.ts";
import { customerRoutes } from "./routes.ts";

export { describeCustomer, nameStaff } from "./describe.ts";
export { resolveCustomer } from "./edit-queries.ts";
export { editCustomer, getCustomer } from "./edits.ts";
export { expireGuests } from "./expiry.ts";
export { listOwnFields } from "./field-queries.ts";
export { isForgotten, listForgotten } from "./forget-queries.ts";
export { findCustomer } from "./page-queries.ts";
export { purgeConsents, purgeMacs } from "./purge-queries.ts";
export {
  type CustomerVisits,
  findCustomerOfGuest,
  updateVisits as recordVisits,
} from "./queries.ts";
export { findRefusedField, isRefused } from "./refused.ts";
export { readCursor, writeCursor } from "./rules.ts";
export type { CustomerListReply, CustomerReply } from "./schema.ts";

/** The people of a tenant: one record for each verified phone, whichever box they meet. */
export const customers: Feature = {
  name: "customers",
  dependsOn: ["access", "branches", "ingest", "channels"],
  migrations: join(import.meta.dirname, "migrations"),
  permissions: {
    "customers.read": ["manager", "viewer"],
    "customers.edit": ["manager"],
    "customers.merge": ["manager"],
    "customers.fields": [],
    "customers.law": [],
    "customers.answer": ["manager"],
  },
  routes: (routes, context) => {
    customerRoutes(routes, context);
    requestRoutes(routes, context);
    editRoutes(routes, context);
    fieldRoutes(routes, context);
    mergeRoutes(routes, context);
    answerRoutes(routes, context);
  },
  handlers: customerHandlers,
  forget: forgetCustomers,
  tag: { name: "customers", description: "The people who let themselves be known" },
};
