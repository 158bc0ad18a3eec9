import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, withQuery } from "../../../shell/api.ts";
import type { KitBody, KitReply, KitsReply, Look, PreviewReply } from "../schema.ts";

export function useKits() {
  return useQuery({
    queryKey: ["brand-kits"],
    queryFn: ({ signal }) => api.get<KitsReply>("/brand-kits", signal),
    meta: { live: true },
  });
}

const kitKey = (ownerId: string) => ["brand-kit", ownerId];

export function useKit(ownerId: string) {
  return useQuery({
    queryKey: kitKey(ownerId),
    queryFn: ({ signal }) => api.get<KitReply>(`/brand-kits/${ownerId}`, signal),
    meta: { live: true },
  });
}

export function useSaveKit(ownerId: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: KitBody) => api.put<KitReply>(`/brand-kits/${ownerId}`, body),
    onSuccess: async (reply) => {
      queries.setQueryData(kitKey(ownerId), reply);
      await queries.invalidateQueries({ queryKey: ["brand-kits"] });
    },
  });
}

export type Tongue = "vi" | "en" | "fa";

export type Shown = {
  look: Look | null;
  language: Tongue;
  theme: "light" | "dark";
  stage: "before" | "after";
};

/** A look as the server draws it, saved or not; what was seen last stays until the next is there. */
export function useKitPreview({ ownerId, mayEdit, version }: KitReply, shown: Shown) {
  const { look: _, ...seen } = shown;
  return useQuery({
    queryKey: ["brand-kit-preview", ownerId, version, shown],
    queryFn: () =>
      mayEdit
        ? api.post<PreviewReply>(`/brand-kits/${ownerId}/preview`, shown)
        : api.get<PreviewReply>(withQuery(`/brand-kits/${ownerId}/preview`, seen)),
    placeholderData: (before) => before,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 10_000,
  });
}
