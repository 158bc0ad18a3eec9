import type { PermissionDeclaration } from "../../platform/rights.ts";

export const EDIT_PAGES = "pages.edit";

export const permissions: Record<string, PermissionDeclaration> = {
  "pages.read": { roles: ["marketer", "manager", "viewer"], covers: "branches" },
  [EDIT_PAGES]: { roles: ["marketer", "manager"], covers: "branches" },
};
