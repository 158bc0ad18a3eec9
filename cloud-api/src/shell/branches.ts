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

/** The zone of one branch; undefined (this browser's zone) while it is not known. */
export function useZoneOf(): (branchId: string | null | undefined) => string | undefined {
  const branches = useBranchChoices();
  return (branchId) => branches.find((branch) => branch.id === branchId)?.timeZone;
}
