import { useQuery } from "@tanstack/react-query";
import { api } from "../../../shell/api.ts";
import type { CouponKindReply, CouponKindsReply } from "../schema.ts";

export type Kind = CouponKindReply;

/** Every kind of coupon, those that are given first. */
export function useKinds() {
  return useQuery({
    queryKey: ["coupon-kinds"],
    queryFn: ({ signal }) => api.get<CouponKindsReply>("/coupon-kinds", signal),
    meta: { live: true },
  });
}

type Surveys = { surveys: { id: string; title: Kind["name"] | null }[] };

/** What guests are asked, to say what a coupon is given for. */
export function useSurveyTitles() {
  return useQuery({
    queryKey: ["surveys", "titles"],
    queryFn: ({ signal }) => api.get<Surveys>("/surveys", signal),
  });
}
