import { join } from "node:path";
import type { Feature } from "../../feature.ts";
import { forgetMarkChanges } from "./change-queries.ts";
import { markHandlers } from "./changes.ts";
import { listMarksOf } from "./many-queries.ts";
import { nameMarks, selectMarkedCustomers } from "./queries.ts";
import { markRoutes, TAG } from "./routes.ts";

export { giveByRule, keepAsGiven, takeByRule } from "./by-rule-queries.ts";
export { addMarks, setCustomerMarks } from "./changes.ts";
export {
  type ChangedOfMany,
  changeMarksOfMany,
  type ManyChange,
  type ManyOutcome,
  type RefusedOfMany,
} from "./many.ts";
export { needsChange } from "./many-queries.ts";
export { holdMarks, listMarks, selectMarkedCustomers } from "./queries.ts";

/** What staff mark customers with: one main group and one tier each, and any number of tags. */
export const marks: Feature = {
  name: "marks",
  dependsOn: ["customers"],
  migrations: join(import.meta.dirname, "migrations"),
  permissions: {
    "marks.read": { roles: ["manager", "viewer", "cashier"], covers: "customers" },
    "marks.edit": ["manager", "marketer"],
    "marks.give": { roles: ["manager", "marketer", "cashier"], covers: "customers" },
  },
  routes: markRoutes,
  handlers: markHandlers,
  forget: forgetMarkChanges,
  hooks: { selectMarkedCustomers, listMarksOf },
  names: { permission: "marks.read", list: nameMarks },
  tag: TAG,
};
