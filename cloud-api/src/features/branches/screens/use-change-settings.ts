import { useMutation, useQueryClient } from "@tanstack/react-query";
import { ApiError, api } from "../../../shell/api.ts";
import type { BranchDocument } from "../schema.ts";

const CONFLICTS_MAX = 3;

type ChangeOptions = {
  branchId: string;
  done: () => void;
  /** What a refusal of the changed document means here; as it came where absent. */
  explain?: (refusal: unknown, document: BranchDocument) => unknown;
};

/** Changes the newest document at once, not the one that was on screen: the rest may have moved on. */
export function useChangeSettings({
  branchId,
  done,
  explain = (refusal) => refusal,
}: ChangeOptions) {
  const queries = useQueryClient();
  const path = `/branches/${branchId}/settings`;
  return useMutation({
    mutationFn: async (change: (document: BranchDocument) => BranchDocument) => {
      const document = change(await api.get<BranchDocument>(path));
      await api.put(path, document).catch((refusal: unknown) => {
        throw explain(refusal, document);
      });
    },
    // Saved by somebody else between the two: the change is made to what they saved.
    retry: (failures, error) =>
      failures < CONFLICTS_MAX && error instanceof ApiError && error.code === "conflict",
    retryDelay: 0,
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ["branch-settings", branchId] });
      void queries.invalidateQueries({ queryKey: ["branches"] });
      done();
    },
  });
}
