import type { PermissionDeclaration } from "../../platform/rights.ts";

export const ACT = "customer-lists.act";

export const permissions: Readonly<Record<string, PermissionDeclaration>> = {
  "customer-lists.read": { roles: ["manager", "viewer", "cashier"], covers: "branches" },
  "customer-lists.share": ["manager", "marketer"],
  // As far as branches reach: who of the customers is meant, each action finds out itself.
  [ACT]: { roles: ["manager", "marketer"], covers: "branches" },
};
