import type { Static } from "typebox";
import { refuse } from "../../platform/errors.ts";
import type { VisitListQuery } from "./schema.ts";

const BRANCHES_MAX = 500;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Ids of branches with commas between; null: none are named. Refuses what are no ids, or too many. */
export function readBranchIds(text: string | undefined): string[] | null {
  const ids = text?.toLowerCase().split(",") ?? null;
  if (ids && (ids.length > BRANCHES_MAX || !ids.every((id) => UUID.test(id))))
    throw refuse("invalid", `Up to ${BRANCHES_MAX} ids of branches, with commas between.`, {
      field: "/branchIds",
    });
  return ids;
}

/** The branches that a list of visits is asked for. */
export const readPlaces = (query: Static<typeof VisitListQuery>) => ({
  branchId: query.branchId ?? null,
  branchIds: readBranchIds(query.branchIds),
  brandId: query.brandId ?? null,
  branchKind: query.branchKind ?? null,
});
