import { useQuery } from "@tanstack/react-query";
import { api, withQuery } from "../../../shell/api.ts";
import { writeFilters } from "../../../shell/report-filters.ts";
import { type Asked, useReportFilters } from "../../../shell/use-report-filters.ts";
import { narrowsOf } from "../rules.ts";
import { type ReportName, standardPeriodOf } from "./report-names.ts";

/** Reports are of days that are over, mostly: a minute old is fresh. */
const FRESH_MS = 60_000;

const OF_VISITS = ["devices", "systems", "forms", "methods"] as const;
const LEFT_OUT = {
  visits: [],
  customers: ["hours", "weekdays", ...OF_VISITS],
  nothing: ["segmentId", "tagId", "languages", ...OF_VISITS],
} as const;

/** What a report is asked: the filters of the address, but for those that it does not tell apart. */
export function useAsked(report: string): Asked {
  const asked = useReportFilters(standardPeriodOf(report));
  const left: readonly string[] = LEFT_OUT[narrowsOf(report)];
  const query = Object.fromEntries(
    Object.entries(asked.query).filter(([name]) => !left.includes(name)),
  );
  return { ...asked, query };
}

const OWN = ["by", "unit", "counted"] as const;

/**
 * A report and what it is asked, as an address: the period by its name, and what the page alone knows
 * where somebody chose it, but not the filters that the report does not tell apart.
 */
export function addressOf(
  report: string,
  { filters, parameters }: Pick<Asked, "filters" | "parameters">,
  own: Readonly<Record<string, string | null>>,
): string {
  const left: readonly string[] = LEFT_OUT[narrowsOf(report)];
  const chosen = OWN.filter((name) => own[name] && own[name] === parameters.get(name));
  const asked = Object.entries(writeFilters(filters)).filter(([name]) => !left.includes(name));
  return withQuery(`/reports/${report}`, {
    ...Object.fromEntries(asked),
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
