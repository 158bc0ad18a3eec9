import type { Permission } from "../../platform/rights.ts";

/** What staff may do about boxes, by name. */
export const BOX_PERMISSIONS = {
  "boxes.read": { roles: ["manager", "viewer"], covers: "branches" },
  "boxes.edit": { roles: ["manager"], covers: "branches" },
} as const satisfies Record<string, Permission>;
