import type { Permission } from "../../platform/rights.ts";

/** What staff may do about cases, by name. */
export const CASE_PERMISSIONS = {
  "cases.read": { roles: ["manager", "viewer"], covers: "branches" },
  "cases.edit": { roles: ["manager"], covers: "branches" },
} as const satisfies Record<string, Permission>;
