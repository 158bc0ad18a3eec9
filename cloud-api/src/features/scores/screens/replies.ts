import { useQuery } from "@tanstack/react-query";
import { api } from "../../../shell/api.ts";
import type { ScoresReply } from "../schema.ts";

export type Scores = ScoresReply;
export type Settings = ScoresReply["settings"];
export type Tier = { id: string; name: string; customers: number };

export function useScores() {
  return useQuery({
    queryKey: ["scores"],
    queryFn: ({ signal }) => api.get<ScoresReply>("/scores", signal),
    meta: { live: true },
  });
}

/** Every tier, from the lowest on. */
export function useTiers() {
  return useQuery({
    queryKey: ["score-tiers"],
    queryFn: ({ signal }) => api.get<{ tiers: Tier[] }>("/tiers", signal),
    select: ({ tiers }) => tiers,
    meta: { live: true },
  });
}
