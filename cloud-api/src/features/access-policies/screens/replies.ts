import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { ApiError, api } from "../../../shell/api.ts";
import { type MarkNames, useMarkNames } from "../../../shell/marks.ts";
import type { PoliciesReply, Policy } from "../schema.ts";

export type Marks = MarkNames;
const NONE: Marks = { groups: [], tags: [], tiers: [] };

/** Every group, tag and tier, to choose from and to name. */
export const useMarks = (): Marks => useMarkNames() ?? NONE;

const keyOf = (branchId: string) => ["access-policies", branchId];
const pathOf = (branchId: string) => `/branches/${branchId}/access-policies`;

export function usePolicies(branchId: string | null) {
  return useQuery({
    queryKey: keyOf(branchId ?? ""),
    queryFn: ({ signal }) => api.get<PoliciesReply>(pathOf(branchId ?? ""), signal),
    enabled: branchId !== null,
    meta: { live: true },
  });
}

export type Edit = (policies: readonly Policy[]) => Policy[];

/** Saves the list on screen, changed, and only onto the version it was made from. */
export function useSavePolicies(branchId: string, done: () => void) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ shown, edit }: { shown: PoliciesReply; edit: Edit }) => {
      const body = { version: shown.version, policies: edit(shown.policies) };
      return api.put<PoliciesReply>(pathOf(branchId), body);
    },
    onSuccess: (reply) => {
      queries.setQueryData(keyOf(branchId), reply);
      void queries.invalidateQueries({ queryKey: ["branch-settings", branchId] });
      done();
    },
    onError: (error) => {
      // Somebody else was faster: what they made of it is shown.
      if (error instanceof ApiError && error.code === "conflict")
        void queries.invalidateQueries({ queryKey: keyOf(branchId) });
    },
  });
}
