import { useQuery } from "@tanstack/react-query";
import { api, withQuery } from "../../../shell/api.ts";
import { writeFilters } from "../../../shell/report-filters.ts";
import { type Asked, useReportFilters } from "../../../shell/use-report-filters.ts";
import { type ReportName, standardPeriodOf } from "./report-names.ts";

/** Reports are of days that are over, mostly: a minute old is fresh. */
const FRESH_MS = 60_000;

/** What a report is asked: the filters of the address. */
export const useAsked = (report: string): Asked => useReportFilters(standardPeriodOf(report));

const OWN = ["by", "unit", "counted"] as const;

/**
 * A report and what it is asked, as an address: the period by its name, and what the page alone knows
 * where somebody chose it.
 */
export function addressOf(
  report: string,
  { filters, parameters }: Pick<Asked, "filters" | "parameters">,
  own: Readonly<Record<string, string | null>>,
): string {
  const chosen = OWN.filter((name) => own[name] && own[name] === parameters.get(name));
  return withQuery(`/reports/${report}`, {
    ...writeFilters(filters),
    ...Object.fromEntries(chosen.map((name) => [name, own[name]])),
  });
}

/** A report of the API by the filters of the address. */
export function useReport<Reply>(
  path: ReportName | "heat-map" | "languages" | "systems" | "device-forms",
  more: Record<string, string | null> = {},
) {
  const asked = useAsked(path);
  const question = { ...asked.query, ...more };
  const query = useQuery({
    queryKey: ["report", path, question],
    queryFn: ({ signal }) => api.get<Reply>(withQuery(`/reports/${path}`, question), signal),
    placeholderData: (before) => before,
    staleTime: FRESH_MS,
  });
  return { ...query, asked };
}
