import { refuse } from "../../platform/errors.ts";
import type { Kept } from "./asking.ts";
import { fitBranches } from "./rules.ts";

const countIds = (ids: string | undefined): number => ids?.split(",").length ?? 0;

/** A kept question as far as somebody reaches (null: the whole company), and how many it leaves out. */
export function askPlaces(query: Kept["query"], reach: readonly string[] | null) {
  const branchIds = fitBranches(query.branchIds, reach);
  if (branchIds === null) throw refuseBranches();
  return {
    branchesLeftOut: countIds(query.branchIds) - countIds(branchIds),
    query: { ...query, ...(branchIds && { branchIds }) },
  };
}

export const refuseBranches = () =>
  refuse("forbidden", "This report is of branches that your role does not cover.", {
    field: "/branchIds",
  });
