import type { Static } from "typebox";
import type { RoleSchema } from "../schema.ts";
import { useTexts } from "./texts.ts";

export type Role = Static<typeof RoleSchema>;

export const ROLES: readonly Role[] = ["owner", "manager", "viewer"];

export function useRoleName(): (role: Role) => string {
  const t = useTexts();
  return (role) => t(`role-${role}`);
}
