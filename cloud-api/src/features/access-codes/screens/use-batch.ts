import { useQuery } from "@tanstack/react-query";
import { api } from "../../../shell/api.ts";
import { useZoneOf } from "../../../shell/branches.ts";
import { readDay } from "../../../shell/format.ts";
import { useFormat } from "../../../shell/use-format.ts";
import type { Batch, BatchWithCodes } from "./replies.ts";

/** One batch with its codes. */
export function useBatch(id: string) {
  return useQuery({
    queryKey: ["access-code-batches", id],
    queryFn: ({ signal }) => api.get<BatchWithCodes>(`/access-code-batches/${id}`, signal),
    meta: { live: true },
  });
}

/** The last day a batch's codes work on, in words, on its branch's clock; null where it has no end. */
export function useLastDay(): (batch: Batch) => string | null {
  const format = useFormat();
  const zoneOf = useZoneOf();
  return ({ branchId, validUntil }) => {
    if (validUntil === null) return null;
    // The end is the first moment after it.
    const last = new Date(Date.parse(validUntil) - 1);
    return format.day(readDay(last, zoneOf(branchId)), "long");
  };
}

/** The first day a batch's codes work on, in words, on its branch's clock; null: from the making on. */
export function useFirstDay(): (batch: Batch) => string | null {
  const format = useFormat();
  const zoneOf = useZoneOf();
  return ({ branchId, validFrom }) =>
    validFrom && format.day(readDay(new Date(validFrom), zoneOf(branchId)), "long");
}
