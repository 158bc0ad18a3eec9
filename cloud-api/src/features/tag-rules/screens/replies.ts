import { useQuery } from "@tanstack/react-query";
import { api } from "../../../shell/api.ts";
import { useSortByName } from "../../../shell/branches.ts";
import type { TagRuleReply, TagRulesReply } from "../schema.ts";

export type TagRule = TagRuleReply;
export type Named = { id: string; name: string };

export function useTagRules() {
  return useQuery({
    queryKey: ["tag-rules"],
    queryFn: ({ signal }) => api.get<TagRulesReply>("/tag-rules", signal),
    select: ({ tagRules }) => tagRules,
    meta: { live: true },
  });
}

/** Every segment, to choose from. */
export function useSegmentNames(): Named[] {
  const sort = useSortByName();
  const { data } = useQuery({
    queryKey: ["tag-rule-segments"],
    queryFn: ({ signal }) => api.get<{ segments: Named[] }>("/segments", signal),
    meta: { live: true },
  });
  return sort<Named>(data?.segments ?? []);
}
