import {
  findReach,
  type Grant,
  type Permissions,
  ROLES,
  type Role,
  roleHolds,
  type Scope,
} from "../../platform/rights.ts";

/** Why somebody may not give, or take away, what these grants hold; null: they may. */
export function findGrantFault(
  { giver, given }: { giver: readonly Grant[]; given: readonly Grant[] },
  permissions: Permissions,
): string | null {
  const isOwner = giver.some(({ role }) => role === "owner");
  if (isOwner) return null;
  if (given.some(({ role }) => role === "owner"))
    return "Only an owner makes owners, and only an owner changes what one may do.";
  const beyond = given
    .flatMap((grant) => listPermissions(grant, permissions))
    .find((name) => findReach(giver, name, permissions)?.kind !== "tenant");
  return beyond ? `You do not hold ${beyond} in the whole company yourself.` : null;
}

/** What a role holds, by name. Of a role of one's own, what no feature gives any more is left out. */
export function listPermissions(grant: Grant, permissions: Permissions): string[] {
  return [...permissions]
    .filter(([name, permission]) =>
      grant.role === null
        ? grant.ownRole.permissions.includes(name)
        : roleHolds(grant.role, permission),
    )
    .map(([name]) => name);
}

/** What somebody holds with what an invitation adds; null: it adds nothing. */
export function addGrants(
  { held, given }: { held: readonly Grant[]; given: readonly Grant[] },
  permissions: Permissions,
): Grant[] | null {
  const added = given.filter(
    (grant) => !held.some((other) => includesGrant(other, grant, permissions)),
  );
  if (added.length === 0) return null;
  const kept = held.filter(
    (grant) => !added.some((other) => includesGrant(other, grant, permissions)),
  );
  return [...kept, ...added];
}

function includesGrant(one: Grant, other: Grant, permissions: Permissions): boolean {
  if (!includesScope(one.scope, other.scope)) return false;
  if (one.role === "owner") return true;
  if (other.role === "owner") return false;
  const held = new Set(listPermissions(one, permissions));
  return listPermissions(other, permissions).every((name) => held.has(name));
}

function includesScope(one: Scope, other: Scope): boolean {
  if (one.kind === "tenant") return true;
  if (one.kind === "brand") return other.kind === "brand" && other.brandId === one.brandId;
  return other.kind === "branches" && other.branchIds.every((id) => one.branchIds.includes(id));
}

/** The role of the product that says most of somebody; null: they hold the company's own alone. */
export function findStrongestRole(grants: readonly Grant[]): Role | null {
  return ROLES.find((role) => grants.some((grant) => grant.role === role)) ?? null;
}
