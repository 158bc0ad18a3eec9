/** What a member of a tenant's staff is there. An owner may do everything. */
export const ROLES = ["owner", "admin", "marketer", "manager", "cashier", "viewer"] as const;
export type Role = (typeof ROLES)[number];

/**
 * What a permission opens. `tenant`: what belongs to the company as a whole, so that only a role
 * over the whole company holds it. `branches`: rows of branches; the database shows those in reach.
 * `customers`: people, whom only those change who have them as guests of a branch in reach; whoever
 * reaches single branches sees nobody else either, whoever reaches a brand all of the company's.
 */
export type Covers = "tenant" | "branches" | "customers";

export type Permission = { roles: readonly Role[]; covers: Covers };

/** How a feature declares one: beside the owner, who holds it; of the whole company, if not said. */
export type PermissionDeclaration = readonly Role[] | Permission;

export type Permissions = ReadonlyMap<string, Permission>;

/** Where a role counts. */
export type Scope =
  | { kind: "tenant" }
  | { kind: "brand"; brandId: string }
  | { kind: "branches"; branchIds: readonly string[] };

/** Whoever holds one of these roles holds what those beside it hold. */
const INCLUDES: Record<Role, readonly Role[]> = {
  owner: ROLES,
  admin: ["manager", "marketer"],
  marketer: ["viewer"],
  manager: [],
  cashier: [],
  viewer: [],
};

/** A role of the product, or one the company made of single permissions, and where it counts. */
export type Grant = ({ role: Role } | { role: null; ownRole: OwnRole }) & { scope: Scope };
export type OwnRole = { id: string; name: string; permissions: readonly string[] };

export function declarePermission(declared: PermissionDeclaration): Permission {
  return "roles" in declared ? declared : { roles: declared, covers: "tenant" };
}

/** Whether a role of the product holds a permission, wherever it counts. */
export function roleHolds(role: Role, permission: Permission): boolean {
  if (role === "owner" || permission.roles.includes(role)) return true;
  return INCLUDES[role].some((included) => roleHolds(included, permission));
}

function grantHolds(grant: Grant, name: string, permission: Permission): boolean {
  return grant.role === null
    ? grant.ownRole.permissions.includes(name)
    : roleHolds(grant.role, permission);
}

/** How far somebody's rights reach: the whole company, or brands and branches of it. */
export type Reach =
  | { kind: "tenant" }
  | { kind: "some"; brandIds: readonly string[]; branchIds: readonly string[] };

/** How far somebody may use a permission; null: nowhere. */
export function findReach(
  grants: readonly Grant[],
  name: string,
  permissions: Permissions,
): Reach | null {
  const permission = permissions.get(name);
  if (!permission) return null;
  const reach = joinScopes(grants.filter((grant) => grantHolds(grant, name, permission)));
  return permission.covers === "tenant" && reach?.kind === "some" ? null : reach;
}

/** How far all that somebody holds reaches together; null for no grants. */
export function joinScopes(grants: readonly Grant[]): Reach | null {
  const scopes = grants.map(({ scope }) => scope);
  if (scopes.length === 0) return null;
  if (scopes.some(({ kind }) => kind === "tenant")) return { kind: "tenant" };
  return {
    kind: "some",
    brandIds: scopes.flatMap((scope) => (scope.kind === "brand" ? [scope.brandId] : [])),
    branchIds: scopes.flatMap((scope) => (scope.kind === "branches" ? scope.branchIds : [])),
  };
}

/** Brands share the company's members; whoever is bound to single branches sees who was there. */
export function doesSeeMembers(reach: Reach): boolean {
  return reach.kind === "tenant" || reach.brandIds.length > 0;
}

/**
 * Whether whoever sees customers as far as `sight` sees all whom somebody meets within `reach`; null:
 * they see none.
 */
export function seesWithin(sight: Reach | null, reach: Reach): boolean {
  if (sight === null || doesSeeMembers(sight)) return sight !== null;
  return (
    !doesSeeMembers(reach) &&
    reach.kind === "some" &&
    reach.branchIds.every((id) => sight.kind === "some" && sight.branchIds.includes(id))
  );
}

/** The permissions somebody holds anywhere, by name. */
export function listHeld(grants: readonly Grant[], permissions: Permissions): string[] {
  return [...permissions.keys()].filter((name) => findReach(grants, name, permissions));
}
