import { type Grant, ROLES } from "./roles.ts";

export const SCOPES = ["tenant", "brand", "branches"] as const;

/** A grant while it is edited: what was chosen for one kind of place is kept for another. */
export type GrantDraft = {
  key: string;
  /** A role of the product, or the id of one of the company's own. */
  role: string;
  kind: (typeof SCOPES)[number];
  brandId: string | null;
  branchIds: readonly string[];
};

export function newDraft(role: string): GrantDraft {
  return { key: crypto.randomUUID(), role, kind: "tenant", brandId: null, branchIds: [] };
}

export function toDraft({ role, ownRoleId, scope }: Grant): GrantDraft {
  return {
    ...newDraft(role ?? ownRoleId ?? ""),
    kind: scope.kind,
    brandId: scope.kind === "brand" ? scope.brandId : null,
    branchIds: scope.kind === "branches" ? scope.branchIds : [],
  };
}

/** Null while a place is not chosen yet. */
export function readDrafts(drafts: readonly GrantDraft[]): Grant[] | null {
  const grants = drafts.map(readDraft);
  return grants.every((grant) => grant !== null) ? grants : null;
}

function readDraft({ role, kind, brandId, branchIds }: GrantDraft): Grant | null {
  const known = ROLES.find((each) => each === role) ?? null;
  const who = { role: known, ownRoleId: known ? null : role };
  if (kind === "tenant") return { ...who, scope: { kind } };
  if (kind === "brand") return brandId === null ? null : { ...who, scope: { kind, brandId } };
  return branchIds.length === 0 ? null : { ...who, scope: { kind, branchIds: [...branchIds] } };
}
