import { useQuery } from "@tanstack/react-query";
import type { Static } from "typebox";
import { api } from "../../../shell/api.ts";
import type { SeenBox, SeenBoxesReply, Watch } from "../schema.ts";

export type { SeenBox, Trouble, Watch } from "../schema.ts";

/** A report comes once a minute, and a silence is noticed by nothing that happens. */
const AGAIN_MILLISECONDS = 30_000;

export function useBoxes() {
  return useQuery({
    queryKey: ["boxes"],
    queryFn: ({ signal }) => api.get<Static<typeof SeenBoxesReply>>("/boxes", signal),
    select: ({ boxes }) => boxes,
    refetchInterval: AGAIN_MILLISECONDS,
    meta: { live: true },
  });
}

export function useBox(id: string) {
  return useQuery({
    queryKey: ["boxes", id],
    queryFn: ({ signal }) => api.get<SeenBox>(`/boxes/${id}`, signal),
    refetchInterval: AGAIN_MILLISECONDS,
    meta: { live: true },
  });
}

export const watchKey = (branchId: string) => ["branch-watch", branchId];

export function useWatch(branchId: string | undefined) {
  return useQuery({
    queryKey: watchKey(branchId ?? ""),
    queryFn: ({ signal }) => api.get<Watch>(`/branches/${branchId}/watch`, signal),
    enabled: branchId !== undefined,
  });
}
