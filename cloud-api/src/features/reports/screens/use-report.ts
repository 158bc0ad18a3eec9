import { useQuery } from "@tanstack/react-query";
import { api, withQuery } from "../../../shell/api.ts";
import { useReportFilters } from "../../../shell/use-report-filters.ts";
import type { ReportName } from "./report-names.ts";

/** Reports are of days that are over, mostly: a minute old is fresh. */
const FRESH_MS = 60_000;

/** A report of the API by the filters of the address. */
export function useReport<Reply>(
  path: ReportName | "heat-map" | "languages",
  more: Record<string, string | null> = {},
) {
  const asked = useReportFilters();
  const question = { ...asked.query, ...more };
  const query = useQuery({
    queryKey: ["report", path, question],
    queryFn: ({ signal }) => api.get<Reply>(withQuery(`/reports/${path}`, question), signal),
    placeholderData: (before) => before,
    staleTime: FRESH_MS,
  });
  return { ...query, asked };
}
