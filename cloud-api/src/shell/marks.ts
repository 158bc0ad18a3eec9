import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { api } from "./api.ts";
import { useSortByName } from "./branches.ts";

export type MarkName = { id: string; name: string; parentId: string | null };
export type MarkNames = { groups: MarkName[]; tags: MarkName[]; tiers: MarkName[] };

/**
 * Every group and tag by name, and every tier in its order, to choose from and to say ids by. Undefined
 * until they are there, or where they are not asked for. How many customers have each is asked for only where it
 * is shown.
 */
export function useMarkNames({ isAsked = true } = {}): MarkNames | undefined {
  const sort = useSortByName();
  const { data } = useQuery({
    queryKey: ["marks", "names"],
    queryFn: ({ signal }) => api.get<MarkNames>("/mark-names", signal),
    enabled: isAsked,
    meta: { live: "names" },
    staleTime: Number.POSITIVE_INFINITY,
  });
  return useMemo(
    () => data && { ...data, groups: sort(data.groups), tags: sort(data.tags) },
    [data, sort],
  );
}
