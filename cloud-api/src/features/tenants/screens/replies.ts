import { useQuery } from "@tanstack/react-query";
import type { Static } from "typebox";
import { api } from "../../../shell/api.ts";
import { useSortByName } from "../../../shell/branches.ts";
import type { BrandReply } from "../schema.ts";

export type Brand = Static<typeof BrandReply>;
export type BrandedBranch = { id: string; name: string; brandId: string | null };

export function useBrandedBranches(): BrandedBranch[] {
  const sort = useSortByName();
  const { data } = useQuery({
    queryKey: ["branches"],
    queryFn: ({ signal }) => api.get<{ branches: BrandedBranch[] }>("/branches", signal),
  });
  return sort(data?.branches ?? []);
}

export function useBranchesByBrand(): ReadonlyMap<string | null, BrandedBranch[]> {
  return Map.groupBy(useBrandedBranches(), ({ brandId }) => brandId);
}
