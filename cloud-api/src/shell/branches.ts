import { useQuery } from "@tanstack/react-query";
import { api } from "./api.ts";

/** What every screen needs of a branch: something to filter by, and the clock its times are told on. */
export type BranchChoice = {
  id: string;
  name: string;
  timeZone: string;
  boxes: { id: string; lastContactAt: string | null }[];
};

/** The tenant's branches, by name. Empty until they are there. */
export function useBranchChoices(): BranchChoice[] {
  return useBranchQuery().data?.branches ?? [];
}

function useBranchQuery() {
  return useQuery({
    queryKey: ["branches"],
    queryFn: ({ signal }) => api.get<{ branches: BranchChoice[] }>("/branches", signal),
    meta: { live: true },
  });
}

/**
 * The zone of one branch, or the one all branches share where none is named: what happens at a
 * branch is told on its clock. Undefined (this browser's zone) where that says nothing.
 */
export function useZoneOf(): (branchId: string | null | undefined) => string | undefined {
  const branches = useBranchChoices();
  const [zone, ...others] = new Set(branches.map((branch) => branch.timeZone));
  const shared = others.length === 0 ? zone : undefined;
  return (branchId) => branches.find((branch) => branch.id === branchId)?.timeZone ?? shared;
}
