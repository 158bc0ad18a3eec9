import type { Context } from "../../feature.ts";
import type { TenantTransaction } from "../../platform/db.ts";
import { refuse } from "../../platform/errors.ts";
import type { Grant, Scope } from "../../platform/rights.ts";
import { listBrands } from "../tenants/index.ts";
import { listOwnRoles, resolveGrants, type StoredGrant } from "./grant-queries.ts";
import type { GrantSchema } from "./schema.ts";

/** Reads what is to be given; throws the refusal where it names what the company does not have. */
export async function readGrants(
  tx: TenantTransaction,
  told: readonly GrantSchema[],
  context: Context,
): Promise<Grant[]> {
  for (const [index, grant] of told.entries()) await refuseUnknown(tx, { grant, index }, context);
  const stored = told.map(
    ({ scope: { kind, ...place }, ...who }): StoredGrant => ({
      ...who,
      scope: kind,
      ...place,
    }),
  );
  const grants = resolveGrants(stored, await listOwnRoles(tx));
  if (grants) return grants;
  throw refuse("invalid", "The company has no role of its own with this id.", { field: "/grants" });
}

async function refuseUnknown(
  tx: TenantTransaction,
  { grant, index }: { grant: GrantSchema; index: number },
  context: Context,
): Promise<void> {
  const { role, ownRoleId, scope } = grant;
  const at = `/grants/${index}`;
  if ((role === null) === (ownRoleId === null))
    throw refuse("invalid", "Give either a role of the product or one of the company's own.", {
      field: at,
    });
  if (role === "owner" && scope.kind !== "tenant")
    throw refuse("invalid", "An owner owns the whole company.", { field: `${at}/scope` });
  await readScope(tx, { scope, field: `${at}/scope` }, context);
}

/** Where something is to count; throws the refusal where the company has no such place. */
export async function readScope(
  tx: TenantTransaction,
  { scope, field }: { scope: GrantSchema["scope"]; field: string },
  { hooks }: Context,
): Promise<Scope> {
  if (scope.kind === "brand") {
    const brands = await listBrands(tx);
    if (!brands.some(({ id }) => id === scope.brandId.toLowerCase()))
      throw refuse("invalid", "The company has no brand with this id.", { field });
  }
  if (scope.kind === "branches") {
    const wanted = scope.branchIds.map((id) => id.toLowerCase());
    const known = (await hooks.listBranchesWithin?.(tx, { brandIds: [], branchIds: wanted })) ?? [];
    if (new Set(wanted).size !== known.length)
      throw refuse("invalid", "The company has no branch with one of these ids.", { field });
  }
  return scope;
}

/** As the API tells it. */
export function describeGrant({ scope, ...who }: Grant): GrantSchema {
  return {
    role: who.role,
    ownRoleId: who.role === null ? who.ownRole.id : null,
    scope:
      scope.kind === "branches" ? { kind: scope.kind, branchIds: [...scope.branchIds] } : scope,
  };
}
