import { useQuery } from "@tanstack/react-query";
import { api, withQuery } from "../../../shell/api.ts";
import type { PageReply, PagesReply, StepsReply } from "../schema.ts";
import type { Tongue } from "./editor-context.ts";

export function usePages() {
  return useQuery({
    queryKey: ["pages"],
    queryFn: ({ signal }) => api.get<PagesReply>("/pages", signal),
    meta: { live: true },
  });
}

export const pageKey = (pageId: string) => ["page", pageId];

export function usePage(pageId: string) {
  return useQuery({
    queryKey: pageKey(pageId),
    queryFn: ({ signal }) => api.get<PageReply>(`/pages/${pageId}`, signal),
    // What was written since it was last read is not in the cache.
    refetchOnMount: "always",
    meta: { live: true },
  });
}

/** The pages that a guest meets on their way online, in this order. */
export const STAGES = ["before", "code", "details", "after"] as const;
export type Stage = (typeof STAGES)[number];

/** As whom and when a page is looked at. */
export type Look = {
  branchId?: string | undefined;
  language: Tongue | undefined;
  theme: "light" | "dark";
  stage: Stage;
  /** YYYY-MM-DDTHH:MM on the branch's wall; absent: now. */
  at?: string | undefined;
  customerId?: string | undefined;
  name?: string | undefined;
  visitNumber?: number | undefined;
  version?: number | undefined;
};

/** The page as the server draws it; what was seen last stays until the next is there. */
export function usePreview(
  pageId: string,
  look: Look,
  { revision, isAsked = true }: { revision?: number | undefined; isAsked?: boolean },
) {
  const { visitNumber, version, ...words } = look;
  const path = withQuery(`/pages/${pageId}/preview`, {
    ...words,
    visitNumber: visitNumber?.toString(),
    version: version?.toString(),
    revision: revision?.toString(),
  });
  return useQuery({
    queryKey: ["page-preview", path],
    queryFn: ({ signal }) => api.getText(path, signal),
    enabled: isAsked,
    placeholderData: (before) => before,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 60_000,
  });
}

/** Which pages somebody meets after the first, and why others not. */
export function useSteps(pageId: string, { visitNumber, ...look }: Look) {
  const { branchId, at, customerId, name } = look;
  const path = withQuery(`/pages/${pageId}/steps`, {
    ...{ branchId, at, customerId, name, visitNumber: visitNumber?.toString() },
  });
  return useQuery({
    queryKey: ["page-steps", path],
    queryFn: ({ signal }) => api.get<StepsReply>(path, signal),
    meta: { live: true },
  });
}

type SurveyOfPages = { id: string; title: Partial<Record<Tongue, string>> };

export function useSurveys(): readonly SurveyOfPages[] {
  const { data } = useQuery({
    queryKey: ["surveys"],
    queryFn: ({ signal }) => api.get<{ surveys: SurveyOfPages[] }>("/surveys", signal),
    retry: false,
  });
  return data?.surveys ?? NO_SURVEYS;
}
const NO_SURVEYS: SurveyOfPages[] = [];
