import { useQuery } from "@tanstack/react-query";
import { api } from "../../../shell/api.ts";
import { useBranchChoices } from "../../../shell/branches.ts";
import type { GrantSchema, RolesReply } from "../schema.ts";
import { useTexts } from "./texts.ts";

export type Grant = GrantSchema;
export type Role = NonNullable<Grant["role"]>;
export type OwnRole = RolesReply["ownRoles"][number];

export const ROLES: readonly Role[] = [
  "owner",
  "admin",
  "marketer",
  "manager",
  "cashier",
  "viewer",
];

export function useRoleName(): (role: Role) => string {
  const t = useTexts();
  return (role) => t(`role-${role}`);
}

export function useRoles() {
  return useQuery({
    queryKey: ["roles"],
    queryFn: ({ signal }) => api.get<RolesReply>("/roles", signal),
  });
}

type Brands = { brands: { id: string; name: string }[] };

export function useBrands(): Brands["brands"] {
  const { data } = useQuery({
    queryKey: ["tenant"],
    queryFn: ({ signal }) => api.get<Brands>("/tenant", signal),
  });
  return data?.brands ?? [];
}

/** What a grant says in words: the role, and where it counts; null: in the whole company. */
export function useGrantWords(): (grant: Grant) => { role: string; place: string | null } {
  const t = useTexts();
  const nameRole = useRoleName();
  const ownRoles = useRoles().data?.ownRoles ?? [];
  const brands = useBrands();
  const branches = useBranchChoices();
  const nameOf = (list: readonly { id: string; name: string }[], id: string) =>
    list.find((each) => each.id === id)?.name ?? "…";
  return ({ role, ownRoleId, scope }) => ({
    role: role === null ? nameOf(ownRoles, ownRoleId ?? "") : nameRole(role),
    place: placeOf(scope),
  });

  function placeOf(scope: Grant["scope"]): string | null {
    if (scope.kind === "tenant") return null;
    if (scope.kind === "brand") return t("of-brand", { brand: nameOf(brands, scope.brandId) });
    const [first, second, ...rest] = scope.branchIds.map((id) => nameOf(branches, id));
    const named = [first, second].filter((name) => name !== undefined).join(", ");
    return rest.length > 0 ? t("and-more", { names: named, count: rest.length }) : named;
  }
}
